"""By how much one set of repeats differs from another: the ratio of their means, with an interval for it.

The mean is the geometric one, since what disturbs a run multiplies its latencies. The interval is that of the
bootstrap's percentiles, widened as Hesterberg shows for small samples ("What teachers should know about the
bootstrap", 2015): drawn from so few repeats, the plain one is too narrow.
"""

import math
import random
from collections.abc import Sequence
from itertools import repeat
from statistics import NormalDist
from typing import NamedTuple

from assay.bench.regressions.student import two_sided_probability

__all__ = ["RatioInterval", "ratio_interval", "repeats_for"]

RESAMPLES = 1000
"""Of each set. Enough for the ends of an interval to be steady in their second digit."""

MOST_REPEATS = 1000
"""Of each set."""


class RatioInterval(NamedTuple):
    """The second mean divided by the first."""

    ratio: float
    low: float
    high: float


def ratio_interval(before: Sequence[float], after: Sequence[float], *, confidence: float, seed: int) -> RatioInterval:
    """The ratio of the geometric means of `after` and `before`. The same for the same seed.

    Raises:
        ValueError: A value is not above zero, or there are too few or too many repeats.
    """
    if not all(0 < value < math.inf for value in (*before, *after)):
        raise ValueError("a ratio needs values above zero")
    fewest, most = sorted((len(before), len(after)))
    if fewest < 2 or most > MOST_REPEATS:  # noqa: PLR2004 # one repeat says nothing of the next
        raise ValueError(f"an interval needs 2 to {MOST_REPEATS} repeats, not {fewest} or {most}")
    first, second = [math.log(value) for value in before], [math.log(value) for value in after]
    difference = math.fsum(second) / len(second) - math.fsum(first) / len(first)
    generator = random.Random(seed)  # noqa: S311 # repeatable, which is the point
    drawn = sorted(
        later - earlier for earlier, later in zip(_means(first, generator), _means(second, generator), strict=True)
    )
    tail = (1 - confidence) / 2
    wider = _widening(len(first), len(second), tail)
    below = max(0.0, difference - _quantile(drawn, tail)) * wider
    above = max(0.0, _quantile(drawn, 1 - tail) - difference) * wider
    return RatioInterval(math.exp(difference), math.exp(difference - below), math.exp(difference + above))


def repeats_for(confidence: float) -> int:
    """How many repeats each set needs at least.

    The values of two sets of n that are the same lie apart, all of one below all of the other, in 2 of all (2n over n)
    orders. As long as chance does that more often than the interval may be wrong, no interval is worth its name.
    """
    count = 2
    while 2 / math.comb(2 * count, count) > 1 - confidence:
        count += 1
    return count


def _means(values: Sequence[float], generator: random.Random) -> list[float]:
    count = len(values)
    return [math.fsum(generator.choices(values, k=count)) / count for _ in repeat(None, RESAMPLES)]


def _widening(first: int, second: int, tail: float) -> float:
    """By which factor the bootstrap's interval is too narrow.

    It divides a variance by n where n-1 is right, and has a normal deviate where Student's belongs. Widening what it
    leaves out instead of how far it reaches would ask for resamples that are too rare to be drawn.
    """
    deviate = _student_quantile(tail, first + second - 2) / -NormalDist().inv_cdf(tail)
    count = 2 / (1 / first + 1 / second)
    return deviate * math.sqrt(count / (count - 1))


def _student_quantile(tail: float, degrees: int) -> float:
    """The deviate that Student's t exceeds with probability `tail`, by bisection."""
    low, high = 0.0, 1.0
    while two_sided_probability(high, degrees) > 2 * tail:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        if two_sided_probability(middle, degrees) > 2 * tail:
            low = middle
        else:
            high = middle
    return high


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, max(0, round(share * (len(ordered) - 1))))]
