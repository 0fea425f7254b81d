"""Each cause from figures of its kind, and nothing where figures support nothing."""

import pytest

from assay.bench.bottleneck import (
    AdviceKind,
    BottleneckReport,
    LittleMeaning,
    Resource,
    Verdict,
    conclusion,
    explain,
    paragraphs,
)
from assay.bench.profiling import Stacks
from assay.bench.resources import MachineMeasure, ProcessMeasure
from tests.bench.bottleneck.made_up import (
    BEGAN,
    asking,
    growing,
    idle,
    level,
    profile,
    requests,
    result,
    use,
)

BUSY = {ProcessMeasure.BUSIEST_THREAD: 0.95, ProcessMeasure.BUSIEST_THREAD_WANTS: 0.99, ProcessMeasure.THREADS: 3.0}
PORTS = {"gateway": 8700, "catalog": 8701}


def named(report: BottleneckReport) -> tuple[Resource, str | None]:
    assert report.bottleneck is not None
    return report.bottleneck.resource, report.bottleneck.service


def kinds(report: BottleneckReport) -> set[tuple[AdviceKind, str]]:
    return {(advice.kind, advice.fact.name) for advice in report.advice}


def test_names_a_service_whose_core_is_busy_and_the_function_that_keeps_it_so() -> None:
    hot = profile("gateway", gil=Stacks.of([(("main (a.py:1)", "checksum (a.py:9)"), 90), (("main (a.py:2)",), 10)]))
    used = use({"gateway": BUSY, "catalog": idle()}, machine={MachineMeasure.CPU_BUSY: 1.2}, ports=PORTS)
    report = explain([result(100, 0.08)], used, tests=[asking("/items")], profiles=[hot])
    assert report.verdict is Verdict.FOUND
    assert named(report) == (Resource.CPU, "gateway")
    assert "gateway has no processor time left" in conclusion(report)
    assert "checksum (a.py) has 90%" in conclusion(report)
    assert kinds(report) == {
        (AdviceKind.CODE, "faster_function"),
        (AdviceKind.SYSTEM, "more_processes"),
        (AdviceKind.CACHE, "cache_answers"),
    }


def test_a_busy_thread_counts_on_a_machine_that_gives_it_no_core() -> None:
    starved = BUSY | {ProcessMeasure.BUSIEST_THREAD: 0.3}
    report = explain([result(100, 0.08)], use({"gateway": starved}))
    assert named(report) == (Resource.CPU, "gateway")
    # More processes would not help: there is no core for this one.
    assert (AdviceKind.SYSTEM, "more_processes") not in kinds(report)


def test_who_gets_no_core_comes_after_who_is_really_held_up() -> None:
    starved = BUSY | {ProcessMeasure.BUSIEST_THREAD: 0.3, ProcessMeasure.BUSIEST_THREAD_WANTS: 0.92}
    metrics = [growing("orders", "shop_wait_seconds_sum", 9.8, resource="lock")]
    report = explain([result(100, 0.1)], use({"orders": starved}, metrics=metrics))
    assert [finding.resource for finding in report.findings] == [Resource.LOCK, Resource.CPU]
    computing = explain([result(100, 0.1)], use({"orders": BUSY}, metrics=metrics))
    assert [finding.resource for finding in computing.findings] == [Resource.CPU, Resource.LOCK]


def test_a_busy_service_whose_cache_never_hits_lacks_a_cache() -> None:
    metrics = [
        *requests("catalog", 100, 7),
        growing("catalog", "shop_cache_lookups_total", 100, cache="prices", result="miss"),
    ]
    used = use({"gateway": idle(), "catalog": BUSY}, metrics=metrics, ports=PORTS)
    report = explain([result(100, 0.08)], used, tests=[asking("/items")])
    assert named(report) == (Resource.REPEATED_WORK, "catalog")
    assert "100% missed" in conclusion(report)
    assert (AdviceKind.CACHE, "use_cache") in kinds(report)


def test_a_cache_that_hits_is_not_missing() -> None:
    metrics = [
        *requests("catalog", 100, 7),
        growing("catalog", "shop_cache_lookups_total", 99, cache="prices", result="hit"),
        growing("catalog", "shop_cache_lookups_total", 1, cache="prices", result="miss"),
    ]
    report = explain([result(100, 0.08)], use({"catalog": BUSY}, metrics=metrics), tests=[asking("/items")])
    assert named(report) == (Resource.CPU, "catalog")


def test_the_same_question_asked_again_and_again_lacks_a_cache() -> None:
    metrics = [*requests("gateway", 100, 8), *requests("catalog", 500, 6)]
    used = use({"gateway": idle(), "catalog": idle()}, metrics=metrics, ports=PORTS)
    report = explain([result(100, 0.08)], used, tests=[asking("/items")])
    assert named(report) == (Resource.REPEATED_WORK, "catalog")
    assert "5.0 times" in conclusion(report)
    # With as many different questions as requests there is nothing to remember.
    changing = explain([result(100, 0.08)], used, tests=[asking("/orders", method="POST")])
    assert changing.bottleneck is None


