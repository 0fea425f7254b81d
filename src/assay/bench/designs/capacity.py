"""Capacity: the largest rate at which a service keeps its SLO, with a confidence interval.

Rates double until one is too much; then the gap is halved, on a logarithmic scale, until it is as narrow as was asked
for. That is repeated around what was found, each time with other rates, since a trial has its luck. After each rate
that was too much the backlog is worked off first, as it would be measured instead.
"""

import math
import random
from collections.abc import Sequence

import msgspec

from assay.bench.designs.health import drained, idle_seconds, trouble_in
from assay.bench.designs.interval import Interval, mean_interval
from assay.bench.designs.procedure import CONFIDENCE, Finding, Measured, Procedure, Step, observed_step, with_executor
from assay.bench.executor import ConstantArrivalRate
from assay.bench.load_test import LoadTest
from assay.bench.thresholds import Threshold
from assay.bench.thresholds.judging import generator_doubt
from assay.errors import LoadTestError
from assay.evidence.verdict import Verdict
from assay.system.performance import CapacitySettings

__all__ = ["MAXIMUM_TRIALS", "CapacityAnalysis", "Trial", "findings", "procedure"]

MAXIMUM_TRIALS = 200
"""A search that has not ended by then is given up: the service answers differently each time."""

_AGAIN = 1.25
"""How far around what was found a search is repeated, as a factor."""
_TRIES_IN_DOUBT = 3
"""How often a trial is done at most that tells about the generator: what kept it busy may be over."""
_SECOND_CHANCES = 2
"""How often the lowest rate is tried again before the service is said to be unable to take it."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One rate, tried once."""

    rate: float
    kept: bool
    """Whether the service kept its SLO and kept up."""
    reason: str = ""
    """Why not."""
    measured: Measured


class CapacityAnalysis(msgspec.Struct, frozen=True, kw_only=True, tag_field="design", tag="capacity"):
    """What the search found."""

    trials: tuple[Trial, ...]
    gaps: tuple[tuple[float, float], ...]
    """Of each search that ended: the highest rate that was kept, the lowest that was not."""
    capacity: Interval | None
    """Requests per second; None where no search ended."""
    above: float | None = None
    """The highest rate that may be tried, where it was kept: the capacity is not below it."""
    below: float | None = None
    """The lowest rate, where it was not kept."""
    problem: str = ""
    """Why the search ended before its time."""


class _SearchEndedError(Exception):
    """The search cannot go on; the message says why."""


def procedure(settings: CapacitySettings, base: LoadTest, slo: tuple[Threshold, ...]) -> Procedure[CapacityAnalysis]:
    """As many steps as the search needs."""
    search = _Search(settings, base, slo)
    above = below = None
    problem = ""
    try:
        search.idle = yield from idle_seconds(base)
        low, high = yield from search.bracket()
        if high is None:
            above = low
        elif low is None:
            below = high
        else:
            yield from search.repeat(low, high)
    except _SearchEndedError as error:
        problem = str(error)
    return CapacityAnalysis(
        trials=tuple(search.trials),
        gaps=tuple(search.gaps),
        capacity=estimate(search.gaps),
        above=above,
        below=below,
        problem=problem,
    )


def estimate(gaps: Sequence[tuple[float, float]]) -> Interval | None:
    """The capacity from the gaps of repeated searches; the interval covers the gaps' width and how they differ."""
    if not gaps:
        return None
    low = mean_interval([low for low, _ in gaps], CONFIDENCE)
    high = mean_interval([high for _, high in gaps], CONFIDENCE)
    return Interval((low.estimate + high.estimate) / 2, max(0.0, low.low), high.high)


