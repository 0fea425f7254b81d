"""One level of load: what was sent, what came of it, and what was used meanwhile."""

from collections.abc import Sequence

import msgspec

from assay.bench.bottleneck.service_metrics import ServiceFigures, service_figures
from assay.bench.load_test import LoadTest
from assay.bench.resources import ResourceUse
from assay.bench.result import LoadResult

__all__ = ["Step", "steps_of"]

_LEAST_SECONDS = 1.0
_WARM_UP = 0.1
"""Share of a step that is left out of what was used: the load begins then."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One level of load."""

    result: LoadResult
    test: LoadTest | None
    use: ResourceUse | None
    """Of just that time; None where it was not watched."""
    figures: dict[str, ServiceFigures]

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.result.rate

    @property
    def latency(self) -> float:
        """The mean, in seconds."""
        return self.result.latency.mean

    @property
    def in_flight(self) -> float:
        """Requests under way in the mean, by Little's law."""
        return self.rate * self.latency


def steps_of(
    results: Sequence[LoadResult],
    use: ResourceUse | Sequence[ResourceUse | None] | None,
    tests: Sequence[LoadTest] | None = None,
) -> list[Step]:
    """The levels, by how many requests were in flight.

    Args:
        results: Of load tests against the same system.
        use: What was used meanwhile: one record of all, or one for each result.
        tests: What was sent, one for each result; None where that is not known.
    """
    steps = []
    uses = [use for _ in results] if use is None or isinstance(use, ResourceUse) else list(use)
    for number, (result, record) in enumerate(zip(results, uses, strict=True)):
        if not result.answered:
            continue
        used = record.between(*_window(result)) if record is not None else None
        if used is not None and not used.moments:
            used = None
        steps.append(
            Step(
                result=result,
                test=tests[number] if tests is not None else None,
                use=used,
                figures=service_figures(used) if used is not None else {},
            )
        )
    return sorted(steps, key=lambda step: step.in_flight)


def _window(result: LoadResult) -> tuple[float, float]:
    seconds = result.elapsed_seconds
    warm_up = _WARM_UP * seconds if seconds >= _LEAST_SECONDS else 0.0
    return result.began + warm_up, result.began + seconds
