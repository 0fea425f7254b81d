"""A histogram from the quantiles that a tool prints."""

import math
from collections.abc import Mapping

from assay.bench.histogram import Histogram

__all__ = ["GRID", "histogram_of_quantiles"]


_ALL = 100.0


def _grid() -> tuple[float, ...]:
    halves = [number / 2 for number in range(1, 198)]
    tails = [100 - (10 - step) * 10.0**-power for power in (0, 1, 2) for step in range(1 if power else 0, 10)]
    return tuple(sorted({round(percent, 6) for percent in (*halves, *tails)}))


GRID = _grid()
"""Percentiles that a tool is asked for where it prints what one asks for: every half up to 99, then finer and finer."""


def histogram_of_quantiles(
    quantiles: Mapping[float, float], *, count: int, mean: float, minimum: float, maximum: float
) -> Histogram:
    """What a tool must have counted to print these quantiles: at each of them the histogram says the same.

    Between two of them it says the upper one.

    Args:
        quantiles: Seconds by percentile.
        count: How many durations there were.
        mean: Seconds.
        minimum: Seconds.
        maximum: Seconds.

    Raises:
        ValueError: The figures contradict each other.
    """
    figures = (mean, minimum, maximum, *quantiles.values())
    if count < 0 or not all(math.isfinite(figure) and figure >= 0 for figure in figures):
        raise ValueError("a count or a duration is none")
    if not count:
        return Histogram()
    bounds: dict[int, float] = {1: minimum}
    for percent, seconds in [*sorted(quantiles.items()), (_ALL, maximum)]:
        if not 0 < percent <= _ALL:
            raise ValueError(f"there is no percentile {percent:g}")
        # The smallest rank of which no reading of "percentile" says a longer duration. Of several percentiles between
        # the same two durations the last is the nearest to the upper one.
        bounds[min(count, math.ceil(percent / _ALL * (count - 1) - 1e-9) + 1)] = seconds
    counts: dict[float, int] = {}
    reached, bound = 0, minimum
    for rank, seconds in sorted(bounds.items()):
        # Tools round each figure for itself, so that one may come out below the one before.
        bound = min(max(bound, seconds), maximum)
        counts[bound] = counts.get(bound, 0) + rank - reached
        reached = rank
    return Histogram(tuple(sorted(counts.items())), mean * count, minimum, maximum)
