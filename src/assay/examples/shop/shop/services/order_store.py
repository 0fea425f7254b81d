"""Orders on disk, and which idempotency key led to which."""

from collections.abc import Sequence

from shop.services.contracts import NewOrder, Order
from shop.services.database import Database

__all__ = ["SCHEMA", "OrderStore", "OtherOrderError"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, instance TEXT NOT NULL,
    customer TEXT NOT NULL, item TEXT NOT NULL, quantity BIGINT NOT NULL,
    amount BIGINT NOT NULL, state TEXT NOT NULL DEFAULT 'pending', reason TEXT NOT NULL DEFAULT ''
);
"""

_COLUMNS = "id, customer, item, quantity, amount, state, reason"


class OtherOrderError(Exception):
    """The idempotency key has been used for another order."""


class OrderStore:
    """All orders; each instance of the service decides on its own."""

    def __init__(self, database: Database, instance: str) -> None:
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
        insert = (
            "INSERT INTO orders (id, key, instance, customer, item, quantity, amount)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        )
        return self._database.change(insert, row) > 0

    def get(self, identity: str) -> Order | None:
        """The order with this id."""
        return self._one("id", identity)

    def reject(self, identity: str, reason: str) -> None:
        """It cannot be had, for good."""
        self._database.change("UPDATE orders SET state = 'rejected', reason = ? WHERE id = ?", (reason, identity))

    def committed(self, transaction: str) -> None:
        """The order is confirmed, for good. Until `flush` the log of transactions must remember it."""
        with self._database.transaction(durable=False):
            self._database.change("UPDATE orders SET state = 'confirmed' WHERE id = ?", (transaction,))

    def forget(self, identity: str) -> None:
        """Nothing came of it, and the customer may try again with the same key."""
        with self._database.transaction(durable=False):
            self._database.change("DELETE FROM orders WHERE id = ? AND state = 'pending'", (identity,))

    def recover(self, committed: Sequence[str]) -> None:
        """After a start: what this instance left pending is confirmed if it was committed, else it never happened."""
        query = "SELECT id FROM orders WHERE state = 'pending' AND instance = ?"
        rows = self._database.rows(query, (self._instance,))
        known = set(committed)
        for (identity,) in rows:
            if identity in known:
                self.committed(identity)
            else:
                self.forget(identity)

    def flush(self) -> None:
        """What became of orders is on disk."""
        self._database.flush()

    def _one(self, column: str, value: str) -> Order | None:
        query = f"SELECT {_COLUMNS} FROM orders WHERE {column} = ?"  # noqa: S608 # the names are written here
        row = self._database.row(query, (value,))
        return None if row is None else Order(*row)
