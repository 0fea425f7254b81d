"""Accounts: who there is, and whether a password is theirs."""

import re
import secrets
import sqlite3
from typing import NamedTuple

from assay.errors import IdentityError
from assay.trust.identity.attempts import AttemptLimit, Attempts
from assay.trust.identity.passwords import Passwords
from assay.trust.identity.store import Store

__all__ = ["PER_ACCOUNT", "PER_ADDRESS", "Account", "Accounts"]

PER_ACCOUNT = AttemptLimit(failures=10, forgiven_seconds=180)
"""Well under the 100 failures that NIST SP 800-63B allows, and an owner who is locked out waits three minutes."""

PER_ADDRESS = AttemptLimit(failures=50, forgiven_seconds=20)
"""Against one password tried on many accounts; wide enough for an office behind one address."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_LONGEST_TEXT = 128


class Account(NamedTuple):
    """A person's account. `id` is the `sub` of tokens: random, never used again, and no name."""

    id: str
    name: str
    display_name: str
    email: str


class Accounts:
    """Accounts in the store.

    Args:
        store: Where they are.
        passwords: How theirs are checked.
    """

    def __init__(self, store: Store, passwords: Passwords) -> None:
        self._store = store
        self._passwords = passwords
        self._by_account = Attempts(PER_ACCOUNT, store.clock)
        self._by_address = Attempts(PER_ADDRESS, store.clock)

    def create(self, name: str, password: str, *, display_name: str = "", email: str = "") -> Account:
        """A new account.

        Raises:
            IdentityError: The name is taken or none, or the password is too weak.
        """
        if not _NAME.fullmatch(name):
            raise IdentityError(
                f"{name[:_LONGEST_TEXT]!r} cannot be the name of an account",
                hint="use up to 64 lower-case letters, digits and . _ @ + -",
            )
        if max(len(display_name), len(email)) > _LONGEST_TEXT:
            raise IdentityError(f"a name or address is longer than {_LONGEST_TEXT} characters", hint="shorten it")
        account = Account(secrets.token_urlsafe(16), name, display_name or name, email)
        hashed = self._passwords.hash(password, name=name)
        try:
            with self._store.transaction() as database:
                database.execute(
                    "INSERT INTO accounts (id, name, display_name, email, password_hash, created_at)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (*account, hashed, self._store.clock()),
                )
        except sqlite3.IntegrityError as error:
            raise IdentityError(f"there is an account {name!r} already", hint="choose another name") from error
        return account

    def sign_in(self, name: str, password: str, address: str) -> Account:
        """The account of that name, if the password is its own.

        Raises:
            TooManyAttemptsError: Too many failures for this name, existing or not, or from this address.
            IdentityError: No such account, or another password: the same message after the same work.
        """
        name = name.strip().casefold()[:_LONGEST_TEXT]
        self._by_address.take(address)
        self._by_account.take(name)
        with self._store.transaction() as database:
            row = database.execute("SELECT * FROM accounts WHERE name = ? AND disabled_at IS NULL", (name,)).fetchone()
        if not self._passwords.verify(password, row["password_hash"] if row else None):
            raise IdentityError("the name or the password is wrong")
        self._by_account.give_back(name)
        self._by_address.give_back(address)
        if self._passwords.is_outdated(row["password_hash"]):
            self._replace_hash(row["id"], row["password_hash"], self._passwords.rehash(password))
        return _account(row)

    def change_password(self, account: Account, current: str, new: str, address: str) -> None:
        """Replaces a password. Ending the other sessions is up to the caller.

        Raises:
            TooManyAttemptsError: As for signing in.
            IdentityError: The current one is wrong, the new one is too weak, or somebody else changed it just now.
        """
        self.sign_in(account.name, current, address)
        with self._store.transaction() as database:
            row = database.execute("SELECT password_hash FROM accounts WHERE id = ?", (account.id,)).fetchone()
        if not self._replace_hash(account.id, row["password_hash"], self._passwords.hash(new, name=account.name)):
            raise IdentityError("the password was changed meanwhile", hint="sign in again")

    def find(self, account_id: str) -> Account | None:
        """The account of that `sub`; None where there is none or it is disabled."""
        with self._store.transaction() as database:
            row = database.execute(
                "SELECT * FROM accounts WHERE id = ? AND disabled_at IS NULL", (account_id,)
            ).fetchone()
        return _account(row) if row else None

    def named(self, name: str) -> Account | None:
        """The account of that name; None where there is none or it is disabled."""
        with self._store.transaction() as database:
            row = database.execute("SELECT * FROM accounts WHERE name = ? AND disabled_at IS NULL", (name,)).fetchone()
        return _account(row) if row else None

    def disable(self, account: Account) -> None:
        """Nobody signs in with it any more; its sessions end and what they gave is revoked."""
        now = self._store.clock()
        with self._store.transaction() as database:
            database.execute("UPDATE accounts SET disabled_at = ? WHERE id = ?", (now, account.id))
            database.execute("DELETE FROM sessions WHERE account = ?", (account.id,))
            database.execute(
                "UPDATE grants SET revoked_at = ?, revoked_because = 'account disabled'"
                " WHERE account = ? AND revoked_at IS NULL",
                (now, account.id),
            )

    def _replace_hash(self, account_id: str, before: str, after: str) -> bool:
        with self._store.transaction() as database:
            changed = database.execute(
                "UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?", (after, account_id, before)
            )
            return changed.rowcount == 1


def _account(row: sqlite3.Row) -> Account:
    return Account(row["id"], row["name"], row["display_name"], row["email"])
