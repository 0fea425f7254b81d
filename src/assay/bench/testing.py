"""One performance test from its settings to its outcome: what was sent, what was found, what follows."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from assay.bench.bottleneck.traces import SlowTrace
from assay.bench.conducting import Conducted, StepProgress, conduct
from assay.bench.designs import Analysis, Finding, Measured, Settings, findings_of, procedure_of
from assay.bench.generators import LoadGenerator
from assay.bench.load_test import LoadTest
from assay.bench.resources import Watched
from assay.bench.result import LoadResult, SlowRequest
from assay.bench.written_thresholds import Limits

__all__ = ["Outcome", "PerformanceDocument", "StepRecord", "carry_out", "document_of"]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a test."""

    settings: Settings
    base: LoadTest
    analysis: Analysis
    findings: tuple[Finding, ...]
    conducted: Conducted
    traces: tuple[SlowTrace, ...] = ()
    """Of slow requests, where services logged spans: in which of them the time went."""

    @property
    def counted(self) -> tuple[Measured, ...]:
        """The steps that are measurements."""
        return tuple(each for each in self.conducted.steps if each.step.counts)

    @property
    def is_partial(self) -> bool:
        """Whether it was stopped before its time."""
        return self.conducted.stopped

    @property
    def slowest(self) -> tuple[SlowRequest, ...]:
        """The slow requests of all steps that are measurements, the slowest first."""
        slow = [request for measured in self.counted for request in measured.result.slowest]
        return tuple(sorted(slow, key=lambda request: -request.seconds))


class StepRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A step, as it is kept."""

    label: str
    counts: bool
    executor: Any
    """As `assay.bench.executor` has it."""
    result: LoadResult


class PerformanceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence of a test, as JSON."""

    kind: Literal["performance-test"] = "performance-test"
    version: Literal[1] = 1
    name: str
    design: str
    target: str
    requests: tuple[str, ...]
    """Names of what was sent."""
    stopped: bool
    steps: tuple[StepRecord, ...]
    analysis: Any
    """Of the design, without the results, which are those of the steps."""
    findings: tuple[Finding, ...]
    traces: tuple[SlowTrace, ...] = ()
    """Of the `slowest` of the steps."""


def carry_out(
    settings: Settings,
    base: LoadTest,
    limits: Limits,
    generate: LoadGenerator,
    *,
    watched: Sequence[Watched] = (),
    progress: Callable[[StepProgress], None] | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Carries out a test.

    Args:
        settings: The design, with its figures.
        base: What is sent where.
        limits: The thresholds and the SLO of the settings, parsed.
        generate: The load generator.
        watched: Services whose resources are recorded.
        progress: Is told how far it is.
        stop: Ends it before its time, with an outcome that is partial.

    Raises:
        LoadTestError: The test makes no sense, or not one request was answered.
    """
    procedure = procedure_of(settings, base, *limits)
    analysis, conducted = conduct(procedure, generate, watched=watched, progress=progress, stop=stop)
    return Outcome(
        settings=settings,
        base=base,
        analysis=analysis,
        findings=findings_of(settings, analysis),
        conducted=conducted,
    )


def document_of(outcome: Outcome) -> PerformanceDocument:
    """What is kept of a test."""
    return PerformanceDocument(
        name=outcome.settings.name,
        design=outcome.settings.design,
        target=outcome.base.target,
        requests=outcome.base.endpoints,
        stopped=outcome.is_partial,
        steps=tuple(
            StepRecord(
                label=each.step.label,
                counts=each.step.counts,
                executor=msgspec.to_builtins(each.step.test.executor),
                result=each.result,
            )
            for each in outcome.conducted.steps
        ),
        analysis=_without_results(msgspec.to_builtins(outcome.analysis)),
        findings=outcome.findings,
        traces=outcome.traces,
    )


def _without_results(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_results(item) for key, item in value.items() if key != "measured"}
    if isinstance(value, list):
        return [_without_results(item) for item in value]
    return value
