"""Stress: a load that rises until the service breaks. Where, how, how much it still does then, and does it recover?"""

from itertools import pairwise

import msgspec

from assay.bench.designs.health import Trouble, drained, failed_share, idle_seconds, trouble_in
from assay.bench.designs.procedure import Finding, Measured, Procedure, Step, observed_step, with_executor
from assay.bench.executor import ConstantArrivalRate
from assay.bench.load_test import LoadTest
from assay.bench.result import LoadResult
from assay.bench.thresholds import Threshold
from assay.bench.thresholds.judging import generator_doubt
from assay.errors import LoadTestError
from assay.evidence.verdict import Verdict
from assay.system.performance import StressSettings

__all__ = ["StressAnalysis", "StressStep", "findings", "procedure", "rates"]

_KNEE = 3.0
"""Where the 95th percentile is so many times what it was at first, latency has left its plain."""
_SLACK_SECONDS = 0.005
_TRIES_TO_RECOVER = 3
_COLLAPSED = 0.5
"""Below this share of its best, a service that is overloaded does hardly anything for anybody."""


class StressStep(msgspec.Struct, frozen=True, kw_only=True):
    """One rate."""

    rate: float
    measured: Measured
    troubles: tuple[Trouble, ...]

    @property
    def useful_rate(self) -> float:
        """Good answers per second, until the last of them."""
        result = self.measured.result
        good = (1 - failed_share(result)) * (result.answered + result.failed)
        return good / max(result.elapsed_seconds, result.scheduled_seconds, 1e-9)


class StressAnalysis(msgspec.Struct, frozen=True, kw_only=True, tag_field="design", tag="stress"):
    """Where it broke and how."""

    steps: tuple[StressStep, ...]
    """All whose results are complete, in order."""
    last_good: float | None
    """The highest rate before the first that broke it; None where the first one did."""
    broken_at: float | None
    """None where nothing broke it."""
    knee: tuple[float, float] | None
    """Between which rates latency began to rise steeply."""
    drained: bool | None = None
    """Whether it worked off its backlog after it broke; None where it did not break."""
    after: StressStep | None = None
    """The first rate once more, after it broke."""
    problem: str = ""
    """Why the analysis is not complete."""


def rates(settings: StressSettings) -> tuple[float, ...]:
    """Each step the same factor above the one before."""
    factor = (settings.to_rate / settings.from_rate) ** (1 / (settings.steps - 1))
    return tuple(settings.from_rate * factor**index for index in range(settings.steps))


def procedure(settings: StressSettings, base: LoadTest, slo: tuple[Threshold, ...]) -> Procedure[StressAnalysis]:
    """One step for each rate until one breaks the service; then waits, and tries the first rate again."""
    idle = yield from idle_seconds(base)
    steps: list[StressStep] = []
    for rate in rates(settings):
        try:
            step = yield from _step(f"{rate:,.0f}/s", rate, settings, base, slo)
        except LoadTestError as error:
            if not steps:
                raise
            return analyse(steps, lost_at=rate, problem=f"at {rate:,.0f}/s, {error.message}")
        if step.measured.observed.stopped:
            return analyse(steps, problem=step.measured.result.explanation or "the test was stopped")
        steps.append(step)
        if step.troubles:
            break
    if not steps[-1].troubles:
        return analyse(steps)
    recovered = yield from drained(base, idle)
    label = f"{settings.from_rate:,.0f}/s after the overload"
    after = None
    for _ in range(_TRIES_TO_RECOVER):
        try:
            after = yield from _step(label, settings.from_rate, settings, base, slo)
        except LoadTestError as error:
            return analyse(steps, recovered=False, problem=f"after the overload, {error.message}")
        if after.measured.observed.stopped or not (after.troubles or _is_slower(after, steps[0])):
            break
    return analyse(steps, recovered=recovered, after=after)


def _step(
    label: str, rate: float, settings: StressSettings, base: LoadTest, slo: tuple[Threshold, ...]
) -> Procedure[StressStep]:
    test = with_executor(base, ConstantArrivalRate(rate, settings.step_seconds))
    measured = yield from observed_step(Step(label=label, test=test))
    return StressStep(rate=rate, measured=measured, troubles=trouble_in(measured, slo))


def analyse(
    steps: list[StressStep],
    *,
    recovered: bool | None = None,
    after: StressStep | None = None,
    lost_at: float | None = None,
    problem: str = "",
) -> StressAnalysis:
    """Where it broke, and where latency began to rise."""
    good = [step for step in steps if not step.troubles]
    broken = next((step for step in steps if step.troubles), None)
    return StressAnalysis(
        steps=tuple(steps),
        last_good=good[-1].rate if good else None,
        broken_at=broken.rate if broken else lost_at,
        knee=_knee(steps),
        drained=recovered,
        after=after,
        problem=problem,
    )


def _is_slower(after: StressStep, first: StressStep) -> bool:
    """Whether it is clearly slower than it was at first; by the median, as a short step has few that are slow."""
    again, before = (step.measured.result.latency.quantile(0.5) for step in (after, first))
    return not first.troubles and again > before * _KNEE + _SLACK_SECONDS


