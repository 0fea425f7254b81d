"""Passwords: argon2id, with parameters that are checked, and the same work whether an account exists or not."""

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from assay.errors import IdentityError
from assay.trust.identity.settings import Argon2Parameters

__all__ = ["LONGEST_PASSWORD", "SHORTEST_PASSWORD", "Passwords"]

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
"""Characters. NIST SP 800-63B asks for length, and against rules about which characters."""

_HASHED_AT_ONCE = 4
"""Each takes the memory of the parameters; more at once would let strangers use up the machine's."""

_QUEUE_SECONDS = 20
_FEWEST_DIFFERENT = 5


class Passwords:
    """Hashes and verifies.

    Args:
        parameters: For new hashes. Older ones still verify, and are replaced at the next login.
    """

    def __init__(self, parameters: Argon2Parameters) -> None:
        self._hasher = PasswordHasher(
            time_cost=parameters.passes,
            memory_cost=parameters.memory_kib,
            parallelism=parameters.lanes,
            type=Type.ID,
        )
        self._places = threading.BoundedSemaphore(_HASHED_AT_ONCE)
        self._nobodys = self._hasher.hash(secrets.token_urlsafe(32))

    def hash(self, password: str, *, name: str) -> str:
        """The encoded hash of a new password.

        Raises:
            IdentityError: It is too short, too long, or easy to guess.
        """
        _check_strength(password, name)
        with self._place():
            return self._hasher.hash(_normal(password))

    def verify(self, password: str, encoded: str | None) -> bool:
        """Whether it is the password. None, where there is no such account, costs as much and is never right."""
        if len(password) > LONGEST_PASSWORD:
            password = ""
        with self._place():
            try:
                self._hasher.verify(self._nobodys if encoded is None else encoded, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return encoded is not None

    def is_outdated(self, encoded: str) -> bool:
        """Whether it was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(encoded)

    def rehash(self, password: str) -> str:
        """Today's hash of a password that was just found right, whatever today's rules for new ones say."""
        with self._place():
            return self._hasher.hash(_normal(password))

    def _place(self) -> "_Place":
        return _Place(self._places)


class _Place:
    """One of the computations that may go on at once."""

    def __init__(self, places: threading.BoundedSemaphore) -> None:
        self._places = places

    def __enter__(self) -> None:
        if not self._places.acquire(timeout=_QUEUE_SECONDS):
            raise IdentityError(f"{_HASHED_AT_ONCE} passwords are being checked already", hint="try again")

    def __exit__(self, *_: object) -> None:
        self._places.release()


def _normal(password: str) -> str:
    """As NIST SP 800-63B asks: the same password, whichever way a keyboard composes it."""
    return unicodedata.normalize("NFKC", password)


def _check_strength(password: str, name: str) -> None:
    hint = f"use {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters that nobody guesses, such as several words"
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise IdentityError("the password is too short or too long", hint=hint)
    simple = password.casefold()
    if len(set(simple)) < _FEWEST_DIFFERENT or name.casefold() in simple:
        raise IdentityError("the password is easy to guess", hint=hint)