class _Search:
    def __init__(self, settings: CapacitySettings, base: LoadTest, slo: tuple[Threshold, ...]) -> None:
        self.trials: list[Trial] = []
        self.gaps: list[tuple[float, float]] = []
        self.idle = 0.0
        self._settings = settings
        self._base = base
        self._slo = slo
        # Which rates are tried depends on the seed alone.
        self._random = random.Random(base.seed)  # noqa: S311 # chance decides which rate, not who may know what

    def bracket(self) -> Procedure[tuple[float | None, float | None]]:
        """A rate that is kept and a higher one that is not; None in place of one that there is not."""
        rate, highest = self._settings.from_rate, self._settings.to_rate
        kept = yield from self._try(rate)
        for _ in range(_SECOND_CHANCES):
            if not kept:
                kept = yield from self._try(rate)
        if not kept:
            return None, rate
        while rate < highest:
            above = min(rate * 2, highest)
            kept = yield from self._try(above)
            if not kept:
                return rate, above
            rate = above
        return rate, None

    def repeat(self, low: float, high: float) -> Procedure[None]:
        """Closes the gap, and does so again around what was found."""
        for number in range(self._settings.repeats):
            if number:
                middle = math.sqrt(low * high)
                low, high = yield from self._around(middle)
            low, high = yield from self._close(low, high)
            self.gaps.append((low, high))

    def _around(self, rate: float) -> Procedure[tuple[float, float]]:
        """A gap around a rate, wherever the service has its limit this time."""
        low, high = rate / _AGAIN, rate * _AGAIN
        while not (yield from self._try(low)):
            low, high = low / _AGAIN, low
        if high != rate * _AGAIN:
            return low, high
        while (yield from self._try(high)):
            low, high = high, high * _AGAIN
        return low, high

    def _close(self, low: float, high: float) -> Procedure[tuple[float, float]]:
        while high > low * (1 + self._settings.precision):
            # Not always the middle: repeated searches would try the same rates, and seem to agree.
            middle = low * (high / low) ** self._random.uniform(0.35, 0.65)
            if (yield from self._try(middle)):
                low = middle
            else:
                high = middle
        return low, high

    def _try(self, rate: float) -> Procedure[bool]:
        doubt = ""
        for _ in range(_TRIES_IN_DOUBT):
            trial, doubt = yield from self._trial(rate)
            if not trial.kept and not (yield from drained(self._base, self.idle)):
                raise _SearchEndedError(f"after {rate:,.1f}/s, the service did not come back to how it was when idle")
            if not doubt:
                self.trials.append(trial)
                return trial.kept
        raise _SearchEndedError(f"at {rate:,.1f}/s, {doubt}")

    def _trial(self, rate: float) -> Procedure[tuple[Trial, str]]:
        """One trial, and why it tells nothing of the service; empty where it does."""
        if len(self.trials) >= MAXIMUM_TRIALS:
            raise _SearchEndedError(f"no end of the search after {MAXIMUM_TRIALS} trials")
        test = with_executor(self._base, ConstantArrivalRate(rate, self._settings.seconds))
        try:
            measured = yield from observed_step(Step(label=f"{rate:,.1f}/s", test=test))
        except LoadTestError as error:
            if not self.trials:
                raise
            raise _SearchEndedError(f"at {rate:,.1f}/s, {error.message}") from error
        result = measured.result
        if measured.observed.stopped:
            raise _SearchEndedError(f"the test ended before its time: {result.explanation or result.ending}")
        troubles = trouble_in(measured, self._slo, most_errors=1.0 if self._slo_knows_errors else 0.0)
        kept = not troubles
        reason = "; ".join(trouble.text for trouble in troubles)
        trial = Trial(rate=rate, kept=kept, reason=reason, measured=measured)
        return trial, generator_doubt(result, holds=kept, asks_for_little=True)

    @property
    def _slo_knows_errors(self) -> bool:
        return any(threshold.metric == "http_req_failed" for threshold in self._slo)


def findings(settings: CapacitySettings, analysis: CapacityAnalysis) -> tuple[Finding, ...]:
    """Whether it takes the rate that it must."""
    wanted = settings.at_least or settings.from_rate
    verdict, text = _verdict_and_text(analysis, wanted)
    slo = " and ".join(settings.slo)
    return (
        Finding(
            name="capacity",
            statement=f"{settings.target} takes at least {wanted:g} requests/s within its SLO ({slo}).",
            verdict=verdict,
            explanation="; ".join(filter(None, [text, analysis.problem])),
            not_covered=("A load that lasts longer than one trial, and services that are not warm.",),
        ),
    )


def _verdict_and_text(analysis: CapacityAnalysis, wanted: float) -> tuple[Verdict, str]:
    if analysis.above is not None:
        return Verdict.HOLDS, f"it keeps its SLO at {analysis.above:,.1f}/s, the highest rate that was to be tried"
    if analysis.below is not None:
        reason = analysis.trials[-1].reason
        return Verdict.VIOLATED, f"it does not keep its SLO at {analysis.below:,.1f}/s: {reason}"
    found = analysis.capacity
    if found is None:
        kept = max((trial.rate for trial in analysis.trials if trial.kept), default=0.0)
        text = f"it kept its SLO at {kept:,.1f}/s; its capacity is not known" if kept else "no rate was seen to be kept"
        return (Verdict.HOLDS if kept >= wanted else Verdict.UNKNOWN), text
    text = (
        f"the largest rate is {found.estimate:,.1f}/s, with {CONFIDENCE:.0%} confidence between {found.low:,.1f} and "
        f"{found.high:,.1f}, from {len(analysis.gaps)} searches with {len(analysis.trials)} trials; "
        f"beyond it: {_first_reason(analysis)}"
    )
    if found.low >= wanted or all(low >= wanted for low, _ in analysis.gaps):
        return Verdict.HOLDS, text
    return (Verdict.VIOLATED if found.high < wanted else Verdict.UNKNOWN), text


def _first_reason(analysis: CapacityAnalysis) -> str:
    """At the lowest rate that was not kept: what gives way first."""
    lost = [trial for trial in analysis.trials if not trial.kept]
    return min(lost, key=lambda trial: trial.rate).reason if lost else "unknown"
