"""What there is, and what it costs."""

import sqlite3

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shop.services.contracts import ITEMS
from shop.services.database import open_database
from shop.services.process import Process
from shop.settings import Settings
from shop.web import Problem, json_answer

__all__ = ["build"]

SCHEMA = "CREATE TABLE IF NOT EXISTS items (name TEXT PRIMARY KEY, price INTEGER NOT NULL) STRICT"


def build(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """The catalog as an application. `transport` stands in for the network."""
    process = Process(settings, transport)
    database = open_database(settings.file("db"), SCHEMA)
    _fill(database)

    async def items(_: Request) -> Response:
        rows = database.execute("SELECT name, price FROM items ORDER BY rowid")
        return json_answer([{"item": name, "price": price} for name, price in rows])

    async def item(request: Request) -> Response:
        name = request.path_params["item"]
        row = database.execute("SELECT price FROM items WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise Problem(404, f"no item {name}")
        return json_answer({"item": name, "price": row[0]})

    async def close() -> None:
        database.close()

    return process.application([Route("/items", items), Route("/items/{item}", item)], close=close)


def _fill(database: sqlite3.Connection) -> None:
    with database:
        priced = [(item, 100 + 25 * number) for number, item in enumerate(ITEMS)]
        database.executemany("INSERT OR IGNORE INTO items VALUES (?, ?)", priced)
