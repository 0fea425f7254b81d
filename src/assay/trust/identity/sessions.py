"""Sessions of browsers. When a person proves more, the session gets a new secret, so that a fixed one is useless."""

import secrets
import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from assay.errors import IdentityError
from assay.trust.identity.levels import Level, level_of
from assay.trust.identity.settings import Lifetimes
from assay.trust.identity.store import Store, digest

__all__ = ["Browser", "Session", "Sessions", "end_sessions"]

MOST_SESSIONS = 50
"""Of one account. The one that was used longest ago ends when another begins."""

_SEEN_EVERY = 60
_LONGEST_TEXT = 200


class Browser(NamedTuple):
    """Where a request comes from, as the list of sessions shows it."""

    user_agent: str
    address: str


class Session(NamedTuple):
    """A person at a browser. `sid` names the session and opens nothing."""

    sid: str
    account_id: str
    methods: tuple[str, ...]
    auth_time: float
    created_at: float
    seen_at: float
    user_agent: str
    address: str

    @property
    def level(self) -> Level:
        """How surely the person is known."""
        return level_of(self.methods)


class Sessions:
    """Sessions in the store.

    Args:
        store: Where they are, by the hash of their secret.
        lifetimes: When they end, unused or used.
    """

    def __init__(self, store: Store, lifetimes: Lifetimes) -> None:
        self._store = store
        self._lifetimes = lifetimes

    def begin(self, account_id: str, methods: Collection[str], browser: Browser, before: str | None) -> str:
        """The secret of a session that begins now. The one that the browser had before ends.

        A person who signs in again keeps the `sid`, and with it what it gave to clients; that of somebody else is over.
        """
        now, token = self._store.clock(), secrets.token_urlsafe(32)
        with self._store.transaction() as database:
            self._store.require_room(database, "sessions")
            sid, created = secrets.token_urlsafe(16), now
            old = self._row(database, before) if before else None
            if old is not None and old["account"] == account_id:
                sid, created = old["sid"], old["created_at"]
                database.execute("DELETE FROM sessions WHERE sid = ?", (sid,))
            elif old is not None:
                end_sessions(database, [old["sid"]], now, "somebody else signed in")
            mine = database.execute(
                "SELECT sid FROM sessions WHERE account = ? ORDER BY seen_at DESC", (account_id,)
            ).fetchall()
            end_sessions(database, [row["sid"] for row in mine[MOST_SESSIONS - 1 :]], now, "too many sessions")
            database.execute(
                "INSERT INTO sessions (token_hash, sid, account, methods, auth_time, created_at, seen_at, expires_at,"
                " user_agent, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    digest(token), sid, account_id, " ".join(sorted(methods)), now, created, now,
                    now + self._lifetimes.session, browser.user_agent[:_LONGEST_TEXT], browser.address,
                ),
            )  # fmt: skip
        return token

    def strengthen(self, token: str, methods: Collection[str]) -> str:
        """The new secret of a session in which the person just proved more.

        Raises:
            IdentityError: The session is over.
        """
        now, renewed = self._store.clock(), secrets.token_urlsafe(32)
        with self._store.transaction() as database:
            row = self._row(database, token)
            if row is None:
                raise IdentityError("the session is over", hint="sign in again")
            all_methods = " ".join(sorted({*row["methods"].split(), *methods}))
            database.execute(
                "UPDATE sessions SET token_hash = ?, methods = ?, auth_time = ?, seen_at = ? WHERE token_hash = ?",
                (digest(renewed), all_methods, now, now, digest(token)),
            )
        return renewed

    def find(self, token: str | None) -> Session | None:
        """The session with that secret; None where it is over, or its account is disabled."""
        if not token:
            return None
        now = self._store.clock()
        with self._store.transaction() as database:
            row = self._row(database, token)
            if row is not None and now - row["seen_at"] > _SEEN_EVERY:
                database.execute("UPDATE sessions SET seen_at = ? WHERE sid = ?", (now, row["sid"]))
        return _session(row) if row else None

    def of_account(self, account_id: str) -> list[Session]:
        """Those that are open, the last used first."""
        now = self._store.clock()
        with self._store.transaction() as database:
            rows = database.execute(
                "SELECT * FROM sessions WHERE account = ? AND expires_at > ? AND seen_at > ? ORDER BY seen_at DESC",
                (account_id, now, now - self._lifetimes.session_idle),
            ).fetchall()
        return [_session(row) for row in rows]

    def end(self, account_id: str, sid: str, because: str) -> bool:
        """Ends a session of this account and what it gave to clients. False where there is none."""
        with self._store.transaction() as database:
            row = database.execute("SELECT 1 FROM sessions WHERE account = ? AND sid = ?", (account_id, sid)).fetchone()
            if row:
                end_sessions(database, [sid], self._store.clock(), because)
        return bool(row)

    def end_others(self, account_id: str, sid: str, because: str) -> None:
        """Ends all sessions of this account but one, and what those gave that are over already."""
        now = self._store.clock()
        with self._store.transaction() as database:
            rows = database.execute(
                "SELECT sid FROM sessions WHERE account = ? AND sid != ?", (account_id, sid)
            ).fetchall()
            end_sessions(database, [row["sid"] for row in rows], now, because)
            database.execute(
                "UPDATE grants SET revoked_at = ?, revoked_because = ?"
                " WHERE account = ? AND sid != ? AND revoked_at IS NULL",
                (now, because, account_id, sid),
            )

    def _row(self, database: sqlite3.Connection, token: str) -> sqlite3.Row | None:
        now = self._store.clock()
        row: sqlite3.Row | None = database.execute(
            "SELECT sessions.* FROM sessions JOIN accounts ON accounts.id = sessions.account"
            " WHERE token_hash = ? AND expires_at > ? AND seen_at > ? AND disabled_at IS NULL",
            (digest(token), now, now - self._lifetimes.session_idle),
        ).fetchone()
        return row


def end_sessions(database: sqlite3.Connection, sids: Collection[str], now: float, because: str) -> None:
    """Ends sessions, and revokes what they gave to clients."""
    for sid in sids:
        database.execute("DELETE FROM sessions WHERE sid = ?", (sid,))
        database.execute(
            "UPDATE grants SET revoked_at = ?, revoked_because = ? WHERE sid = ? AND revoked_at IS NULL",
            (now, because, sid),
        )


def _session(row: sqlite3.Row) -> Session:
    return Session(
        sid=row["sid"],
        account_id=row["account"],
        methods=tuple(row["methods"].split()),
        auth_time=row["auth_time"],
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        user_agent=row["user_agent"],
        address=row["address"],
    )
