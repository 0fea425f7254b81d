"""Designs, on models of services whose limits are known: computed, so that nothing depends on the machine."""

import math
import random

import pytest

from assay.bench import ConstantUsers
from assay.bench.designs import Finding, Measured, Observed, Track, findings_of, procedure_of
from assay.bench.designs.capacity import CapacityAnalysis
from assay.bench.designs.interval import mean_interval, slope_of, student_quantile
from assay.bench.designs.load import LoadAnalysis
from assay.bench.designs.soak import SoakAnalysis
from assay.bench.designs.spike import SpikeAnalysis
from assay.bench.designs.stress import StressAnalysis
from assay.bench.thresholds import parse_threshold
from assay.evidence.verdict import Verdict
from assay.system.performance import (
    CapacitySettings,
    LoadSettings,
    SoakSettings,
    SpikeSettings,
    StressSettings,
)
from tests.bench.results import result_of
from tests.bench.synthetic import BASE, SyntheticService, constant, exponential

HOLDS, VIOLATED, UNKNOWN = Verdict.HOLDS, Verdict.VIOLATED, Verdict.UNKNOWN

Settings = LoadSettings | StressSettings | SpikeSettings | SoakSettings | CapacitySettings


def conduct(settings: Settings, service: SyntheticService) -> tuple[object, dict[str, Finding]]:
    thresholds = tuple(parse_threshold(text) for text in settings.thresholds)
    slo = tuple(parse_threshold(text) for text in settings.slo_texts)
    analysis = service.conduct(procedure_of(settings, BASE, thresholds, slo))
    return analysis, {finding.name: finding for finding in findings_of(settings, analysis)}


# Load.


def load(rate: float = 100, thresholds: tuple[str, ...] = ()) -> LoadSettings:
    return LoadSettings(name="a", target="orders", rate=rate, seconds=10, thresholds=thresholds)


def test_finds_that_a_service_keeps_up_with_a_load() -> None:
    settings = load(thresholds=("http_req_duration: p(99)<25", "http_req_duration: max<5"))
    analysis, found = conduct(settings, SyntheticService(4, constant(0.02)))
    assert isinstance(analysis, LoadAnalysis)
    verdicts = {name: finding.verdict for name, finding in found.items()}
    assert verdicts == {"threshold-1": HOLDS, "threshold-2": VIOLATED, "answered": HOLDS, "keeps-up": HOLDS}


def test_finds_errors_and_lost_rate_under_a_load_that_is_too_much() -> None:
    _, found = conduct(load(rate=400), SyntheticService(1, constant(0.01)))
    assert (found["answered"].verdict, found["keeps-up"].verdict) == (VIOLATED, VIOLATED)
    assert "timeout-waiting" in found["answered"].explanation
    _, found = conduct(load(thresholds=("http_req_failed: rate<0.2",)), SyntheticService(4, constant(0.02)))
    assert "answered" not in found


def test_can_load_with_users_in_place_of_a_rate() -> None:
    settings = LoadSettings(name="a", target="orders", users=3, seconds=5)
    step = next(procedure_of(settings, BASE, (), ()))
    assert (step.label, step.test.executor) == ("3 users", ConstantUsers(3, 5))


def test_does_not_say_that_all_was_answered_where_the_tool_cannot_see_failures() -> None:
    step = next(procedure_of(load(), BASE, (), ()))
    for unknown, verdict in (((), HOLDS), (("failed",), UNKNOWN)):
        measured = Measured(step=step, observed=Observed(result=result_of([5] * 1000, unknown=unknown)))
        found = findings_of(load(), LoadAnalysis(measured=measured, judgements=()))
        assert found[0].verdict is verdict


# Stress: four workers at 10 ms do 400 requests/s.


def stress(at_least: float | None = None) -> StressSettings:
    return StressSettings(
        name="a", target="orders", from_rate=50, to_rate=1600, steps=6, step_seconds=5, at_least=at_least
    )


def test_finds_where_a_service_breaks_and_that_it_recovers() -> None:
    analysis, found = conduct(stress(at_least=200), SyntheticService(4, constant(0.01)))
    assert isinstance(analysis, StressAnalysis)
    # 50, 100, 200, 400, 800: the fifth is the first that is too much.
    assert analysis.last_good == pytest.approx(400)
    assert analysis.broken_at == pytest.approx(800)
    assert analysis.knee == pytest.approx((400, 800))
    assert "backlog" in {trouble.kind for trouble in analysis.steps[-1].troubles}
    assert {finding.verdict for finding in found.values()} == {HOLDS}
    assert conduct(stress(at_least=600), SyntheticService(4, constant(0.01)))[1]["withstands"].verdict is VIOLATED


