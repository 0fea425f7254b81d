"""How many there are of what. The holder of an item's lock may change that, and proves it by the token."""

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shop.bugs import NO_BUGS, Bug
from shop.commit.messages import Work
from shop.event_log import EventLog
from shop.services.contracts import ITEMS, Claim, SetLevel, item_lock
from shop.services.database import Database, open_database
from shop.services.participation import Participation
from shop.services.process import Process
from shop.settings import Settings
from shop.steps import Step
from shop.web import Problem, json_answer, json_body

__all__ = ["FIRST_LEVEL", "SCHEMA", "Stock", "build"]

FIRST_LEVEL = 1_000_000

SCHEMA = """
CREATE TABLE IF NOT EXISTS stock (
    item TEXT PRIMARY KEY, level BIGINT NOT NULL, highest_token BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS done (transaction_id TEXT PRIMARY KEY);
"""


class Stock:
    """The data of inventory, as two-phase commit acts on it: the resource of `specs/lock/Lock.tla`."""

    def __init__(self, database: Database, events: EventLog, bugs: frozenset[Bug] = NO_BUGS) -> None:
        self._database = database
        self._events = events
        self._bugs = bugs
        self._held: dict[str, str] = {}

    def level(self, item: str) -> int | None:
        """How many there are; None where there is no such item."""
        row = self._database.row("SELECT level FROM stock WHERE item = ?", (item,))
        return None if row is None else int(row[0])

    def claim(self, item: str, token: int) -> int:
        """The level, for the holder of the item's lock. Holders of older tokens are refused from now on.

        A fence that only writes raised would come too late: an older holder could write between this one's reading and
        its writing.

        Raises:
            Problem: There is no such item; the token is old; or a transaction about it is undecided.
        """
        level = self.level(item)
        if level is None:
            raise Problem(404, f"no item {item}")
        if reason := self._fence(item, token):
            raise Problem(409, reason)
        if item in self._held.values():
            raise Problem(503, "a transaction about it is undecided")
        return level

    def refusal(self, _: str, work: Work) -> str | None:
        """Why the level cannot be set."""
        try:
            change = msgspec.convert(work, SetLevel)
        except msgspec.ValidationError as error:
            return str(error)
        if self.level(change.item) is None:
            return f"no item {change.item}"
        if change.item in self._held.values():
            return "a transaction about it is undecided"
        return self._fence(change.item, change.token)

    def hold(self, transaction: str, work: Work) -> None:
        """Nobody else can change the level."""
        self._held[transaction] = msgspec.convert(work, SetLevel).item

    def apply(self, transaction: str, work: Work) -> None:
        """The level is set."""
        change = msgspec.convert(work, SetLevel)
        self._held.pop(transaction, None)
        with self._database.transaction(durable=False):
            if self._database.change("INSERT INTO done VALUES (?) ON CONFLICT DO NOTHING", (transaction,)):
                self._database.change("UPDATE stock SET level = ? WHERE item = ?", (change.level, change.item))

    def drop(self, transaction: str) -> None:
        """Others can change the level again."""
        self._held.pop(transaction, None)

    def flush(self) -> None:
        """What was applied is on disk."""
        self._database.flush()

    def _fence(self, item: str, token: int) -> str | None:
        """Lets the token in, and none that is older from now on; or says why not."""
        row = self._database.row("SELECT highest_token FROM stock WHERE item = ?", (item,))
        highest = int(row[0]) if row else 0
        if token < highest and Bug.SKIP_FENCING not in self._bugs:
            return f"token {token} is older than {highest}"
        if token > highest:
            self._database.change("UPDATE stock SET highest_token = ? WHERE item = ?", (token, item))
        step = Step("ReceiveWrite", {"lock": item_lock(item), "token": token}, {"highest": max(token, highest)})
        self._events.write("lock", [step])
        return None


def build(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """Inventory as an application. `transport` stands in for the network."""
    process = Process(settings, transport)
    database = open_database(settings, SCHEMA)
    first = [(item, FIRST_LEVEL) for item in ITEMS]
    database.change_all("INSERT INTO stock (item, level) VALUES (?, ?) ON CONFLICT DO NOTHING", first)
    stock = Stock(database, process.events, process.bugs)
    participation = Participation(process, stock)

    async def level(request: Request) -> Response:
        item = request.path_params["item"]
        found = stock.level(item)
        if found is None:
            raise Problem(404, f"no item {item}")
        return json_answer({"item": item, "level": found})

    async def claim(request: Request) -> Response:
        item = request.path_params["item"]
        asked: Claim = await json_body(request, Claim)
        return json_answer({"item": item, "level": stock.claim(item, asked.token)})

    async def close() -> None:
        await participation.close()
        database.close()

    routes = [
        Route("/stock/{item}", level),
        Route("/stock/{item}/claim", claim, methods=["POST"]),
        participation.route,
    ]
    return process.application(routes, background=[participation.run], close=close)
