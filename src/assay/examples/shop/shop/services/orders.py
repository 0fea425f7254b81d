"""Orders: found through discovery, under a lock with a fencing token, committed in payments and inventory at once."""

import time
import uuid

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shop.bugs import Bug
from shop.calling import Answer
from shop.commit.coordinator import TooManyTransactionsError
from shop.coordination.locking import Held
from shop.retrying import TryAgainError
from shop.services.contracts import (
    NOT_ENOUGH_MONEY,
    SOLD_OUT,
    WHOLE_STOCK_LOCK,
    Charge,
    Claim,
    NewOrder,
    Order,
    SetLevel,
    item_lock,
)
from shop.services.database import open_database
from shop.services.order_store import SCHEMA, OrderStore, OtherOrderError
from shop.services.process import Process
from shop.services.transactions import Transactions
from shop.settings import Settings
from shop.slow import Slow
from shop.web import Problem, json_answer, json_body

__all__ = ["KEY_HEADER", "Orders", "build"]

KEY_HEADER = "idempotency-key"

LONGEST_KEY = 200

OK = 200
CREATED = 201
NOT_FOUND = 404


class _RejectedError(Exception):
    """The customer cannot have it, now or later."""


class Orders:
    """Places orders."""

    def __init__(self, process: Process, store: OrderStore) -> None:
        self._process = process
        self._store = store
        self._waits = process.telemetry.waits.labels("lock")
        self.transactions = Transactions(process, store)

    async def place(self, key: str, wanted: NewOrder) -> Order:
        """Places an order, or says what became of the one that was placed with this key before.

        Raises:
            Problem: It goes on, was another order, or could not be placed now.
        """
        identity = str(uuid.uuid4())
        if Bug.NO_IDEMPOTENCY in self._process.bugs:
            key = identity
        price = None
        try:
            earlier = self._store.find(key, wanted)
            if earlier is None:
                price = await self._price(wanted.item)
                if not self._store.begin(identity, key, wanted, (price or 0) * wanted.quantity):
                    raise Problem(503, "the order is being placed by another request with this key")
        except OtherOrderError as error:
            raise Problem(422, "the idempotency key was used for another order") from error
        except TryAgainError as error:
            raise Problem(503, str(error)) from error
        if earlier is not None:
            if earlier.state == "pending":
                raise Problem(503, "the order is being placed")
            return earlier
        await self._decide(identity, wanted, price)
        placed = self._store.get(identity)
        if placed is None:
            raise Problem(503, "the order was not placed")
        return placed

    async def _price(self, item: str) -> int | None:
        """Of one piece; None where there is no such item."""
        answer = await self._process.call("catalog", "GET", f"/items/{item}")
        return None if answer.status == NOT_FOUND else _found(answer)["price"]

    async def _decide(self, identity: str, wanted: NewOrder, price: int | None) -> None:
        if price is None:
            self._store.reject(identity, f"no item {wanted.item}")
            return
        try:
            held = await self._locked(wanted.item)
            try:
                await self._commit(identity, wanted, price * wanted.quantity, held)
            finally:
                await self._process.locks.release(held)
        except _RejectedError as error:
            self._store.reject(identity, str(error))
        except (TryAgainError, TooManyTransactionsError) as error:
            self._store.forget(identity)
            raise Problem(503, str(error)) from error

    async def _locked(self, item: str) -> Held:
        whole = Slow.LOCK_CONTENTION in self._process.settings.slow
        began = time.perf_counter()
        try:
            held = await self._process.locks.acquire(WHOLE_STOCK_LOCK if whole else item_lock(item))
        except TryAgainError:
            self._waits.observe(time.perf_counter() - began)
            raise
        self._waits.observe(held.waited)
        return held

    async def _commit(self, identity: str, wanted: NewOrder, amount: int, held: Held) -> None:
        payments = (await self._process.discovery.find("payments"))[0]
        inventory = (await self._process.discovery.find("inventory"))[0]
        path = f"{inventory}/stock/{wanted.item}/claim"
        answer = await self._process.caller.call("POST", path, body=Claim(held.token))
        if answer.status == NOT_FOUND:
            raise _RejectedError(f"no stock of {wanted.item}")
        level = _found(answer)["level"]
        if level < wanted.quantity:
            raise _RejectedError(SOLD_OUT)
        if not held.looks_valid(time.monotonic(), self._process.bugs):
            raise TryAgainError("the lock's lease ended")
        decided = await self.transactions.execute(
            identity,
            {
                payments: msgspec.to_builtins(Charge(identity, wanted.customer, amount)),
                inventory: msgspec.to_builtins(SetLevel(identity, wanted.item, level - wanted.quantity, held.token)),
            },
        )
        if decided.outcome == "abort":
            final = decided.reason == NOT_ENOUGH_MONEY or decided.reason.startswith("no customer")
            raise _RejectedError(decided.reason) if final else TryAgainError(decided.reason)


def _found(answer: Answer) -> dict[str, int]:
    """What a service answered.

    Raises:
        TryAgainError: It cannot say now.
    """
    if answer.status != OK:
        raise TryAgainError(f"status {answer.status}: {answer.json()}")
    found: dict[str, int] = answer.json()
    return found


def build(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """Orders as an application. `transport` stands in for the network."""
    process = Process(settings, transport)
    database = open_database(settings, SCHEMA, "orders")
    store = OrderStore(database, settings.instance)
    orders = Orders(process, store)

    async def place(request: Request) -> Response:
        wanted: NewOrder = await json_body(request, NewOrder)
        key = request.headers.get(KEY_HEADER, "")
        if not 0 < len(key) <= LONGEST_KEY:
            raise Problem(400, f"the header {KEY_HEADER} has between 1 and {LONGEST_KEY} characters")
        placed = await orders.place(key, wanted)
        status = {"confirmed": CREATED, "rejected": 409}
        return json_answer(placed, 402 if placed.reason == NOT_ENOUGH_MONEY else status[placed.state])

    async def order(request: Request) -> Response:
        identity = request.path_params["order"]
        found = store.get(identity)
        if found is None:
            raise Problem(NOT_FOUND, f"no order {identity}")
        return json_answer(found)

    async def close() -> None:
        await orders.transactions.close()
        database.close()

    routes = [
        Route("/orders", place, methods=["POST"]),
        Route("/orders/{order}", order),
        orders.transactions.route,
    ]
    return process.application(routes, background=[orders.transactions.run], close=close)
