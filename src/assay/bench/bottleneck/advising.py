"""What could be done: only where figures support it, and named by them."""

from collections.abc import Iterator, Sequence

from assay.bench.bottleneck.causes import BUSY
from assay.bench.bottleneck.observation import Observation
from assay.bench.bottleneck.report import Advice, AdviceKind, Fact, Finding, Resource
from assay.bench.bottleneck.step import Step
from assay.bench.resources import MachineMeasure

__all__ = ["advice_for"]

_HOT = 0.3
_OFTEN = 10.0
_CORES_LEFT = 0.5
_ABOUT_THE_SYSTEM = {
    Resource.CPU_QUOTA: "raise_quota",
    Resource.DESCRIPTORS: "raise_descriptors",
    Resource.MACHINE_CPU: "more_cores",
    Resource.GENERATOR: "stronger_generator",
    Resource.MEMORY: "more_memory",
    Resource.ACCEPT_QUEUE: "longer_queue",
}


def advice_for(
    findings: Sequence[Finding], seen: dict[str, Observation], top: Step, *, front: str | None, repetition: float | None
) -> Iterator[Advice]:
    """About the first finding, as the others may well be its consequences.

    Args:
        findings: What is used up.
        seen: Every service.
        top: The highest load.
        front: The service that the load was sent to.
        repetition: How often each request was sent, where all only ask.
    """
    if not findings:
        return
    finding = findings[0]
    one = seen.get(finding.service or "")
    service: dict[str, float | str] = {"service": finding.service or front or "?"}
    if finding.resource in {Resource.CPU, Resource.REPEATED_WORK}:
        yield from _about_processor(finding, one, top, repetition=repetition)
    elif finding.resource is Resource.LOCK:
        yield _about_lock(finding)
    elif finding.resource is Resource.POOL:
        yield from _about_pool(finding, seen)
    elif finding.resource is Resource.DISK:
        yield Advice(AdviceKind.CODE, Fact("fewer_writes", service))
        yield Advice(AdviceKind.SYSTEM, Fact("faster_disk", service))
    else:
        yield Advice(AdviceKind.SYSTEM, Fact(_ABOUT_THE_SYSTEM[finding.resource], {**service, "tool": top.result.tool}))


def _about_lock(finding: Finding) -> Advice:
    where = next((fact for fact in finding.facts if fact.name == "threads_at_lock"), None)
    values: dict[str, float | str] = {"service": finding.service or "?"}
    if where is None:
        return Advice(AdviceKind.CODE, Fact("shorten_lock", values))
    return Advice(AdviceKind.CODE, Fact("shorten_lock_at", {**values, "place": where.values["place"]}))


def _about_processor(
    finding: Finding, one: Observation | None, top: Step, *, repetition: float | None
) -> Iterator[Advice]:
    service = finding.service or "?"
    misses = next((fact for fact in finding.facts if fact.name == "cache_misses"), None)
    if misses is not None:
        yield Advice(AdviceKind.CACHE, Fact("use_cache", {"service": service, **misses.values}))
    elif repetition is not None and repetition >= _OFTEN:
        yield Advice(AdviceKind.CACHE, Fact("cache_answers", {"service": service, "repetition": repetition}))
    if one is not None and one.hot is not None and one.hot[1] >= _HOT:
        frame, share = one.hot
        values: dict[str, float | str] = {"service": service, "function": frame.short(), "share": share}
        yield Advice(AdviceKind.CODE, Fact("faster_function", values))
    busy = top.use.machine_summary(MachineMeasure.CPU_BUSY) if top.use else None
    if busy is not None and top.use is not None and one is not None and (one.thread_busy or 0.0) >= BUSY:
        left = top.use.cores - busy.mean
        if left >= _CORES_LEFT:
            yield Advice(AdviceKind.SYSTEM, Fact("more_processes", {"service": service, "cores": left}))


def _about_pool(finding: Finding, seen: dict[str, Observation]) -> Iterator[Advice]:
    others = [one.thread_wants for one in seen.values()]
    if others and all(share is not None and share < BUSY for share in others):
        largest = max(share for share in others if share is not None)
        yield Advice(AdviceKind.SYSTEM, Fact("larger_pool", {"service": finding.service or "?", "busiest": largest}))
    yield Advice(AdviceKind.CODE, Fact("hold_shorter", {"service": finding.service or "?"}))
