"""Change points of a history: from which result on a measure is on another level.

The variant of E-divisive means that Hunter introduced and Apache Otava uses (Fleming et al., "Hunter: using change
point detection to hunt for performance regressions", 2023): cuts are searched in overlapping windows, so that the
length of the history does not weaken them; a t-test that anybody can repeat decides, in place of random permutations;
weak points are accepted first, at ten times the probability, and the weakest is dropped again and again until all
hold.

Three things differ from Otava. Variances are those of a sample, divided by n-1, which matters beside short stretches;
when a weak point is dropped, both its neighbours are judged anew, since both got a longer stretch; and a level must
have lasted for a few results, since a single slow one is an outlier and no level.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from assay.bench.regressions.divisive import best_cut
from assay.bench.regressions.student import two_sided_probability

__all__ = ["ChangePoint", "Detection", "change_points"]

LONGEST_HISTORY = 10_000
"""Results of one measure. The work grows linearly with it, quadratically with the window."""


class Detection(msgspec.Struct, frozen=True, kw_only=True):
    """When a change of level counts.

    Raises:
        ValueError: A probability or an effect that is none, or a window too small to hold a change.
    """

    window: int = 50
    """Results that are looked at together."""
    probability: float = 0.001
    """The largest probability at which a difference that is chance is taken for a change."""
    minimum_effect: float = 0.02
    """The smallest change that counts, as a share of the lower of the two levels."""
    shortest_level: int = 3
    """For how many results a level must have lasted."""

    def __post_init__(self) -> None:
        if self.window < 4 or self.window > 1000:  # noqa: PLR2004 # two values on each side; quadratic above
            raise ValueError("a window has 4 to 1000 results")
        if not 0 < self.probability < 1:
            raise ValueError("a probability lies between 0 and 1")
        if not 0 <= self.minimum_effect < math.inf:
            raise ValueError("a minimum effect is a share, such as 0.02")
        if not 1 <= self.shortest_level <= self.window // 2:
            raise ValueError("a level lasts for one result or more, and twice that fits into the window")


_USUAL = Detection()


class ChangePoint(NamedTuple):
    """A change of level."""

    first: int
    """Of the first result on the new level."""
    before: float
    """The mean since the change point before, or the beginning."""
    after: float
    """The mean until the next change point, or the end."""
    probability: float
    """Of such a difference, or a larger one, if there is none: Student's t-test, two-sided."""

    @property
    def effect(self) -> float:
        """The change as a share of the level before: 0.05 is 5% more; infinite where that was zero."""
        if self.before == 0:
            return math.inf if self.after else 0.0
        return self.after / self.before - 1

    @property
    def magnitude(self) -> float:
        """The change as a share of the lower level: the same for a change and for its undoing."""
        low, high = sorted((abs(self.before), abs(self.after)))
        return math.inf if low == 0 and high else (high / low - 1 if low else 0.0)


def change_points(series: Sequence[float], detection: Detection = _USUAL) -> list[ChangePoint]:
    """The changes of level, oldest first.

    Raises:
        ValueError: A value is not finite, or the series is longer than `LONGEST_HISTORY`.
    """
    if len(series) > LONGEST_HISTORY:
        raise ValueError(f"{len(series)} results, more than the {LONGEST_HISTORY} that are looked at")
    if not all(math.isfinite(value) for value in series):
        raise ValueError("a result that is not a finite number")
    points = _judged(series, _weak_points(series, detection), detection)
    while points:
        weakest = _weakest(points, detection)
        if weakest is None:
            break
        points = _judged(series, [point.first for point in points if point != weakest], detection)
    return points


def _weakest(points: Sequence[ChangePoint], detection: Detection) -> ChangePoint | None:
    """What has to go next; None where all hold."""
    unsure = max(points, key=lambda point: point.probability)
    if unsure.probability >= detection.probability:
        return unsure
    small = min(points, key=lambda point: point.magnitude)
    return small if small.magnitude <= detection.minimum_effect else None


def _weak_points(series: Sequence[float], detection: Detection) -> list[int]:
    weak = min(10 * detection.probability, max(0.5, detection.probability))
    found: set[int] = set()
    start, step = 0, detection.window // 2
    while start < len(series):
        in_window = _cuts(series, start, min(start + detection.window, len(series)), weak)
        found.update(in_window)
        start = max([*in_window, start + step])
    return sorted(found)


def _cuts(series: Sequence[float], start: int, end: int, probability: float) -> list[int]:
    """Cuts within one window: the best one of all stretches, again and again, until it is not significant."""
    bounds = [start, end]
    best = {(start, end): best_cut(series, start, end)}
    while True:
        candidates = [(cut, left, right) for (left, right), cut in best.items() if cut is not None]
        if not candidates:
            break
        cut, left, right = max(candidates, key=lambda candidate: candidate[0].divergence)
        if _tested(series, left, cut.first, right).probability > probability:
            break
        del best[left, right]
        for half in ((left, cut.first), (cut.first, right)):
            best[half] = best_cut(series, *half)
        bounds.append(cut.first)
    return sorted(bounds[2:])


def _judged(series: Sequence[float], indices: Sequence[int], detection: Detection) -> list[ChangePoint]:
    """Each change point, by the stretches that reach to its neighbours; one beside a stretch too short is chance."""
    points = []
    for (left, middle), (_, right) in pairwise(pairwise([0, *indices, len(series)])):
        point = _tested(series, left, middle, right)
        too_short = min(middle - left, right - middle) < detection.shortest_level
        points.append(point._replace(probability=1.0) if too_short else point)
    return points


def _tested(series: Sequence[float], left: int, middle: int, right: int) -> ChangePoint:
    """Student's t-test for two samples of one variance."""
    before, after = series[left:middle], series[middle:right]
    mean_before, mean_after = math.fsum(before) / len(before), math.fsum(after) / len(after)
    degrees = len(before) + len(after) - 2
    probability = 1.0
    if degrees > 0:
        squares = math.fsum((value - mean_before) ** 2 for value in before)
        squares += math.fsum((value - mean_after) ** 2 for value in after)
        error = math.sqrt(squares / degrees * (1 / len(before) + 1 / len(after)))
        difference = mean_after - mean_before
        if error > 0:
            probability = two_sided_probability(difference / error, degrees)
        elif difference != 0:
            probability = 0.0
    return ChangePoint(middle, mean_before, mean_after, probability)
