"""A Raft server's disk as a journal: one record for each change."""

from pathlib import Path

import msgspec

from shop.journal import Journal
from shop.raft.effects import Disk, Persist
from shop.raft.messages import Entry

__all__ = ["RaftDisk"]


class _Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """A `Persist`."""

    term: int
    voted_for: str | None = None
    first_index: int = 0
    entries: tuple[Entry, ...] | None = None


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
        entries: list[Entry] = []
        for line in self._journal.take():
            record = decoder.decode(line)
            term, voted_for = record.term, record.voted_for
            if record.entries is not None:
                entries[record.first_index - 1 :] = record.entries
        self.found = Disk(term, voted_for, tuple(entries))
        """What was on it when it was opened."""

    def write(self, change: Persist) -> None:
        """Returns when the change is on disk."""
        self._journal.append(msgspec.json.encode(_Record(*change)))

    def close(self) -> None:
        """Closes the file."""
        self._journal.close()
