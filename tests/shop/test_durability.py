"""What is not on disk yet when an answer is given, and why nothing is lost all the same: the logs remember it."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from shop.batching import Batching
from shop.commit.messages import Commit, Prepare, Yes
from shop.services.contracts import CUSTOMERS
from shop.services.database import Database, DatabaseFailedError, open_database
from shop.services.inventory import FIRST_LEVEL
from shop.services.participation import Participation
from shop.services.payments import FIRST_BALANCE, SCHEMA, Accounts
from shop.services.process import Process
from shop.settings import Settings
from tests.shop.in_process import InProcessShop, open_shop


def test_what_the_data_lost_is_done_again_from_the_logs(tmp_path: Path) -> None:
    asyncio.run(lose_data(tmp_path))


async def lose_data(data: Path) -> None:
    services = ("orders", "payments", "inventory")
    async with open_shop(data) as shop:
        await stop_and(shop, services, lambda name: shutil.copy(data / f"{name}.db", data / f"{name}.old"))
        placed = (await shop.order("key", "customer-1", "item-1", quantity=2)).json()
        assert placed["state"] == "confirmed"

        def lose(name: str) -> None:
            if name != "orders":
                shutil.copy(data / f"{name}.old", data / f"{name}.db")
                return
            # That the order was begun is on disk before anything is promised; what became of it need not be.
            with closing(sqlite3.connect(data / "orders.db", isolation_level=None)) as database:
                assert database.execute("UPDATE orders SET state = 'pending'").rowcount == 1

        await stop_and(shop, services, lose)
        assert await shop.charges("customer-1") == [placed["amount"]]
        assert await shop.level("item-1") == FIRST_LEVEL - 2
        assert await shop.get("orders", f"/orders/{placed['id']}") == placed
        # The logs are shorter now, and must not be needed any more.
        await stop_and(shop, services, lambda _: None)
        assert await shop.charges("customer-1") == [placed["amount"]]
        assert await shop.get("orders", f"/orders/{placed['id']}") == placed


async def stop_and(shop: InProcessShop, names: Sequence[str], work: Callable[[str], object]) -> None:
    for name in names:
        await shop.stop(name)
        work(name)
    for name in names:
        await shop.start(name)
    for name in names:
        await shop.until(lambda name=name: shop.is_ready(name), f"{name} is ready")  # type: ignore[misc]


class UnflushableAccounts(Accounts):
    def flush(self) -> None:
        raise DatabaseFailedError("the disk is full")


def accounts_in(data: Path) -> tuple[Settings, Database]:
    settings = Settings(name="payments", port=8703, base_port=8700, data=data, record_events=False)
    database = open_database(settings, SCHEMA)
    database.change_all("INSERT INTO accounts VALUES (?, ?) ON CONFLICT DO NOTHING", [(CUSTOMERS[0], FIRST_BALANCE)])
    return settings, database


def test_a_log_forgets_only_what_is_on_disk(tmp_path: Path) -> None:
    async def run() -> None:
        settings, database = accounts_in(tmp_path)
        process = Process(settings)
        participation = Participation(process, Accounts(database))
        await participation.receive(prepare("t"), "orders")
        await participation.receive(Commit("t"), "orders")
        await participation.close()
        before = settings.file("wal").read_bytes()
        assert before.count(b"\n") == 2
        with pytest.raises(DatabaseFailedError):
            Participation(process, UnflushableAccounts(database))
        assert settings.file("wal").read_bytes() == before
        again = Participation(process, Accounts(database))
        assert settings.file("wal").read_bytes() == b""
        await again.close()
        database.close()

    asyncio.run(run())


def prepare(transaction: str) -> Prepare:
    return Prepare(transaction, "orders", {"order": transaction, "customer": CUSTOMERS[0], "amount": 1})


def test_votes_that_are_asked_for_together_wait_for_the_disk_once(tmp_path: Path) -> None:
    async def run() -> None:
        settings, database = accounts_in(tmp_path)
        process = Process(settings)
        participation = Participation(process, Accounts(database))
        asked = [participation.receive(prepare(f"t{number}"), "orders") for number in range(5)]
        answers = [send.message for sends in await asyncio.gather(*asked) for send in sends]
        assert answers == [Yes(f"t{number}", settings.url) for number in range(5)]
        waits = process.telemetry.registry.get_sample_value("shop_wait_seconds_count", {"resource": "disk"})
        assert waits == 1
        assert settings.file("wal").read_bytes().count(b"\n") == 5
        await participation.close()
        database.close()

    asyncio.run(run())


def test_money_that_is_held_for_one_vote_is_not_there_for_the_next(tmp_path: Path) -> None:
    async def run() -> None:
        settings, database = accounts_in(tmp_path)
        participation = Participation(Process(settings), Accounts(database))
        work = {"order": "o", "customer": CUSTOMERS[0], "amount": FIRST_BALANCE}
        asked = [participation.receive(Prepare(name, "orders", work), "orders") for name in ("t1", "t2")]
        kinds = [type(send.message).__name__ for sends in await asyncio.gather(*asked) for send in sends]
        assert kinds == ["Yes", "No"]
        await participation.close()
        database.close()

    asyncio.run(run())


def test_each_of_a_batch_gets_its_own_outcome() -> None:
    batches: list[list[int]] = []

    def work(batch: Sequence[int]) -> list[int | Exception]:
        batches.append(list(batch))
        return [10 * item if item else ValueError("none") for item in batch]

    async def run() -> list[int | BaseException]:
        batching = Batching(work)
        cancelled = asyncio.create_task(batching.do(7))
        await asyncio.sleep(0)
        cancelled.cancel()
        return await asyncio.gather(*(batching.do(item) for item in (1, 0, 2)), return_exceptions=True)

    first, second, third = asyncio.run(run())
    assert (first, str(second), third) == (10, "none", 20)
    assert sorted(item for batch in batches for item in batch) == [0, 1, 2, 7]
