"""What the native engine reports (`crates/native/src/load_test/report.rs`), and how it becomes a `LoadResult`."""

import msgspec

from assay import __version__
from assay.bench.histogram import Histogram
from assay.bench.result import (
    CheckCount,
    ClockEnd,
    ClockStart,
    Ending,
    Endpoint,
    Generator,
    LoadResult,
    Measurement,
    Omission,
    Second,
    SlowRequest,
)

__all__ = ["Answer", "Outcome", "Refusal", "failure_reasons", "failure_sentences", "load_result"]

MEASUREMENT = Measurement(
    clock_start=ClockStart.SCHEDULED,
    clock_end=ClockEnd.LAST_BYTE,
    omission=Omission.COUNTED,
    quantile_error=0.001,
    resolution=1e-9,
)


class Refusal(msgspec.Struct, frozen=True):
    """Why a test was not begun."""

    kind: str
    message: str


class ReportedEndpoint(msgspec.Struct, frozen=True):
    """As `Endpoint`."""

    name: str
    answered: int
    failed: int
    statuses: tuple[tuple[int, int], ...]
    failures: tuple[tuple[str, str, int], ...]
    """Name, sentence, count; a name may come more than once."""
    latency: Histogram
    wait: Histogram
    receive: Histogram


class Outcome(msgspec.Struct, frozen=True):
    """What a test found."""

    executor: str
    ending: Ending
    began: float
    scheduled_seconds: float
    elapsed_seconds: float
    intended: int | None
    answered: int
    failed: int
    dropped: int
    interrupted: int
    bytes_received: int
    rate: float
    latency: Histogram
    connect: Histogram
    tls: Histogram
    endpoints: tuple[ReportedEndpoint, ...]
    seconds: tuple[Second, ...]
    user_seconds: float
    system_seconds: float
    limits: tuple[str, ...]
    checks: tuple[CheckCount, ...]
    iterations: Histogram
    cut_short: int
    exhausted: bool
    reasons: tuple[tuple[str, str], ...]
    """Names of failures, and what the first of each said."""
    unsolicited: int
    slowest: tuple[SlowRequest, ...]


class Answer(msgspec.Struct, frozen=True):
    """One of the two."""

    outcome: Outcome | None
    error: Refusal | None


def load_result(outcome: Outcome, ending: Ending, explanation: str, peak_bytes: int | None) -> LoadResult:
    """An outcome in the form that all tools share."""
    return LoadResult(
        tool="assay",
        version=__version__,
        executor=outcome.executor,
        ending=ending,
        began=outcome.began,
        scheduled_seconds=outcome.scheduled_seconds,
        elapsed_seconds=outcome.elapsed_seconds,
        intended=outcome.intended,
        answered=outcome.answered,
        failed=outcome.failed,
        dropped=outcome.dropped,
        interrupted=outcome.interrupted,
        bytes_received=outcome.bytes_received,
        rate=outcome.rate,
        latency=outcome.latency,
        connect=outcome.connect,
        tls=outcome.tls if outcome.tls.buckets else None,
        failure_reasons={**_faults(outcome), **failure_reasons(outcome)},
        endpoints=tuple(_endpoint(endpoint) for endpoint in outcome.endpoints),
        checks=outcome.checks,
        iterations=outcome.iterations if outcome.iterations.buckets or outcome.cut_short else None,
        iterations_cut_short=outcome.cut_short,
        seconds=outcome.seconds,
        slowest=outcome.slowest,
        measurement=MEASUREMENT,
        generator=Generator(
            user_seconds=outcome.user_seconds,
            system_seconds=outcome.system_seconds,
            peak_bytes=peak_bytes,
            limits=outcome.limits,
        ),
        explanation=explanation,
    )


def failure_sentences(outcome: Outcome) -> list[tuple[str, str, int]]:
    """Each way in which requests failed: its name, a sentence, how many; the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    for endpoint in outcome.endpoints:
        for name, sentence, count in endpoint.failures:
            counts[name, sentence] = counts.get((name, sentence), 0) + count
    return sorted(((name, sentence, count) for (name, sentence), count in counts.items()), key=lambda one: -one[2])


def failure_reasons(outcome: Outcome) -> dict[str, str]:
    """What the first failure of each name said, where that is more than its name."""
    reasons: dict[str, str] = {}
    for name, reason in outcome.reasons:
        reasons.setdefault(name, reason)
    return reasons


def _faults(outcome: Outcome) -> dict[str, str]:
    """What was wrong with answers that cannot be read: one name stands for many mistakes."""
    faults: dict[str, str] = {}
    for name, sentence, _ in failure_sentences(outcome):
        if name == "malformed":
            faults.setdefault(name, sentence.partition(": ")[2] or sentence)
    return faults


def _endpoint(reported: ReportedEndpoint) -> Endpoint:
    failures: dict[str, int] = {}
    for name, _, count in reported.failures:
        failures[name] = failures.get(name, 0) + count
    return Endpoint(
        name=reported.name,
        answered=reported.answered,
        failed=reported.failed,
        statuses=dict(reported.statuses),
        failures=failures,
        latency=reported.latency,
        wait=reported.wait,
        receive=reported.receive,
    )
