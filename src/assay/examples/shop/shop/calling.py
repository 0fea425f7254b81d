"""Calling another process over HTTP: with a limit in time, a span, the trace's context and the vector clock."""

import ssl
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec
from opentelemetry.propagate import inject
from opentelemetry.trace import SpanKind, Status, StatusCode

from shop.event_log import CLOCK_HEADER, EventLog
from shop.retrying import TryAgainError
from shop.telemetry import Telemetry

__all__ = ["Answer", "Caller", "UnreachableError"]

LARGEST_ANSWER = 8 * 1024 * 1024
"""Bytes. Only Raft's messages come close."""


_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: it is not used, and httpx would read all certificates of the machine for each pool."""

MAXIMUM_ADDRESSES = 64
"""Whose connections are kept apart; more than a shop has processes. What is called beyond that shares a pool."""


class UnreachableError(TryAgainError):
    """There was no answer in time. Whether the request was carried out is not known."""


class Answer(msgspec.Struct, frozen=True):
    """An HTTP answer."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body, decoded; None where it is no JSON."""
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError:
            return None


class Caller:
    """Calls others for one process.

    Args:
        telemetry: Where spans go.
        events: Whose clock is sent along.
        transport: Instead of the network.
    """

    def __init__(
        self, telemetry: Telemetry, events: EventLog, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._telemetry = telemetry
        self._events = events
        self._network = _Network() if transport is None else transport

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._network.aclose()

    async def call(
        self,
        method: str,
        url: str,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        seconds: float = 2.0,
        traced: bool = True,
    ) -> Answer:
        """One attempt.

        Args:
            method: GET, POST.
            url: The whole address.
            body: Sent as JSON; None sends none.
            headers: More of them.
            seconds: After which the call is given up.
            traced: False for what goes on all the time: heartbeats.

        Raises:
            UnreachableError: There is no answer, or it is too large.
        """
        sent = {**(headers or {}), CLOCK_HEADER: self._events.clock.header()}
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            sent["content-type"] = "application/json"
        if not traced:
            return await self._exchange(method, url, sent, content, seconds)
        with self._telemetry.tracer.start_as_current_span(method, kind=SpanKind.CLIENT) as span:
            span.set_attribute("http.request.method", method)
            span.set_attribute("url.full", url)
            inject(sent)
            answer = await self._exchange(method, url, sent, content, seconds)
            span.set_attribute("http.response.status_code", answer.status)
            if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
                span.set_status(Status(StatusCode.ERROR))
            return answer

    async def _exchange(
        self, method: str, url: str, headers: dict[str, str], content: bytes | None, seconds: float
    ) -> Answer:
        limit = {"connect": seconds, "read": seconds, "write": seconds, "pool": seconds}
        try:
            request = httpx.Request(method, url, headers=headers, content=content, extensions={"timeout": limit})
            answer = await self._network.handle_async_request(request)
            body = await answer.aread()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreachableError(f"{url}: {type(error).__name__}") from error
        if len(body) > LARGEST_ANSWER:
            raise UnreachableError(f"{url}: an answer of more than {LARGEST_ANSWER} bytes")
        self._events.clock.merge(answer.headers.get(CLOCK_HEADER))
        return Answer(answer.status_code, body)


class _Network(httpx.AsyncBaseTransport):
    """Connections that are used again, without a client around them.

    Nothing here redirects, sets cookies or asks for passwords, and loopback needs no proxy. Each address has a pool of
    its own, for a pool looks at all its connections with each request.
    """

    def __init__(self) -> None:
        self._pools: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        address = request.url.netloc.decode("ascii")
        if address not in self._pools and len(self._pools) >= MAXIMUM_ADDRESSES:
            address = ""
        pool = self._pools.get(address)
        if pool is None:
            limits = httpx.Limits(max_connections=200, max_keepalive_connections=10, keepalive_expiry=30)
            pool = self._pools[address] = httpx.AsyncHTTPTransport(verify=_NO_TLS, limits=limits, trust_env=False)
        return await pool.handle_async_request(request)

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()
