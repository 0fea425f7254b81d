"""A schema on a PostgreSQL server as a `Database`."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from shop.failing import stop_at_once
from shop.services.database import DatabaseFailedError, Row, Value

try:
    import psycopg
    from psycopg.sql import SQL, Identifier
except ImportError as error:
    raise DatabaseFailedError(
        f"a database on a PostgreSQL server needs psycopg: pip install 'assay[postgresql]' ({error})"
    ) from error

__all__ = ["PostgresqlDatabase"]

CONNECT_SECONDS = 10


class PostgresqlDatabase:
    """See `Database`. A process that loses its server stops at once: whoever starts it again connects it anew.

    Args:
        url: `postgresql://user@host:port/database`.
        name: Of the schema, which is made.
        schema: Statements that make what is missing.

    Raises:
        DatabaseFailedError: The server cannot be reached, or refuses.
    """

    def __init__(self, url: str, name: str, schema: str) -> None:
        try:
            self._connection = psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_SECONDS)
        except psycopg.Error as error:
            raise DatabaseFailedError(f"PostgreSQL: {error}") from error
        with self._failures(), self._connection.transaction():
            # Processes that start at once must not make the same things at once.
            self._connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (name,))
            self._connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(name)))
            self._connection.execute(SQL("SET search_path TO {}").format(Identifier(name)))
            self._connection.execute(schema.encode())

    def rows(self, query: str, values: Sequence[Value] = ()) -> list[Row]:
        """All rows of a query."""
        with self._failures():
            return self._connection.execute(_with_its_marks(query), values).fetchall()

    def row(self, query: str, values: Sequence[Value] = ()) -> Row | None:
        """The first row of a query; None where it has none."""
        with self._failures():
            return self._connection.execute(_with_its_marks(query), values).fetchone()

    def change(self, statement: str, values: Sequence[Value] = ()) -> int:
        """Changes something, and returns how many rows."""
        with self._failures():
            return self._connection.execute(_with_its_marks(statement), values).rowcount

    def change_all(self, statement: str, many: Iterable[Sequence[Value]]) -> None:
        """The same for many values, as one transaction."""
        with self.transaction(), self._failures(), self._connection.cursor() as cursor:
            cursor.executemany(_with_its_marks(statement), many)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[None]:
        """What is done within happens as a whole or not at all."""
        with self._failures(), self._connection.transaction():
            if not durable:
                self._connection.execute("SET LOCAL synchronous_commit = off")
            yield

    def flush(self) -> None:
        """Returns when everything that was done is on disk."""
        # A transaction with a number waits for the disk, and so for all that was written to the log before it.
        with self.transaction():
            self.rows("SELECT pg_current_xact_id()")

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            if self._connection.closed:
                stop_at_once(f"the database is gone: {error}")
            raise DatabaseFailedError(f"PostgreSQL: {error}") from error


def _with_its_marks(statement: str) -> bytes:
    """No statement of the shop has a question mark or a per cent sign of its own."""
    return statement.replace("?", "%s").encode()
