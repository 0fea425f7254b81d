"""`[performance]` of `assay.toml`: load tests by their design. `assay.bench` carries them out.

Rates are iterations per second, durations seconds. Thresholds are texts here; `assay.bench.thresholds` reads them.
"""

from typing import Annotated, Any, Literal, get_args

import msgspec

from assay.evidence.verdict import Severity
from assay.system.protocols import ProtocolKeys
from assay.system.table import PATTERNS_IN_WORDS, Name, Table, Text

__all__ = [
    "DESIGNS",
    "TOOLS",
    "CapacitySettings",
    "LoadSettings",
    "Performance",
    "RequestTable",
    "SoakSettings",
    "SpikeSettings",
    "StressSettings",
    "TestSettings",
    "Tool",
    "is_address",
]

_PATH_PATTERN = r"^/[!-~]*$"
_METHOD_PATTERN = r"^[A-Z]+$"
_HEADER_PATTERN = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"

PATTERNS_IN_WORDS.update(
    {
        _PATH_PATTERN: "a path that begins with /, without blanks and encoded as it is to be sent",
        _METHOD_PATTERN: "a method in capital letters, such as POST",
        _HEADER_PATTERN: "the name of a header",
    }
)

Tool = Literal["assay", "k6", "wrk", "hey", "artillery"]
TOOLS: tuple[str, ...] = get_args(Tool)
"""The load generators there are."""

Rate = Annotated[float, msgspec.Meta(gt=0, le=10_000_000)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=7 * 24 * 3600)]
Path = Annotated[str, msgspec.Meta(pattern=_PATH_PATTERN)]
Method = Annotated[str, msgspec.Meta(pattern=_METHOD_PATTERN)]
Header = Annotated[str, msgspec.Meta(pattern=_HEADER_PATTERN)]
HeaderValue = Annotated[str, msgspec.Meta(pattern=r"^[^\r\n\0]*$")]


class RequestTable(Table, frozen=True, kw_only=True):
    """One kind of request."""

    name: Text | None = None
    """Under which it is reported; method and path where it is not given."""
    method: Method = "GET"
    path: Path = "/"
    headers: dict[Header, HeaderValue] = msgspec.field(default_factory=dict)
    body: str | None = None
    json: Any = None
    """A body written as a table; sent as JSON, with its content type."""
    weight: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    """How often it is sent, relative to the others."""
    answer: str | None = None
    """Of a WebSocket: text that the answering message holds; the next message answers where it is not given."""

    def __post_init__(self) -> None:
        if self.body is not None and self.json is not None:
            raise ValueError("`json`: there is a `body` as well; one of them is enough")


class TestSettings(ProtocolKeys, frozen=True, kw_only=True, tag_field="design"):
    """What every design has."""

    name: Name
    """Of the task: `performance/<name>`."""
    target: Text
    """A service of the system, or an address that begins with http:// or https://, and of a WebSocket with ws:// or
    wss://."""
    method: Method = "GET"
    path: Path = "/"
    headers: dict[Header, HeaderValue] = msgspec.field(default_factory=dict)
    body: str | None = None
    json: Any = None
    answer: str | None = None
    requests: Annotated[tuple[RequestTable, ...], msgspec.Meta(max_length=1000)] = ()
    """Several kinds of requests, in place of `method`, `path`, `headers`, `body`, `json` and `answer`."""
    scenario: Text | None = None
    """A Python file that says what a user does, in place of requests."""
    thresholds: Annotated[tuple[Text, ...], msgspec.Meta(max_length=100)] = ()
    timeout: Annotated[float, msgspec.Meta(ge=0.001, le=3600)] = 10.0
    """Seconds from the intended start to the last byte."""
    connections: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1000
    """The most connections at once, where requests start by the clock."""
    threads: Annotated[int, msgspec.Meta(ge=1, le=256)] = 1
    """Of the load generator."""
    traces: bool = True
    """Begin a trace with each request (`traceparent`), so that slow ones are found in what the services record."""
    tool: Tool | None = None
    severity: Severity = Severity.MEDIUM
    """What it costs the users of the system if a claim of this test is violated."""
    services: tuple[Name, ...] = ()
    """Services that are made ready and watched; all of the system where none is named."""

    def __post_init__(self) -> None:
        if self.scenario is not None and self.requests:
            raise ValueError("`scenario`: there are `requests` as well; one of them is enough")
        if self.body is not None and self.json is not None:
            raise ValueError("`json`: there is a `body` as well; one of them is enough")
        alone = {"path": self.path != "/", "method": self.method != "GET", "body": self.body is not None}
        alone |= {"json": self.json is not None, "headers": bool(self.headers), "answer": self.answer is not None}
        if self.scenario is not None or self.requests:
            unfit = next((key for key, given in alone.items() if given), None)
            other = "scenario" if self.scenario is not None else "requests"
            if unfit:
                raise ValueError(f"`{unfit}`: it goes into the `{other}`, which say what is sent")

        self.check_protocol(self.target, self.scenario)
        answers = [self.answer, *(request.answer for request in self.requests)]
        if self.protocol != "websocket" and any(answer is not None for answer in answers):
            raise ValueError(
                "`answer`: only messages of a WebSocket need it; other protocols know which answer is whose"
            )

    @property
    def design(self) -> str:
        """`load`, `stress`, `spike`, `soak` or `capacity`."""
        return str(self.__struct_config__.tag)

    @property
    def slo_texts(self) -> tuple[str, ...]:
        """The thresholds that say up to where the service does its work; empty where the design has none."""
        return ()


