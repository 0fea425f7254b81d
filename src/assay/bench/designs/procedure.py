"""What all designs share: steps that somebody else carries out, what came of them, and what follows.

A design is a generator: it yields a `Step`, is sent what was observed, decides on the next, and returns its analysis.
It knows no clock and no network, so tests answer it from models of servers. A step in which not one request was
answered is thrown into it as a `LoadTestError`.
"""

from collections.abc import Generator
from typing import TypeVar

import msgspec

from assay.bench.executor import Executor
from assay.bench.load_test import LoadTest
from assay.bench.result import LoadResult
from assay.evidence.verdict import Verdict

__all__ = [
    "CONFIDENCE",
    "Finding",
    "Measured",
    "Observed",
    "Procedure",
    "Step",
    "Track",
    "observed_step",
    "with_executor",
]

CONFIDENCE = 0.95
"""Of every interval."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One load test of a design."""

    label: str
    """What it is for, such as `120/s`; unique within a design where it counts."""
    test: LoadTest
    counts: bool = True
    """False for what only waits or looks how the service is: it is shown, but is no measurement."""
    pause: float = 0.0
    """Seconds to wait before it."""


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """How one figure of one process went during a test."""

    service: str
    figure: str
    """`memory`, `descriptors` or `threads`."""
    unit: str
    """`bytes`, or nothing for a count."""
    times: tuple[float, ...]
    """Seconds since the test began, in ascending order."""
    values: tuple[float, ...]


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a step."""

    result: LoadResult
    tracks: tuple[Track, ...] = ()
    stopped: bool = False
    """Whether somebody asked for the test to end, so that no further step is wanted."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A step with what came of it."""

    step: Step
    observed: Observed

    @property
    def result(self) -> LoadResult:
        """Of the load test."""
        return self.observed.result


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One statement about the service: what becomes a claim."""

    name: str
    """Lower-case words joined by hyphens, unique within a test."""
    statement: str
    """A sentence that is true where the verdict is `holds`."""
    verdict: Verdict
    explanation: str
    """Why, with the figures."""
    threshold: str = ""
    """The threshold that it is about, as it was written."""
    not_covered: tuple[str, ...] = ()
    """Sentences that say what it says nothing about."""


Analysis = TypeVar("Analysis")
Procedure = Generator[Step, Observed, Analysis]


def with_executor(base: LoadTest, executor: Executor) -> LoadTest:
    """The same requests, started in another way."""
    return msgspec.structs.replace(base, executor=executor)


def observed_step(step: Step) -> Procedure[Measured]:
    """Has a step carried out."""
    observed = yield step
    return Measured(step=step, observed=observed)
