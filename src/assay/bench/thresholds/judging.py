"""Whether a result keeps a threshold: holds, violated, or unknown, with the figure and the reason."""

import msgspec

from assay.bench.result import LoadResult
from assay.bench.thresholds.figures import UnknownFigureError, figure_of
from assay.bench.thresholds.metrics import Aggregation, MetricKind
from assay.bench.thresholds.threshold import Threshold, number_text
from assay.bench.thresholds.windows import WorstWindow, worst_window
from assay.evidence.verdict import Verdict

__all__ = ["Judgement", "doubt_about", "generator_doubt", "judge"]

_KEPT = 0.99
"""From this share of the intended rate on, the load was what was to be tested."""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What a result says about a threshold."""

    threshold: str
    """As `parse_threshold` reads it."""
    verdict: Verdict
    measured: float | None = None
    """The figure, in milliseconds, as a share or as a count; None where it is not known."""
    unit: str = ""
    explanation: str
    """With the figures. Never empty."""


def judge(threshold: Threshold, result: LoadResult) -> Judgement:
    """Holds a result against a threshold.

    What a partial result, or one that the load generator has limited, cannot tell is unknown.
    """
    if threshold.is_about_part:
        worst = worst_window(threshold, result)
        return _judged(threshold, result, worst.verdict, worst.measured, _window_text(threshold, worst))
    try:
        value = figure_of(threshold, result)
    except UnknownFigureError as error:
        return Judgement(threshold=str(threshold), verdict=Verdict.UNKNOWN, unit=threshold.unit, explanation=str(error))
    verdict = Verdict.HOLDS if threshold.is_kept_by(value) else Verdict.VIOLATED
    return _judged(threshold, result, verdict, value, _text(threshold, value))


def doubt_about(
    result: LoadResult,
    *,
    holds: bool,
    asks_for_little: bool,
    of_time: bool = True,
    counts_failures: bool = False,
) -> str:
    """Why a verdict on this result would say too much; empty where it would not.

    Args:
        result: What was measured.
        holds: Whether the threshold is kept.
        asks_for_little: Whether it is an upper limit.
        of_time: Whether it is about how long something takes.
        counts_failures: Whether it is about how many requests failed.
    """
    if holds and counts_failures and "failed" in result.measurement.unknown:
        return f"{result.tool} does not say how many requests got no answer"
    if result.is_partial:
        return f"the test ended before its time: {result.explanation or result.ending}"
    return generator_doubt(result, holds=holds, asks_for_little=asks_for_little, of_time=of_time)


def generator_doubt(result: LoadResult, *, holds: bool, asks_for_little: bool, of_time: bool = True) -> str:
    """Why a verdict would tell about the load generator and not about the service; arguments as of `doubt_about`."""
    limits = result.generator.limits
    # Where nothing was wrong but that requests found no connection, slow answers had taken them all.
    if not limits or (result.dropped and len(limits) == 1):
        return ""
    intended = result.intended_rate
    kept_schedule = intended is None or result.rate >= _KEPT * intended
    # A generator that is short of something makes latencies longer, not shorter, and no answer an error.
    if kept_schedule and (not of_time or (holds and asks_for_little)):
        return ""
    return f"the load generator was the limit: {limits[0]}"


def _judged(
    threshold: Threshold, result: LoadResult, verdict: Verdict, value: float | None, explanation: str
) -> Judgement:
    doubt = doubt_about(
        result,
        holds=verdict is Verdict.HOLDS,
        asks_for_little=threshold.asks_for_little,
        of_time=threshold.kind is MetricKind.TREND,
        counts_failures=threshold.metric == "http_req_failed",
    )
    if doubt and verdict is not Verdict.UNKNOWN and not _is_final(threshold, verdict):
        verdict, explanation = Verdict.UNKNOWN, f"{explanation}; {doubt}"
    return Judgement(
        threshold=str(threshold), verdict=verdict, measured=value, unit=threshold.unit, explanation=explanation
    )


def _is_final(threshold: Threshold, verdict: Verdict) -> bool:
    """A count that is too high already does not fall again."""
    counts = threshold.kind is MetricKind.COUNTER and threshold.aggregation is Aggregation.COUNT
    return counts and threshold.asks_for_little and verdict is Verdict.VIOLATED


def _text(threshold: Threshold, value: float) -> str:
    limit = f"{threshold.comparison} {number_text(threshold.limit)}"
    return f"{threshold.figure} of {threshold.subject} is {_shown(value, threshold.unit)}, asked for {limit}"


def _window_text(threshold: Threshold, worst: WorstWindow) -> str:
    if worst.problem:
        return worst.problem
    limit = f"{threshold.comparison} {number_text(threshold.limit)}"
    value = "unknown" if worst.measured is None else f"about {_shown(worst.measured, threshold.unit)}"
    where = f"from second {worst.begin} to {worst.end}"
    if worst.count == 1:
        return f"{threshold.figure} of {threshold.subject} is {value} {where}, asked for {limit}"
    text = f"worst {where}, where {threshold.figure} of {threshold.subject} is {value}, asked for {limit}"
    if worst.verdict is Verdict.VIOLATED:
        return f"{text}; violated in {worst.violated} of {worst.count} windows"
    return f"{text}; {worst.count} windows"


def _shown(value: float, unit: str) -> str:
    digits = 4 if abs(value) < 1 else 2
    number = f"{value:,.{digits}f}".rstrip("0").rstrip(".")
    return f"{number} {unit}".rstrip() if unit != "/s" else f"{number}/s"
