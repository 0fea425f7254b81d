"""The damage that each guard of the services prevents: every scenario runs with the guard and without."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from shop.bugs import NO_BUGS, Bug
from shop.event_log import EventLog
from shop.services.contracts import item_lock
from shop.services.database import open_database
from shop.services.inventory import FIRST_LEVEL, SCHEMA, Stock
from shop.settings import Settings
from tests.shop.in_process import InProcessShop, open_shop

PRICE = 100
"""Of item-1."""


@pytest.mark.parametrize("bug", [None, Bug.NO_IDEMPOTENCY])
def test_without_idempotency_an_order_whose_answer_is_lost_is_paid_twice(tmp_path: Path, bug: Bug | None) -> None:
    charges, level = asyncio.run(lose_an_answer(tmp_path, bug))
    assert charges == ([PRICE, PRICE] if bug else [PRICE])
    assert level == FIRST_LEVEL - (2 if bug else 1)


async def lose_an_answer(data: Path, bug: Bug | None) -> tuple[list[int], int]:
    async with open_shop(data, *([bug] if bug else [])) as shop:
        lost = iter([True])
        shop.network.loses_answer = lambda request: is_order(request, shop) and next(lost, False)
        answer = await shop.order("key", "customer-1", "item-1")
        assert answer.status_code == 201
        return await shop.charges("customer-1"), await shop.level("item-1")


def is_order(request: httpx.Request, shop: InProcessShop) -> bool:
    return str(request.url) == f"{shop.url('orders')}/orders"


@pytest.mark.parametrize("bug", [None, Bug.NO_WAL])
def test_without_write_ahead_log_a_crash_takes_the_money_and_leaves_the_goods(tmp_path: Path, bug: Bug | None) -> None:
    charges, level = asyncio.run(crash_between_two_commits(tmp_path, bug))
    assert charges == [PRICE]
    assert level == FIRST_LEVEL - (0 if bug else 1)


async def crash_between_two_commits(data: Path, bug: Bug | None) -> tuple[list[int], int]:
    async with open_shop(data, *([bug] if bug else [])) as shop:
        # Inventory does not hear the decision, nor can it ask.
        inventory = f"{shop.url('inventory')}/commit-protocol"
        shop.network.loses_request = lambda request: (
            b'"Ask"' in request.content or (str(request.url) == inventory and b'"Commit"' in request.content)
        )
        assert (await shop.order("key", "customer-1", "item-1")).status_code == 201
        await shop.stop("orders")
        shop.network.loses_request = lambda _: False
        await shop.start("orders")
        # Inventory asks for the decision, and with every second that it does not hear one, again.
        await shop.until(lambda: is_decided(shop), "inventory has heard the decision")
        return await shop.charges("customer-1"), await shop.level("item-1")


async def is_decided(shop: InProcessShop) -> bool:
    """Whether another holder of the lock may read the level."""
    claim = await shop.post("inventory", "/stock/item-1/claim", {"token": 10**6})
    return claim.status_code == 200


@pytest.mark.parametrize("bug", [None, Bug.SKIP_FENCING])
def test_without_fencing_a_holder_that_paused_brings_sold_goods_back(tmp_path: Path, bug: Bug | None) -> None:
    votes, level = asyncio.run(write_after_a_pause(tmp_path, bug))
    assert votes == (["Yes"] if bug else ["No"])
    # Three are sold by the other, and one or none by the one that paused.
    assert level == FIRST_LEVEL - (1 if bug else 3)


async def write_after_a_pause(data: Path, bug: Bug | None) -> tuple[list[str], int]:
    async with open_shop(data, *([bug] if bug else [])) as shop:
        token = await acquire_for_a_moment(shop)
        claimed = (await shop.post("inventory", "/stock/item-1/claim", {"token": token})).json()["level"]
        # Here it pauses. Its lease ends, and the lock is another's.
        assert (await shop.order("key", "customer-1", "item-1", quantity=3)).status_code == 201
        work = {"order": "late", "item": "item-1", "level": claimed - 1, "token": token}
        me = "http://127.0.0.1:1"
        prepare = {"type": "Prepare", "transaction": "late", "coordinator": me, "work": work}
        answer = await shop.post("inventory", "/commit-protocol", {"sender": me, "messages": [prepare]})
        commit = {"type": "Commit", "transaction": "late"}
        await shop.post("inventory", "/commit-protocol", {"sender": me, "messages": [commit]})
        return [message["type"] for message in answer.json()["messages"]], await shop.level("item-1")


async def acquire_for_a_moment(shop: InProcessShop) -> int:
    body = {"type": "Acquire", "lock": item_lock("item-1"), "holder": "paused", "request": "r", "lease": 1}
    for name in ("coordination-1", "coordination-2", "coordination-3"):
        answer = await shop.post(name, "/commands", body)
        if answer.status_code == 200:
            return int(answer.json()["token"])
    raise AssertionError("no node leads")


@pytest.mark.parametrize("bug", [None, Bug.SKIP_FENCING])
def test_who_has_read_the_level_is_safe_from_older_holders(tmp_path: Path, bug: Bug | None) -> None:
    """A fence that only writes raised would let an older holder write between this one's reading and its writing."""
    settings = Settings(name="inventory", port=8704, base_port=8700, data=tmp_path)
    database = open_database(settings, SCHEMA)
    database.change("INSERT INTO stock (item, level) VALUES ('item-1', 10)")
    stock = Stock(database, EventLog("inventory"), frozenset({bug}) if bug else NO_BUGS)
    assert stock.claim("item-1", 1) == 10
    assert stock.claim("item-1", 2) == 10
    refusal = stock.refusal("late", {"order": "late", "item": "item-1", "level": 9, "token": 1})
    assert refusal == (None if bug else "token 1 is older than 2")
    assert stock.refusal("good", {"order": "good", "item": "item-1", "level": 7, "token": 2}) is None
    database.close()


