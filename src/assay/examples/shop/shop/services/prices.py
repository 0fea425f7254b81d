"""What things cost: the newest entry of a long history, remembered once it was looked up."""

from prometheus_client import Counter

from shop.services.contracts import ITEMS
from shop.services.database import Database

__all__ = ["CHANGES", "SCHEMA", "Prices"]

CHANGES = 500
"""How often all prices have changed."""

SCHEMA = "CREATE TABLE IF NOT EXISTS prices (change INTEGER NOT NULL, item TEXT NOT NULL, price BIGINT NOT NULL)"
"""Without an index: it is written for book-keeping, and gone through as a whole where somebody asks for one price."""


class Prices:
    """Prices by item, in cents; they do not change while the process runs.

    Args:
        database: With the schema above.
        lookups: Counts hits and misses.
        remembers: False with `--slow no-cache`.
    """

    def __init__(self, database: Database, lookups: Counter, *, remembers: bool = True) -> None:
        self._database = database
        self._hits = lookups.labels("prices", "hit")
        self._misses = lookups.labels("prices", "miss")
        self._remembers = remembers
        self._known: dict[str, int] = {}
        self._fill()

    def price(self, item: str) -> int | None:
        """What an item costs; None where there is no such item."""
        if item in self._known:
            self._hits.inc()
            return self._known[item]
        self._misses.inc()
        query = "SELECT price FROM prices WHERE item = ? ORDER BY change DESC LIMIT 1"
        row = self._database.row(query, (item,))
        if row is None:
            return None
        if self._remembers:
            self._known[item] = row[0]
        return int(row[0])

    def all(self) -> list[tuple[str, int]]:
        """Every item with its price, in the order of their numbers."""
        missing = [item for item in ITEMS if item not in self._known]
        (self._misses if missing else self._hits).inc()
        if not missing:
            return [(item, self._known[item]) for item in ITEMS]
        rows = self._database.rows("SELECT item, price FROM prices WHERE change = ?", (CHANGES,))
        prices: dict[str, int] = dict(rows)
        if self._remembers:
            self._known.update(prices)
        return [(item, prices[item]) for item in ITEMS]

    def _fill(self) -> None:
        """Writes the history down, where it is not there."""
        if self._database.row("SELECT price FROM prices LIMIT 1"):
            return
        history = (
            (change, item, 100 + 25 * number + CHANGES - change)
            for change in range(1, CHANGES + 1)
            for number, item in enumerate(ITEMS)
        )
        self._database.change_all("INSERT INTO prices VALUES (?, ?, ?)", history)
