"""A Raft server's disk as a journal: one record for each change, and one for all of them when there is a snapshot."""

from pathlib import Path

import msgspec

from shop.journal import Journal
from shop.raft.effects import Disk, Persist, Replace
from shop.raft.messages import Entry, Snapshot

__all__ = ["RaftDisk"]


class _Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """A `Persist`, or with a snapshot a `Replace`."""

    term: int
    voted_for: str | None = None
    first_index: int = 0
    entries: tuple[Entry, ...] | None = None
    snapshot: Snapshot | None = None


class RaftDisk:
    """What one server has promised.

    Args:
        path: Of the journal.

    Raises:
        JournalDamagedError: What it promised is not readable any more.
    """

    def __init__(self, path: Path) -> None:
        self._journal = Journal(path)
        decoder = msgspec.json.Decoder(_Record)
        term, voted_for = 0, None
        snapshot: Snapshot | None = None
        entries: list[Entry] = []
        for line in self._journal.take():
            record = decoder.decode(line)
            term, voted_for = record.term, record.voted_for
            if record.snapshot is not None:
                snapshot, entries = record.snapshot, list(record.entries or ())
            elif record.entries is not None:
                base = snapshot.index if snapshot else 0
                entries[record.first_index - base - 1 :] = record.entries
        self.found = Disk(term, voted_for, tuple(entries), snapshot)
        """What was on it when it was opened."""

    def write(self, change: Persist) -> None:
        """Returns when the change is on disk."""
        self._journal.append(msgspec.json.encode(_Record(*change)))

    def replace(self, change: Replace) -> None:
        """Returns when the change is on disk, in place of all that was there."""
        record = _Record(change.term, change.voted_for, entries=change.entries, snapshot=change.snapshot)
        self._journal.replace([msgspec.json.encode(record)])

    def close(self) -> None:
        """Closes the file."""
        self._journal.close()
