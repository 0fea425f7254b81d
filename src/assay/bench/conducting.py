"""Carries out the steps of a design: with a load generator, while the services' resources are recorded."""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import msgspec

from assay.bench.designs import Measured, Observed, Procedure, Step, Track
from assay.bench.engine import LoadProgress
from assay.bench.generators import LoadGenerator
from assay.bench.resources import ProcessMeasure, ResourceUse, Watched, sampling
from assay.errors import LoadTestError

__all__ = ["Conducted", "StepProgress", "conduct", "tracks_of"]

_TRACKED = {
    "memory": (ProcessMeasure.RESIDENT, "bytes"),
    "descriptors": (ProcessMeasure.DESCRIPTORS, ""),
    "threads": (ProcessMeasure.THREADS, ""),
}

Analysis = TypeVar("Analysis")


class StepProgress(NamedTuple):
    """How far a test is."""

    step: Step
    number: int
    """Of the step, from 1."""
    seconds: float
    """Since the step began."""
    load: LoadProgress | None
    """None when the step begins, and where the load generator does not tell."""


class Conducted(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, besides the analysis."""

    steps: tuple[Measured, ...]
    """All of them, those that only wait included."""
    use: tuple[ResourceUse | None, ...]
    """What the services used in each step that counts, in order; None where none was watched."""
    stopped: bool
    """Whether somebody asked for it to end before its time."""


def conduct(
    procedure: Procedure[Analysis],
    generate: LoadGenerator,
    *,
    watched: Sequence[Watched] = (),
    progress: Callable[[StepProgress], None] | None = None,
    stop: threading.Event | None = None,
) -> tuple[Analysis, Conducted]:
    """Carries out a design to its end, or until `stop` is set: then the analysis is that of what was done.

    Args:
        procedure: The design.
        generate: The load generator.
        watched: Services whose resources are recorded during each step that counts.
        progress: Is told at the beginning of each step, and a few times a second.
        stop: Stops the step that is under way.

    Raises:
        LoadTestError: A step cannot be done, or not one request was answered where the design needs an answer.
    """
    conductor = _Conductor(generate, watched, progress, stop or threading.Event())
    step = next(procedure)
    while True:
        try:
            step = _next_step(procedure, conductor, step)
        except StopIteration as end:
            analysis: Analysis = end.value
            return analysis, conductor.conducted()


def _next_step(procedure: Procedure[Analysis], conductor: "_Conductor", step: Step) -> Step:
    """Has a step done, and the design say what is next. Raises StopIteration where that is nothing."""
    try:
        observed = conductor.carry_out(step)
    except LoadTestError as error:
        return procedure.throw(error)
    return procedure.send(observed)


class _Conductor:
    def __init__(
        self,
        generate: LoadGenerator,
        watched: Sequence[Watched],
        progress: Callable[[StepProgress], None] | None,
        stop: threading.Event,
    ) -> None:
        self._generate = generate
        self._watched = watched
        self._progress = progress
        self._stop = stop
        self._number = 0
        self._steps: list[Measured] = []
        self._use: list[ResourceUse | None] = []

    def carry_out(self, step: Step) -> Observed:
        self._number += 1
        self._tell(step, 0.0, None)
        self._stop.wait(step.pause)
        use: ResourceUse | None = None
        if step.counts and self._watched:
            with sampling(self._watched) as sampler:
                result = self._generate(step.test, lambda *figures: self._tell(step, *figures), self._stop)
            use = sampler.result()
        else:
            result = self._generate(step.test, lambda *figures: self._tell(step, *figures), self._stop)
        tracks = tracks_of(use, result.began) if use else ()
        observed = Observed(result=result, tracks=tracks, stopped=self._stop.is_set())
        self._steps.append(Measured(step=step, observed=observed))
        if step.counts:
            self._use.append(use)
        return observed

    def conducted(self) -> Conducted:
        return Conducted(steps=tuple(self._steps), use=tuple(self._use), stopped=self._stop.is_set())

    def _tell(self, step: Step, seconds: float, load: LoadProgress | None) -> bool:
        if self._progress:
            self._progress(StepProgress(step, self._number, seconds, load))
        return not self._stop.is_set()


def tracks_of(use: ResourceUse, began: float) -> tuple[Track, ...]:
    """What must not grow during a soak, from the record of what was used.

    Args:
        use: The record.
        began: When the load began, in seconds since 1970.
    """
    tracks = []
    for service in use.services:
        for figure, (measure, unit) in _TRACKED.items():
            points = [
                (moment - began, value)
                for moment, value in zip(use.moments, service.series(measure), strict=False)
                if value is not None and moment >= began
            ]
            if points:
                times, values = zip(*points, strict=True)
                tracks.append(Track(service=service.name, figure=figure, unit=unit, times=times, values=values))
    return tuple(tracks)
