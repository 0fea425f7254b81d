"""An SQLite file as a `Database`."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shop.services.database import DatabaseFailedError, Row, Value

__all__ = ["SqliteDatabase"]

BUSY_SECONDS = 5.0
"""How long it waits for another process that changes the same file."""


class SqliteDatabase:
    """See `Database`.

    Args:
        path: Of the file; it and its folder are made.
        schema: Statements that make what is missing.

    Raises:
        DatabaseFailedError: It is no database, or cannot be written.
    """

    def __init__(self, path: Path, schema: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._is_durable = True
        self._flushes = 0
        with self._failures():
            self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(schema)

    def rows(self, query: str, values: Sequence[Value] = ()) -> list[Row]:
        """All rows of a query."""
        with self._failures():
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[Value] = ()) -> Row | None:
        """The first row of a query; None where it has none."""
        found = self.rows(query, values)
        return found[0] if found else None

    def change(self, statement: str, values: Sequence[Value] = ()) -> int:
        """Changes something, and returns how many rows."""
        with self._failures():
            if not self._connection.in_transaction:
                self._wait_for_disk(durable=True)
            return self._connection.execute(statement, values).rowcount

    def change_all(self, statement: str, many: Iterable[Sequence[Value]]) -> None:
        """The same for many values, as one transaction."""
        with self.transaction(), self._failures():
            self._connection.executemany(statement, many)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[None]:
        """What is done within happens as a whole or not at all."""
        with self._failures():
            self._wait_for_disk(durable=durable)
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        with self._failures():
            self._connection.execute("COMMIT")

    def flush(self) -> None:
        """Returns when everything that was done is on disk."""
        # What waits for the disk waits for all that was written to the log before it; the number itself means nothing.
        self._flushes += 1
        self.change(f"PRAGMA user_version = {self._flushes}")

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def _wait_for_disk(self, *, durable: bool) -> None:
        if durable != self._is_durable:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._is_durable = durable

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise DatabaseFailedError(f"{self._path}: {error}") from error
