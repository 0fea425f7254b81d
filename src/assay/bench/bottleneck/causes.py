"""From observations to causes: what is used up in a service, how strongly, and by which figures.

Hard resources (processor, disk, memory, quota) are used up by being busy. Soft ones (locks, pools) only hold requests
back: where something behind them is used up, waiting for them is its consequence.
"""

from collections.abc import Iterator

from assay.bench.bottleneck.observation import Observation
from assay.bench.bottleneck.report import Fact, Finding, Resource, Values
from assay.bench.profiling import Wait, WaitShare

__all__ = ["BUSY", "HELD_BACK", "hard_causes", "soft_causes"]

BUSY = 0.8
"""Share of the time from which on a resource counts as used up: queues grow fast from there (M/M/1: four wait)."""

HELD_BACK = 0.3
"""Share of the requests in flight that wait for one thing, from which on it counts as what holds them back."""

_THROTTLED = 0.1
_DISK_BUSY = 0.5
"""Share of the time in which a thread waits for the disk. It cannot compute meanwhile: the rest goes there."""
_DESCRIPTORS = 0.95
_OWN = 0.6
"""Share of a core that it got, from which on a service's own work is what keeps it busy."""
_MISSES = 0.9
_RAN = 0.15
"""Of the time: even with six others for each core, who only computes gets that."""
_FULL = 0.85
_WAITS = {"lock": Resource.LOCK, "pool": Resource.POOL, "connection": Resource.POOL}
_STANDS = {Wait.LOCK: Resource.LOCK, Wait.POOL: Resource.POOL}


def hard_causes(seen: Observation, *, calls: float | None, repetition: float | None) -> Iterator[Finding]:
    """What is used up by being busy.

    Args:
        seen: The service.
        calls: Requests that reach it for each one that reaches the system; None where that is not known.
        repetition: How often each request was sent, where all only ask; None where that is not known.
    """
    if seen.throttled is not None and seen.throttled >= _THROTTLED:
        values: Values = {"share": seen.throttled, "quota": seen.quota if seen.quota is not None else "?"}
        # Before the processor itself: a thread that is held back wants a core all the time.
        yield _finding(Resource.CPU_QUOTA, seen, 1.0, Fact("throttled", values))
    if seen.descriptors is not None and seen.descriptors >= _DESCRIPTORS:
        yield _finding(Resource.DESCRIPTORS, seen, seen.descriptors, Fact("descriptors", {"share": seen.descriptors}))
    disk = _disk(seen)
    if disk is not None:
        yield disk
    elif _wants_a_core(seen):
        yield _processor(seen, calls=calls, repetition=repetition)


def soft_causes(
    seen: Observation, in_flight: float, *, calls: float | None, repetition: float | None
) -> Iterator[Finding]:
    """What holds requests back without being busy.

    Args:
        seen: The service.
        in_flight: Requests under way in the whole system.
        calls: As in `hard_causes`.
        repetition: As in `hard_causes`.
    """
    whole = max(in_flight, 1.0)
    yield from _full_pools(seen, whole)
    for resource, waiting in seen.waits.items():
        kind = _WAITS.get(resource)
        if kind is not None and waiting / whole >= HELD_BACK:
            fact = Fact(f"waits_for_{kind.value}", {"waiting": waiting, "in_flight": in_flight})
            yield _finding(kind, seen, waiting / whole, fact)
    for stand in seen.stands:
        kind = _STANDS.get(stand.wait)
        threads = stand.samples / seen.looks if seen.looks else 0.0
        if kind is not None and threads >= 1:
            strength = threads / max(whole, threads + 1)
            yield _finding(kind, seen, strength, Fact(f"threads_at_{kind.value}", _place(stand, threads)))
    share = (seen.in_flight or 0.0) / whole
    repeated = list(_repeated(seen, calls=calls, repetition=repetition))
    if repeated and share >= HELD_BACK:
        fact = Fact("in_service", {"in_flight": seen.in_flight or 0.0, "whole": in_flight})
        yield _finding(Resource.REPEATED_WORK, seen, share, *repeated, fact)


