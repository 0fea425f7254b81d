"""What is sent, how often and within which limits: the input of Assay's engine and of every other tool."""

from typing import Annotated

import msgspec

from assay.bench.executor import Executor
from assay.bench.flow import Cookies, Data, Flow, ThinkTime
from assay.bench.protocol import Http1, Protocol, Tls

__all__ = ["LoadTest", "Request", "ThinkTime"]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of request."""

    name: str
    """Under which it is reported: an endpoint."""
    method: str = "GET"
    path: str = "/"
    """Path and query, beginning with `/`, encoded as it is to be sent."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    weight: Annotated[int, msgspec.Meta(ge=1)] = 1
    """How often it is sent, relative to the others."""
    answer: str | None = None
    """With WebSocket: text that the answering message holds; without it the next message is the answer. `${id}` in it
    and in the body stands for a number that is another one in each message."""


class LoadTest(msgspec.Struct, frozen=True, kw_only=True):
    """Requests to one target, and when they start."""

    target: str
    """`http://host:port`, or https; ws and wss mean the same."""
    protocol: Protocol = Http1()
    tls: Tls = Tls()
    requests: tuple[Request, ...] = ()
    """A mix: one request is an iteration. At least one, unless there are flows."""
    flows: tuple[Flow, ...] = ()
    """Iterations of several requests, in place of a mix. Assay's own engine alone can send them."""
    data: tuple[Data, ...] = ()
    """Tables that give values to the flows."""
    cookies: Cookies = "iteration"
    """Of flows. A mix sends none back."""
    executor: Executor
    timeout: Annotated[float, msgspec.Meta(ge=0.001, le=3600)] = 30.0
    """Seconds from the intended start to the last byte."""
    connections: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1000
    """The most connections of the open model; users of the closed model have one each."""
    threads: Annotated[int, msgspec.Meta(ge=1, le=256)] = 1
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] = 0
    """Of what is random: which request is next, how long users think."""
    traces: bool = False
    """Send the header `traceparent` (W3C Trace Context) with each request, each with a trace of its own that is to be
    recorded, so that `LoadResult.slowest` names those of slow requests. Not with WebSocket, whose messages have no
    headers."""
    think_time: ThinkTime = ThinkTime()
    """Of users of the closed model, between an answer and their next request."""
    waiting: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | None = None
    """How many arrivals of the open model may wait for a free connection; where more would, the oldest is dropped.
    Without a number they wait until their time limit; with 0 they are dropped at once, as by k6."""
    largest_head: Annotated[int, msgspec.Meta(ge=1, le=2**32)] = 64 * 1024
    """Bytes of status line and headers over which an answer counts as failed."""
    largest_body: Annotated[int, msgspec.Meta(ge=1, le=2**50)] = 256 * 1024 * 1024
    """Bytes of a body over which an answer counts as failed."""
    abandon_after: Annotated[float, msgspec.Meta(ge=0.5)] | None = 5.0
    """Seconds in which all requests fail at once, such as those to a service that has ended, after which the test is
    stopped; None lets it go on, to see whether the service comes back. Calls of gRPC always go on."""

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The names under which requests are reported, in the order of the test."""
        steps = (step.name for flow in self.flows for step in flow.steps)
        return tuple(dict.fromkeys([*(request.name for request in self.requests), *steps]))

    def __post_init__(self) -> None:
        if not self.requests and not self.flows:
            raise ValueError("a load test without a request")
        if self.requests and self.flows:
            raise ValueError("a load test sends a mix of requests, or flows, but not both")
