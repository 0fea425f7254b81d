"""Orders on disk, and which idempotency key led to which."""

import sqlite3

from shop.services.contracts import NewOrder, Order

__all__ = ["SCHEMA", "OrderStore", "OtherOrderError"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, instance TEXT NOT NULL,
    customer TEXT NOT NULL, item TEXT NOT NULL, quantity INTEGER NOT NULL,
    amount INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'pending', reason TEXT NOT NULL DEFAULT ''
) STRICT;
"""

_COLUMNS = "id, customer, item, quantity, amount, state, reason"


class OtherOrderError(Exception):
    """The idempotency key has been used for another order."""


class OrderStore:
    """All orders; each instance of the service decides on its own."""

    def __init__(self, database: sqlite3.Connection, instance: str) -> None:
        self._database = database
        self._instance = instance

    def find(self, key: str, order: NewOrder) -> Order | None:
        """The order that this key led to; None where it led to none yet.

        Raises:
            OtherOrderError: The key led to an order of something else.
        """
        found = self._one("key", key)
        if found is None:
            return None
        if (found.customer, found.item, found.quantity) != (order.customer, order.item, order.quantity):
            raise OtherOrderError
        return found

    def begin(self, identity: str, key: str, order: NewOrder, amount: int) -> bool:
        """Writes down a new order as pending. Returns False where the key has led to an order already."""
        row = (identity, key, self._instance, order.customer, order.item, order.quantity, amount)
        with self._database as database:
            insert = (
                "INSERT OR IGNORE INTO orders (id, key, instance, customer, item, quantity, amount)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)"
            )
            return database.execute(insert, row).rowcount > 0

    def get(self, identity: str) -> Order | None:
        """The order with this id."""
        return self._one("id", identity)

    def finish(self, identity: str, state: str, reason: str = "") -> None:
        """It is `confirmed` or `rejected`, for good."""
        with self._database as database:
            database.execute("UPDATE orders SET state = ?, reason = ? WHERE id = ?", (state, reason, identity))

    def forget(self, identity: str) -> None:
        """Nothing came of it, and the customer may try again with the same key."""
        with self._database as database:
            database.execute("DELETE FROM orders WHERE id = ? AND state = 'pending'", (identity,))

    def recover(self, committed: list[str]) -> None:
        """After a start: what this instance left pending is confirmed if it was committed, else it never happened."""
        rows = self._database.execute(
            "SELECT id FROM orders WHERE state = 'pending' AND instance = ?", (self._instance,)
        ).fetchall()
        for (identity,) in rows:
            if identity in committed:
                self.finish(identity, "confirmed")
            else:
                self.forget(identity)

    def _one(self, column: str, value: str) -> Order | None:
        query = f"SELECT {_COLUMNS} FROM orders WHERE {column} = ?"  # noqa: S608 # the names are written here
        row = self._database.execute(query, (value,)).fetchone()
        return None if row is None else Order(*row)