def _full_pools(seen: Observation, whole: float) -> Iterator[Finding]:
    for pool in seen.pools:
        if pool.in_use is None or not pool.size or pool.in_use / pool.size < _FULL:
            continue
        waiting = pool.waiting if pool.waiting is not None else max(0.0, whole - pool.size)
        if waiting / whole >= HELD_BACK:
            values: Values = {"pool": pool.name, "in_use": pool.in_use, "size": pool.size, "waiting": waiting}
            yield _finding(Resource.POOL, seen, waiting / whole, Fact("pool", values))


def _wants_a_core(seen: Observation) -> bool:
    if seen.gil is not None and seen.gil >= BUSY:
        return True
    # On a busy machine, who wakes often waits often for a core without computing much.
    ran = seen.thread_busy or 0.0
    return seen.thread_wants is not None and seen.thread_wants >= BUSY and ran >= _RAN


def _processor(seen: Observation, *, calls: float | None, repetition: float | None) -> Finding:
    wants = max(seen.thread_wants or 0.0, seen.gil or 0.0)
    facts = [Fact("busiest_thread", {"wants": seen.thread_wants or 0.0, "ran": seen.thread_busy or 0.0})]
    if seen.gil is not None and seen.gil >= BUSY and (seen.threads or 1) > 1:
        facts.append(Fact("gil", {"share": seen.gil, "threads": seen.threads or 1.0}))
    if seen.hot is not None:
        frame, share = seen.hot
        facts.append(Fact("hot_function", {"function": frame.short(), "share": share}))
    repeated = list(_repeated(seen, calls=calls, repetition=repetition))
    resource = Resource.REPEATED_WORK if repeated else Resource.CPU
    # Who wants a core and gets none is held up by others on the machine, more than by work of its own.
    own = max(seen.thread_busy or 0.0, seen.gil or 0.0)
    return _finding(resource, seen, wants * (0.4 + 0.6 * min(1.0, own / _OWN)), *repeated, *facts)


def _repeated(seen: Observation, *, calls: float | None, repetition: float | None) -> Iterator[Fact]:
    """Why the work of a busy service is work that was done before."""
    for cache in seen.caches:
        lookups = cache.hits + cache.misses
        if lookups > 0 and cache.misses / lookups >= _MISSES and lookups >= 0.5 * (seen.requests or 0.0):
            repeated: Values = {"cache": cache.name, "misses": cache.misses / lookups, "rate": lookups}
            yield Fact("cache_misses", repeated)
    if calls is not None and calls >= 2 and repetition is not None and repetition >= 10:  # noqa: PLR2004 # often, each
        yield Fact("repeated_calls", {"calls": calls, "service": seen.name, "repetition": repetition})


def _disk(seen: Observation) -> Finding | None:
    waiting = min(1.0, seen.on_disk or 0.0)
    measured = seen.waits.get("disk", 0.0)
    stands = [stand for stand in seen.stands if stand.wait is Wait.DISK]
    standing = sum(stand.samples for stand in stands) / seen.looks if seen.looks else 0.0
    share = max(waiting, min(1.0, measured), min(1.0, standing))
    if share < _DISK_BUSY:
        return None
    facts = []
    if measured >= _DISK_BUSY:
        facts.append(Fact("waits_for_disk", {"share": min(1.0, measured)}))
    if waiting >= _DISK_BUSY or not facts:
        facts.append(Fact("threads_on_disk", {"threads": seen.on_disk or 0.0}))
    if seen.written_bytes:
        facts.append(Fact("written", {"bytes": seen.written_bytes}))
    if stands:
        facts.append(Fact("threads_at_disk", _place(stands[0], standing)))
    return _finding(Resource.DISK, seen, share, *facts)


def _finding(resource: Resource, seen: Observation, strength: float, *facts: Fact) -> Finding:
    return Finding(resource=resource, service=seen.name, strength=min(1.0, strength), facts=facts)


def _place(stand: WaitShare, threads: float) -> Values:
    return {"place": stand.frame.short(), "text": stand.text, "threads": threads}
