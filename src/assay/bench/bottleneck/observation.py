"""What one service looks like under the highest load: every figure that a cause may be read from, in one place."""

import msgspec

from assay.bench.bottleneck.service_metrics import CacheFigures, PoolFigures
from assay.bench.bottleneck.step import Step
from assay.bench.profiling import Frame, Profile, Wait, WaitShare, waits_in
from assay.bench.resources import Peer, ProcessMeasure, ProcessUse, ResourceUse, ServiceUse, summary_of

__all__ = ["Observation", "front_service", "observations_of"]


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """Of one service; None where it is not known."""

    name: str
    cores: float | None = None
    """That it kept busy in the mean."""
    thread_busy: float | None = None
    """Share of the time in which its busiest thread ran; of Python, in which any of a process's threads did."""
    thread_wants: float | None = None
    """Share of the time in which that thread ran or waited for a core; of Python likewise."""
    throttled: float | None = None
    quota: float | None = None
    on_disk: float | None = None
    """Threads that waited for the disk, in the mean."""
    written_bytes: float | None = None
    """Per second."""
    swapping: bool = False
    descriptors: float | None = None
    """The largest share of its descriptors that was in use."""
    accept_queue: float | None = None
    accept_queue_limit: int | None = None
    connections_in: float | None = None
    threads: float | None = None
    requests: float | None = None
    """Per second, by its own metrics."""
    in_flight: float | None = None
    """Requests in it, by its own metrics."""
    waits: dict[str, float] = {}
    pools: tuple[PoolFigures, ...] = ()
    caches: tuple[CacheFigures, ...] = ()
    peers: tuple[Peer, ...] = ()
    hot: tuple[Frame, float] | None = None
    """The function with the largest share of its time on the processor, and that share."""
    gil: float | None = None
    """Share of the time in which a thread held the GIL."""
    stands: tuple[WaitShare, ...] = ()
    """Where its threads wait, by its profile, idle ones left out."""
    looks: int | None = None
    died: float | None = None
    """Seconds since 1970."""


def observations_of(step: Step, profiles: dict[str, Profile]) -> dict[str, Observation]:
    """Of every service that was watched, profiled, or that exposes metrics."""
    use = step.use
    names = [service.name for service in use.services] if use else []
    names += [name for name in (*step.figures, *profiles) if name not in names]
    return {name: _observation(name, step, profiles.get(name)) for name in dict.fromkeys(names)}


def front_service(step: Step) -> str | None:
    """The service that the load was sent to: by its port, else the one that has most connections from outside."""
    if step.use is None:
        return None
    if step.test is not None:
        port = _port(step.test.target)
        for service in step.use.services:
            if port in service.ports:
                return service.name
    counted = [(step.use.mean(one.name, ProcessMeasure.CONNECTIONS_IN) or 0.0, one.name) for one in step.use.services]
    return max(counted)[1] if counted else None


def _port(target: str) -> int:
    from urllib.parse import urlsplit  # noqa: PLC0415 # needed once an analysis

    parts = urlsplit(target)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _observation(name: str, step: Step, profile: Profile | None) -> Observation:
    known: dict[str, object] = {"name": name}
    figures = step.figures.get(name)
    if figures is not None:
        known |= {
            "requests": figures.requests,
            "in_flight": figures.in_flight,
            "waits": figures.waits,
            "pools": figures.pools,
            "caches": figures.caches,
        }
    service = step.use.service(name) if step.use else None
    if step.use is not None and service is not None:
        known |= _used(step.use, service)
    if profile is not None:
        known |= _profiled(profile)
    return msgspec.convert(known, Observation, from_attributes=True)


def _used(use: ResourceUse, service: ServiceUse) -> dict[str, object]:
    name = service.name

    def mean(measure: ProcessMeasure) -> float | None:
        return use.mean(name, measure)

    busy, wants = _busiest(use, service)
    quotas = [process.cpu_quota for process in service.processes if process.cpu_quota is not None]
    return {
        "cores": use.cpu_cores(name),
        "thread_busy": busy,
        "thread_wants": wants,
        "throttled": mean(ProcessMeasure.THROTTLED),
        "quota": min(quotas, default=None),
        "on_disk": mean(ProcessMeasure.THREADS_ON_DISK),
        "written_bytes": mean(ProcessMeasure.DISK_WRITTEN),
        "descriptors": _descriptors(use, service),
        "accept_queue": mean(ProcessMeasure.ACCEPT_QUEUE),
        "accept_queue_limit": service.accept_queue_limit,
        "connections_in": mean(ProcessMeasure.CONNECTIONS_IN),
        "threads": mean(ProcessMeasure.THREADS),
        "peers": service.peers,
        "died": service.ended,
    }


def _busiest(use: ResourceUse, service: ServiceUse) -> tuple[float | None, float | None]:
    """Share of the time in which what can use one core only ran, and in which it wanted to."""
    busy = [use.mean(service.name, ProcessMeasure.BUSIEST_THREAD)]
    wants = [use.mean(service.name, ProcessMeasure.BUSIEST_THREAD_WANTS)]
    for process in service.processes:
        if process.runs_python:
            ran = [_mean(use, process, measure) for measure in (ProcessMeasure.CPU_USER, ProcessMeasure.CPU_SYSTEM)]
            together = sum(share for share in ran if share is not None)
            busy.append(min(1.0, together))
            wants.append(min(1.0, together + (_mean(use, process, ProcessMeasure.RUN_DELAY) or 0.0)))
    known_busy, known_wants = ([share for share in shares if share is not None] for shares in (busy, wants))
    return max(known_busy, default=None), max(known_wants, default=None)


def _mean(use: ResourceUse, process: ProcessUse, measure: ProcessMeasure) -> float | None:
    found = summary_of(process.series.get(measure, ()), use.moments)
    return found.mean if found else None


def _descriptors(use: ResourceUse, service: ServiceUse) -> float | None:
    shares = []
    for process in service.processes:
        found = summary_of(process.series.get(ProcessMeasure.DESCRIPTORS, ()), use.moments)
        if found and process.descriptor_limit:
            shares.append(found.maximum / process.descriptor_limit)
    return max(shares, default=None)


def _profiled(profile: Profile) -> dict[str, object]:
    known: dict[str, object] = {"gil": profile.gil_share, "looks": profile.looks}
    # Of Python, what holds the interpreter's lock is what really runs; "active" is only a guess of the profiler's.
    running = profile.holding_gil if profile.holding_gil and profile.holding_gil.samples else profile.on_cpu
    functions = running.functions()
    if functions and functions[0].own > 0:
        known["hot"] = (functions[0].frame, functions[0].own)
    if profile.all_threads is not None:
        stands = waits_in(profile.all_threads, profile.looks)
        known["stands"] = tuple(one for one in stands if one.wait is not Wait.WORK)
    return known
