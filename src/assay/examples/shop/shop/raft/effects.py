"""What a server wants done. The driver does it in order: what is to be on disk is on disk before anything is sent."""

from dataclasses import dataclass
from typing import NamedTuple

from shop.raft.messages import Entry, Message, Snapshot
from shop.steps import Step

__all__ = ["Apply", "Disk", "Effect", "Install", "Persist", "Replace", "Send"]


@dataclass(frozen=True, slots=True)
class Disk:
    """What a server finds on its disk when it starts."""

    term: int = 0
    voted_for: str | None = None
    entries: tuple[Entry, ...] = ()
    """Those behind the snapshot, if there is one."""
    snapshot: Snapshot | None = None

    def after(self, change: "Persist | Replace") -> "Disk":
        """What the disk holds when `change` is on it."""
        if isinstance(change, Replace):
            return Disk(change.term, change.voted_for, change.entries, change.snapshot)
        entries = self.entries
        if change.entries is not None:
            base = self.snapshot.index if self.snapshot else 0
            entries = entries[: change.first_index - base - 1] + change.entries
        return Disk(change.term, change.voted_for, entries, self.snapshot)


class Persist(NamedTuple):
    """Write this to disk and wait until it is there."""

    term: int
    voted_for: str | None
    first_index: int
    entries: tuple[Entry, ...] | None
    """The log from `first_index` (from 1) to its end; None where the log did not change."""


class Replace(NamedTuple):
    """Write this to disk in place of all that is there: a crash leaves the old or the new. Wait until it is there."""

    term: int
    voted_for: str | None
    snapshot: Snapshot
    entries: tuple[Entry, ...]
    """All of the log behind the snapshot."""


class Send(NamedTuple):
    """Send it. It may be lost, come late, twice, or be overtaken."""

    to: str
    message: Message


@dataclass(frozen=True, slots=True)
class Apply:
    """The entry is committed: do what it commands. Indices come in order, each once between two starts."""

    index: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Install:
    """The state machine is what the snapshot says, whatever it was before. What is applied next comes behind it."""

    snapshot: Snapshot


Effect = Persist | Replace | Step | Install | Apply | Send
