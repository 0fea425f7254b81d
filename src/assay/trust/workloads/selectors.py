"""Selectors: what is known of a process, and what an entry asks for, in the same words."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from assay.errors import CertificateError

__all__ = ["Selector", "SelectorKind"]

_LARGEST_ID = 2**32 - 2
_LONGEST_PATH = 4096


class SelectorKind(StrEnum):
    """What a selector is about."""

    UID = "uid"
    """The user that the process had when it connected, as a number."""
    GID = "gid"
    """Its group, as a number."""
    PATH = "path"
    """Where its program is."""
    SHA256 = "sha256"
    """The SHA-256 of its program, in lower-case hexadecimal."""
    PROCESS = "process"
    """One process: `PID@START`, its id and when it began, in clock ticks since the machine did. For who started it."""


_VALUES = {
    SelectorKind.UID: re.compile(r"0|[1-9][0-9]{0,9}"),
    SelectorKind.GID: re.compile(r"0|[1-9][0-9]{0,9}"),
    SelectorKind.PATH: re.compile(rf"/[^\0\n]{{0,{_LONGEST_PATH - 1}}}"),
    SelectorKind.SHA256: re.compile(r"[0-9a-f]{64}"),
    SelectorKind.PROCESS: re.compile(r"[1-9][0-9]{0,9}@[0-9]{1,20}"),
}


@dataclass(frozen=True, order=True)
class Selector:
    """`uid:1000`, `path:/usr/bin/catalog`, `sha256:…`.

    Raises:
        CertificateError: The value is none of its kind.
    """

    kind: SelectorKind
    value: str

    def __post_init__(self) -> None:
        fits = _VALUES[self.kind].fullmatch(self.value) is not None
        if fits and self.kind in {SelectorKind.UID, SelectorKind.GID}:
            fits = int(self.value) <= _LARGEST_ID
        if not fits:
            raise CertificateError(f"{self.value[:80]!r} is no value of the selector {self.kind}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `kind:value`.

        Raises:
            CertificateError: There is no such kind, or the value is none of it.
        """
        kind, _, value = text.partition(":")
        if kind not in {known.value for known in SelectorKind}:
            known_kinds = ", ".join(SelectorKind)
            raise CertificateError(f"{text[:80]!r} is no selector", hint=f"kind:value, with a kind of {known_kinds}")
        return cls(SelectorKind(kind), value)

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"
