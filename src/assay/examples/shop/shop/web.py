"""What every process answers to, and what happens around every request."""

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import msgspec
from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind, Status, StatusCode
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shop.event_log import CLOCK_HEADER, EventLog
from shop.telemetry import Telemetry

__all__ = ["Problem", "application", "json_answer", "json_body"]

LARGEST_BODY = 8 * 1024 * 1024
"""Bytes of a request. Only Raft's messages come close."""

UNTRACED = frozenset({"/healthz", "/readyz", "/metrics", "/raft"})
"""What goes on all the time and tells nothing."""

T = TypeVar("T")


class Problem(Exception):  # noqa: N818 # what RFC 9457 calls it
    """An answer that says what is wrong.

    Args:
        status: Of HTTP.
        reason: What is wrong, for people.
        more: Other members of the answer.
    """

    def __init__(self, status: int, reason: str, **more: Any) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.more = more


def json_answer(value: Any, status: int = 200) -> Response:
    """The value as JSON."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


async def json_body(request: Request, kind: type[T] | Any) -> T | Any:
    """The body of a request, checked.

    Raises:
        Problem: It is too large, or not what it should be.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Problem(413, f"a body has at most {LARGEST_BODY} bytes")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise Problem(400, str(error)) from error


def application(
    routes: Sequence[Route],
    *,
    telemetry: Telemetry,
    events: EventLog,
    is_ready: Callable[[], str | None],
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]],
) -> Starlette:
    """A process's HTTP side.

    Args:
        routes: What it is there for.
        telemetry: Where spans and metrics go.
        events: Whose clock is merged with that of the caller.
        is_ready: What it still waits for; None when it is ready.
        lifespan: What runs beside the requests.
    """

    async def healthz(_: Request) -> Response:
        return json_answer({"alive": True})

    async def readyz(_: Request) -> Response:
        missing = is_ready()
        return json_answer({"ready": missing is None, "waiting_for": missing}, 200 if missing is None else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(telemetry.registry), headers={"content-type": CONTENT_TYPE_LATEST})

    return Starlette(
        routes=[*routes, Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)],
        middleware=[Middleware(_Around, telemetry=telemetry, events=events)],
        exception_handlers={Problem: _answer_problem},
        lifespan=lifespan,
    )


async def _answer_problem(_: Request, problem: Exception) -> Response:
    if not isinstance(problem, Problem):
        raise problem
    return json_answer({"reason": problem.reason, **problem.more}, problem.status)


class _Around:
    """Around each request: a span that continues the caller's trace, the vector clocks, and the time it took."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry, events: EventLog) -> None:
        self._app = app
        self._telemetry = telemetry
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self._events.clock.merge(headers.get(CLOCK_HEADER))
        began = time.perf_counter()
        status = 500

        async def send_with_clock(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                clock = self._events.clock.header().encode("latin-1")
                message = {**message, "headers": [*message["headers"], (CLOCK_HEADER.encode(), clock)]}
            await send(message)

        try:
            if scope["path"] in UNTRACED:
                await self._app(scope, receive, send_with_clock)
            else:
                await self._in_span(scope, headers, lambda: self._app(scope, receive, send_with_clock), lambda: status)
        finally:
            self._telemetry.requests.labels(scope["method"], _route(scope), str(status)).observe(
                time.perf_counter() - began
            )

    async def _in_span(
        self, scope: Scope, headers: dict[str, str], work: Callable[[], Awaitable[None]], status: Callable[[], int]
    ) -> None:
        tracer = self._telemetry.tracer
        name = scope["method"]
        with tracer.start_as_current_span(name, context=extract(headers), kind=SpanKind.SERVER) as span:
            await work()
            span.update_name(f"{name} {_route(scope)}")
            span.set_attribute("http.request.method", name)
            span.set_attribute("http.route", _route(scope))
            span.set_attribute("url.path", scope["path"])
            span.set_attribute("http.response.status_code", status())
            if status() >= 500:  # noqa: PLR2004 # the range of server errors
                span.set_status(Status(StatusCode.ERROR))


def _route(scope: Scope) -> str:
    """The pattern of the path, so that metrics do not grow with what is asked for."""
    endpoint = scope.get("route")
    return endpoint.path if isinstance(endpoint, Route) else "unknown"
