"""What services used during a test: series over time, and summaries of them, in one form that JSON can carry."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from assay.bench.resources.measures import MachineMeasure, ProcessMeasure

__all__ = ["MetricSeries", "Peer", "ProcessUse", "ResourceUse", "SamplerCost", "ServiceUse", "Summary", "summary_of"]

Values = tuple[float | None, ...]
"""One for each moment; None where it was not read: the process was not there, or the machine does not tell."""


_LARGEST = {ProcessMeasure.BUSIEST_THREAD, ProcessMeasure.BUSIEST_THREAD_WANTS, ProcessMeasure.THROTTLED}
"""What of several processes does not add up."""


class Summary(msgspec.Struct, frozen=True):
    """Of a series, over the moments at which it was read."""

    mean: float
    minimum: float
    maximum: float
    p95: float
    first: float
    last: float


class Peer(msgspec.Struct, frozen=True):
    """Connections that a service opened to one place."""

    address: str
    """`host:port`."""
    service: str | None
    """Which of the watched services listens there."""
    connections: Values


class ProcessUse(msgspec.Struct, frozen=True, kw_only=True):
    """Of one process."""

    pid: int
    command: str
    """The name that the system has for it."""
    runs_python: bool = False
    """Then one of its threads at a time computes, whatever their number: the one that holds the GIL."""
    descriptor_limit: int | None = None
    """Of open descriptors; None where there is none."""
    cpu_quota: float | None = None
    """Cores that its control group may use; None where it is not limited."""
    memory_limit: int | None = None
    """Bytes that its control group may use; None where it is not limited."""
    ended: float | None = None
    """Seconds since 1970 at which it was first seen to be gone; None where it ran to the end."""
    series: dict[ProcessMeasure, Values]


class ServiceUse(msgspec.Struct, frozen=True, kw_only=True):
    """Of a service: its process and all its children."""

    name: str
    processes: tuple[ProcessUse, ...]
    ports: tuple[int, ...] = ()
    """On which it listens."""
    accept_queue_limit: int | None = None
    """Of the listening socket with the shortest queue; None where it listens on none, or that is not known."""
    peers: tuple[Peer, ...] = ()
    ended: float | None = None
    """Seconds since 1970 at which the process that was started was first seen to be gone; None where it ran on."""

    def series(self, measure: ProcessMeasure) -> Values:
        """Of all its processes together, for those of `_LARGEST` the largest."""
        rows = [process.series[measure] for process in self.processes if measure in process.series]
        largest = measure in _LARGEST
        together: list[float | None] = []
        for column in zip(*rows, strict=True):
            read = [value for value in column if value is not None]
            together.append((max(read) if largest else math.fsum(read)) if read else None)
        return tuple(together)


class MetricSeries(msgspec.Struct, frozen=True, kw_only=True):
    """One series that a service exposes for Prometheus."""

    service: str
    name: str
    labels: tuple[tuple[str, str], ...]
    kind: str
    """`counter`, `gauge`, `histogram`, `summary` or `untyped`, as the service says."""
    points: tuple[tuple[float, float], ...]
    """Seconds since 1970, and the value."""

    @property
    def growth(self) -> float:
        """By how much it grew, also where it began from zero again in between: of a counter."""
        values = [value for _, value in self.points]
        return math.fsum(later - before if later >= before else later for before, later in pairwise(values))


class SamplerCost(msgspec.Struct, frozen=True):
    """What the sampling itself took, so that nobody has to believe that it is cheap."""

    cpu_seconds: float
    cpu_cores: float
    """Cores that it kept busy in the mean."""
    looks: int
    """How often everything was looked at."""
    interval_seconds: float
    """At the end; it grows where looking takes long or a test is long."""


class ResourceUse(msgspec.Struct, frozen=True, kw_only=True):
    """What services and the machine used, aligned in time with `LoadResult.began`."""

    began: float
    """Seconds since 1970."""
    seconds: float
    cores: int
    """Of the machine."""
    moments: tuple[float, ...]
    """Seconds since 1970 of the values of every series, ascending."""
    services: tuple[ServiceUse, ...]
    machine: dict[MachineMeasure, Values]
    metrics: tuple[MetricSeries, ...] = ()
    cost: SamplerCost
    unknown: tuple[str, ...] = ()
    """What could not be read here, and why."""
    limits: tuple[str, ...] = ()
    """Which limits of sampling were hit, so that something is missing."""

    def service(self, name: str) -> ServiceUse | None:
        """What the service of this name used."""
        return next((service for service in self.services if service.name == name), None)

    def summary(self, name: str, measure: ProcessMeasure) -> Summary | None:
        """Of all processes of a service together; None where there is no such service, or it was never read."""
        service = self.service(name)
        return summary_of(service.series(measure), self.moments) if service else None

    def mean(self, name: str, measure: ProcessMeasure) -> float | None:
        """The mean over time, of all processes of a service together; None as in `summary`."""
        found = self.summary(name, measure)
        return found.mean if found else None

    def cpu_cores(self, name: str) -> float | None:
        """Cores that a service kept busy in the mean, in its own code and in the kernel; None as in `summary`."""
        parts = [self.mean(name, ProcessMeasure.CPU_USER), self.mean(name, ProcessMeasure.CPU_SYSTEM)]
        read = [part for part in parts if part is not None]
        return math.fsum(read) if read else None

    def machine_summary(self, measure: MachineMeasure) -> Summary | None:
        """None where it was never read."""
        return summary_of(self.machine.get(measure, ()), self.moments)

    def between(self, start: float, end: float) -> "ResourceUse":
        """The part from `start` to `end`, in seconds since 1970: of one step of a test, or without its warm-up."""
        first, last = bisect_left(self.moments, start), bisect_right(self.moments, end)
        cut = slice(first, last)
        moments = self.moments[cut]
        return msgspec.structs.replace(
            self,
            began=max(self.began, start),
            seconds=max(0.0, min(self.began + self.seconds, end) - max(self.began, start)),
            moments=moments,
            services=tuple(_cut_service(service, cut) for service in self.services),
            machine={measure: values[cut] for measure, values in self.machine.items()},
            metrics=tuple(
                msgspec.structs.replace(one, points=tuple(point for point in one.points if start <= point[0] <= end))
                for one in self.metrics
            ),
        )


def summary_of(values: Sequence[float | None], moments: Sequence[float]) -> Summary | None:
    """Of what was read; None where nothing was.

    Args:
        values: One for each moment.
        moments: In seconds. A value stands for the time since the one before it; on a busy machine that differs.
    """
    read: list[float] = []
    weights: list[float] = []
    before = moments[0] if moments else 0.0
    for moment, value in zip(moments, values, strict=False):
        if value is not None:
            read.append(value)
            weights.append(moment - before)
            before = moment
    if not read:
        return None
    total = math.fsum(weights)
    weighted = math.fsum(value * weight for value, weight in zip(read, weights, strict=True))
    mean = weighted / total if total > 0 else math.fsum(read) / len(read)
    ordered = sorted(read)
    p95 = ordered[max(0, math.ceil(0.95 * len(ordered)) - 1)]
    return Summary(mean, ordered[0], ordered[-1], p95, read[0], read[-1])


def _cut_service(service: ServiceUse, cut: slice) -> ServiceUse:
    processes = tuple(
        msgspec.structs.replace(one, series={measure: values[cut] for measure, values in one.series.items()})
        for one in service.processes
    )
    peers = tuple(msgspec.structs.replace(peer, connections=peer.connections[cut]) for peer in service.peers)
    return msgspec.structs.replace(service, processes=processes, peers=peers)
