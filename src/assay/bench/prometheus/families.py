"""Which metrics there are, and what each test's latest result and the running test make of them.

Results are gauges: each is a statement about the latest run of a test, and stays until there is another. Prometheus
keeps when it changed. Of a run with several repeats, a value is the geometric mean, as it is where runs are compared.
"""

from collections.abc import Iterator, Sequence

from assay.bench.prometheus.exposition import Family, Kind, Sample
from assay.bench.prometheus.live import Live
from assay.bench.regressions.change_points import change_points
from assay.bench.regressions.measures import MEASURES, Better, measure
from assay.bench.regressions.records import Record

__all__ = ["FAMILIES", "live_samples", "result_samples"]

_PERCENTILES = ("p50", "p90", "p95", "p99")
_RUN = ("test",)
_MEASURED = ("test", "measure")

LATENCY = Family(
    "assay_bench_latency_seconds",
    Kind.GAUGE,
    "Latency of the latest run of a test, from the intended start of a request.",
    "seconds",
    ("test", "percentile"),
)
MEAN = Family("assay_bench_latency_mean_seconds", Kind.GAUGE, "Mean latency of the latest run.", "seconds", _RUN)
RATE = Family("assay_bench_requests_per_second", Kind.GAUGE, "Answers per second of the latest run.", "", _RUN)
SERVED = Family(
    "assay_bench_served_ratio",
    Kind.GAUGE,
    "Share of the iterations of the latest run that were answered without a server error.",
    "ratio",
    _RUN,
)
OTHER = Family(
    "assay_bench_measure", Kind.GAUGE, "Any other figure that was recorded of the latest run.", "", _MEASURED
)
REPEATS = Family("assay_bench_repeats", Kind.GAUGE, "Complete repeats of the latest run.", "", _RUN)
RESULTS = Family("assay_bench_results", Kind.GAUGE, "Results in the history of a test.", "", _RUN)
TIME = Family("assay_bench_result_timestamp_seconds", Kind.GAUGE, "When the latest run was recorded.", "seconds", _RUN)
INFORMATION = Family(
    "assay_bench_result_info",
    Kind.GAUGE,
    "Always 1: which commit the latest run measured, with what.",
    "",
    ("test", "run", "commit", "branch", "dirty", "tool", "environment"),
)
LIMITED = Family(
    "assay_bench_generator_limited", Kind.GAUGE, "1 where the load generator was a limit of the latest run.", "", _RUN
)
CHANGES = Family("assay_bench_change_points", Kind.GAUGE, "Changes of level in the history.", "", _MEASURED)
LAST_CHANGE = Family(
    "assay_bench_last_change_ratio",
    Kind.GAUGE,
    "The level since the last change of level, divided by the one before it; 1 where there was none.",
    "ratio",
    _MEASURED,
)
LAST_CHANGE_WORSE = Family(
    "assay_bench_last_change_worse", Kind.GAUGE, "1 where the last change of level was for the worse.", "", _MEASURED
)
RUNNING = Family("assay_bench_running", Kind.GAUGE, "1 while a test runs.", "", ())
PROGRESS = Family("assay_bench_progress_ratio", Kind.GAUGE, "How much of the running test is done.", "ratio", _RUN)
ELAPSED = Family(
    "assay_bench_elapsed_seconds", Kind.GAUGE, "For how long the running test has been running.", "seconds", _RUN
)
ANSWERED = Family("assay_bench_answered_total", Kind.COUNTER, "Requests of the running test answered.", "", _RUN)
FAILED = Family("assay_bench_failed_total", Kind.COUNTER, "Requests of the running test that failed.", "", _RUN)
DROPPED = Family("assay_bench_dropped_total", Kind.COUNTER, "Iterations of the running test never begun.", "", _RUN)
UNDER_WAY = Family("assay_bench_under_way", Kind.GAUGE, "Requests of the running test without an answer.", "", _RUN)
LIVE_LATENCY = Family(
    "assay_bench_live_latency_seconds",
    Kind.GAUGE,
    "Latency of the running test so far.",
    "seconds",
    ("test", "percentile"),
)