class LoadSettings(TestSettings, frozen=True, kw_only=True, tag="load"):
    """A constant load: does the service do its work under it?"""

    rate: Rate | None = None
    """Requests start by the clock, so many per second."""
    users: Annotated[int, msgspec.Meta(ge=1, le=100_000)] | None = None
    """Or so many users send one request after the other."""
    seconds: Seconds = 30.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.rate is None) == (self.users is None):
            raise ValueError("a load test has either a `rate` or `users`")


class StressSettings(TestSettings, frozen=True, kw_only=True, tag="stress"):
    """A load that rises until the service breaks: where, how, and does it recover?"""

    from_rate: Rate
    to_rate: Rate
    steps: Annotated[int, msgspec.Meta(ge=2, le=100)] = 8
    step_seconds: Annotated[float, msgspec.Meta(ge=1, le=24 * 3600)] = 10.0
    at_least: Rate | None = None
    """The rate that it must withstand; `from-rate` where it is not given."""
    slo: tuple[Text, ...] = ()
    """Thresholds that a step must keep; a step that does not is broken, as is one with many errors or drops."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.to_rate <= self.from_rate:
            raise ValueError("`to-rate`: it is not above `from-rate`")
        if self.at_least is not None and self.at_least > self.to_rate:
            raise ValueError("`at-least`: it is above `to-rate`, so it would never be reached")

    @property
    def slo_texts(self) -> tuple[str, ...]:
        """See `TestSettings`."""
        return self.slo


class SpikeSettings(TestSettings, frozen=True, kw_only=True, tag="spike"):
    """A sudden burst: how long until the service is as before?"""

    rate: Rate
    """Before and after the burst."""
    spike_rate: Rate
    seconds: Annotated[float, msgspec.Meta(ge=3, le=24 * 3600)] = 10.0
    """Before the burst."""
    spike_seconds: Annotated[float, msgspec.Meta(ge=1, le=24 * 3600)] = 10.0
    recovery_seconds: Annotated[float, msgspec.Meta(ge=3, le=24 * 3600)] = 30.0
    """How long it is watched after the burst."""
    recovers_within: Seconds = 10.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.spike_rate <= self.rate:
            raise ValueError("`spike-rate`: it is not above `rate`")
        if self.recovers_within > self.recovery_seconds:
            raise ValueError("`recovers-within`: it is longer than `recovery-seconds`, so it could not be seen")


class SoakSettings(TestSettings, frozen=True, kw_only=True, tag="soak"):
    """A constant load for long: does something grow that should not?"""

    rate: Rate
    seconds: Annotated[float, msgspec.Meta(ge=10, le=7 * 24 * 3600)] = 3600.0
    growth: Annotated[float, msgspec.Meta(gt=0, le=10)] = 0.05
    """Which share of its mean memory, descriptors and threads may grow by during the test: 0.05 is a twentieth."""
    latency_growth: Annotated[float, msgspec.Meta(gt=0, le=100)] = 0.5
    """The same of the median latency."""


class CapacitySettings(TestSettings, frozen=True, kw_only=True, tag="capacity"):
    """The largest rate at which the service keeps its SLO."""

    slo: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=100)]
    from_rate: Rate
    """Where the search begins."""
    to_rate: Rate
    """Where it ends."""
    seconds: Annotated[float, msgspec.Meta(ge=1, le=24 * 3600)] = 10.0
    """Of one trial."""
    precision: Annotated[float, msgspec.Meta(ge=0.001, le=0.5)] = 0.05
    """How close two rates are, as a share, between which the search ends."""
    repeats: Annotated[int, msgspec.Meta(ge=2, le=30)] = 3
    """Searches, from which the confidence interval comes."""
    at_least: Rate | None = None
    """The rate that it must take within its SLO; `from-rate` where it is not given."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.to_rate <= self.from_rate:
            raise ValueError("`to-rate`: it is not above `from-rate`")
        if self.at_least is not None and not self.from_rate <= self.at_least <= self.to_rate:
            raise ValueError("`at-least`: it is not between `from-rate` and `to-rate`")

    @property
    def slo_texts(self) -> tuple[str, ...]:
        """See `TestSettings`."""
        return self.slo


DESIGNS = ("load", "stress", "spike", "soak", "capacity")
"""Every design there is."""


class Performance(Table, frozen=True, kw_only=True):
    """`[performance]`."""

    tool: Tool = "assay"
    """The load generator of tests that name none."""
    test: tuple[LoadSettings | StressSettings | SpikeSettings | SoakSettings | CapacitySettings, ...] = ()


def is_address(target: str) -> bool:
    """Whether a `target` is an address, and not the name of a service."""
    return target.startswith(("http://", "https://", "ws://", "wss://"))
