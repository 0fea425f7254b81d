"""Looks as they come in, kept in bounded memory, and turned into series at the end.

Counters are kept as they are read, so that leaving out every second look loses nothing of their growth.
"""

from bisect import bisect_left
from typing import TypeVar

from assay.bench.resources.measures import RATES, SHARES

__all__ = ["Recording", "rates"]

_Key = TypeVar("_Key")

SIGNIFICANT_DIGITS = 6
"""Of what is kept of a value; no counter of the kernel is more exact over a tenth of a second."""


class Recording:
    """Columns of values over moments.

    Args:
        most_moments: How many moments are kept at most; at that number every second one is left out.
    """

    def __init__(self, most_moments: int) -> None:
        self.moments: list[float] = []
        self._most = most_moments
        self._columns: dict[tuple[object, str], dict[int, float]] = {}
        self._numbers: list[int] = []
        self._next = 0

    def add(self, moment: float, values: dict[tuple[object, str], float]) -> bool:
        """One look at everything.

        Args:
            moment: Seconds since 1970.
            values: By whose they are and what they are.

        Returns:
            Whether there were so many that every second one was left out.
        """
        self.moments.append(moment)
        self._numbers.append(self._next)
        for key, value in values.items():
            self._columns.setdefault(key, {})[self._next] = value
        self._next += 1
        if len(self.moments) < self._most:
            return False
        self.moments = self.moments[::2]
        self._numbers = self._numbers[::2]
        for key, column in self._columns.items():
            self._columns[key] = _thinned(column, self._numbers)
        return True

    def owners(self) -> set[object]:
        """Of whom there are values."""
        return {owner for owner, _ in self._columns}

    def column(self, owner: object, name: str) -> tuple[float | None, ...]:
        """What was read, one value for each moment."""
        column = self._columns.get((owner, name), {})
        return tuple(column.get(number) for number in self._numbers)

    def series(self, owner: object, name: _Key) -> tuple[float | None, ...]:
        """The same, with a counter as its growth per second."""
        values = self.column(owner, str(name))
        if name in SHARES:
            return tuple(map(_short, (None if one is None else min(1.0, one) for one in rates(self.moments, values))))
        return tuple(map(_short, rates(self.moments, values) if name in RATES else values))


def rates(moments: list[float], values: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """Growth per second since it was read before; None at the first time, where it was not read, and where it fell."""
    found: list[float | None] = []
    known: tuple[float, float] | None = None
    for moment, value in zip(moments, values, strict=True):
        rate = None
        if value is not None:
            if known is not None and value >= known[1] and moment > known[0]:
                rate = (value - known[1]) / (moment - known[0])
            known = (moment, value)
        found.append(rate)
    return tuple(found)


def _thinned(column: dict[int, float], kept: list[int]) -> dict[int, float]:
    """What is read only now and then moves to the next look that is kept, so that it is not lost."""
    thinned: dict[int, float] = {}
    for number, value in column.items():
        at = bisect_left(kept, number)
        if at < len(kept):
            thinned[kept[at]] = value
    return thinned


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{SIGNIFICANT_DIGITS}g}")
