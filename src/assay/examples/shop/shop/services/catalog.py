"""What there is, and what it costs."""

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shop.services.database import open_database
from shop.services.prices import SCHEMA, Prices
from shop.services.process import Process
from shop.settings import Settings
from shop.slow import Slow
from shop.web import Problem, json_answer

__all__ = ["build"]


def build(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """The catalog as an application. `transport` stands in for the network."""
    process = Process(settings, transport)
    database = open_database(settings, SCHEMA)
    prices = Prices(database, process.telemetry.lookups, remembers=Slow.NO_CACHE not in settings.slow)

    async def items(_: Request) -> Response:
        return json_answer([{"item": name, "price": price} for name, price in prices.all()])

    async def item(request: Request) -> Response:
        name = request.path_params["item"]
        price = prices.price(name)
        if price is None:
            raise Problem(404, f"no item {name}")
        return json_answer({"item": name, "price": price})

    async def close() -> None:
        database.close()

    return process.application([Route("/items", items), Route("/items/{item}", item)], close=close)