def _knee(steps: list[StressStep]) -> tuple[float, float] | None:
    for before, step in pairwise(steps):
        if _p95(step.measured.result) > _p95(steps[0].measured.result) * _KNEE + _SLACK_SECONDS:
            return before.rate, step.rate
    return None


def _p95(result: LoadResult) -> float:
    return result.latency.quantile(0.95)


def findings(settings: StressSettings, analysis: StressAnalysis) -> tuple[Finding, ...]:
    """Whether it withstands what it must, whether it does something useful when overloaded, whether it recovers."""
    return _withstands(settings, analysis), _degrades(settings, analysis), _recovers(settings, analysis)


def _withstands(settings: StressSettings, analysis: StressAnalysis) -> Finding:
    wanted = settings.at_least or settings.from_rate
    held = analysis.last_good is not None and analysis.last_good >= wanted * (1 - 1e-9)
    broken = _broken_step(analysis)
    if broken is not None:
        ways = "; ".join(trouble.text for trouble in broken.troubles)
        text = f"it broke at {broken.rate:,.0f}/s: {ways}"
        text += f"; the last rate it kept up with is {analysis.last_good:,.0f}/s" if analysis.last_good else ""
    else:
        highest = analysis.last_good or 0.0
        text = f"it kept up with every rate up to {highest:,.0f}/s" if highest else "no rate was tried to the end"
    if analysis.knee:
        text += f"; latency begins to rise between {analysis.knee[0]:,.0f}/s and {analysis.knee[1]:,.0f}/s"
    doubt = _doubt(broken)
    unknown = not held and (analysis.broken_at is None or bool(doubt))
    return Finding(
        name="withstands",
        statement=f"{settings.target} withstands {wanted:,.0f}/s.",
        verdict=Verdict.HOLDS if held else Verdict.UNKNOWN if unknown else Verdict.VIOLATED,
        explanation="; ".join(part for part in (text, doubt, analysis.problem) if part),
        not_covered=() if broken else ("Rates above the highest that was tried.",),
    )


def _degrades(settings: StressSettings, analysis: StressAnalysis) -> Finding:
    statement = f"Overloaded, {settings.target} still gives good answers at {_COLLAPSED:.0%} of its best rate or more."
    broken = _broken_step(analysis)
    if broken is None or analysis.last_good is None:
        verdict = Verdict.UNKNOWN if analysis.problem or analysis.last_good is None else Verdict.NOT_APPLICABLE
        text = analysis.problem or (
            "it was not overloaded" if broken is None else "the first rate broke it, so its best is not known"
        )
        return Finding(name="degrades", statement=statement, verdict=verdict, explanation=text)
    best = max(step.useful_rate for step in analysis.steps)
    share = broken.useful_rate / best if best else 0.0
    text = f"{broken.useful_rate:,.1f} good answers/s at {broken.rate:,.0f}/s, {share:.0%} of its best, {best:,.1f}/s"
    doubt = _doubt(broken)
    verdict = Verdict.HOLDS if share >= _COLLAPSED else Verdict.UNKNOWN if doubt else Verdict.VIOLATED
    return Finding(
        name="degrades", statement=statement, verdict=verdict, explanation="; ".join(filter(None, [text, doubt]))
    )


def _recovers(settings: StressSettings, analysis: StressAnalysis) -> Finding:
    statement = f"After an overload, {settings.target} is as it was before."
    after = analysis.after
    if after is None and analysis.drained is False:
        # It takes no requests any more.
        return Finding(name="recovers", statement=statement, verdict=Verdict.VIOLATED, explanation=analysis.problem)
    if after is None or after.measured.observed.stopped:
        verdict = Verdict.NOT_APPLICABLE if not analysis.problem and analysis.broken_at is None else Verdict.UNKNOWN
        text = analysis.problem or ("the test was stopped" if after else "it was not overloaded")
        return Finding(name="recovers", statement=statement, verdict=verdict, explanation=text)
    before = analysis.steps[0]
    again, first = (step.measured.result.latency.quantile(0.5) * 1000 for step in (after, before))
    good = not after.troubles and not _is_slower(after, before)
    text = f"at {after.rate:,.0f}/s, the median is {again:,.1f} ms, before the overload it was {first:,.1f} ms"
    text = "; ".join([text, *(trouble.text for trouble in after.troubles)])
    if not analysis.drained:
        text += "; before that, it did not come back to how it was when idle"
    doubt = _doubt(after)
    verdict = Verdict.HOLDS if good else Verdict.UNKNOWN if doubt else Verdict.VIOLATED
    return Finding(
        name="recovers", statement=statement, verdict=verdict, explanation="; ".join(filter(None, [text, doubt]))
    )


def _broken_step(analysis: StressAnalysis) -> StressStep | None:
    return next((step for step in analysis.steps if step.troubles), None)


def _doubt(step: StressStep | None) -> str:
    if step is None:
        return ""
    return generator_doubt(step.measured.result, holds=not step.troubles, asks_for_little=True)
