"""Spike: a sudden burst. How long until the service is as it was before?"""

from collections.abc import Sequence
from statistics import median

import msgspec

from assay.bench.designs.answers import threshold_findings
from assay.bench.designs.procedure import Finding, Measured, Procedure, Step, observed_step, with_executor
from assay.bench.executor import RampingArrivalRate, Stage
from assay.bench.load_test import LoadTest
from assay.bench.result import LoadResult, Second
from assay.bench.thresholds import Judgement, Threshold, judge
from assay.bench.thresholds.judging import doubt_about
from assay.evidence.verdict import Verdict
from assay.system.performance import SpikeSettings

__all__ = ["SpikeAnalysis", "executor_of", "findings", "procedure"]

_SUSTAINED = 3
"""Seconds in a row that must be as before: one good second among bad ones is no recovery."""
_AS_THE_MEDIAN, _AS_THE_WORST = 2.0, 1.25
"""What counts as before: up to twice the median second before the burst, or a quarter above the worst."""
_SLACK_SECONDS = 0.005


class SpikeAnalysis(msgspec.Struct, frozen=True, kw_only=True, tag_field="design", tag="spike"):
    """How it went before, during and after the burst."""

    measured: Measured
    judgements: tuple[Judgement, ...]
    normal_seconds: float | None
    """Up to this 95th percentile a second counts as before the burst; None where nothing was measured."""
    worst_seconds: float = 0.0
    """The highest 95th percentile of a second during and after the burst."""
    failed: int = 0
    """Requests that failed or were dropped from the burst on."""
    recovery_seconds: int | None = None
    """From the end of the burst until it was as before; None where it was not seen to become so."""
    problem: str = ""


def executor_of(settings: SpikeSettings) -> RampingArrivalRate:
    """The rate jumps up and down again, without a ramp between."""
    return RampingArrivalRate(
        settings.rate,
        (
            Stage(settings.rate, settings.seconds),
            Stage(settings.spike_rate, 0),
            Stage(settings.spike_rate, settings.spike_seconds),
            Stage(settings.rate, 0),
            Stage(settings.rate, settings.recovery_seconds),
        ),
    )


def procedure(settings: SpikeSettings, base: LoadTest, thresholds: tuple[Threshold, ...]) -> Procedure[SpikeAnalysis]:
    """One step."""
    label = f"{settings.rate:g}/s with a burst of {settings.spike_rate:g}/s"
    # Where the service refuses everything for a while, whether it comes back is the question.
    test = msgspec.structs.replace(with_executor(base, executor_of(settings)), abandon_after=None)
    measured = yield from observed_step(Step(label=label, test=test))
    return analyse(settings, measured, thresholds)


def analyse(settings: SpikeSettings, measured: Measured, thresholds: tuple[Threshold, ...]) -> SpikeAnalysis:
    """Finds the second from which on it is as before."""
    result = measured.result
    judgements = tuple(judge(threshold, result) for threshold in thresholds)
    normal = _normal(settings, result)
    if normal is None:
        problem = f"{result.tool} keeps no record of each second" if result.seconds is None else "nothing was answered"
        return SpikeAnalysis(measured=measured, judgements=judgements, normal_seconds=None, problem=problem)
    seconds = result.seconds or ()
    begin, end = int(settings.seconds), round(settings.seconds + settings.spike_seconds)
    since = seconds[begin:]
    last = min(len(seconds), int(end + settings.recovery_seconds))
    return SpikeAnalysis(
        measured=measured,
        judgements=judgements,
        normal_seconds=normal,
        worst_seconds=max((second.p95 for second in since), default=0.0),
        failed=sum(second.failed + second.dropped for second in since),
        recovery_seconds=_recovery(seconds[end:last], normal),
    )


def _normal(settings: SpikeSettings, result: LoadResult) -> float | None:
    # The first second makes connections; the one in which the burst begins is no longer before it.
    before = [second.p95 for second in (result.seconds or ())[1 : int(settings.seconds)] if second.answered]
    if not before:
        return None
    return max(median(before) * _AS_THE_MEDIAN, max(before) * _AS_THE_WORST) + _SLACK_SECONDS


def _recovery(after: Sequence[Second], normal: float) -> int | None:
    good = [not second.failed and not second.dropped and 0 < second.p95 <= normal for second in after]
    for begin in range(len(good) - _SUSTAINED + 1):
        if all(good[begin : begin + _SUSTAINED]):
            return begin
    return None


def findings(settings: SpikeSettings, analysis: SpikeAnalysis) -> tuple[Finding, ...]:
    """Whether it recovers in time, and its thresholds."""
    thresholds = threshold_findings(settings, analysis.judgements, analysis.measured.step.label)
    return (_recovers(settings, analysis), *thresholds)


def _recovers(settings: SpikeSettings, analysis: SpikeAnalysis) -> Finding:
    result = analysis.measured.result
    within = settings.recovers_within
    recovery = analysis.recovery_seconds
    held = recovery is not None and recovery <= within
    doubt = doubt_about(result, holds=held, asks_for_little=True)
    if analysis.normal_seconds is None:
        verdict, text = Verdict.UNKNOWN, analysis.problem
    else:
        verdict = Verdict.UNKNOWN if doubt else Verdict.HOLDS if held else Verdict.VIOLATED
        text = (
            f"it was not as before within {settings.recovery_seconds:g} s"
            if recovery is None
            else f"it was as before {recovery} s after the burst"
        )
        text += (
            f"; the worst second had a p95 of {analysis.worst_seconds * 1000:,.0f} ms, up to "
            f"{analysis.normal_seconds * 1000:,.0f} ms counts as before; "
            f"{analysis.failed:,} requests failed or were dropped"
        )
    return Finding(
        name="recovers",
        statement=(
            f"After a burst of {settings.spike_rate:g}/s for {settings.spike_seconds:g} s, "
            f"{settings.target} is as before within {within:g} s."
        ),
        verdict=verdict,
        explanation="; ".join(filter(None, [text, doubt])),
    )
