"""How surely a person is known: levels of authentication, as `acr` and `amr` say them.

Methods are those of RFC 8176: `pwd`, `otp`, `hwk` (a key that cannot leave its device), `swk` (one that is synced),
`user` (the authenticator verified the person) and `mfa`.
"""

from collections.abc import Iterable
from enum import IntEnum

__all__ = ["ACR_VALUES", "Level", "level_of", "level_of_acr", "methods_claim"]


class Level(IntEnum):
    """Each includes those below it."""

    PASSWORD = 1
    MFA = 2
    PASSKEY = 3

    @property
    def acr(self) -> str:
        """Its name in `acr` and `acr_values`."""
        return f"urn:assay:acr:{self.name.lower()}"


ACR_VALUES = tuple(level.acr for level in Level)


def level_of_acr(acr: str) -> Level | None:
    """The level of that name, None where there is none."""
    return next((level for level in Level if level.acr == acr), None)


def level_of(methods: Iterable[str]) -> Level:
    """The level that these methods make together."""
    used = set(methods)
    if used & {"hwk", "swk"}:
        return Level.PASSKEY
    return Level.MFA if {"pwd", "otp"} <= used else Level.PASSWORD


def methods_claim(methods: Iterable[str]) -> list[str]:
    """The `amr` claim, sorted; with `mfa` where there was more than a password."""
    used = set(methods)
    return sorted(used | ({"mfa"} if level_of(used) > Level.PASSWORD else set()))