def test_refuses_what_makes_no_sense_and_says_why(tmp_path: Path) -> None:
    answers = asyncio.run(ask_for_nonsense(tmp_path))
    assert answers == {
        "no JSON": (400, "JSON is malformed: invalid character (byte 0)"),
        "no quantity": (400, "Object missing required field `quantity`"),
        "too many": (400, "Expected `int` <= 1000 - at `$.quantity`"),
        "no item": (409, "no item item-0"),
        "no customer": (409, "no customer nobody"),
        "too dear": (402, "not enough money"),
        "other order": (422, "the idempotency key was used for another order"),
        "no key": (400, "the header idempotency-key has between 1 and 200 characters"),
        "unknown order": (404, "no order 1"),
    }


async def ask_for_nonsense(data: Path) -> dict[str, tuple[int, str]]:
    async with open_shop(data) as shop:
        orders = f"{shop.url('gateway')}/orders"
        good = {"customer": "customer-1", "item": "item-1", "quantity": 1}
        # item-100 costs 2,575 cents, so four orders of a thousand cost more than a customer has.
        dear = {"customer": "customer-2", "item": "item-100", "quantity": 1000}
        for number in range(3):
            assert (await shop.order(f"dear {number}", "customer-2", "item-100", 1000)).status_code == 201
        assert (await shop.order("key", "customer-1", "item-1")).status_code == 201
        requests = {
            "no JSON": await shop.client.post(orders, content=b"?"),
            "no quantity": await shop.client.post(orders, json={"customer": "a", "item": "b"}),
            "too many": await shop.client.post(orders, json={**good, "quantity": 1001}),
            "no item": await shop.client.post(orders, json={**good, "item": "item-0"}),
            "no customer": await shop.client.post(orders, json={**good, "customer": "nobody"}),
            "too dear": await shop.client.post(orders, json=dear),
            "other order": await shop.order("key", "customer-1", "item-1", quantity=2),
            "no key": await shop.client.post(f"{shop.url('orders')}/orders", json=good),
            "unknown order": await shop.client.get(f"{shop.url('gateway')}/orders/1"),
        }
        return {what: (answer.status_code, json.loads(answer.text)["reason"]) for what, answer in requests.items()}
