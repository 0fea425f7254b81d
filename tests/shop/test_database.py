"""Both kinds of database do the same: an SQLite file, and a real PostgreSQL server that the test starts."""

import asyncio
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from shop.services.contracts import NewOrder
from shop.services.database import Database, DatabaseFailedError, open_database
from shop.services.inventory import FIRST_LEVEL
from shop.services.order_store import SCHEMA as ORDERS
from shop.services.order_store import OrderStore
from shop.settings import Settings
from tests.repo.files import ROOT
from tests.shop.in_process import open_shop
from tests.shop.postgresql_server import missing, postgresql_server

SCHEMA = "CREATE TABLE IF NOT EXISTS things (name TEXT PRIMARY KEY, size BIGINT NOT NULL);"

LARGE = 10**12
"""Cents that a charge may have."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    pytest.importorskip("psycopg")
    if reason := missing():
        pytest.skip(reason)
    with postgresql_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = request.getfixturevalue("server") if request.param == "postgresql" else None
    return Settings(name="orders", port=8702, base_port=8700, data=tmp_path, database=url)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    # A server is shared by all tests of this file.
    opened = open_database(settings, SCHEMA, f"of-{uuid.uuid4()}")
    yield opened
    opened.close()


def test_changes_and_finds_rows(database: Database) -> None:
    assert database.change("INSERT INTO things VALUES (?, ?) ON CONFLICT DO NOTHING", ("a", LARGE)) == 1
    assert database.change("INSERT INTO things VALUES (?, ?) ON CONFLICT DO NOTHING", ("a", 2)) == 0
    database.change_all("INSERT INTO things VALUES (?, ?)", [("b", 2), ("c", 3)])
    assert database.rows("SELECT name, size FROM things WHERE size < ? ORDER BY name", (LARGE,)) == [("b", 2), ("c", 3)]
    assert database.row("SELECT size FROM things WHERE name = ?", ("a",)) == (LARGE,)
    assert database.row("SELECT size FROM things WHERE name = ?", ("d",)) is None


@pytest.mark.parametrize("durable", [True, False])
def test_a_transaction_happens_as_a_whole_or_not_at_all(database: Database, *, durable: bool) -> None:
    with suppress(ZeroDivisionError), database.transaction(durable=durable):
        database.change("INSERT INTO things VALUES ('a', 1)")
        raise ZeroDivisionError
    assert database.rows("SELECT name FROM things") == []
    with database.transaction(durable=durable):
        database.change("INSERT INTO things VALUES ('a', 1)")
    database.flush()
    assert database.rows("SELECT name FROM things") == [("a",)]


def test_what_the_database_refuses_is_one_kind_of_error_and_changes_nothing(database: Database) -> None:
    database.change("INSERT INTO things VALUES ('a', 1)")
    with pytest.raises(DatabaseFailedError):
        database.change_all("INSERT INTO things VALUES (?, ?)", [("b", 1), ("a", 1)])
    with pytest.raises(DatabaseFailedError):
        database.rows("SELECT name FROM nothing")
    assert database.rows("SELECT name FROM things") == [("a",)]


def test_data_is_there_again_and_apart_from_that_of_others(settings: Settings) -> None:
    for expected in (1, 0):
        database = open_database(settings, SCHEMA, "mine")
        assert database.change("INSERT INTO things VALUES ('a', 1) ON CONFLICT DO NOTHING") == expected
        database.close()
    other = open_database(settings, SCHEMA, "others")
    assert other.rows("SELECT name FROM things") == []
    other.close()


def test_two_instances_of_a_service_share_the_keys_of_orders(settings: Settings) -> None:
    databases = [open_database(settings, ORDERS, "shared") for _ in range(2)]
    first, second = (OrderStore(database, f"orders-{number}") for number, database in enumerate(databases))
    wanted = NewOrder("customer-1", "item-1", 1)
    assert first.begin("id-1", "key", wanted, 100)
    assert not second.begin("id-2", "key", wanted, 100)
    first.committed("id-1")
    found = second.find("key", wanted)
    assert found is not None
    assert (found.id, found.state) == ("id-1", "confirmed")
    for database in databases:
        database.close()


def test_a_whole_shop_keeps_its_data_on_the_server(server: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with open_shop(tmp_path, database=server) as shop:
            placed = (await shop.order("key", "customer-1", "item-1", quantity=2)).json()
            assert placed["state"] == "confirmed"
            for name in ("orders", "payments", "inventory"):
                await shop.stop(name)
                await shop.start(name)
                await shop.until(lambda name=name: shop.is_ready(name), f"{name} is ready")  # type: ignore[misc]
            assert await shop.level("item-1") == FIRST_LEVEL - 2
            assert await shop.charges("customer-1") == [placed["amount"]]
            assert (await shop.order("key", "customer-1", "item-1", quantity=2)).json() == placed

    asyncio.run(run())
    assert list(tmp_path.glob("*.db")) == []


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://localhost", "begins with postgresql://"),
        ("postgresql://shop@127.0.0.1:1/postgres", "shop catalog: PostgreSQL: connection failed"),
    ],
)
def test_a_server_that_is_not_there_is_one_complaint(url: str, complaint: str, tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    ended = subprocess.run(
        [sys.executable, "-m", "shop", "catalog", "--data", str(tmp_path)],
        cwd=ROOT / "examples" / "shop",
        env={"SHOP_DATABASE": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert complaint in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.returncode in {1, 2}
