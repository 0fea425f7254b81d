"""Where a service keeps its data: an SQLite file, or a PostgreSQL server that is named by its URL.

This is all that services use of either. Statements are in the SQL that both understand, with `?` for values.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from shop.settings import Settings

__all__ = ["Database", "DatabaseFailedError", "Row", "Value", "open_database"]

Value = str | int
Row = tuple[Any, ...]


class DatabaseFailedError(Exception):
    """The database did not do it; what was begun with it was taken back."""


class Database(Protocol):
    """A connection. Every method raises `DatabaseFailedError` where the database does not do what it is asked for."""

    def rows(self, query: str, values: Sequence[Value] = ()) -> list[Row]:
        """All rows of a query."""

    def row(self, query: str, values: Sequence[Value] = ()) -> Row | None:
        """The first row of a query; None where it has none."""

    def change(self, statement: str, values: Sequence[Value] = ()) -> int:
        """Changes something, and returns how many rows. Outside `transaction` it is one, which is on disk at return."""

    def change_all(self, statement: str, many: Iterable[Sequence[Value]]) -> None:
        """The same for many values, as one transaction."""

    def transaction(self, *, durable: bool = True) -> AbstractContextManager[None]:
        """What is done within happens as a whole or not at all.

        Args:
            durable: Whether it is on disk at the end. False where something else remembers it until `flush`.
        """

    def flush(self) -> None:
        """Returns when everything that was done is on disk."""

    def close(self) -> None:
        """Ends the connection."""


def open_database(settings: Settings, schema: str, name: str | None = None) -> Database:
    """Opens the data of one service, and makes what is missing of its schema.

    Args:
        settings: Whose, and where.
        schema: `CREATE TABLE IF NOT EXISTS` statements.
        name: Of the data, where several instances share it; that of the instance where it is None.

    Raises:
        DatabaseFailedError: It cannot be opened.
    """
    # Each loads only what it uses.
    if settings.database is None:
        from shop.services.sqlite import SqliteDatabase  # noqa: PLC0415

        return SqliteDatabase(settings.data / f"{name or settings.instance}.db", schema)
    from shop.services.postgresql import PostgresqlDatabase  # noqa: PLC0415

    return PostgresqlDatabase(settings.database, name or settings.instance, schema)
