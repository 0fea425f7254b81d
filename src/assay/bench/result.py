"""What a load test found: one form for every tool, Assay's own engine included, which says what a tool cannot know."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

import msgspec

from assay.bench.histogram import Histogram

__all__ = [
    "CheckCount",
    "ClockEnd",
    "ClockStart",
    "Ending",
    "Endpoint",
    "Generator",
    "LoadResult",
    "Measurement",
    "Omission",
    "Second",
    "SlowRequest",
]


_Key = TypeVar("_Key")


class Ending(StrEnum):
    """How a test ended. What is not complete is partial: its figures hold for what was done."""

    COMPLETE = "complete"
    STOPPED = "stopped"
    """Somebody stopped it, or the service under test ended."""
    BROKEN = "broken"
    """The generator failed in the middle."""


class ClockStart(StrEnum):
    """From when on the latency of a request counts."""

    SCHEDULED = "scheduled"
    """When it was meant to start."""
    CONNECTING = "connecting"
    """When the generator got round to it, connecting included."""
    SENT = "sent"
    """When it was written; waiting for a connection is left out."""


class ClockEnd(StrEnum):
    """Until when it counts."""

    FIRST_BYTE = "first-byte"
    LAST_BYTE = "last-byte"


class Omission(StrEnum):
    """What happens to requests that were not sent in time, since the system under test stalled."""

    COUNTED = "counted"
    """Each counts from its intended start."""
    BACK_FILLED = "back-filled"
    """Guessed after the test from the longest latencies."""
    OMITTED = "omitted"
    """They were never sent, and nothing says so: coordinated omission."""


class Measurement(msgspec.Struct, frozen=True):
    """What the latencies of a tool mean, so that two tools are not compared as if they measured the same."""

    clock_start: ClockStart
    clock_end: ClockEnd
    omission: Omission
    censored_above: float | None = None
    """Seconds above which a request's latency is lost, as it is with wrk's time limit; None where nothing is lost."""
    quantile_error: float = 0.0
    """The largest relative error of a quantile, of the tool's own rounding: 0.001 is a thousandth."""
    resolution: float = 0.0
    """The smallest difference in seconds that the tool's output tells apart."""
    unknown: tuple[str, ...] = ()
    """What the tool cannot say, by the name of the field of `LoadResult`."""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of request got."""

    name: str
    answered: int
    failed: int = 0
    statuses: dict[int, int] = msgspec.field(default_factory=dict)
    """How many answers had each status; 0 stands for those that are not told apart: where a server invents many, or a
    tool only counts how many were 400 or above."""
    failures: dict[str, int] = msgspec.field(default_factory=dict)
    """How many requests failed in each way, by a short stable name: `refused`, `timeout-waiting`, ..."""
    latency: Histogram = Histogram()
    """Of answers, and of timeouts as at least the time limit."""
    wait: Histogram | None = None
    """From the moment it was sent to the first byte."""
    receive: Histogram | None = None
    """From the first byte to the last."""


class Second(msgspec.Struct, frozen=True, kw_only=True):
    """What ended in one second of the test."""

    answered: int
    failed: int = 0
    dropped: int = 0
    bytes_received: int = 0
    p50: float = 0.0
    """Seconds; this and the others within 7%."""
    p95: float = 0.0
    p99: float = 0.0
    longest: float = 0.0


class CheckCount(msgspec.Struct, frozen=True):
    """How often something that the scenario expects of an answer was so."""

    name: str
    passed: int
    failed: int


class Generator(msgspec.Struct, frozen=True, kw_only=True):
    """What the load generator itself used, and whether it was the limit."""

    user_seconds: float
    """Of CPU time, over all its threads and processes."""
    system_seconds: float
    peak_bytes: int | None = None
    """Resident memory."""
    limits: tuple[str, ...] = ()
    """Why the figures tell about the generator and not about the system alone, the gravest reason first."""


class SlowRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One of the requests that took longest."""

    endpoint: str
    seconds: float
    """From its intended start to its last byte; of one that timed out at least the time limit."""
    ended: float
    """Seconds from the beginning of the test."""
    unsent_seconds: float | None = None
    """From its intended start to the moment it was sent, which no trace shows; None where it was not answered."""
    status: int | None = None
    """Of its answer; None where it was not answered."""
    failure: str | None = None
    """How it failed, as in `Endpoint.failures`; None where it was answered."""
    trace: str | None = None
    """The identity of the trace that it began, 32 hexadecimal digits; None where it was sent without one."""

    @property
    def end(self) -> str:
        """Its status, or how it failed."""
        return str(self.status) if self.failure is None else self.failure


class LoadResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one load test. Each iteration counts once: as answered, failed, dropped or interrupted.

    Where an iteration is a flow of several requests, each of them counts as answered or failed.

    What a tool cannot know is None, and named in `measurement.unknown`.
    """

    tool: str
    """`assay`, `wrk`, ..."""
    version: str
    executor: str
    """k6's name."""
    ending: Ending
    began: float
    """Seconds since 1970, when the first request was to start: what aligns it with other records."""
    scheduled_seconds: float
    """For how long iterations were to be started."""
    elapsed_seconds: float
    """Until the last answer or failure."""
    intended: int | None
    """How many iterations the schedule asks for; None in the closed model."""
    answered: int
    """Complete answers, whatever their status."""
    failed: int
    dropped: int | None
    """Iterations that were never begun, since nothing was free in time."""
    interrupted: int = 0
    """Requests under way when the test was stopped."""
    bytes_received: int = 0
    rate: float
    """Answers per second, as the tool has to count them to be true in a short test too."""
    latency: Histogram
    """Of all that was to be sent: answers, timeouts as at least the time limit, and dropped iterations where known."""
    connect: Histogram | None = None
    tls: Histogram | None = None
    """Handshakes; None where the connections are not encrypted."""
    endpoints: tuple[Endpoint, ...]
    checks: tuple[CheckCount, ...] = ()
    iterations: Histogram | None = None
    """How long iterations of several requests took that came to their end; None where each is one request."""
    iterations_cut_short: int = 0
    """Those that ended before, since a request failed, a value was not there, or a required check did not hold."""
    seconds: tuple[Second, ...] | None = None
    slowest: tuple[SlowRequest, ...] = ()
    """The answers and timeouts that took longest, the slowest first; none where the tool keeps none."""
    measurement: Measurement
    generator: Generator
    failure_reasons: dict[str, str] = msgspec.field(default_factory=dict)
    """What the first failure of a name said, for those that say more than their name: `tls-certificate`, ..."""
    explanation: str = ""
    """Why it is partial, where it is."""

    @property
    def is_partial(self) -> bool:
        """Whether it ended before its schedule."""
        return self.ending is not Ending.COMPLETE

    @property
    def intended_rate(self) -> float | None:
        """Iterations per second that the schedule asks for, in the mean; None in the closed model."""
        return self.intended / self.scheduled_seconds if self.intended is not None else None

    @property
    def statuses(self) -> dict[int, int]:
        """How many answers had each status, over all endpoints."""
        return _added(endpoint.statuses for endpoint in self.endpoints)

    @property
    def failures(self) -> dict[str, int]:
        """How many requests failed in each way, over all endpoints."""
        return _added(endpoint.failures for endpoint in self.endpoints)


def _added(many: Iterable[dict[_Key, int]]) -> dict[_Key, int]:
    total: Counter[_Key] = Counter()
    for counts in many:
        total.update(counts)
    return dict(total)
