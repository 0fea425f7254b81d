"""E-divisive means: where a stretch of a series is best cut in two, by the distances between its values.

Source: Matteson and James, "A nonparametric approach for multiple change point analysis of multivariate data" (2014),
with exponent 1. Of a series cut at τ, and looked at up to κ, the divergence of the n values before τ from the m values
after it is

    Q(τ, κ) = 2/(m+n) · Σ|x - y|  -  2m/((m+n)(n-1)) · Σ|x - x'|  -  2n/((m+n)(m-1)) · Σ|y - y'|

with sums over pairs of one value on each side, over pairs before, and over pairs after. The best cut is the τ of the
largest Q. That κ may lie before the end is what finds the first of two changes that undo each other.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

__all__ = ["Cut", "best_cut"]


class Cut(NamedTuple):
    """Where a series is best cut."""

    first: int
    """Of the first value behind the cut."""
    divergence: float


def best_cut(series: Sequence[float], start: int, end: int) -> Cut | None:
    """The best cut of `series[start:end]`; None where it has fewer than two values. Quadratic in its length."""
    length = end - start
    if length < 2:  # noqa: PLR2004 # a cut has two sides
        return None
    values = series[start:end]
    # sums[j][i]: the distances of value j to the i values from the beginning on.
    sums = [[0.0, *accumulate(abs(value - other) for other in values[:j])] for j, value in enumerate(values)]
    # before[j]: the distances of all pairs up to value j.
    before = list(accumulate(row[-1] for row in sums))
    best = Cut(start + 1, float("-inf"))
    for cut in range(1, length):
        inside = before[cut - 1]
        per_value = inside / (cut - 1) if cut > 1 else 0.0
        across_all = accumulate(row[cut] for row in sums[cut:])
        for after, (across, total) in enumerate(zip(across_all, before[cut:], strict=True), start=1):
            divergence = across - after * per_value
            if after > 1:
                divergence -= cut * (total - inside - across) / (after - 1)
            divergence *= 2 / (cut + after)
            if divergence > best.divergence:
                best = Cut(start + cut, divergence)
    return best
