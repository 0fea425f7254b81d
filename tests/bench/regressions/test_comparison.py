import math
import random
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from assay.bench.regressions import Finding, Record, Rules, compare_records
from assay.bench.regressions.bootstrap import ratio_interval, repeats_for
from assay.bench.regressions.comparison import compare_values
from assay.bench.regressions.quietness import waiting_share
from tests.bench.regressions.recorded import COMMIT, ENVIRONMENT, recorded

SEED = 11


def repeats(generator: random.Random, count: int, level: float, spread: float = 0.02) -> list[float]:
    return [level * math.exp(generator.gauss(0, spread)) for _ in range(count)]


def test_two_sets_of_an_unchanged_system_are_seldom_called_different() -> None:
    generator = random.Random(SEED)
    rules = Rules(minimum_effect=0.01)
    findings = [
        compare_values("p95", repeats(generator, count, 0.2), repeats(generator, count, 0.2), rules).finding
        for count in (5, 8)
        for _ in range(60)
    ]
    alarms = sum(finding in {Finding.BETTER, Finding.WORSE} for finding in findings)
    assert alarms <= 3


def test_heavy_tails_make_no_alarm_either() -> None:
    generator = random.Random(SEED)

    def heavy(count: int) -> list[float]:
        return [math.exp(0.02 * generator.gauss(0, 1) / math.sqrt(generator.expovariate(1))) for _ in range(count)]

    findings = [compare_values("p95", heavy(6), heavy(6), Rules()).finding for _ in range(100)]
    assert sum(finding in {Finding.BETTER, Finding.WORSE} for finding in findings) <= 2


def test_a_change_of_ten_per_cent_is_found_in_noise_of_two() -> None:
    generator = random.Random(SEED)
    findings = [
        compare_values("p95", repeats(generator, 6, 0.2), repeats(generator, 6, 0.22), Rules()).finding
        for _ in range(40)
    ]
    assert findings.count(Finding.WORSE) >= 38


def test_more_of_what_is_better_when_higher_is_better() -> None:
    before, after = [100.0, 101, 99, 100, 102, 98], [120.0, 121, 119, 120, 122, 118]
    assert compare_values("rate", before, after, Rules()).finding is Finding.BETTER
    assert compare_values("rate", after, before, Rules()).finding is Finding.WORSE
    assert compare_values("p99", before, after, Rules()).finding is Finding.WORSE
    assert compare_values("p99", after, before, Rules()).finding is Finding.BETTER


def test_what_lies_within_the_minimum_effect_is_the_same() -> None:
    before, after = [100.0, 100.1, 99.9, 100.2, 99.8, 100], [101.0, 101.1, 100.9, 101.2, 100.8, 101]
    compared = compare_values("p50", before, after, Rules(minimum_effect=0.05))
    assert compared.finding is Finding.SAME
    assert compared.low is not None
    assert compared.low > 1


def test_a_wide_interval_is_unknown_and_says_how_many_repeats_would_tell() -> None:
    generator = random.Random(SEED)
    compared = compare_values("p95", repeats(generator, 6, 1, 0.1), repeats(generator, 6, 1, 0.1), Rules())
    assert compared.finding is Finding.UNKNOWN
    assert compared.repeats_needed is not None
    assert compared.repeats_needed > 50


def test_too_few_repeats_allow_no_interval() -> None:
    compared = compare_values("p95", [1.0, 1.1], [2.0, 2.1, 2.2], Rules())
    assert compared.finding is Finding.UNKNOWN
    assert (compared.low, compared.high, compared.repeats_needed) == (None, None, 5)
    assert compared.ratio == pytest.approx(2, rel=0.1)
    assert [repeats_for(confidence) for confidence in (0.9, 0.95, 0.99, 0.999)] == [4, 4, 5, 7]


def test_figures_without_a_ratio_are_unknown() -> None:
    assert compare_values("served", [0.0] * 6, [1.0] * 6, Rules()).finding is Finding.UNKNOWN
    assert compare_values("served", [], [1.0] * 6, Rules()).finding is Finding.UNKNOWN
    assert compare_values("recovery", [0.0] * 6, [0.0] * 6, Rules()).finding is Finding.SAME
    assert compare_values("recovery", [0.0] * 3, [0.0] * 3, Rules()).finding is Finding.UNKNOWN


def test_the_same_figures_are_the_same() -> None:
    compared = compare_values("served", [1.0] * 6, [1.0] * 6, Rules())
    assert (compared.finding, compared.low, compared.high) == (Finding.SAME, 1.0, 1.0)


def test_an_interval_is_the_same_for_the_same_seed() -> None:
    before, after = [1.0, 1.2, 1.1, 1.3, 0.9, 1.0], [1.1, 1.3, 1.4, 1.2, 1.0, 1.1]
    first = ratio_interval(before, after, confidence=0.99, seed=1)
    assert first == ratio_interval(before, after, confidence=0.99, seed=1)
    assert first != ratio_interval(before, after, confidence=0.99, seed=2)
    assert first.low < first.ratio < first.high


