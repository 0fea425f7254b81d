"""Utilisation, saturation and errors of every resource that was looked at (Gregg, the USE method)."""

from collections.abc import Iterator

from assay.bench.bottleneck.observation import Observation
from assay.bench.bottleneck.report import Resource, ResourceState
from assay.bench.bottleneck.step import Step
from assay.bench.resources import MachineMeasure, ProcessMeasure

__all__ = ["resource_table"]

_MACHINE = "machine"


def resource_table(step: Step, seen: dict[str, Observation]) -> Iterator[ResourceState]:
    """A row for each resource of the machine and of each service, as far as it is known."""
    yield from _of_machine(step)
    for one in seen.values():
        yield from _of_service(step, one)


def _of_machine(step: Step) -> Iterator[ResourceState]:
    use = step.use
    if use is None:
        return
    mean = {measure: found.mean for measure in MachineMeasure if (found := use.machine_summary(measure)) is not None}
    if MachineMeasure.CPU_BUSY in mean:
        yield ResourceState(
            resource=Resource.MACHINE_CPU,
            where=_MACHINE,
            utilisation=min(1.0, mean[MachineMeasure.CPU_BUSY] / use.cores),
            saturation=mean.get(MachineMeasure.CPU_PRESSURE),
        )
    if MachineMeasure.DISK_PRESSURE in mean:
        yield ResourceState(resource=Resource.DISK, where=_MACHINE, saturation=mean[MachineMeasure.DISK_PRESSURE])
    if MachineMeasure.MEMORY_PRESSURE in mean:
        yield ResourceState(resource=Resource.MEMORY, where=_MACHINE, saturation=mean[MachineMeasure.MEMORY_PRESSURE])
    if MachineMeasure.LISTEN_OVERFLOWS in mean:
        errors = mean[MachineMeasure.LISTEN_OVERFLOWS]
        yield ResourceState(resource=Resource.ACCEPT_QUEUE, where=_MACHINE, errors=errors)


def _of_service(step: Step, one: Observation) -> Iterator[ResourceState]:
    delay = step.use.mean(one.name, ProcessMeasure.RUN_DELAY) if step.use else None
    if one.thread_busy is not None:
        busy = min(1.0, one.thread_busy)
        yield ResourceState(resource=Resource.CPU, where=one.name, utilisation=busy, saturation=delay)
    if one.throttled is not None and one.quota:
        used = (one.cores or 0.0) / one.quota
        yield ResourceState(resource=Resource.CPU_QUOTA, where=one.name, utilisation=used, saturation=one.throttled)
    if one.on_disk is not None:
        yield ResourceState(resource=Resource.DISK, where=one.name, saturation=one.on_disk)
    if one.descriptors is not None:
        yield ResourceState(resource=Resource.DESCRIPTORS, where=one.name, utilisation=one.descriptors)
    if one.accept_queue is not None:
        limit = one.accept_queue_limit
        share = one.accept_queue / limit if limit else None
        yield ResourceState(
            resource=Resource.ACCEPT_QUEUE, where=one.name, utilisation=share, saturation=one.accept_queue
        )
    for pool in one.pools:
        share = pool.in_use / pool.size if pool.in_use is not None and pool.size else None
        yield ResourceState(resource=Resource.POOL, where=one.name, utilisation=share, saturation=pool.waiting)
    if "lock" in one.waits:
        yield ResourceState(resource=Resource.LOCK, where=one.name, saturation=one.waits["lock"])
