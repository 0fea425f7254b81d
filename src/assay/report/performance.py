"""Performance tests: what was measured in each step, as a table.

The artefact is what `assay bench` writes: JSON with `kind`, and for each step its label and its load test's result.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from assay.bench.histogram import Histogram

__all__ = ["PerformanceTest", "Row", "performance_test_in", "rows_of"]

_QUANTILES = (0.5, 0.95, 0.99)
_MILLISECONDS = 1000.0


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of request got."""

    name: str
    answered: int
    failed: int = 0
    latency: Histogram


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Of one load test."""

    answered: int
    failed: int
    dropped: int | None
    scheduled_seconds: float
    elapsed_seconds: float
    latency: Histogram
    endpoints: tuple[Endpoint, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One load test."""

    label: str
    counts: bool
    result: Result


class PerformanceTest(msgspec.Struct, frozen=True, kw_only=True):
    """What was done in a performance test."""

    kind: Literal["performance-test"]
    design: str
    target: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. Durations in milliseconds."""

    name: str
    rate: float
    """Answers per second until the last of them."""
    failed: int
    dropped: int | None
    """None for one kind of request: what was dropped was none of them yet, and where it is not known."""
    quantiles: tuple[float, ...]
    """The median, the 95th and the 99th percentile."""
    longest: float


def performance_test_in(content: bytes) -> PerformanceTest | None:
    """The performance test that a JSON artefact holds, or None where it holds something else."""
    try:
        found = msgspec.json.decode(content, type=PerformanceTest)
    except msgspec.MsgspecError:
        return None
    return found if any(step.counts for step in found.steps) else None


def rows_of(test: PerformanceTest) -> Iterator[Row]:
    """One for each step; of a test with a single one, also one for each kind of request."""
    counted = [step for step in test.steps if step.counts]
    for step in counted:
        yield _row(step.label, step.result, step.result, dropped=step.result.dropped)
    if len(counted) == 1:
        result = counted[0].result
        endpoints: dict[str, Endpoint] = {}
        for endpoint in result.endpoints:
            known = endpoints.get(endpoint.name)
            endpoints[endpoint.name] = _together(known, endpoint) if known else endpoint
        for endpoint in endpoints.values():
            yield _row(endpoint.name, endpoint, result, dropped=None)


def _together(one: Endpoint, other: Endpoint) -> Endpoint:
    return Endpoint(
        name=one.name,
        answered=one.answered + other.answered,
        failed=one.failed + other.failed,
        latency=one.latency.merged(other.latency),
    )


def _row(name: str, figures: Result | Endpoint, result: Result, *, dropped: int | None) -> Row:
    seconds = max(result.elapsed_seconds, result.scheduled_seconds)
    return Row(
        name=name,
        rate=figures.answered / seconds if seconds > 0 else 0.0,
        failed=figures.failed,
        dropped=dropped,
        quantiles=tuple(quantile * _MILLISECONDS for quantile in figures.latency.quantiles(_QUANTILES)),
        longest=figures.latency.maximum * _MILLISECONDS,
    )
