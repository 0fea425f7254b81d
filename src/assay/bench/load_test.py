"""What is sent, how often and within which limits: the input of Assay's engine and of every other tool."""

from typing import Annotated

import msgspec

from assay.bench.executor import Executor

__all__ = ["LoadTest", "Request"]


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


class LoadTest(msgspec.Struct, frozen=True, kw_only=True):
    """Requests to one target, and when they start."""

    target: str
    """`http://host:port`."""
    requests: tuple[Request, ...]
    """At least one."""
    executor: Executor
    timeout: Annotated[float, msgspec.Meta(ge=0.001, le=3600)] = 30.0
    """Seconds from the intended start to the last byte."""
    connections: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1000
    """The most connections of the open model; users of the closed model have one each."""
    threads: Annotated[int, msgspec.Meta(ge=1, le=256)] = 1
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.requests:
            raise ValueError("a load test without a request")
