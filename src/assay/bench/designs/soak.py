"""Soak: a constant load for long. Does memory, the number of descriptors or threads, or latency grow?"""

from collections.abc import Iterable, Sequence

import msgspec

from assay.bench.designs.answers import answer_findings
from assay.bench.designs.interval import Slope, slope_of
from assay.bench.designs.procedure import (
    CONFIDENCE,
    Finding,
    Measured,
    Procedure,
    Step,
    Track,
    observed_step,
    with_executor,
)
from assay.bench.executor import ConstantArrivalRate
from assay.bench.load_test import LoadTest
from assay.bench.result import LoadResult
from assay.bench.thresholds import Judgement, Threshold, judge
from assay.evidence.verdict import Verdict
from assay.system.performance import SoakSettings

__all__ = ["Growth", "SoakAnalysis", "findings", "procedure"]

_WARMING = 0.2
"""Of the test: while a service warms up, what it uses grows without leaking."""
_HOUR = 3600
_LATENCY = "latency"
_ALWAYS_ALLOWED = {"memory": 2 * 1024.0**2, "descriptors": 8.0, "threads": 4.0, _LATENCY: 0.002}
"""Bytes, counts and seconds of growth that are no leak however little a service uses: a connection, a thread more."""


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """How one figure grew."""

    service: str
    figure: str
    unit: str
    slope: Slope
    allowed: float
    """By which share of its mean it may grow."""

    @property
    def verdict(self) -> Verdict:
        """Holds where the whole interval is within what is allowed, violated where it is beyond."""
        mean = abs(self.slope.mean)
        allowed = max(self.allowed, _ALWAYS_ALLOWED.get(self.figure, 0.0) / mean if mean else 0.0)
        if self.slope.growth.high <= allowed:
            return Verdict.HOLDS
        return Verdict.VIOLATED if self.slope.growth.low > allowed else Verdict.UNKNOWN


class SoakAnalysis(msgspec.Struct, frozen=True, kw_only=True, tag_field="design", tag="soak"):
    """What grew by how much."""

    measured: Measured
    judgements: tuple[Judgement, ...]
    growths: tuple[Growth, ...]


def procedure(settings: SoakSettings, base: LoadTest, thresholds: tuple[Threshold, ...]) -> Procedure[SoakAnalysis]:
    """One step."""
    test = with_executor(base, ConstantArrivalRate(settings.rate, settings.seconds))
    measured = yield from observed_step(Step(label=f"{settings.rate:g}/s", test=test))
    return analyse(settings, measured, thresholds)


def analyse(settings: SoakSettings, measured: Measured, thresholds: tuple[Threshold, ...]) -> SoakAnalysis:
    """The slope of everything that was recorded over time."""
    latency = _latency_track(settings.target, measured.result)
    tracks = [*measured.observed.tracks, *([latency] if latency else [])]
    return SoakAnalysis(
        measured=measured,
        judgements=tuple(judge(threshold, measured.result) for threshold in thresholds),
        growths=tuple(_growths(settings, tracks)),
    )


def _latency_track(service: str, result: LoadResult) -> Track | None:
    whole = int(result.scheduled_seconds)
    points = [
        (index + 0.5, second.p50) for index, second in enumerate((result.seconds or ())[:whole]) if second.answered
    ]
    if not points:
        return None
    times, values = zip(*points, strict=True)
    return Track(service=service, figure=_LATENCY, unit="s", times=times, values=values)


def _growths(settings: SoakSettings, tracks: Iterable[Track]) -> Iterable[Growth]:
    for track in tracks:
        warm = [
            (time, value)
            for time, value in zip(track.times, track.values, strict=True)
            if time >= _WARMING * settings.seconds
        ]
        slope = slope_of([time for time, _ in warm], [value for _, value in warm], CONFIDENCE)
        if slope is not None:
            allowed = settings.latency_growth if track.figure == _LATENCY else settings.growth
            yield Growth(service=track.service, figure=track.figure, unit=track.unit, slope=slope, allowed=allowed)


def findings(settings: SoakSettings, analysis: SoakAnalysis) -> tuple[Finding, ...]:
    """One for each figure, over all services; the thresholds, and whether everything was answered."""
    figures = list(dict.fromkeys(growth.figure for growth in analysis.growths)) or [_LATENCY]
    grown = [
        _finding(settings, figure, [growth for growth in analysis.growths if growth.figure == figure], analysis)
        for figure in figures
    ]
    return (*grown, *answer_findings(settings, analysis.measured, analysis.judgements))


def _finding(settings: SoakSettings, figure: str, growths: Sequence[Growth], analysis: SoakAnalysis) -> Finding:
    allowed = settings.latency_growth if figure == _LATENCY else settings.growth
    subject = (
        f"The median latency of {settings.target}" if figure == _LATENCY else f"What each service uses of {figure}"
    )
    statement = f"{subject} grows by no more than {allowed:.0%} in {settings.seconds:g} s at {settings.rate:g}/s."
    result = analysis.measured.result
    if not growths or result.is_partial:
        text = (result.explanation or "the test was stopped") if result.is_partial else "too little of it was recorded"
        return Finding(name=f"{figure}-growth", statement=statement, verdict=Verdict.UNKNOWN, explanation=text)
    order = [Verdict.VIOLATED, Verdict.UNKNOWN, Verdict.HOLDS]
    worst = min(growths, key=lambda growth: (order.index(growth.verdict), -growth.slope.growth.high))
    others = [growth.service for growth in growths if growth.verdict is Verdict.VIOLATED and growth is not worst]
    text = _text(worst, only=len(growths) == 1)
    return Finding(
        name=f"{figure}-growth",
        statement=statement,
        verdict=worst.verdict,
        explanation=text + (f"; also too much: {', '.join(others)}" if others else ""),
        not_covered=(_slower(worst),) if worst.verdict is Verdict.HOLDS else (),
    )


def _text(growth: Growth, *, only: bool) -> str:
    share = growth.slope.growth
    which = growth.service if only else f"most in {growth.service}"
    return (
        f"{which}: by {share.estimate:+.1%} of its mean, {_amount(growth.slope.mean, growth.unit)}, "
        f"with {CONFIDENCE:.0%} confidence between {share.low:+.1%} and {share.high:+.1%}"
    )


def _slower(growth: Growth) -> str:
    each = max(growth.slope.per_second.high, 0.0) * _HOUR
    amount = _amount(each, growth.unit)
    return f"A growth of {growth.figure} up to {amount} an hour, which only a longer test tells from none."


def _amount(value: float, unit: str) -> str:
    match unit:
        case "bytes":
            return f"{value / 1024**2:,.1f} MiB"
        case "s":
            return f"{value * 1000:,.1f} ms"
        case _:
            return f"{value:,.1f}"
