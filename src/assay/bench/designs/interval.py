"""Confidence intervals of means and slopes, from Student's distribution."""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, stdev

import msgspec

__all__ = ["Interval", "Slope", "mean_interval", "slope_of", "student_quantile"]


class Interval(msgspec.Struct, frozen=True):
    """An estimate and between which values the truth is, with the confidence that was asked for."""

    estimate: float
    low: float
    high: float


class Slope(msgspec.Struct, frozen=True, kw_only=True):
    """How a figure changes with time."""

    per_second: Interval
    mean: float
    """Of the figure."""
    seconds: float
    """Over which it was seen."""

    @property
    def growth(self) -> Interval:
        """By which share of its mean the figure grew in the time in which it was seen."""
        scale = self.seconds / abs(self.mean) if self.mean else 0.0
        each = self.per_second
        return Interval(each.estimate * scale, each.low * scale, each.high * scale)


def student_quantile(confidence: float, freedom: int) -> float:
    """By how many standard errors a two-sided interval of this confidence reaches, with so many degrees of freedom.

    Raises:
        ValueError: Not a confidence between 0 and 1, or no freedom.
    """
    if not 0 < confidence < 1 or freedom < 1:
        raise ValueError("a confidence between 0 and 1 and a degree of freedom are needed")
    low, high = 0.0, 1.0
    while _central(high, freedom) < confidence:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _central(middle, freedom) < confidence else (low, middle)
    return high


def _central(reach: float, freedom: int) -> float:
    """The probability of lying within `reach` of 0 (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""
    angle = math.atan(reach / math.sqrt(freedom))
    cosine = math.cos(angle) ** 2
    even = freedom % 2 == 0
    term = total = 1.0 if even or freedom > 1 else 0.0
    for index in range(1 if even else 2, freedom - 1, 2):
        term *= index / (index + 1) * cosine
        total += term
    if even:
        return math.sin(angle) * total
    return 2 / math.pi * (angle + math.sin(angle) * math.cos(angle) * total)


def mean_interval(values: Sequence[float], confidence: float) -> Interval:
    """The mean of independent values, with its interval; without width where there is only one.

    Raises:
        ValueError: There is none.
    """
    if not values:
        raise ValueError("no values")
    mean = fmean(values)
    if len(values) == 1:
        return Interval(mean, mean, mean)
    reach = student_quantile(confidence, len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return Interval(mean, mean - reach, mean + reach)


def slope_of(times: Sequence[float], values: Sequence[float], confidence: float, *, blocks: int = 12) -> Slope | None:
    """The slope of values that were taken one after the other, by least squares over the means of blocks of them.

    Values that are close in time resemble each other, which would make the interval too narrow; means of blocks do so
    less.

    Returns:
        None where there are too few values for an interval.
    """
    blocks = min(blocks, len(values))
    if blocks < 4:  # noqa: PLR2004 # two of freedom at least: with one, an interval reaches 13 standard errors
        return None
    edges = [round(index * len(values) / blocks) for index in range(blocks + 1)]
    pairs = list(pairwise(edges))
    x = [fmean(times[begin:end]) for begin, end in pairs]
    y = [fmean(values[begin:end]) for begin, end in pairs]
    mean_x, mean_y = fmean(x), fmean(y)
    spread = math.fsum((each - mean_x) ** 2 for each in x)
    if spread <= 0:
        return None
    slope = math.fsum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread
    left = math.fsum((b - mean_y - slope * (a - mean_x)) ** 2 for a, b in zip(x, y, strict=True))
    reach = student_quantile(confidence, blocks - 2) * math.sqrt(left / (blocks - 2) / spread)
    return Slope(
        per_second=Interval(slope, slope - reach, slope + reach), mean=fmean(values), seconds=times[-1] - times[0]
    )
