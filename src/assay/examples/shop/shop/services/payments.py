"""Who has how much, and who paid for what."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shop.commit.messages import Work
from shop.services.contracts import CUSTOMERS, NOT_ENOUGH_MONEY, Charge
from shop.services.database import Database, open_database
from shop.services.participation import Participation
from shop.services.process import Process
from shop.settings import Settings
from shop.slow import Slow
from shop.web import Problem, json_answer

__all__ = ["FIRST_BALANCE", "LEDGER_BYTES", "Accounts", "Ledger", "build"]

FIRST_BALANCE = 10_000_000
"""Cents."""

LEDGER_BYTES = 32 * 1024 * 1024
"""With `--slow disk-write`: what is written for each charge."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (customer TEXT PRIMARY KEY, balance BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS charges (
    transaction_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, customer TEXT NOT NULL, amount BIGINT NOT NULL
);
"""


class Ledger:
    """All that was ever paid, as pages for the auditor: written again as a whole, though one line is new.

    Args:
        path: Of the file.
        written: Told how many bytes were written, and how many seconds it took.
    """

    def __init__(self, path: Path, written: Callable[[int, float], None]) -> None:
        self._file = path.open("w+b")
        self._written = written

    def add(self, line: str) -> None:
        """Returns when it is on disk."""
        began = time.perf_counter()
        self._file.seek(0)
        self._file.write(line.encode().ljust(LEDGER_BYTES))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._written(LEDGER_BYTES, time.perf_counter() - began)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


class Accounts:
    """The data of payments, as two-phase commit acts on it.

    Args:
        database: Where it is kept.
        ledger: Where it is written as well, if anywhere.
    """

    def __init__(self, database: Database, ledger: Ledger | None = None) -> None:
        self._database = database
        self._ledger = ledger
        self._held: dict[str, Charge] = {}

    def balance(self, customer: str) -> int | None:
        """Cents; None where there is no such customer."""
        row = self._database.row("SELECT balance FROM accounts WHERE customer = ?", (customer,))
        return None if row is None else int(row[0])

    def charges(self, customer: str) -> list[dict[str, object]]:
        """What a customer paid for."""
        rows = self._database.rows("SELECT order_id, amount FROM charges WHERE customer = ?", (customer,))
        return [{"order": order, "amount": amount} for order, amount in rows]

    def refusal(self, _: str, work: Work) -> str | None:
        """Why the customer cannot pay."""
        try:
            charge = msgspec.convert(work, Charge)
        except msgspec.ValidationError as error:
            return str(error)
        balance = self.balance(charge.customer)
        if balance is None:
            return f"no customer {charge.customer}"
        held = sum(other.amount for other in self._held.values() if other.customer == charge.customer)
        return NOT_ENOUGH_MONEY if balance - held < charge.amount else None

    def hold(self, transaction: str, work: Work) -> None:
        """The amount cannot be spent on anything else."""
        self._held[transaction] = msgspec.convert(work, Charge)

    def apply(self, transaction: str, work: Work) -> None:
        """The customer pays."""
        charge = msgspec.convert(work, Charge)
        self._held.pop(transaction, None)
        with self._database.transaction(durable=False):
            row = (transaction, charge.order, charge.customer, charge.amount)
            if self._database.change("INSERT INTO charges VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", row):
                pay = "UPDATE accounts SET balance = balance - ? WHERE customer = ?"
                self._database.change(pay, (charge.amount, charge.customer))
        if self._ledger is not None:
            self._ledger.add(f"{transaction} {charge}")

    def drop(self, transaction: str) -> None:
        """The amount is free again."""
        self._held.pop(transaction, None)

    def flush(self) -> None:
        """What was applied is on disk."""
        self._database.flush()


def build(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """Payments as an application. `transport` stands in for the network."""
    process = Process(settings, transport)
    database = open_database(settings, SCHEMA)
    first = [(customer, FIRST_BALANCE) for customer in CUSTOMERS]
    database.change_all("INSERT INTO accounts VALUES (?, ?) ON CONFLICT DO NOTHING", first)
    slow = Slow.DISK_WRITE in settings.slow
    ledger = Ledger(settings.file("ledger"), process.telemetry.wrote) if slow else None
    accounts = Accounts(database, ledger)
    participation = Participation(process, accounts)

    async def account(request: Request) -> Response:
        customer = request.path_params["customer"]
        balance = accounts.balance(customer)
        if balance is None:
            raise Problem(404, f"no customer {customer}")
        return json_answer({"customer": customer, "balance": balance, "charges": accounts.charges(customer)})

    async def close() -> None:
        await participation.close()
        database.close()
        if ledger is not None:
            ledger.close()

    routes = [Route("/accounts/{customer}", account), participation.route]
    return process.application(routes, background=[participation.run], close=close)