FAMILIES = (
    LATENCY,
    MEAN,
    RATE,
    SERVED,
    OTHER,
    REPEATS,
    RESULTS,
    TIME,
    INFORMATION,
    LIMITED,
    CHANGES,
    LAST_CHANGE,
    LAST_CHANGE_WORSE,
    RUNNING,
    PROGRESS,
    ELAPSED,
    ANSWERED,
    FAILED,
    DROPPED,
    UNDER_WAY,
    LIVE_LATENCY,
)
"""All there are, in the order in which they are exposed."""

MOST_RESULTS = 500
"""How far back changes of level are searched each time that somebody asks."""


def result_samples(records: Sequence[Record]) -> Iterator[Sample]:
    """Of one test, whose latest record is the last."""
    latest = records[-1]
    test = {"test": latest.test}
    for name in sorted({name for repeat in latest.complete for name in repeat.measures}):
        yield _value(latest, name)
        yield from _changes(records, name)
    yield Sample(REPEATS, test, len(latest.complete))
    yield Sample(RESULTS, test, len(records))
    yield Sample(TIME, test, latest.recorded.timestamp())
    yield Sample(LIMITED, test, float(any(repeat.limits for repeat in latest.complete)))
    commit = latest.commit
    yield Sample(
        INFORMATION,
        {
            "test": latest.test,
            "run": latest.run,
            "commit": commit.hash if commit else "",
            "branch": commit.branch if commit else "",
            "dirty": "true" if commit and commit.dirty else "false",
            "tool": latest.tool,
            "environment": latest.environment.fingerprint,
        },
        1,
    )


def live_samples(live: Live | None) -> Iterator[Sample]:
    """Of the running test; that none runs, where that is so."""
    yield Sample(RUNNING, {}, float(live is not None))
    if live is None:
        return
    test = {"test": live.test}
    done = live.elapsed_seconds / live.scheduled_seconds if live.scheduled_seconds > 0 else 0.0
    yield Sample(PROGRESS, test, min(1.0, done))
    yield Sample(ELAPSED, test, live.elapsed_seconds)
    yield Sample(ANSWERED, test, live.answered)
    yield Sample(FAILED, test, live.failed)
    yield Sample(DROPPED, test, live.dropped)
    yield Sample(UNDER_WAY, test, live.under_way)
    yield Sample(LIVE_LATENCY, test | {"percentile": "p50"}, live.p50)
    yield Sample(LIVE_LATENCY, test | {"percentile": "p99"}, live.p99)


def _value(record: Record, name: str) -> Sample:
    test, value = {"test": record.test}, record.mean(name) or 0.0
    if name in _PERCENTILES:
        return Sample(LATENCY, test | {"percentile": name}, value)
    family = {"mean": MEAN, "rate": RATE, "served": SERVED}.get(name)
    return Sample(family, test, value) if family else Sample(OTHER, test | {"measure": name}, value)


def _changes(records: Sequence[Record], name: str) -> Iterator[Sample]:
    if name not in MEASURES:
        return
    # Results of another machine or of another form of the test are on another level for that reason alone.
    means = [record.mean(name) for record in records if record.compares_with(records[-1])]
    points = change_points([mean for mean in means if mean is not None][-MOST_RESULTS:])
    labels = {"test": records[-1].test, "measure": name}
    yield Sample(CHANGES, labels, len(points))
    last = points[-1] if points else None
    rose = last is not None and last.after > last.before
    worse = last is not None and rose == (measure(name).better is Better.LOWER)
    yield Sample(LAST_CHANGE, labels, 1 + last.effect if last else 1.0)
    yield Sample(LAST_CHANGE_WORSE, labels, float(worse))
