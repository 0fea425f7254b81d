"""The way in: finds the service that a request is for, and tries again where that can help."""

import uuid

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shop.calling import Answer
from shop.checksum import checksum
from shop.retrying import Patience, TryAgainError
from shop.services.contracts import NewOrder
from shop.services.orders import KEY_HEADER
from shop.services.process import Process
from shop.settings import Settings
from shop.slow import Slow
from shop.web import Problem, json_body

__all__ = ["build"]

PATIENCE_FOR_ORDERS = Patience(attempts=8, first_wait=0.1, longest_wait=1.0, deadline=20.0)

CHECKSUM_HEADER = "x-checksum"

SECONDS_FOR_AN_ORDER = 10.0
"""More than waiting for a lock and for votes takes."""


def build(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """The gateway as an application. `transport` stands in for the network."""
    process = Process(settings, transport)
    with_checksum = Slow.CPU_LOOP in settings.slow

    def passed_on(answer: Answer) -> Response:
        headers = {CHECKSUM_HEADER: f"{checksum(answer.body)[0]:016x}"} if with_checksum else {}
        return Response(answer.body, answer.status, headers, media_type="application/json")

    def forward(service: str, path: str) -> Route:
        async def get(request: Request) -> Response:
            try:
                answer = await process.call(service, "GET", request.url.path)
            except TryAgainError as error:
                raise Problem(503, str(error)) from error
            return passed_on(answer)

        return Route(path, get)

    async def place(request: Request) -> Response:
        wanted: NewOrder = await json_body(request, NewOrder)
        # The key makes it safe to try again, for the customer and for the gateway itself.
        key = request.headers.get(KEY_HEADER) or str(uuid.uuid4())
        try:
            answer = await process.call(
                "orders",
                "POST",
                "/orders",
                body=wanted,
                headers={KEY_HEADER: key},
                seconds=SECONDS_FOR_AN_ORDER,
                patience=PATIENCE_FOR_ORDERS,
            )
        except TryAgainError as error:
            raise Problem(503, str(error)) from error
        return passed_on(answer)

    return process.application(
        [
            forward("catalog", "/items"),
            forward("catalog", "/items/{item}"),
            forward("inventory", "/stock/{item}"),
            forward("payments", "/accounts/{customer}"),
            forward("orders", "/orders/{order}"),
            Route("/orders", place, methods=["POST"]),
        ]
    )
