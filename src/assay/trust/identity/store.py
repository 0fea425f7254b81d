"""The store: one SQLite file and, beside it, the key that seals what must be read back."""

import hashlib
import hmac
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assay.errors import IdentityError
from assay.trust.identity.schema import SCHEMA, SCHEMA_VERSION, TRANSIENT

__all__ = ["Clock", "Store", "digest"]

Clock = Callable[[], float]
"""Seconds since 1970."""

LARGEST_TRANSIENT_TABLE = 200_000
"""Rows of interactions, challenges and the like. Past it, new ones are refused until old ones expire."""

_KEY_BYTES = 32
_NONCE_BYTES = 12
_WAIT_SECONDS = 10
_FORGET_SECONDS = 60


def digest(secret: str) -> bytes:
    """What is stored of a secret with at least 80 random bits: for those, unlike for passwords, SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).digest()


class Store:
    """Transactions on the file; safe to share between threads, and the file between processes.

    Args:
        folder: Where `identity.db` and `identity.key` are, made with access for their owner only.
        clock: Tells what has expired.

    Raises:
        IdentityError: The folder holds something else, or files of another version.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.clock = clock
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._key = _key(folder / "identity.key")
        self._sealing = AESGCM(self._key)
        self._lock = threading.Lock()
        self._forgot_at = 0.0
        path = folder / "identity.db"
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_WAIT_SECONDS)
        self._connection.row_factory = sqlite3.Row
        try:
            self._prepare(path)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, path: Path) -> None:
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            with self.transaction() as database:
                (version,) = database.execute("PRAGMA user_version").fetchone()
                if version == 0:
                    for statement in SCHEMA.split(";\n"):
                        database.execute(statement)
                    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                elif version != SCHEMA_VERSION:
                    raise IdentityError(f"{path} was written by another version of Assay", hint="use another folder")
        except sqlite3.DatabaseError as error:
            raise IdentityError(f"{path} cannot be used: {error}", hint="use another folder") from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing. It begins as a writer, so what is read in it is still true when it writes."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def require_room(self, database: sqlite3.Connection, table: str) -> None:
        """Makes sure that a row can be added; forgets each minute what has expired, in all tables.

        Raises:
            IdentityError: The table is full.
        """
        if table not in TRANSIENT:
            raise ValueError(table)
        # MAX(rowid) cannot be used: the tables lose rows all the time. Counting an index is quick at this size.
        now = self.clock()
        if not self._forgot_at <= now < self._forgot_at + _FORGET_SECONDS:
            self._forgot_at = now
            self._forget_expired(database)
        (count,) = database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608 # one of TRANSIENT
        if count < LARGEST_TRANSIENT_TABLE:
            return
        raise IdentityError(f"{count} {table.replace('_', ' ')} are open, which is the limit", hint="try later")

    def _forget_expired(self, database: sqlite3.Connection) -> None:
        for table in TRANSIENT:
            database.execute(f"DELETE FROM {table} WHERE expires_at <= ?", (self.clock(),))  # noqa: S608 # ours

    def seal(self, secret: bytes, purpose: str) -> bytes:
        """Encrypted and bound to what it is for, so that it cannot be moved to another row."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._sealing.encrypt(nonce, secret, purpose.encode())

    def unseal(self, sealed: bytes, purpose: str) -> bytes:
        """What `seal` was given.

        Raises:
            IdentityError: It was changed, moved, or sealed with another key.
        """
        try:
            return self._sealing.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise IdentityError(
                "a stored secret cannot be read", hint="identity.key and identity.db belong together: restore both"
            ) from error

    def derived_key(self, purpose: str) -> bytes:
        """A key for something else, the same after a restart and in every process."""
        return hmac.digest(self._key, purpose.encode(), "sha256")

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()


def _key(path: Path) -> bytes:
    """The sealing key; made where there is none. Whoever makes it first wins, and the others read that one."""
    candidate = path.with_suffix(f".{secrets.token_hex(8)}")
    if not path.exists():
        descriptor = os.open(candidate, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        try:
            os.link(candidate, path)
        except FileExistsError:
            pass
        finally:
            candidate.unlink()
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise IdentityError(f"{path} is no key of {_KEY_BYTES} bytes", hint="restore it, or use another folder")
    return key