def test_names_a_pool_that_is_full() -> None:
    metrics = [
        level("gateway", "shop_pool_size", 2, pool="connection"),
        level("gateway", "shop_pool_in_use", 2, pool="connection"),
        level("gateway", "shop_pool_waiting", 13, pool="connection"),
    ]
    used = use({"gateway": idle(), "catalog": idle(0.3)}, metrics=metrics, ports=PORTS)
    report = explain([result(100, 0.15)], used)
    assert named(report) == (Resource.POOL, "gateway")
    assert "2.0 of 2 places" in conclusion(report)
    assert (AdviceKind.SYSTEM, "larger_pool") in kinds(report)


def test_a_pool_is_not_enlarged_where_what_is_behind_it_is_used_up() -> None:
    metrics = [
        level("gateway", "shop_pool_size", 2, pool="connection"),
        level("gateway", "shop_pool_in_use", 2, pool="connection"),
        level("gateway", "shop_pool_waiting", 13, pool="connection"),
    ]
    report = explain([result(100, 0.15)], use({"gateway": idle(), "catalog": BUSY}, metrics=metrics))
    assert named(report) == (Resource.CPU, "catalog")
    assert [finding.resource for finding in report.findings] == [Resource.CPU, Resource.POOL]


def test_names_a_lock_by_what_a_service_says() -> None:
    metrics = [growing("orders", "shop_wait_seconds_sum", 9.0, resource="lock")]
    report = explain([result(100, 0.1)], use({"orders": idle()}, metrics=metrics))
    assert named(report) == (Resource.LOCK, "orders")
    assert "9.0 of 10.0 requests waited for a lock" in conclusion(report)


def test_names_a_disk_that_a_lock_is_held_for() -> None:
    metrics = [
        growing("orders", "shop_wait_seconds_sum", 9.0, resource="lock"),
        growing("payments", "shop_wait_seconds_sum", 0.8, resource="disk"),
    ]
    slow = idle() | {ProcessMeasure.THREADS_ON_DISK: 0.7, ProcessMeasure.DISK_WRITTEN: 4e6}
    report = explain([result(100, 0.1)], use({"orders": idle(), "payments": slow}, metrics=metrics))
    assert named(report) == (Resource.DISK, "payments")
    assert "80% of the time waiting for writes" in conclusion(report)
    assert "4,000,000 bytes/s" in conclusion(report)
    assert (AdviceKind.CODE, "fewer_writes") in kinds(report)


def test_names_a_service_that_its_control_group_holds_back() -> None:
    held = BUSY | {ProcessMeasure.THROTTLED: 0.6, ProcessMeasure.CPU_USER: 1.9}
    report = explain([result(100, 0.1)], use({"gateway": held}))
    assert named(report) == (Resource.CPU_QUOTA, "gateway")
    assert "held back 60% of the time, with a quota of 2.0 cores" in conclusion(report)


def test_names_descriptors_that_run_out() -> None:
    report = explain([result(100, 0.1)], use({"gateway": idle() | {ProcessMeasure.DESCRIPTORS: 990.0}}))
    assert named(report) == (Resource.DESCRIPTORS, "gateway")


def test_infers_a_lock_from_one_request_at_a_time() -> None:
    # 20 ms each, whatever is sent: 1, 4 and 16 under way.
    results = [result(48, 0.0205), result(50, 0.08), result(50, 0.32)]
    report = explain(results, use({"gateway": idle()}))
    assert report.verdict is Verdict.INFERRED
    assert named(report) == (Resource.LOCK, "gateway")
    assert "about 1.0 at a time" in conclusion(report)


def test_infers_a_pool_from_so_many_at_a_time() -> None:
    results = [result(48, 0.0205), result(200, 0.04), result(200, 0.16)]
    report = explain(results, use({"gateway": idle()}))
    assert (report.verdict, *named(report)) == (Verdict.INFERRED, Resource.POOL, "gateway")
    assert "about 4.1 at a time" in conclusion(report)


def test_says_unknown_where_a_service_was_not_looked_at() -> None:
    results = [result(48, 0.0205), result(50, 0.08), result(50, 0.32)]
    report = explain(results, None)
    assert (report.verdict, report.findings, report.advice) == (Verdict.UNKNOWN, (), ())
    assert "unknown" in conclusion(report)
    assert {fact.name for fact in report.caveats} == {"not_watched", "few_rates"}


def test_says_that_nothing_is_used_up_where_the_load_was_carried() -> None:
    results = [result(10, 0.01, intended=100), result(50, 0.01, intended=500), result(400, 0.01, intended=4000)]
    report = explain(results, use({"gateway": idle()}))
    assert (report.verdict, report.findings, report.advice) == (Verdict.NOT_SATURATED, (), ())
    assert "nothing is used up" in conclusion(report)