@pytest.mark.parametrize("before", [[1.0], [1.0, 0.0], [1.0, math.nan], [1.0, -1.0], [1.0] * 1001])
def test_refuses_repeats_that_have_no_interval(before: list[float]) -> None:
    with pytest.raises(ValueError, match=r"above zero|repeats"):
        ratio_interval(before, [1.0, 1.1], confidence=0.99, seed=0)


def slower(record: Record, factor: float) -> Record:
    return msgspec.structs.replace(
        record,
        run=record.run + "-slower",
        repeats=tuple(
            msgspec.structs.replace(repeat, measures=repeat.measures | {"p99": repeat.measures["p99"] * factor})
            for repeat in record.repeats
        ),
    )


def test_a_slower_record_is_worse_by_the_measure_that_changed() -> None:
    record = recorded("checkout", seed=1)
    comparison = compare_records([record], slower(record, 1.3))
    assert comparison.finding is Finding.WORSE
    assert {one.measure: one.finding for one in comparison.measures} == {
        "p50": Finding.SAME,
        "p95": Finding.SAME,
        "p99": Finding.WORSE,
        "rate": Finding.SAME,
    }
    assert (comparison.commit_before, comparison.commit_after) == (COMMIT.short, COMMIT.short)


def test_repeats_of_several_records_are_taken_together() -> None:
    many = [recorded("checkout", seed=number, count=3) for number in range(3)]
    comparison = compare_records(many[:2], msgspec.structs.replace(many[2], repeats=many[2].repeats * 2))
    assert {one.repeats_before for one in comparison.measures} == {6}
    assert comparison.finding is not Finding.NOT_COMPARABLE


def test_only_the_measures_that_are_asked_for_are_judged() -> None:
    record = recorded("checkout", seed=1)
    comparison = compare_records([record], slower(record, 1.3), Rules(measures=("p50",)))
    assert comparison.finding is Finding.SAME


def test_results_of_two_machines_do_not_compare() -> None:
    record = recorded("checkout", seed=1)
    elsewhere = msgspec.structs.replace(slower(record, 2), environment=msgspec.structs.replace(ENVIRONMENT, cores=64))
    comparison = compare_records([record], elsewhere)
    assert comparison.finding is Finding.NOT_COMPARABLE
    assert comparison.differences == ("cores: 4 before, 64 now",)
    assert {one.finding for one in comparison.measures} == {Finding.NOT_COMPARABLE}


def test_results_of_another_test_or_tool_do_not_compare() -> None:
    record = recorded("checkout", seed=1)
    for change in ({"settings": "other"}, {"tool": "wrk"}):
        other = msgspec.structs.replace(record, run="other", **change)
        assert compare_records([record], other).finding is Finding.NOT_COMPARABLE


def test_what_weakens_a_comparison_is_said() -> None:
    record = recorded("checkout", seed=1)
    limited = msgspec.structs.replace(
        record,
        run="later",
        recorded=datetime(2026, 1, 2, tzinfo=UTC),
        commit=msgspec.structs.replace(COMMIT, dirty=True),
        tool_version="2",
        repeats=(
            msgspec.structs.replace(record.repeats[0], partial=True),
            *(msgspec.structs.replace(repeat, limits=("no core was free",)) for repeat in record.repeats[1:]),
        ),
    )
    comparison = compare_records([record], limited)
    assert len(comparison.cautions) == 4
    assert {one.repeats_after for one in comparison.measures} == {len(record.repeats) - 1}


def test_on_a_busy_machine_a_difference_is_not_told() -> None:
    record = recorded("checkout", seed=1)
    for before, after in ((0.0, 0.9), (0.9, None)):
        comparison = compare_records(
            [msgspec.structs.replace(record, waiting=before)],
            msgspec.structs.replace(slower(record, 1.3), waiting=after),
        )
        assert comparison.finding is Finding.UNKNOWN
        assert {one.finding for one in comparison.measures} == {Finding.SAME, Finding.UNKNOWN}
        [caution] = comparison.cautions
        assert "the machine was busy" in caution
        assert "90%" in caution
    quiet = compare_records(
        [msgspec.structs.replace(record, waiting=0.05)], msgspec.structs.replace(slower(record, 1.3), waiting=0.1)
    )
    assert (quiet.finding, quiet.cautions) == (Finding.WORSE, ())


def test_the_machine_says_whether_something_waits(tmp_path: Path) -> None:
    file = tmp_path / "cpu"
    assert waiting_share(file) is None
    file.write_text("some avg10=12.50 avg60=3.00 avg300=1.00 total=7\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")
    assert waiting_share(file) == 0.125
    file.write_text("something else")
    assert waiting_share(file) is None


@pytest.mark.parametrize("rules", [{"confidence": 1.0}, {"confidence": 0.1}, {"minimum_effect": 0}])
def test_refuses_rules_that_say_nothing(rules: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"confidence|effect"):
        Rules(**rules)  # type: ignore[arg-type] # wrong on purpose


def test_refuses_to_compare_two_tests() -> None:
    with pytest.raises(ValueError, match="one test"):
        compare_records([recorded("search", seed=1)], recorded("checkout", seed=1))
    with pytest.raises(ValueError, match="one test"):
        compare_records([], recorded("checkout", seed=1))
