"""A server's log. Its first entry has the index 1, as in the paper; up to `base` a snapshot stands in for them."""

from collections.abc import Iterable

from shop.raft.messages import Entry

__all__ = ["Log"]


class Log:
    """Entries in order, and from where on they differ from what is on disk.

    Args:
        entries: Those after `base`.
        base: The index of the last entry that a snapshot stands in for; 0 where there is no snapshot.
        base_term: The term of that entry.
    """

    def __init__(self, entries: Iterable[Entry] = (), base: int = 0, base_term: int = 0) -> None:
        self._entries = list(entries)
        self._base = base
        self._base_term = base_term
        self._unsaved_from: int | None = None

    def __len__(self) -> int:
        """The index of the last entry; 0 where there is none."""
        return self._base + len(self._entries)

    @property
    def base(self) -> int:
        """The index of the last entry that is not here any more."""
        return self._base

    @property
    def base_term(self) -> int:
        """Its term."""
        return self._base_term

    def term_at(self, index: int) -> int:
        """The term of the entry at `index`, from `base` on; 0 before the first."""
        return self.entry(index).term if index > self._base else self._base_term

    @property
    def last_term(self) -> int:
        """The term of the last entry; 0 where there is none."""
        return self.term_at(len(self))

    def entry(self, index: int) -> Entry:
        """The entry at `index`, behind `base`."""
        return self._entries[index - self._base - 1]

    def from_index(self, index: int, limit: int | None = None) -> tuple[Entry, ...]:
        """The entries from `index` on, which is behind `base`; at most `limit` of them."""
        first = index - self._base - 1
        return tuple(self._entries[first : None if limit is None else first + limit])

    def has(self, index: int, term: int) -> bool:
        """Whether the entry at `index` is of this term. All logs have the same nothing at 0.

        What a snapshot stands in for is committed, so that whoever leads has the same there.
        """
        return index < self._base or (index <= len(self) and self.term_at(index) == term)

    def put(self, index: int, entry: Entry) -> None:
        """Makes `entry` the last one, at `index`; what was there and behind is gone."""
        del self._entries[index - self._base - 1 :]
        self._entries.append(entry)
        self._unsaved_from = index if self._unsaved_from is None else min(index, self._unsaved_from)

    def compact(self, index: int, term: int) -> None:
        """A snapshot stands in for all up to `index`. What is behind stays, if it is the continuation of that."""
        fits = index <= len(self) and self.term_at(index) == term
        self._entries = self._entries[index - self._base :] if fits else []
        self._base, self._base_term = index, term
        self._unsaved_from = index + 1

    def first_of_term(self, index: int) -> int:
        """The index of the first entry, behind `base`, of the term that the entry at `index` has."""
        term = self.term_at(index)
        while index > self._base + 1 and self.term_at(index - 1) == term:
            index -= 1
        return index

    def take_unsaved(self) -> int | None:
        """From which index on the disk must be written, once; None where nothing changed."""
        unsaved, self._unsaved_from = self._unsaved_from, None
        return unsaved
