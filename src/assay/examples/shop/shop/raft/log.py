"""A server's log. Its first entry has the index 1, as in the paper."""

from collections.abc import Iterable

from shop.raft.messages import Entry

__all__ = ["Log"]


class Log:
    """Entries in order, and from where on they differ from what is on disk."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = list(entries)
        self._unsaved_from: int | None = None

    def __len__(self) -> int:
        """The index of the last entry; 0 where there is none."""
        return len(self._entries)

    def term_at(self, index: int) -> int:
        """The term of the entry at `index`; 0 before the first."""
        return self._entries[index - 1].term if index > 0 else 0

    @property
    def last_term(self) -> int:
        """The term of the last entry; 0 where there is none."""
        return self.term_at(len(self))

    def entry(self, index: int) -> Entry:
        """The entry at `index`, from 1."""
        return self._entries[index - 1]

    def from_index(self, index: int, limit: int | None = None) -> tuple[Entry, ...]:
        """The entries from `index` on, at most `limit` of them."""
        end = None if limit is None else index - 1 + limit
        return tuple(self._entries[index - 1 : end])

    def has(self, index: int, term: int) -> bool:
        """Whether the entry at `index` is of this term. All logs have the same nothing at 0."""
        return index <= len(self) and self.term_at(index) == term

    def put(self, index: int, entry: Entry) -> None:
        """Makes `entry` the last one, at `index`; what was there and behind is gone."""
        del self._entries[index - 1 :]
        self._entries.append(entry)
        self._unsaved_from = index if self._unsaved_from is None else min(index, self._unsaved_from)

    def first_of_term(self, index: int) -> int:
        """The index of the first entry of the term that the entry at `index` has."""
        term = self.term_at(index)
        while index > 1 and self.term_at(index - 1) == term:
            index -= 1
        return index

    def take_unsaved(self) -> int | None:
        """From which index on the disk must be written, once; None where nothing changed."""
        unsaved, self._unsaved_from = self._unsaved_from, None
        return unsaved
