"""Whether a service keeps up with a load, and waiting until it has worked off a backlog.

What is measured right after an overload is the backlog of that overload. So a design that goes on after one first asks,
one request after the other, until answers are as quick as when the service was idle.
"""

from statistics import median

import msgspec

from assay.bench.designs.procedure import Measured, Procedure, Step, observed_step, with_executor
from assay.bench.executor import PerUserIterations
from assay.bench.load_test import LoadTest
from assay.bench.result import LoadResult
from assay.bench.thresholds import Threshold, judge
from assay.bench.thresholds.figures import failed_count
from assay.errors import LoadTestError
from assay.evidence.verdict import Verdict

__all__ = ["Trouble", "drained", "failed_share", "idle_seconds", "keeps_rate", "trouble_in"]

_PROBES = 5
_LONGEST_PROBE_SECONDS = 30.0
_MOST_PROBES = 20
_PAUSE_SECONDS = 1.0
_SLOWER = 3.0
_SLACK_SECONDS = 0.005
"""On top of the factor, so that a service that answers in microseconds is not asked to be idle to the microsecond."""
_PILED_UP = 0.03
"""Of the requests of a test."""
_KEPT = 0.97
"""From this share of the intended rate on, a service keeps up; the rest is what a short test cannot tell."""


class Trouble(msgspec.Struct, frozen=True):
    """One way in which a service did not keep up."""

    kind: str
    """`ended`, `errors`, `drops`, `throughput`, `backlog` or `threshold`."""
    text: str


def idle_seconds(base: LoadTest) -> Procedure[float]:
    """The median latency in seconds with one request at a time; 0 where nothing was answered."""
    probe = yield from observed_step(_probe(base, "idle"))
    return probe.result.latency.quantile(0.5) if probe.result.answered else 0.0


def drained(base: LoadTest, idle: float) -> Procedure[bool]:
    """Waits until answers are as quick as `idle`. Returns whether they became so."""
    pause = 0.0
    for _ in range(_MOST_PROBES):
        try:
            probe = yield from observed_step(_probe(base, "draining", pause))
        except LoadTestError:
            # It takes no connections yet: asking again at once would be over in no time.
            pause = _PAUSE_SECONDS
            continue
        if probe.observed.stopped:
            return False
        quick = probe.result.latency.quantile(0.5) <= idle * _SLOWER + _SLACK_SECONDS
        if probe.result.answered and not failed_share(probe.result) and quick:
            return True
    return False


def _probe(base: LoadTest, label: str, pause: float = 0.0) -> Step:
    executor = PerUserIterations(users=1, iterations=_PROBES, longest_seconds=_LONGEST_PROBE_SECONDS)
    return Step(label=label, test=with_executor(base, executor), counts=False, pause=pause)


def failed_share(result: LoadResult) -> float:
    """Which share of the requests failed, or got a status of an error."""
    total = sum(endpoint.answered + endpoint.failed for endpoint in result.endpoints)
    return failed_count(result.endpoints) / total if total else 0.0


def keeps_rate(result: LoadResult) -> bool:
    """Whether answers came as fast as requests were to be sent."""
    intended = result.intended_rate
    return intended is None or result.rate >= _KEPT * intended


def backlog_text(result: LoadResult) -> str:
    """Says that requests piled up during a constant rate; empty where they did not, or where that is not known.

    By Little's law so many requests are under way as start within one latency. What is left beyond twice that, with the
    latency that the test began with, has piled up: it grows as long as the test goes on.
    """
    whole = int(result.scheduled_seconds)
    if not result.seconds or result.intended is None or whole < 1:
        return ""
    seconds = result.seconds[:whole]
    due = result.intended * whole / result.scheduled_seconds
    ended = sum(second.answered + second.failed + second.dropped for second in seconds)
    early = [second.p50 for second in seconds[: max(1, whole // 4)] if second.answered]
    under_way = due / whole * median(early) if early else 0.0
    if due - ended <= _PILED_UP * due + 2 * under_way + _PROBES:
        return ""
    return f"{due - ended:,.0f} of {due:,.0f} requests were still without an answer after {whole} s"


def trouble_in(measured: Measured, slo: tuple[Threshold, ...], *, most_errors: float = 0.05) -> tuple[Trouble, ...]:
    """How the service did not keep up: with too many errors, requests dropped, too slowly, or beyond a threshold."""
    result = measured.result
    found: list[Trouble] = []
    if result.is_partial:
        found.append(Trouble("ended", result.explanation or "the test ended before its time"))
    errors = failed_share(result)
    if errors > most_errors or (not result.answered and result.failed):
        found.append(Trouble("errors", f"{errors:.1%} of the requests failed: {failures_text(result)}"))
    if result.dropped:
        found.append(Trouble("drops", f"{result.dropped:,} requests found no connection free"))
    if not keeps_rate(result):
        found.append(
            Trouble("throughput", f"{result.rate:,.1f} answers/s came of {result.intended_rate or 0:,.1f} intended")
        )
    if backlog := backlog_text(result):
        found.append(Trouble("backlog", backlog))
    for threshold in slo:
        judgement = judge(threshold, result)
        if judgement.verdict is Verdict.VIOLATED:
            found.append(Trouble("threshold", judgement.explanation))
    return tuple(found)


def failures_text(result: LoadResult) -> str:
    """How many requests failed in which way, the most frequent first."""
    counts = dict(result.failures)
    for status, count in result.statuses.items():
        if not 200 <= status < 400:  # noqa: PLR2004 # what k6 takes for an answer that is none
            counts[f"status {status or 'other'}"] = counts.get(f"status {status or 'other'}", 0) + count
    listed = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {count:,}" for name, count in listed) or "none"
