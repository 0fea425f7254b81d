"""What a person gave to a client: a code, then tokens. One grant is the family of all that came from one code."""

import base64
import hashlib
import hmac
import re
import secrets
import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from assay.trust.identity.refusal import Refusal
from assay.trust.identity.sessions import Session
from assay.trust.identity.settings import Lifetimes
from assay.trust.identity.store import Store, digest

__all__ = ["Grant", "Grants"]

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class Grant(NamedTuple):
    """A grant; `scope` is what is asked for now, at most what was given."""

    id: str
    account_id: str
    client_id: str
    sid: str
    scope: tuple[str, ...]
    nonce: str | None
    auth_time: float
    methods: tuple[str, ...]


class Grants:
    """Grants in the store.

    Args:
        store: Where they are; codes and refresh tokens by their hashes.
        lifetimes: When they end.
    """

    def __init__(self, store: Store, lifetimes: Lifetimes) -> None:
        self._store = store
        self._lifetimes = lifetimes

    def give(
        self, session: Session, client_id: str, scope: Collection[str], nonce: str | None,
        redirect_uri: str, code_challenge: str,
    ) -> str:  # fmt: skip
        """A code for what a person in this session agreed to."""
        now, code, grant_id = self._store.clock(), secrets.token_urlsafe(32), secrets.token_urlsafe(16)
        lifetimes = self._lifetimes
        lasts = lifetimes.refresh_token if "offline_access" in scope else lifetimes.code + lifetimes.access_token
        with self._store.transaction() as database:
            self._store.require_room(database, "grants")
            database.execute(
                "INSERT INTO grants (id, account, client, sid, scope, nonce, auth_time, methods, expires_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    grant_id, session.account_id, client_id, session.sid, " ".join(scope), nonce, session.auth_time,
                    " ".join(session.methods), now + lasts,
                ),
            )  # fmt: skip
            database.execute(
                # The row outlives the code: only so is it noticed when somebody brings it a second time.
                "INSERT INTO codes (code_hash, grant_id, redirect_uri, code_challenge, good_until, expires_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (digest(code), grant_id, redirect_uri, code_challenge, now + lifetimes.code, now + lasts),
            )
        return code

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> Grant:
        """The grant behind a code, once. Whoever brings it again ends all that came from it (RFC 6749, 4.1.2).

        Raises:
            Refusal: `invalid_grant`.
        """
        now = self._store.clock()
        with self._store.transaction() as database:
            row = database.execute(
                "SELECT * FROM codes JOIN grants ON grants.id = codes.grant_id WHERE code_hash = ?", (digest(code),)
            ).fetchone()
            wrong = row is None or row["client"] != client_id
            if not wrong:
                wrong = not (
                    row["used_at"] is None
                    and row["good_until"] > now
                    and hmac.compare_digest(row["redirect_uri"], redirect_uri)
                    and _VERIFIER.fullmatch(verifier)
                    and hmac.compare_digest(row["code_challenge"], _challenge(verifier))
                    and self._is_open(database, row["grant_id"])
                )
                database.execute("UPDATE codes SET used_at = ? WHERE code_hash = ?", (now, digest(code)))
                if wrong:
                    self._revoke(database, row["grant_id"], "its code was used again or not as it was given")
        if wrong:
            raise Refusal("invalid_grant", "the code is not good for this client, redirect_uri and code_verifier")
        return _grant(row)

    def new_refresh_token(self, grant: Grant) -> str:
        """A refresh token. It ends when the grant does."""
        token = secrets.token_urlsafe(32)
        with self._store.transaction() as database:
            self._store.require_room(database, "refresh_tokens")
            database.execute(
                "INSERT INTO refresh_tokens (token_hash, grant_id, expires_at)"
                " SELECT ?, id, expires_at FROM grants WHERE id = ?",
                (digest(token), grant.id),
            )
        return token

    def refresh(self, token: str, client_id: str) -> Grant:
        """The grant behind a refresh token, once. Whoever brings it again, thief or owner, ends the whole family.

        Raises:
            Refusal: `invalid_grant`.
        """
        now = self._store.clock()
        with self._store.transaction() as database:
            row = database.execute(
                "SELECT grants.* FROM refresh_tokens JOIN grants ON grants.id = refresh_tokens.grant_id"
                " WHERE token_hash = ? AND client = ? AND refresh_tokens.expires_at > ?",
                (digest(token), client_id, now),
            ).fetchone()
            good = row is not None and self._is_open(database, row["id"])
            if good:
                # The statement decides who was first: of two at once, the second finds it used.
                used = database.execute(
                    "UPDATE refresh_tokens SET used_at = ? WHERE token_hash = ? AND used_at IS NULL",
                    (now, digest(token)),
                )
                good = used.rowcount == 1
                if not good:
                    self._revoke(database, row["id"], "a refresh token was used again")
        if not good:
            raise Refusal("invalid_grant", "the refresh token is not good")
        return _grant(row)

    def record_access_token(self, grant: Grant, jti: str, expires_at: float) -> None:
        """Remembers an access token, so that it can be revoked."""
        with self._store.transaction() as database:
            self._store.require_room(database, "access_tokens")
            database.execute(
                "INSERT INTO access_tokens (jti, grant_id, scope, expires_at) VALUES (?, ?, ?, ?)",
                (jti, grant.id, " ".join(grant.scope), expires_at),
            )

    def of_access_token(self, jti: str) -> Grant | None:
        """The grant of an access token that is neither expired nor revoked."""
        with self._store.transaction() as database:
            row = database.execute(
                "SELECT grants.*, access_tokens.scope AS asked FROM access_tokens"
                " JOIN grants ON grants.id = access_tokens.grant_id"
                " WHERE jti = ? AND access_tokens.revoked_at IS NULL AND access_tokens.expires_at > ?",
                (jti, self._store.clock()),
            ).fetchone()
            is_open = row is not None and self._is_open(database, row["id"])
        return _grant(row)._replace(scope=tuple(row["asked"].split())) if is_open else None

    def of_refresh_token(self, token: str, client_id: str) -> Grant | None:
        """The grant of a refresh token that could be used."""
        with self._store.transaction() as database:
            row = database.execute(
                "SELECT grants.* FROM refresh_tokens JOIN grants ON grants.id = refresh_tokens.grant_id"
                " WHERE token_hash = ? AND client = ? AND used_at IS NULL",
                (digest(token), client_id),
            ).fetchone()
            is_open = row is not None and self._is_open(database, row["id"])
        return _grant(row) if is_open else None

    def revoke_access_token(self, jti: str) -> None:
        """This token only."""
        with self._store.transaction() as database:
            database.execute(
                "UPDATE access_tokens SET revoked_at = ? WHERE jti = ? AND revoked_at IS NULL",
                (self._store.clock(), jti),
            )

    def revoke(self, grant_id: str, because: str) -> None:
        """The grant, and all that came from it."""
        with self._store.transaction() as database:
            self._revoke(database, grant_id, because)

    def _revoke(self, database: sqlite3.Connection, grant_id: str, because: str) -> None:
        database.execute(
            "UPDATE grants SET revoked_at = ?, revoked_because = ? WHERE id = ? AND revoked_at IS NULL",
            (self._store.clock(), because, grant_id),
        )

    def _is_open(self, database: sqlite3.Connection, grant_id: str) -> bool:
        return bool(
            database.execute(
                "SELECT 1 FROM grants JOIN accounts ON accounts.id = grants.account WHERE grants.id = ?"
                " AND revoked_at IS NULL AND expires_at > ? AND disabled_at IS NULL",
                (grant_id, self._store.clock()),
            ).fetchone()
        )


def _challenge(verifier: str) -> str:
    """S256 of RFC 7636; `plain` does not exist here."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _grant(row: sqlite3.Row) -> Grant:
    return Grant(
        id=row["id"],
        account_id=row["account"],
        client_id=row["client"],
        sid=row["sid"],
        scope=tuple(row["scope"].split()),
        nonce=row["nonce"],
        auth_time=row["auth_time"],
        methods=tuple(row["methods"].split()),
    )