def test_finds_a_service_that_answers_with_errors_when_overloaded_and_stays_so() -> None:
    overloaded = []

    def status(waiting: int) -> int:
        overloaded.extend([waiting] if waiting > 100 else [])
        return 503 if overloaded else 200

    analysis, found = conduct(stress(), SyntheticService(4, constant(0.01), status=status))
    assert isinstance(analysis, StressAnalysis)
    assert "errors" in {trouble.kind for trouble in analysis.steps[-1].troubles}
    assert "status 503" in found["withstands"].explanation
    assert found["withstands"].verdict is HOLDS
    assert (found["degrades"].verdict, found["recovers"].verdict) == (VIOLATED, VIOLATED)
    assert "did not come back" in found["recovers"].explanation


def test_says_that_nothing_broke_a_service() -> None:
    analysis, found = conduct(stress(), SyntheticService(40, constant(0.01)))
    assert isinstance(analysis, StressAnalysis)
    assert analysis.broken_at is None
    assert found["withstands"].verdict is HOLDS
    assert found["recovers"].verdict is Verdict.NOT_APPLICABLE


def test_breaks_a_service_that_leaves_its_slo() -> None:
    settings = StressSettings(
        name="a", target="orders", from_rate=10, to_rate=160, steps=5, slo=("http_req_duration: p(95)<5",)
    )
    analysis, found = conduct(settings, SyntheticService(4, constant(0.01)))
    assert isinstance(analysis, StressAnalysis)
    assert [step.troubles[0].kind for step in analysis.steps] == ["threshold"]
    assert found["withstands"].verdict is VIOLATED


# Spike.


def spike(recovery_seconds: float = 30, recovers_within: float = 18) -> SpikeSettings:
    return SpikeSettings(
        name="a",
        target="orders",
        rate=50,
        spike_rate=300,
        seconds=10,
        spike_seconds=4,
        recovery_seconds=recovery_seconds,
        recovers_within=recovers_within,
    )


def test_measures_how_long_a_service_takes_to_recover() -> None:
    # 100/s for 4 s at 300/s leave 800 requests; after it 50/s are to spare, so 16 s pass until they are worked off.
    analysis, found = conduct(spike(), SyntheticService(1, constant(0.01)))
    assert isinstance(analysis, SpikeAnalysis)
    assert analysis.recovery_seconds in {16, 17}
    assert found["recovers"].verdict is HOLDS
    assert conduct(spike(recovers_within=10), SyntheticService(1, constant(0.01)))[1]["recovers"].verdict is VIOLATED


def test_says_where_a_service_is_not_seen_to_recover() -> None:
    analysis, found = conduct(spike(recovery_seconds=12, recovers_within=12), SyntheticService(1, constant(0.01)))
    assert isinstance(analysis, SpikeAnalysis)
    assert analysis.recovery_seconds is None
    assert found["recovers"].verdict is VIOLATED


def test_finds_that_a_burst_changes_nothing_where_there_is_room() -> None:
    analysis, found = conduct(spike(), SyntheticService(10, constant(0.01)))
    assert isinstance(analysis, SpikeAnalysis)
    assert (analysis.recovery_seconds, found["recovers"].verdict) == (0, HOLDS)


# Soak.


def memory(growth_per_second: float) -> Track:
    times = tuple(float(second) for second in range(100))
    # A saw, as a garbage collector makes it: what it gives back is no shrinking, what it takes no leak.
    values = tuple(1e8 + growth_per_second * time + 1e6 * (time % 7) for time in times)
    return Track(service="orders", figure="memory", unit="bytes", times=times, values=values)


def soak(service_memory: Track, work: float = 0.01) -> tuple[SoakAnalysis, dict[str, Finding]]:
    settings = SoakSettings(name="a", target="orders", rate=20, seconds=100)
    service = SyntheticService(4, constant(work), tracks=lambda _begin, _seconds: (service_memory,))
    analysis, found = conduct(settings, service)
    assert isinstance(analysis, SoakAnalysis)
    return analysis, found


def test_tells_a_leak_from_a_saw() -> None:
    analysis, found = soak(memory(2e5))
    growth = next(growth for growth in analysis.growths if growth.figure == "memory")
    assert growth.slope.per_second.low < 2e5 < growth.slope.per_second.high
    assert found["memory-growth"].verdict is VIOLATED
    assert soak(memory(0))[1]["memory-growth"].verdict is HOLDS


