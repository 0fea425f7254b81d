"""An SQLite file whose changes are on disk when they are made."""

import sqlite3
from pathlib import Path

__all__ = ["open_database"]


def open_database(path: Path, schema: str) -> sqlite3.Connection:
    """Opens it and makes what is missing of `schema`. Each statement outside `with` is a transaction of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, timeout=5.0)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.executescript(schema)
    return database
