"""What an analysis of bottlenecks says: typed findings with the figures behind them; words come from `sentences`."""

from enum import StrEnum, unique

import msgspec

from assay.bench.bottleneck.traces import SlowTrace
from assay.bench.result import SlowRequest

__all__ = [
    "Advice",
    "AdviceKind",
    "BottleneckReport",
    "Fact",
    "Finding",
    "LittleCheck",
    "LittleMeaning",
    "Resource",
    "ResourceState",
    "ScalabilityFit",
    "Values",
    "Verdict",
]

Values = dict[str, float | str]
"""Figures and names that a sentence is filled with."""


@unique
class Resource(StrEnum):
    """What can be used up."""

    CPU = "cpu"
    """The core that a service's busiest thread runs on; of Python, the one core that the GIL leaves it."""
    CPU_QUOTA = "cpu-quota"
    """What the control group of a service allows."""
    MACHINE_CPU = "machine-cpu"
    """All cores of the machine."""
    LOCK = "lock"
    POOL = "pool"
    """Places of which there are so many: connections, slots."""
    DISK = "disk"
    REPEATED_WORK = "repeated-work"
    """Work that was done before, for the same question: a cache is missing."""
    MEMORY = "memory"
    DESCRIPTORS = "descriptors"
    ACCEPT_QUEUE = "accept-queue"
    GENERATOR = "generator"
    """Not the system at all, but what sends the load."""


@unique
class Verdict(StrEnum):
    """What is known."""

    FOUND = "found"
    """A resource is used up."""
    INFERRED = "inferred"
    """So many requests at a time get on, whatever is sent; what holds the others up was not seen itself."""
    NOT_SATURATED = "not-saturated"
    """The load was carried, and nothing was used up."""
    UNKNOWN = "unknown"
    """The load was not carried, or that cannot be told, and nothing that was looked at is used up."""


@unique
class AdviceKind(StrEnum):
    """Where something would be changed."""

    CODE = "code"
    SYSTEM = "system"
    CACHE = "cache"


class Fact(msgspec.Struct, frozen=True):
    """One observation."""

    name: str
    """By which its sentence is found, see `assay.texts.bottleneck`."""
    values: Values
    """The figures in that sentence."""


class ResourceState(msgspec.Struct, frozen=True, kw_only=True):
    """Utilisation, saturation and errors of one resource under the highest load (Gregg's USE method)."""

    resource: Resource
    where: str
    """A service, or `machine`."""
    utilisation: float | None = None
    """Share from 0 to 1 of the time, or of the places, that was in use; None where it is not known."""
    saturation: float | None = None
    """How many waited for it in the mean; None where it is not known."""
    errors: float | None = None
    """Per second; None where it is not known."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A resource that is used up."""

    resource: Resource
    service: str | None
    """None where it is none of a service."""
    strength: float
    """From 0 to 1: how much of the time, of the waiting or of the capacity it explains."""
    facts: tuple[Fact, ...]


class Advice(msgspec.Struct, frozen=True):
    """What could be done, where the figures support it."""

    kind: AdviceKind
    fact: Fact


@unique
class LittleMeaning(StrEnum):
    """What it means that requests in flight, by Little's law, are or are not as many as those that were seen."""

    CONSISTENT = "consistent"
    WAITING_OUTSIDE = "waiting-outside"
    """More are under way than the service knows of: they wait before it, in queues of the network or the generator."""
    IDLE = "idle"
    """Fewer: connections are open without a request, as with think time."""
    UNKNOWN = "unknown"


class LittleCheck(msgspec.Struct, frozen=True, kw_only=True):
    """Little's law, L = λW: requests in flight are the rate times the time that each takes."""

    rate: float
    latency_seconds: float
    """The mean, as the generator saw it."""
    in_flight: float
    """Their product."""
    seen_in_service: float | None
    """Requests in flight, by the service's own metrics: the seconds of all its requests, per second."""
    connections: float | None
    """To the service, in the mean."""
    meaning: LittleMeaning


class ScalabilityFit(msgspec.Struct, frozen=True, kw_only=True):
    """The Universal Scalability Law, X(N) = λN / (1 + s(N-1) + kN(N-1)), fitted (Gunther 2007).

    Intervals hold 95% of bootstrap fits.
    """

    points: int
    throughput_of_one: float
    """λ, requests per second."""
    contention: float
    """s: the share of the work that has to be done one after another."""
    coherence: float
    """k: what each pair costs; above 0, more load makes it slower."""
    throughput_of_one_interval: tuple[float, float]
    contention_interval: tuple[float, float]
    coherence_interval: tuple[float, float]
    peak_concurrency: float | None
    """N at which the throughput is largest; None where it grows, or levels off, for ever."""
    largest_throughput: float | None
    """Requests per second at that peak, or what it levels off at; None where it grows for ever."""
    error: float
    """Of the fit: the root of the mean squared relative error."""


class BottleneckReport(msgspec.Struct, frozen=True, kw_only=True):
    """Why a system does not do more."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    """The one that limits first, then others that are used up too; empty where nothing is."""
    advice: tuple[Advice, ...]
    resources: tuple[ResourceState, ...]
    little: LittleCheck | None
    scalability: ScalabilityFit | None
    caveats: tuple[Fact, ...] = ()
    """What may mislead: a generator at its limit, a service that died."""
    rate: float = 0.0
    """Requests per second under the highest load."""
    slowest: tuple[SlowRequest, ...] = ()
    """The requests that took longest under the highest load, the slowest first."""
    traces: tuple[SlowTrace, ...] = ()
    """Of these, where spans were found: in which service the time went."""

    @property
    def bottleneck(self) -> Finding | None:
        """What limits; None where nothing is known to."""
        return self.findings[0] if self.findings else None
