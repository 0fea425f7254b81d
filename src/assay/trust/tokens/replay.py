"""What was seen once and may not be seen again: identifiers of proofs and nonces, in one file for all processes.

SQLite, because it is exact when processes die in the middle and locks by itself. An entry is a digest and the moment at
which it may be forgotten; nothing that was seen can be read from the file. What cannot be remembered is refused.
"""

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TypeVar

from assay.errors import TokenError

__all__ = ["DEFAULT_MAXIMUM_ENTRIES", "ReplayStore"]

DEFAULT_MAXIMUM_ENTRIES = 1_000_000
"""Live entries. A million take about 80 MiB of disk."""

Result = TypeVar("Result")

_DIGEST_BYTES = 16
_FORGOTTEN_AT_ONCE = 64
"""Entries whose time is over that one claim removes: more than it adds, so that the file does not grow."""

_BUSY_SECONDS = 5.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (digest BLOB PRIMARY KEY, expires REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_by_expiry ON seen (expires);
CREATE TABLE IF NOT EXISTS state (only INTEGER PRIMARY KEY CHECK (only = 1), entries INTEGER, horizon REAL);
INSERT OR IGNORE INTO state SELECT 1, count(*), 0 FROM seen;
"""


class _State(NamedTuple):
    entries: int
    horizon: float
    """What expired up to here may be forgotten already."""


class ReplayStore:
    """Remembers each value until its time is over: exactly, up to a number of them, for all that open the file.

    Args:
        path: The file, made when it is not there, readable by its owner alone.
        maximum_entries: Live entries; beyond them nothing is accepted.
        survives_power_loss: Wait for the disk on each claim. Without it, what was claimed in the last moment before the
            machine (not the process) stops may be forgotten.

    Raises:
        TokenError: The file cannot be opened, or is none of this kind.
    """

    def __init__(
        self,
        path: Path,
        *,
        maximum_entries: int = DEFAULT_MAXIMUM_ENTRIES,
        survives_power_loss: bool = False,
    ) -> None:
        if maximum_entries < 1:
            raise TokenError("a replay store must hold at least one entry")
        self._path = path
        self._maximum = maximum_entries
        self._synchronous = "FULL" if survives_power_loss else "NORMAL"
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._connection = self._opened()

    def _opened(self) -> sqlite3.Connection:
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
            connection = sqlite3.connect(
                self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(f"PRAGMA synchronous = {self._synchronous}")
                connection.execute("PRAGMA cache_size = -8192")
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
            except sqlite3.Error:
                connection.close()
                raise
        except (OSError, sqlite3.Error):
            raise TokenError("the replay store cannot be opened, or is damaged: nothing can be accepted") from None
        return connection

    def claim(self, kind: str, value: str, *, expires_at: float, now: float) -> None:
        """Accepts a value for the first and only time.

        Args:
            kind: What it is, so that two uses do not disturb each other.
            value: What may be seen once.
            expires_at: Seconds since the epoch, from which on the value is refused for its age anyhow.
            now: The present, likewise.

        Raises:
            TokenError: It was seen before, its time is over, the store is full, or the file cannot be written.
        """
        if not now < expires_at:
            raise TokenError("the time of what is to be remembered is over")
        digest = sha256(f"{len(kind)}:{kind}{value}".encode()).digest()[:_DIGEST_BYTES]

        def claimed(connection: sqlite3.Connection) -> str | None:
            state = self._state(connection)
            if expires_at <= state.horizon:
                return "the clock went back: it may have been seen, and forgotten since"
            if connection.execute("SELECT 1 FROM seen WHERE digest = ? AND expires > ?", (digest, now)).fetchone():
                return "it was seen before"
            state = self._forget(connection, state, now)
            if state.entries >= self._maximum:
                return f"the replay store is full: {self._maximum:,} live entries (maximum_entries)"
            # The same value, from before its time was over, may still be there.
            stale = connection.execute("DELETE FROM seen WHERE digest = ?", (digest,)).rowcount
            connection.execute("INSERT INTO seen VALUES (?, ?)", (digest, expires_at))
            self._keep(connection, state._replace(entries=state.entries + 1 - stale))
            return None

        refusal = self._transaction(claimed)
        if refusal is not None:
            raise TokenError(f"{kind} is refused: {refusal}")

    def live_entries(self, now: float) -> int:
        """How many values are remembered, whose time is not over."""
        counted = self._transaction(
            lambda connection: connection.execute("SELECT count(*) FROM seen WHERE expires > ?", (now,)).fetchone()[0]
        )
        return int(counted)

    def close(self) -> None:
        """Closes the file. What it holds stays."""
        with self._lock:
            self._connection.close()

    def _state(self, connection: sqlite3.Connection) -> _State:
        return _State(*connection.execute("SELECT entries, horizon FROM state").fetchone())

    def _keep(self, connection: sqlite3.Connection, state: _State) -> None:
        connection.execute("UPDATE state SET entries = ?, horizon = ?", state)

    def _forget(self, connection: sqlite3.Connection, state: _State, now: float) -> _State:
        """Some of what expired, if anything did: room for one more at least."""
        expired = connection.execute(
            "DELETE FROM seen WHERE digest IN (SELECT digest FROM seen WHERE expires <= ? ORDER BY expires LIMIT ?)",
            (now, _FORGOTTEN_AT_ONCE),
        ).rowcount
        if not expired:
            return state
        return _State(state.entries - expired, max(state.horizon, now))

    def _transaction(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        with self._lock:
            if self._process != os.getpid():
                # A connection that was carried through a fork would corrupt the file; the parent's is left alone.
                self._process, self._connection = os.getpid(), self._opened()
            try:
                with closing(self._connection.execute("BEGIN IMMEDIATE")):
                    pass
                try:
                    result = work(self._connection)
                except BaseException:
                    self._connection.execute("ROLLBACK")
                    raise
                self._connection.execute("COMMIT")
            except sqlite3.Error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise TokenError("the replay store cannot be read or written: nothing can be accepted") from None
        return result
