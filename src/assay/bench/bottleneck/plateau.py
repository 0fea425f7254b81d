"""Whether more load still gets more done, and if not, how many requests get on at a time.

The bounds are those of operational analysis (Denning and Buzen 1978): X ≤ k / R, with R the time of a request that
waits for nobody.
"""

from assay.bench.bottleneck.observation import Observation
from assay.bench.bottleneck.report import Fact, Finding, Resource
from assay.bench.bottleneck.step import Step

__all__ = ["limit_of_concurrency", "saturation_of"]

_LOST = 0.05
"""Share of what was to be sent that may be missing."""

_GROWN = 1.5
"""Times more requests in flight, from which on two levels of load can be compared."""

_GAINED = 0.3
"""Share of that growth that the throughput has to follow."""

_ALONE = 1.6
"""Requests at a time below which only one can be meant: what a request does beside the lock overlaps."""

_QUEUED = 3.0
"""Times that a request takes longer than alone, from which on it is said to wait."""

_IDLE = 0.7
"""Share of a core below which a service's threads have time left."""


def saturation_of(steps: list[Step]) -> bool | None:
    """Whether the system did all it can at the highest load; None where that cannot be told."""
    top = steps[-1]
    intended = top.result.intended
    if intended:
        missing = 1 - (top.result.answered + top.result.failed) / intended
        if missing > _LOST or (top.result.dropped or 0) > _LOST * intended:
            return True
    lower = [step for step in steps[:-1] if top.in_flight >= _GROWN * step.in_flight]
    if not lower:
        return False if intended and top.in_flight < 1 else None
    nearest = lower[-1]
    more_in_flight = top.in_flight / nearest.in_flight - 1
    more_done = top.rate / nearest.rate - 1
    return more_done < _GAINED * more_in_flight


def limit_of_concurrency(steps: list[Step], seen: dict[str, Observation], front: str | None) -> Finding | None:
    """How many requests get on at a time, where all that were looked at have time left.

    Returns:
        A lock where it is one at a time, else a pool of so many; None where the lightest load was not light enough to
        tell how long a request takes alone, or where something was not looked at.
    """
    alone, top = steps[0], steps[-1]
    if alone.in_flight > 2 or top.latency < _QUEUED * alone.latency:  # noqa: PLR2004 # nearly alone
        return None
    wants = [one.thread_wants for one in seen.values()]
    if not wants or any(share is None or share >= _IDLE for share in wants):
        return None
    places = max(step.rate for step in steps) * alone.latency
    where = _deepest(seen, top.in_flight) or front
    values: dict[str, float | str] = {
        "places": places,
        "alone": alone.latency,
        "rate": top.rate,
        "in_flight": top.in_flight,
        "busiest": max(share for share in wants if share is not None),
    }
    resource = Resource.LOCK if places < _ALONE else Resource.POOL
    return Finding(resource=resource, service=where, strength=0.5, facts=(Fact("places", values),))


def _deepest(seen: dict[str, Observation], in_flight: float) -> str | None:
    """The last service on the way of requests in which most of them are: they wait there, not further on."""
    held = [(one.in_flight, one.name) for one in seen.values() if one.in_flight and one.in_flight >= in_flight / 2]
    return min(held)[1] if held else None
