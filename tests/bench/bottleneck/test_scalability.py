"""The fit on laws that are known, with and without noise from a seed."""

import math
import random

import pytest

from assay.bench.bottleneck import fit_scalability
from assay.bench.bottleneck.scalability import Coefficients, fitted

LEVELS = (1, 2, 4, 8, 16, 32, 64)


@pytest.mark.parametrize(
    ("law", "peak"),
    [
        (Coefficients(1000.0, 0.05, 0.001), math.sqrt(0.95 / 0.001)),
        (Coefficients(200.0, 0.2, 0.0), None),
        (Coefficients(50.0, 0.0, 0.0), None),
        (Coefficients(50.0, 0.0, 0.01), math.sqrt(1 / 0.01)),
    ],
)
def test_finds_the_law_that_points_were_made_from(law: Coefficients, peak: float | None) -> None:
    fit = fit_scalability([(n, law.throughput(n)) for n in LEVELS])
    assert fit is not None
    assert fit.throughput_of_one == pytest.approx(law.throughput_of_one)
    assert fit.contention == pytest.approx(law.contention, abs=1e-6)
    assert fit.coherence == pytest.approx(law.coherence, abs=1e-8)
    assert fit.peak_concurrency == (None if peak is None else pytest.approx(peak, rel=1e-3))
    assert fit.error == pytest.approx(0, abs=1e-6)


def test_says_what_it_levels_off_at() -> None:
    law = Coefficients(200.0, 0.2, 0.0)
    fit = fit_scalability([(n, law.throughput(n)) for n in LEVELS])
    assert fit is not None
    assert fit.largest_throughput == pytest.approx(1000.0)
    straight = fit_scalability([(n, 50.0 * n) for n in LEVELS])
    assert straight is not None
    assert straight.largest_throughput is None


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    law = Coefficients(1000.0, 0.05, 0.001)
    chance = random.Random(4)
    held = 0
    for trial in range(20):
        points = [(n, law.throughput(n) * (1 + chance.gauss(0, 0.02))) for n in LEVELS for _ in range(3)]
        fit = fit_scalability(points, seed=trial, resamples=80)
        assert fit is not None
        held += fit.contention_interval[0] <= law.contention <= fit.contention_interval[1]
    # The seed makes it the same every time: 95% of 20 are 19.
    assert held >= 17


def test_never_finds_less_than_nothing() -> None:
    # Throughput that grows faster than the load: no law of this form, so the nearest is proportional.
    best = fitted([(n, n**1.2) for n in LEVELS])
    assert best is not None
    assert min(best) >= 0
    assert (best.contention, best.coherence) == (0, 0)


def test_too_few_levels_say_nothing() -> None:
    assert fit_scalability([(1, 10.0), (2, 19.0), (4, 35.0), (4, 36.0)]) is None
    assert fit_scalability([]) is None
