"""One-time codes of an authenticator app (TOTP, RFC 6238), and recovery codes. Each is accepted once."""

import hmac
import secrets
from typing import NamedTuple

import pyotp

from assay.errors import IdentityError
from assay.trust.identity.accounts import Account
from assay.trust.identity.attempts import AttemptLimit, Attempts
from assay.trust.identity.store import Store, digest

__all__ = ["PER_CODE", "RECOVERY_CODES", "Enrolment", "SecondFactors"]

PER_CODE = AttemptLimit(failures=5, forgiven_seconds=300)
"""A code has six digits: five guesses at once and one each five minutes find it in years."""

RECOVERY_CODES = 10
"""How many an account gets at once."""

_STEP_SECONDS = 30
_DIGITS = 6
_SKEW = 1
_RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_RECOVERY_CHARACTERS = 20
_GROUP = 5


class Enrolment(NamedTuple):
    """What an authenticator app is told: the secret in base32, and the same as a link."""

    secret: str
    uri: str


class SecondFactors:
    """Codes of accounts.

    Args:
        store: Where secrets are sealed and the last step is remembered.
        issuer: What the app shows beside the name.
    """

    def __init__(self, store: Store, issuer: str) -> None:
        self._store = store
        self._issuer = issuer
        self._attempts = Attempts(PER_CODE, store.clock)

    def begin_totp(self, account: Account) -> Enrolment:
        """A secret that counts once it is confirmed. Asking again before that gives the same one."""
        with self._store.transaction() as database:
            row = database.execute("SELECT * FROM totp WHERE account = ?", (account.id,)).fetchone()
            if row and row["confirmed_at"] is not None:
                raise IdentityError("an authenticator app is enrolled already", hint="remove it first")
            if row:
                secret = self._store.unseal(row["sealed_secret"], f"totp {account.id}").decode()
            else:
                secret = pyotp.random_base32()
                database.execute(
                    "INSERT INTO totp (account, sealed_secret) VALUES (?, ?)",
                    (account.id, self._store.seal(secret.encode(), f"totp {account.id}")),
                )
        uri = pyotp.TOTP(secret, interval=_STEP_SECONDS, digits=_DIGITS).provisioning_uri(
            name=account.name, issuer_name=self._issuer
        )
        return Enrolment(secret, uri)

    def confirm_totp(self, account: Account, code: str) -> None:
        """Makes the secret count, if the app shows its code.

        Raises:
            TooManyAttemptsError: Too many wrong codes.
            IdentityError: A wrong one, or nothing to confirm.
        """
        self._accept_totp(account, code, confirming=True)

    def accept_totp(self, account: Account, code: str) -> None:
        """Accepts a code of the app: one of now or a step beside it, and none that is not newer than the last.

        Raises:
            TooManyAttemptsError: Too many wrong codes.
            IdentityError: Wrong, used already, or no app is enrolled: all the same to the caller.
        """
        self._accept_totp(account, code, confirming=False)

    def _accept_totp(self, account: Account, code: str, *, confirming: bool) -> None:
        self._attempts.take(account.id)
        state = "confirmed_at IS NULL" if confirming else "confirmed_at IS NOT NULL"
        now = self._store.clock()
        with self._store.transaction() as database:
            row = database.execute(f"SELECT * FROM totp WHERE account = ? AND {state}", (account.id,)).fetchone()  # noqa: S608
            step = self._step_of(row["sealed_secret"], account, code) if row else None
            changed = database.execute(
                # One statement decides: of two who bring the same code at once, the second finds last_step moved.
                "UPDATE totp SET last_step = ?1, confirmed_at = COALESCE(confirmed_at, ?2)"
                " WHERE account = ?3 AND last_step < ?1",
                (step, now, account.id),
            )
            if step is None or changed.rowcount != 1:
                raise IdentityError("the code is wrong or was used already", hint="wait for the next one")
        self._attempts.give_back(account.id)

    def _step_of(self, sealed: bytes, account: Account, code: str) -> int | None:
        secret = self._store.unseal(sealed, f"totp {account.id}").decode()
        totp = pyotp.TOTP(secret, interval=_STEP_SECONDS, digits=_DIGITS)
        current = int(self._store.clock() // _STEP_SECONDS)
        given = code.replace(" ", "").encode()
        matching = [
            step
            for step in range(current - _SKEW, current + _SKEW + 1)
            if hmac.compare_digest(totp.generate_otp(step).encode(), given)
        ]
        return matching[-1] if matching else None

    def has_totp(self, account: Account) -> bool:
        """Whether an app is enrolled and confirmed."""
        with self._store.transaction() as database:
            return bool(
                database.execute(
                    "SELECT 1 FROM totp WHERE account = ? AND confirmed_at IS NOT NULL", (account.id,)
                ).fetchone()
            )

    def remove_totp(self, account: Account) -> None:
        """Forgets the app."""
        with self._store.transaction() as database:
            database.execute("DELETE FROM totp WHERE account = ?", (account.id,))

    def new_recovery_codes(self, account: Account) -> tuple[str, ...]:
        """Fresh codes in place of all earlier ones. They are shown this once; the store has their hashes."""
        codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
        with self._store.transaction() as database:
            database.execute("DELETE FROM recovery_codes WHERE account = ?", (account.id,))
            database.executemany(
                "INSERT INTO recovery_codes (account, code_hash) VALUES (?, ?)",
                [(account.id, digest(code.replace("-", ""))) for code in codes],
            )
        return codes

    def accept_recovery_code(self, account: Account, code: str) -> None:
        """Accepts a recovery code, once.

        Raises:
            TooManyAttemptsError: Too many wrong codes.
            IdentityError: Wrong or used already.
        """
        self._attempts.take(account.id)
        plain = code.replace("-", "").replace(" ", "").casefold()
        with self._store.transaction() as database:
            used = database.execute(
                "UPDATE recovery_codes SET used_at = ? WHERE account = ? AND code_hash = ? AND used_at IS NULL",
                (self._store.clock(), account.id, digest(plain)),
            )
            if used.rowcount != 1:
                raise IdentityError("the code is wrong or was used already", hint="use another recovery code")
        self._attempts.give_back(account.id)

    def recovery_codes_left(self, account: Account) -> int:
        """How many have not been used."""
        with self._store.transaction() as database:
            (count,) = database.execute(
                "SELECT COUNT(*) FROM recovery_codes WHERE account = ? AND used_at IS NULL", (account.id,)
            ).fetchone()
        return int(count)


def _recovery_code() -> str:
    """About 99 random bits, in groups, without characters that look alike."""
    characters = "".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(_RECOVERY_CHARACTERS))
    return "-".join(characters[start : start + _GROUP] for start in range(0, _RECOVERY_CHARACTERS, _GROUP))
