import itertools
import math
import random
from functools import reduce
from operator import add

import pytest

from assay.bench.regressions.change_points import LONGEST_HISTORY, Detection, change_points
from assay.bench.regressions.divisive import best_cut
from assay.bench.regressions.student import two_sided_probability
from assay.bench.regressions.synthetic import History, Noise, Score, score
from tests.bench.regressions.planted import found_by_otava, generated, planted


def found_in(history: History, detection: Detection = Detection()) -> list[int]:  # noqa: B008 # frozen
    return [point.first for point in change_points(history.values, detection)]


def scored(histories: list[History]) -> Score:
    return reduce(add, (score(history, found_in(history)) for history in histories))


def test_planted_histories_are_what_their_seed_makes() -> None:
    assert planted() == generated()
    assert len(planted()) == 480


@pytest.mark.parametrize("noise", Noise)
def test_steps_of_five_per_cent_are_found_in_noise_of_one_and_nothing_is_invented(noise: Noise) -> None:
    histories = [history for history in planted() if history.noise is noise]
    unchanged = [history for history in histories if not history.changes]
    whole = scored(histories)
    assert whole.planted >= 90
    assert whole.recall >= 0.9
    assert whole.false_alarms <= 0.05
    assert whole.false_share <= 0.05
    assert scored(unchanged).false_alarms <= 0.05


def test_agrees_with_otava_where_it_is_asked_to_take_an_outlier_for_a_level() -> None:
    like_otava = Detection(window=50, probability=0.001, minimum_effect=0.02, shortest_level=1)
    some = list(zip(planted(), found_by_otava(), strict=True))[::3]
    alike = sum(found_in(history, like_otava) == list(theirs) for history, theirs in some)
    # The rest lies beside stretches of a few results, where Otava's variances are too small.
    assert alike >= 0.96 * len(some)


@pytest.mark.parametrize(
    ("statistic", "degrees", "probability"),
    [(0, 5, 1), (12.7062047, 1, 0.05), (2.2281389, 10, 0.05), (3.1692727, 10, 0.01), (2.6258905, 100, 0.01)],
)
def test_probabilities_are_those_of_students_tables(statistic: float, degrees: int, probability: float) -> None:
    assert two_sided_probability(statistic, degrees) == pytest.approx(probability, rel=1e-6)
    assert two_sided_probability(-statistic, degrees) == two_sided_probability(statistic, degrees)


def test_probabilities_of_one_and_two_degrees_have_closed_forms() -> None:
    for statistic in (0.001, 0.3, 1.0, 5.0, 400.0):
        assert two_sided_probability(statistic, 1) == pytest.approx(1 - 2 / math.pi * math.atan(statistic), rel=1e-9)
        square = statistic * statistic
        assert two_sided_probability(statistic, 2) == pytest.approx(1 - statistic / math.sqrt(2 + square), rel=1e-6)


def test_a_cut_is_the_best_by_the_definition() -> None:
    generator = random.Random(3)
    for _ in range(30):
        series = [generator.gauss(100, 5) for _ in range(generator.randint(2, 14))]
        start, end = sorted(generator.sample(range(len(series) + 1), 2))
        cut = best_cut(series, start, end)
        if end - start < 2:
            assert cut is None
            continue
        all_cuts = {
            (first, last): divergence(series[start:first], series[first:last])
            for first in range(start + 1, end)
            for last in range(first + 1, end + 1)
        }
        assert cut is not None
        assert cut.divergence == pytest.approx(max(all_cuts.values()))
        best, _ = max(all_cuts, key=lambda where: all_cuts[where])
        assert cut.first == best


def divergence(before: list[float], after: list[float]) -> float:
    n, m = len(before), len(after)
    across = sum(abs(x - y) for x in before for y in after)
    pairs_before = sum(abs(x - y) for x, y in itertools.combinations(before, 2))
    pairs_after = sum(abs(x - y) for x, y in itertools.combinations(after, 2))
    return (
        2 / (m + n) * across
        - (2 * m / ((m + n) * (n - 1)) * pairs_before if n > 1 else 0)
        - (2 * n / ((m + n) * (m - 1)) * pairs_after if m > 1 else 0)
    )


def test_a_change_says_from_what_to_what() -> None:
    [point] = change_points([10.0, 10.1, 9.9, 10.0, 10.1, 12.0, 12.1, 11.9, 12.0])
    assert point.first == 5
    assert point.before == pytest.approx(10.02)
    assert point.after == pytest.approx(12.0)
    assert point.effect == pytest.approx(12 / 10.02 - 1)
    assert point.magnitude == pytest.approx(point.effect)
    [undone] = change_points([12.0, 12.1, 11.9, 12.0, 10.0, 10.1, 9.9, 10.0, 10.1])
    assert undone.effect < 0
    assert undone.magnitude == pytest.approx(point.magnitude)


def test_two_slow_results_are_no_level_yet() -> None:
    steady = [100.0, 101.0, 99.0, 100.5, 99.5] * 8
    assert change_points([*steady, 150.0, 151.0]) == []
    assert [point.first for point in change_points([*steady, 150.0, 151.0], Detection(shortest_level=1))] == [40]
    assert [point.first for point in change_points([*steady, 150.0, 151.0, 149.0])] == [40]


def test_a_small_change_is_left_out_however_sure_it_is() -> None:
    small = [100.0, 100.1] * 20 + [101.0, 101.1] * 20
    assert change_points(small) == []
    assert [point.first for point in change_points(small, Detection(minimum_effect=0.005))] == [40]


@pytest.mark.parametrize("series", [[], [1.0], [1.0, 1.0], [5.0] * 100, [0.0] * 30])
def test_nothing_is_found_where_nothing_changes(series: list[float]) -> None:
    assert change_points(series) == []


def test_a_change_without_any_noise_is_found() -> None:
    assert [point.first for point in change_points([0.0] * 10 + [1.0] * 10)] == [10]


@pytest.mark.parametrize("series", [[1.0, math.nan], [1.0, math.inf], [1.0] * (LONGEST_HISTORY + 1)])
def test_refuses_what_is_no_history(series: list[float]) -> None:
    with pytest.raises(ValueError, match=r"finite|results"):
        change_points(series)


@pytest.mark.parametrize(
    "settings", [{"window": 3}, {"window": 5000}, {"probability": 0}, {"minimum_effect": -1}, {"shortest_level": 0}]
)
def test_refuses_settings_that_find_nothing(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"window|probability|effect|level"):
        Detection(**settings)  # type: ignore[arg-type] # wrong on purpose
