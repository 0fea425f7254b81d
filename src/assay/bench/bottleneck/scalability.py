"""The Universal Scalability Law, fitted to throughput at several concurrencies.

Gunther, "Guerrilla Capacity Planning" (2007): X(N) = λN / (1 + s(N-1) + kN(N-1)). Divided into N it is linear in
1/λ, s/λ and k/λ, which are not negative: least squares over the subsets of those that may be zero finds the best.
"""

import math
import random
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from assay.bench.bottleneck.report import ScalabilityFit

__all__ = ["LEAST_POINTS", "RESAMPLES", "Coefficients", "fit_scalability", "fitted"]

LEAST_POINTS = 4
"""Different concurrencies: three parameters, and something to tell a fit from a coincidence."""

RESAMPLES = 200
"""Of the bootstrap: the ends of an interval of 95% are then the fifth from each side."""

_SPREAD = 0.95
_SMALL = 1e-12


class Coefficients(NamedTuple):
    """Of the law."""

    throughput_of_one: float
    contention: float
    coherence: float

    def throughput(self, concurrency: float) -> float:
        """Requests per second."""
        n = concurrency
        return self.throughput_of_one * n / (1 + self.contention * (n - 1) + self.coherence * n * (n - 1))


def fit_scalability(
    points: Sequence[tuple[float, float]], seed: int = 0, *, resamples: int = RESAMPLES
) -> ScalabilityFit | None:
    """Fits the law.

    Args:
        points: Concurrency (requests in flight; in the mean it may be below one) and throughput (requests per second).
        seed: Of the bootstrap: residuals are drawn anew.
        resamples: How often.

    Returns:
        None where there are fewer than `LEAST_POINTS` different concurrencies.
    """
    usable = [(n, x) for n, x in points if n > 0 and x > 0]
    if len({round(n, 3) for n, _ in usable}) < LEAST_POINTS:
        return None
    best = fitted(usable)
    if best is None:
        return None
    errors = [x / best.throughput(n) - 1 for n, x in usable]
    chance = random.Random(seed)  # noqa: S311 # a seed gives the same interval again
    # A fit goes nearer to its points than the truth does, by this much.
    widening = math.sqrt(len(usable) / max(1, len(usable) - 3))
    again = []
    for _ in range(resamples):
        drawn = [(n, best.throughput(n) * max(0.05, 1 + widening * chance.choice(errors))) for n, _ in usable]
        found = fitted(drawn)
        if found is not None:
            again.append(found)
    peak, largest = _peak(best)
    return ScalabilityFit(
        points=len(usable),
        throughput_of_one=best.throughput_of_one,
        contention=best.contention,
        coherence=best.coherence,
        throughput_of_one_interval=_interval([one.throughput_of_one for one in again]),
        contention_interval=_interval([one.contention for one in again]),
        coherence_interval=_interval([one.coherence for one in again]),
        peak_concurrency=peak,
        largest_throughput=largest,
        error=math.sqrt(math.fsum(error * error for error in errors) / len(errors)),
    )


def fitted(points: Sequence[tuple[float, float]]) -> Coefficients | None:
    """The coefficients that fit best; None where no law of this form does."""
    best: tuple[float, list[float]] | None = None
    for size in (2, 1, 0):
        for more in combinations((1, 2), size):
            columns = (0, *more)
            solution = _least_squares(points, columns)
            if solution is None or solution[0] <= _SMALL or min(solution) < 0:
                continue
            whole = [0.0, 0.0, 0.0]
            for column, value in zip(columns, solution, strict=True):
                whole[column] = value
            badness = _badness(points, whole)
            if best is None or badness < best[0] - _SMALL:
                best = (badness, whole)
    if best is None:
        return None
    inverse, serial, pairs = best[1]
    return Coefficients(1 / inverse, serial / inverse, pairs / inverse)


def _row(concurrency: float) -> tuple[float, float, float]:
    return 1.0, concurrency - 1, concurrency * (concurrency - 1)


def _badness(points: Sequence[tuple[float, float]], whole: list[float]) -> float:
    total = 0.0
    for n, x in points:
        expected = math.fsum(a * b for a, b in zip(_row(n), whole, strict=True))
        total += (1 - expected * x / n) ** 2
    return total


def _least_squares(points: Sequence[tuple[float, float]], columns: tuple[int, ...]) -> list[float] | None:
    """Of N/X on these columns, each point by its relative error. None where there is no one solution."""
    rows = [([_row(n)[column] * x / n for column in columns], 1.0) for n, x in points]
    size = len(columns)
    matrix = [
        [math.fsum(row[i] * row[j] for row, _ in rows) for j in range(size)]
        + [math.fsum(row[i] * target for row, target in rows)]
        for i in range(size)
    ]
    return _solved(matrix)


def _solved(matrix: list[list[float]]) -> list[float] | None:
    """Gauss's elimination, with pivoting."""
    size = len(matrix)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(matrix[row][column]))
        if abs(matrix[pivot][column]) < _SMALL * max(1.0, abs(matrix[0][0])) * _SMALL:
            return None
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        for row in range(size):
            if row != column:
                factor = matrix[row][column] / matrix[column][column]
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], matrix[column], strict=True)]
    return [matrix[row][size] / matrix[row][row] for row in range(size)]


def _peak(best: Coefficients) -> tuple[float | None, float | None]:
    if best.coherence > _SMALL:
        peak = math.sqrt(max(0.0, 1 - best.contention) / best.coherence)
        peak = max(1.0, peak)
        return peak, best.throughput(peak)
    return None, best.throughput_of_one / best.contention if best.contention > _SMALL else None


def _interval(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values)
    if not ordered:
        return math.nan, math.nan
    outside = (1 - _SPREAD) / 2
    last = len(ordered) - 1
    return ordered[math.floor(outside * last)], ordered[math.ceil((1 - outside) * last)]
