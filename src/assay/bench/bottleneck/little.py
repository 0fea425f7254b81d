"""Little's law, L = λW, held against what was seen: it assumes nothing but a system that is steady (Little 1961)."""

from assay.bench.bottleneck.observation import Observation
from assay.bench.bottleneck.report import LittleCheck, LittleMeaning
from assay.bench.bottleneck.step import Step

__all__ = ["little_check"]

_ALIKE = 1.3
"""Times that two numbers of requests may differ, and still be called the same."""

_FEW = 1.0
"""Requests in flight below which a difference says nothing."""


def little_check(step: Step, front: Observation | None) -> LittleCheck:
    """Compares requests in flight by the law with those that the service knows of, or with its connections.

    Args:
        step: The load.
        front: The service that it was sent to; None where it was not watched.
    """
    seen = front.in_flight if front else None
    connections = front.connections_in if front else None
    return LittleCheck(
        rate=step.rate,
        latency_seconds=step.latency,
        in_flight=step.in_flight,
        seen_in_service=seen,
        connections=connections,
        meaning=_meaning(step.in_flight, seen, connections),
    )


def _meaning(in_flight: float, seen: float | None, connections: float | None) -> LittleMeaning:
    if seen is not None:
        # A service counts only what it has begun to work on; what waits before that, it does not know of.
        outside = in_flight > max(_FEW, seen * _ALIKE)
        return LittleMeaning.WAITING_OUTSIDE if outside else LittleMeaning.CONSISTENT
    if connections is None:
        return LittleMeaning.UNKNOWN
    if connections > max(_FEW, in_flight * _ALIKE):
        return LittleMeaning.IDLE
    return LittleMeaning.WAITING_OUTSIDE if in_flight > max(_FEW, connections * _ALIKE) else LittleMeaning.CONSISTENT
