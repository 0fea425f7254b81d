"""Thresholds over parts of a test, from what is kept of each second.

Of a second are known its counts and four points of its latencies, each within 7%. That bounds how many requests of a
window were slower than a limit; where the bounds leave both open, the verdict is unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from assay.bench.result import LoadResult, Second
from assay.bench.thresholds.figures import failed_count
from assay.bench.thresholds.metrics import Aggregation, MetricKind
from assay.bench.thresholds.threshold import Threshold
from assay.evidence.verdict import Verdict

__all__ = ["WorstWindow", "worst_window"]

_MILLISECONDS = 1000.0
_TINY = 1e-6
_ROUNDING = 0.07
"""How far a latency of a second may be off, as a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstWindow:
    """The window that speaks most against a threshold, and how many there were."""

    verdict: Verdict
    begin: int = 0
    end: int = 0
    """Seconds of the test."""
    measured: float | None = None
    """About what the figure is there."""
    violated: int = 0
    count: int = 0
    problem: str = ""
    """Why there is no window that could be judged."""


def worst_window(threshold: Threshold, result: LoadResult) -> WorstWindow:
    """Judges each window of the threshold; without `over`, the only one is all that `after` and `until` leave."""
    if result.seconds is None:
        return WorstWindow(verdict=Verdict.UNKNOWN, problem=f"{result.tool} keeps no record of each second")
    last = min(len(result.seconds), ceil(result.scheduled_seconds))
    end = last if threshold.until is None else min(threshold.until, last)
    if end <= threshold.after:
        return WorstWindow(verdict=Verdict.UNKNOWN, problem=f"the test took {last} s, so nothing is left to judge")
    length = min(threshold.window or end, end - threshold.after)
    errors = _error_answers(result)
    judged = [
        _judge_window(threshold, begin, result.seconds[begin : begin + length], errors)
        for begin in range(threshold.after, end - length + 1)
    ]
    known = [window for window in judged if window is not None]
    if not known:
        return WorstWindow(verdict=Verdict.UNKNOWN, problem=f"no {threshold.subject} was measured there")
    return _worst(threshold, known)


def _worst(threshold: Threshold, windows: Sequence[WorstWindow]) -> WorstWindow:
    order = [Verdict.VIOLATED, Verdict.UNKNOWN, Verdict.HOLDS]
    sign = -1 if threshold.asks_for_little else 1
    worst = min(windows, key=lambda window: (order.index(window.verdict), sign * (window.measured or 0.0)))
    violated = sum(window.verdict is Verdict.VIOLATED for window in windows)
    return WorstWindow(
        verdict=worst.verdict,
        begin=worst.begin,
        end=worst.end,
        measured=worst.measured,
        violated=violated,
        count=len(windows),
    )


def _judge_window(threshold: Threshold, begin: int, seconds: Sequence[Second], errors: int) -> WorstWindow | None:
    bounds = _bounds(threshold, seconds, errors)
    if bounds is None:
        return None
    verdicts = {threshold.is_kept_by(bound) for bound in bounds}
    verdict = Verdict.UNKNOWN if len(verdicts) > 1 else Verdict.HOLDS if verdicts == {True} else Verdict.VIOLATED
    return WorstWindow(verdict=verdict, begin=begin, end=begin + len(seconds), measured=sum(bounds) / 2)


def _bounds(threshold: Threshold, seconds: Sequence[Second], errors: int) -> tuple[float, float] | None:
    """Between which values the figure of a window is; None where nothing was measured."""
    if threshold.kind is MetricKind.TREND:
        return _latency_bounds(threshold, [second for second in seconds if second.longest > 0])
    if threshold.kind is MetricKind.RATE:
        total = sum(second.answered + second.failed for second in seconds)
        if not total:
            return None
        failed = sum(second.failed for second in seconds)
        # In which second an answer had a status that says it is none is not known.
        return failed / total, min(total, failed + errors) / total
    count = float(sum(_counted(threshold.metric, second) for second in seconds))
    if threshold.aggregation is Aggregation.RATE:
        count /= len(seconds)
    return count, count


def _counted(metric: str, second: Second) -> int:
    match metric:
        case "dropped_iterations":
            return second.dropped
        case "data_received":
            return second.bytes_received
        case _:
            return second.answered + second.failed


def _latency_bounds(threshold: Threshold, seconds: Sequence[Second]) -> tuple[float, float] | None:
    if not seconds:
        return None
    if threshold.aggregation is Aggregation.MAXIMUM:
        low = high = max(second.longest for second in seconds)
    else:
        share = 0.5 if threshold.aggregation is Aggregation.MEDIAN else threshold.percentile / 100
        low, high = _quantile_bounds(seconds, share)
    return low * (1 - _ROUNDING) * _MILLISECONDS, high * (1 + _ROUNDING) * _MILLISECONDS


def _quantile_bounds(seconds: Sequence[Second], share: float) -> tuple[float, float]:
    """The quantile of all seconds together, each request taken as fast, and then as slow, as its second allows."""
    fast: list[tuple[float, float]] = []
    slow: list[tuple[float, float]] = []
    for second in seconds:
        count = max(1, second.answered)
        points = ((0.0, 0.0), (0.5, second.p50), (0.95, second.p95), (0.99, second.p99), (1.0, second.longest))
        for (before, least), (after, most) in pairwise(points):
            fast.append((least, (after - before) * count))
            slow.append((most, (after - before) * count))
    wanted = share * sum(weight for _, weight in fast)
    # A point belongs to the part that ends with it, so that what is known exactly stays so.
    return _reaching(fast, wanted + _TINY), _reaching(slow, wanted - _TINY)


def _reaching(weighted: list[tuple[float, float]], wanted: float) -> float:
    weighted.sort()
    reached = 0.0
    for value, weight in weighted:
        reached += weight
        if reached >= wanted:
            return value
    return weighted[-1][0]


def _error_answers(result: LoadResult) -> int:
    """Answers with a status of an error, over the whole test."""
    return failed_count(result.endpoints) - sum(endpoint.failed for endpoint in result.endpoints)
