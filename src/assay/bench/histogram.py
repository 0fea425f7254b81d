"""Durations as counts: what every tool's latencies become, exact enough to be merged and asked for any quantile."""

import math
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate, pairwise

import msgspec

__all__ = ["Histogram"]


class Histogram(msgspec.Struct, frozen=True):
    """Durations in seconds, counted in buckets.

    Raises:
        ValueError: Buckets are not in ascending order, a count is below one, or the sum does not fit.
    """

    buckets: tuple[tuple[float, int], ...] = ()
    """The longest duration of each bucket that is not empty, in ascending order, and its count."""
    sum_seconds: float = 0.0
    """Of all durations, exact where the tool knows it."""
    minimum: float = 0.0
    maximum: float = 0.0

    def __post_init__(self) -> None:
        bounds = [bound for bound, _ in self.buckets]
        if any(later <= earlier for earlier, later in pairwise(bounds)):
            raise ValueError("buckets are not in ascending order")
        if any(count < 1 for _, count in self.buckets):
            raise ValueError("a bucket is empty")
        if not math.isfinite(self.sum_seconds) or self.sum_seconds < 0:
            raise ValueError("durations add up to nothing that is a duration")

    @classmethod
    def of(cls, durations: Iterable[float]) -> "Histogram":
        """Counts durations one by one, each in a bucket of its own."""
        counts: dict[float, int] = {}
        for duration in durations:
            counts[duration] = counts.get(duration, 0) + 1
        if not counts:
            return cls()
        buckets = tuple(sorted(counts.items()))
        return cls(buckets, math.fsum(bound * count for bound, count in buckets), buckets[0][0], buckets[-1][0])

    @property
    def count(self) -> int:
        """How many durations were counted."""
        return sum(count for _, count in self.buckets)

    @property
    def mean(self) -> float:
        """The mean, in seconds; 0 where nothing was counted."""
        return self.sum_seconds / self.count if self.buckets else 0.0

    def quantile(self, share: float) -> float:
        """The duration in seconds that `share` (0 to 1) of all did not exceed; 0 where nothing was counted."""
        return self.quantiles([share])[0]

    def quantiles(self, shares: Iterable[float]) -> list[float]:
        """As `quantile`, for several shares at once."""
        reached = list(accumulate(count for _, count in self.buckets))
        if not reached:
            return [0.0 for _ in shares]
        wanted = (max(1, math.ceil(share * reached[-1])) for share in shares)
        return [min(self.buckets[bisect_left(reached, count)][0], self.maximum) for count in wanted]

    def share_above(self, seconds: float) -> float:
        """Which share (0 to 1) took longer than `seconds`; 0 where nothing was counted."""
        total = self.count
        return sum(count for bound, count in self.buckets if bound > seconds) / total if total else 0.0

    def merged(self, other: "Histogram") -> "Histogram":
        """What both counted."""
        if not self.buckets or not other.buckets:
            return self if self.buckets else other
        counts = dict(self.buckets)
        for bound, count in other.buckets:
            counts[bound] = counts.get(bound, 0) + count
        return Histogram(
            tuple(sorted(counts.items())),
            self.sum_seconds + other.sum_seconds,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
        )
