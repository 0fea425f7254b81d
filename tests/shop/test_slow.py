"""What `--slow` makes slow, shown by counting: steps, bytes, places, locks and lookups, with it and without."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from shop.checksum import STEPS, checksum
from shop.services.payments import LEDGER_BYTES
from shop.services.process import FEW_CONNECTIONS
from shop.slow import Slow
from tests.shop.in_process import InProcessShop, open_shop

T = TypeVar("T")

AT_ONCE = 6


def in_shop(data: Path, slow: Slow | None, work: Callable[[InProcessShop], Awaitable[T]]) -> T:
    async def run() -> T:
        async with open_shop(data, slow=[slow] if slow else []) as shop:
            return await work(shop)

    return asyncio.run(run())


async def at_once(shop: InProcessShop, path: str) -> list[httpx.Response]:
    asking = [shop.client.get(f"{shop.url('gateway')}{path}", timeout=60) for _ in range(AT_ONCE)]
    return list(await asyncio.gather(*asking))


@pytest.mark.parametrize("slow", [None, Slow.CPU_LOOP])
def test_each_answer_of_the_gateway_costs_a_loop_over_many_bytes(tmp_path: Path, slow: Slow | None) -> None:
    answers = in_shop(tmp_path, slow, lambda shop: at_once(shop, "/items/item-1"))
    sums = {answer.headers.get("x-checksum") for answer in answers}
    assert sums == {f"{checksum(answers[0].content)[0]:016x}" if slow else None}


def test_a_short_answer_costs_as_much_as_a_long_one() -> None:
    assert checksum(b"")[1] == checksum(b"a")[1] == STEPS
    assert checksum(b"ab") != checksum(b"ba")


@pytest.mark.parametrize("slow", [None, Slow.CONNECTION_POOL])
def test_of_many_calls_only_so_many_are_made_as_there_are_connections(tmp_path: Path, slow: Slow | None) -> None:
    async def work(shop: InProcessShop) -> tuple[int, float, float]:
        assert {answer.status_code for answer in await at_once(shop, "/items")} == {200}
        size = await shop.metric("gateway", 'shop_pool_size{pool="connection"}')
        waited = await shop.metric("gateway", 'shop_wait_seconds_count{resource="pool"}')
        return shop.network.most_at_once[8701], size, waited

    at_catalog, size, waited = in_shop(tmp_path, slow, work)
    assert (at_catalog <= FEW_CONNECTIONS, size == FEW_CONNECTIONS) == (bool(slow), bool(slow))
    assert waited == AT_ONCE


@pytest.mark.parametrize("slow", [None, Slow.DISK_WRITE])
def test_each_charge_writes_a_whole_ledger_to_disk(tmp_path: Path, slow: Slow | None) -> None:
    async def work(shop: InProcessShop) -> float:
        for number in range(3):
            assert (await shop.order(f"{number}", "customer-1", "item-1")).status_code == 201
        return await shop.metric("payments", "shop_disk_bytes_total")

    written = in_shop(tmp_path, slow, work)
    assert written // LEDGER_BYTES == (3 if slow else 0)
    assert written > 0, "the write-ahead log is written all the same"
    assert (tmp_path / "payments.ledger").exists() == bool(slow)


@pytest.mark.parametrize("slow", [None, Slow.LOCK_CONTENTION])
def test_orders_of_different_items_wait_for_each_other(tmp_path: Path, slow: Slow | None) -> None:
    async def work(shop: InProcessShop) -> tuple[set[str], float]:
        placing = [shop.order(f"{number}", "customer-1", f"item-{number}") for number in range(1, AT_ONCE + 1)]
        assert {answer.status_code for answer in await asyncio.gather(*placing)} == {201}
        assert await shop.metric("orders", 'shop_wait_seconds_count{resource="lock"}') >= AT_ONCE
        return locks_of(tmp_path), await shop.metric("orders", 'shop_wait_seconds_sum{resource="lock"}')

    locks, waited = in_shop(tmp_path, slow, work)
    assert (waited > 0) == bool(slow)
    assert locks == ({"stock"} if slow else {f"stock/item-{number}" for number in range(1, AT_ONCE + 1)})


def locks_of(data: Path) -> set[str]:
    lines = (data / "events" / "orders.ndjson").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    return {event["parameters"]["lock"] for event in events if event["action"] == "ReceiveGrant"}


@pytest.mark.parametrize("slow", [None, Slow.NO_CACHE])
def test_each_price_is_looked_up_although_it_was_known(tmp_path: Path, slow: Slow | None) -> None:
    async def work(shop: InProcessShop) -> list[float]:
        for _ in range(4):
            assert (await shop.get("catalog", "/items/item-9"))["price"] == 300
        assert len(await shop.get("catalog", "/items")) == 100
        results = [f'shop_cache_lookups_total{{cache="prices",result="{result}"}}' for result in ("hit", "miss")]
        return [await shop.metric("catalog", result) for result in results]

    assert in_shop(tmp_path, slow, work) == ([0, 5] if slow else [3, 2])