def test_finds_latency_that_grows() -> None:
    started = [0]

    def work() -> float:
        started[0] += 1
        return 0.01 + started[0] * 1e-5

    settings = SoakSettings(name="a", target="orders", rate=20, seconds=100)
    _, found = conduct(settings, SyntheticService(8, work))
    assert found["latency-growth"].verdict is VIOLATED
    assert soak(memory(0))[1]["latency-growth"].verdict is HOLDS


def test_leaves_open_what_a_soak_is_too_short_for() -> None:
    wild = Track(service="a", figure="threads", unit="", times=tuple(map(float, range(100))), values=(1.0, 99.0) * 50)
    assert soak(wild)[1]["threads-growth"].verdict in {UNKNOWN, HOLDS}
    short = Track(service="a", figure="threads", unit="", times=(90.0, 99.0), values=(1.0, 2.0))
    assert "threads-growth" not in soak(short)[1]


# Capacity.


def capacity(slo: str, *, seconds: float = 20, to_rate: float = 5000) -> CapacitySettings:
    return CapacitySettings(name="a", target="orders", slo=(slo,), from_rate=20, to_rate=to_rate, seconds=seconds)


def test_finds_the_capacity_of_workers_that_take_constant_time() -> None:
    analysis, found = conduct(capacity("http_req_duration: p(99)<100"), SyntheticService(4, constant(0.01)))
    assert isinstance(analysis, CapacityAnalysis)
    assert analysis.capacity is not None
    assert analysis.capacity.low <= 400 <= analysis.capacity.high
    assert analysis.capacity.estimate == pytest.approx(400, rel=0.05)
    assert found["capacity"].verdict is HOLDS
    assert len(analysis.gaps) == 3


def test_finds_the_capacity_of_a_queue_whose_waiting_time_is_known() -> None:
    # D/M/1 (Kleinrock, Queueing Systems I, 6.4), with m requests/s that can be done: the time in the system is
    # exponential with rate m(1-s), where s = exp(-m(1-s)/rate). 99% are done in 200 ms where m(1-s) = ln 100 / 0.2 s.
    done = math.log(100) / 0.2
    rate = -done / math.log(1 - done / 100)
    service = SyntheticService(1, exponential(0.01, seed=3))
    analysis, found = conduct(capacity("http_req_duration: p(99)<200", seconds=60.0), service)
    assert isinstance(analysis, CapacityAnalysis)
    assert analysis.capacity is not None
    assert analysis.capacity.low * 0.97 <= rate <= analysis.capacity.high * 1.03
    assert analysis.capacity.estimate == pytest.approx(rate, rel=0.08)
    assert "95% confidence" in found["capacity"].explanation


def test_does_not_measure_the_backlog_of_the_overload_before() -> None:
    service = SyntheticService(4, constant(0.01))
    analysis, _ = conduct(capacity("http_req_duration: p(99)<100"), service)
    assert isinstance(analysis, CapacityAnalysis)
    labels = [step.label for step in service.steps]
    lost = {f"{trial.rate:,.1f}/s" for trial in analysis.trials if not trial.kept}
    assert all(labels[labels.index(label) + 1] == "draining" for label in lost)
    kept = [trial for trial in analysis.trials if trial.kept]
    assert all(trial.measured.result.latency.maximum < 0.02 for trial in kept)


def test_says_where_the_limit_is_beyond_the_rates_that_may_be_tried() -> None:
    analysis, found = conduct(
        capacity("http_req_duration: p(99)<100", to_rate=100.0), SyntheticService(4, constant(0.01))
    )
    assert isinstance(analysis, CapacityAnalysis)
    assert (analysis.above, found["capacity"].verdict) == (100, HOLDS)
    analysis, found = conduct(capacity("http_req_duration: p(99)<5"), SyntheticService(4, constant(0.01)))
    assert isinstance(analysis, CapacityAnalysis)
    assert (analysis.below, found["capacity"].verdict) == (20, VIOLATED)


# Intervals. The quantiles are those of the tables.


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (10, 2.228), (100, 1.984)]
)
def test_knows_the_quantiles_of_students_distribution(freedom: int, quantile: float) -> None:
    assert student_quantile(0.95, freedom) == pytest.approx(quantile, abs=0.001)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    source = random.Random(3)
    covered = sum(
        (interval := mean_interval([source.gauss(5, 1) for _ in range(4)], 0.9)).low <= 5 <= interval.high
        for _ in range(1000)
    )
    assert 870 <= covered <= 930
    slopes = 0
    for _ in range(500):
        times = [float(second) for second in range(60)]
        slope = slope_of(times, [3 + 0.2 * time + source.gauss(0, 1) for time in times], 0.9)
        assert slope is not None
        slopes += slope.per_second.low <= 0.2 <= slope.per_second.high
    assert 430 <= slopes <= 470
