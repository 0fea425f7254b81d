"""Orders on disk, and which idempotency key led to which."""

import sqlite3

from shop.services.contracts import NewOrder, Order

__all__ = ["SCHEMA", "OrderStore", "OtherOrderError"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, instance TEXT NOT NULL,
    customer TEXT NOT NULL, item TEXT NOT NULL, quantity INTEGER NOT NULL,
    amount INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'pending', reason TEXT NOT NULL DEFAULT ''
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

    def begin(self, identity: str, key: str, order: NewOrder) -> Order | None:
        """Writes down a new order as pending.

        Returns:
            None; or the order that this key led to before.

        Raises:
            OtherOrderError: The key led to an order of something else.
        """
        row = (identity, key, self._instance, order.customer, order.item, order.quantity)
        with self._database as database:
            insert = (
                "INSERT OR IGNORE INTO orders (id, key, instance, customer, item, quantity) VALUES (?, ?, ?, ?, ?, ?)"
            )
            if database.execute(insert, row).rowcount:
                return None
        earlier = self._one("key", key)
        if earlier is None or (earlier.customer, earlier.item, earlier.quantity) != (
            order.customer,
            order.item,
            order.quantity,
        ):
            raise OtherOrderError
        return earlier

    def get(self, identity: str) -> Order | None:
        """The order with this id."""
        return self._one("id", identity)

    def price(self, identity: str, amount: int) -> None:
        """What it costs is known."""
        with self._database as database:
            database.execute("UPDATE orders SET amount = ? WHERE id = ?", (amount, identity))

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