def test_names_the_generator_only_where_nothing_of_the_system_is_used_up() -> None:
    limits = ("no connection was free",)
    alone = explain([result(100, 0.1, limits=limits)], use({"gateway": idle()}))
    assert named(alone) == (Resource.GENERATOR, None)
    both = explain([result(100, 0.1, limits=limits)], use({"gateway": BUSY}))
    assert named(both) == (Resource.CPU, "gateway")
    assert "generator_limit" in {fact.name for fact in both.caveats}


def test_names_the_machine_where_no_service_stands_out() -> None:
    used = use({"gateway": idle(0.6)}, machine={MachineMeasure.CPU_BUSY: 7.9, MachineMeasure.CPU_PRESSURE: 0.9})
    assert named(explain([result(100, 0.1)], used)) == (Resource.MACHINE_CPU, None)
    short = use({"gateway": idle()}, machine={MachineMeasure.MEMORY_PRESSURE: 0.5})
    assert named(explain([result(100, 0.1)], short)) == (Resource.MEMORY, None)


@pytest.mark.parametrize(
    ("in_service", "meaning"),
    [(8.0, LittleMeaning.CONSISTENT), (2.0, LittleMeaning.WAITING_OUTSIDE)],
)
def test_holds_littles_law_against_what_a_service_counts(in_service: float, meaning: LittleMeaning) -> None:
    used = use({"gateway": idle()}, metrics=requests("gateway", 100, in_service), ports=PORTS)
    report = explain([result(100, 0.1)], used, tests=[asking("/")])
    assert report.little is not None
    assert report.little.in_flight == pytest.approx(10.0)
    assert report.little.meaning is meaning


def test_holds_littles_law_against_connections_where_a_service_counts_nothing() -> None:
    used = use({"gateway": idle() | {ProcessMeasure.CONNECTIONS_IN: 40.0}}, ports=PORTS)
    report = explain([result(100, 0.1)], used, tests=[asking("/")])
    assert report.little is not None
    assert report.little.meaning is LittleMeaning.IDLE


def test_says_that_a_service_died_and_that_nothing_was_answered() -> None:
    report = explain([result(100, 0.1)], use({"gateway": BUSY}, ended={"gateway": BEGAN + 5}))
    assert "died" in {fact.name for fact in report.caveats}
    nothing = explain([], use({"gateway": BUSY}))
    assert nothing.verdict is Verdict.UNKNOWN
    assert conclusion(nothing)


def test_warns_of_processes_that_have_no_part_in_the_test() -> None:
    quiet = explain([result(100, 0.1)], use({"gateway": idle()}, machine={MachineMeasure.CPU_BUSY: 0.5}))
    assert "others_busy" not in {fact.name for fact in quiet.caveats}
    busy = explain([result(100, 0.1)], use({"gateway": idle()}, machine={MachineMeasure.CPU_BUSY: 3.0}))
    (others,) = [fact for fact in busy.caveats if fact.name == "others_busy"]
    # Less 0.2 of the generator and 0.01 of sampling.
    assert others.values["cores"] == pytest.approx(2.79)


def test_lists_utilisation_saturation_and_errors() -> None:
    used = use(
        {"gateway": BUSY | {ProcessMeasure.RUN_DELAY: 0.4, ProcessMeasure.ACCEPT_QUEUE: 3.0}},
        machine={MachineMeasure.CPU_BUSY: 4.0, MachineMeasure.CPU_PRESSURE: 0.5, MachineMeasure.LISTEN_OVERFLOWS: 2.0},
    )
    rows = {(row.where, row.resource): row for row in explain([result(100, 0.1)], used).resources}
    machine = rows["machine", Resource.MACHINE_CPU]
    assert (machine.utilisation, machine.saturation) == (0.5, 0.5)
    assert rows["machine", Resource.ACCEPT_QUEUE].errors == 2.0
    processor = rows["gateway", Resource.CPU]
    assert processor.utilisation == pytest.approx(0.95)
    assert processor.saturation == pytest.approx(0.4)
    assert rows["gateway", Resource.ACCEPT_QUEUE].saturation == 3.0


def test_fits_the_scalability_law_where_there_are_rates_enough() -> None:
    results = [result(x, n / x) for n, x in ((1, 100.0), (2, 180.0), (4, 300.0), (8, 420.0), (16, 480.0))]
    report = explain(results, use({"gateway": BUSY}))
    assert report.scalability is not None
    assert report.scalability.points == 5
    assert any("contention" in line for line in paragraphs(report))


def test_refuses_tests_that_are_not_as_many_as_results() -> None:
    with pytest.raises(ValueError, match="one test for each"):
        explain([result(100, 0.1)], None, tests=[])


def test_takes_one_record_of_all_or_one_for_each_result() -> None:
    results = [result(50, 0.01), result(100, 0.1)]
    records = [use({"gateway": idle()}), use({"gateway": BUSY})]
    assert named(explain(results, records)) == (Resource.CPU, "gateway")
    assert named(explain(results, [None, records[1]])) == (Resource.CPU, "gateway")
    with pytest.raises(ValueError, match="shorter"):
        explain(results, records[:1])
