"""What a server wants done. The driver does it in order: what is to be on disk is on disk before anything is sent."""

from dataclasses import dataclass
from typing import NamedTuple

from shop.raft.messages import Entry, Message
from shop.steps import Step

__all__ = ["Apply", "Disk", "Effect", "Persist", "Send"]


@dataclass(frozen=True, slots=True)
class Disk:
    """What a server finds on its disk when it starts."""

    term: int = 0
    voted_for: str | None = None
    entries: tuple[Entry, ...] = ()

    def after(self, change: "Persist") -> "Disk":
        """What the disk holds when `change` is on it."""
        entries = self.entries
        if change.entries is not None:
            entries = entries[: change.first_index - 1] + change.entries
        return Disk(change.term, change.voted_for, entries)


class Persist(NamedTuple):
    """Write this to disk and wait until it is there."""

    term: int
    voted_for: str | None
    first_index: int
    entries: tuple[Entry, ...] | None
    """The log from `first_index` (from 1) to its end; None where the log did not change."""


class Send(NamedTuple):
    """Send it. It may be lost, come late, twice, or be overtaken."""

    to: str
    message: Message


@dataclass(frozen=True, slots=True)
class Apply:
    """The entry is committed: do what it commands. Indices come in order, each once between two starts."""

    index: int
    entry: Entry


Effect = Persist | Step | Apply | Send
