"""SPIFFE IDs and trust domains: parsed once, after which an invalid one cannot exist (SPIFFE-ID, section 2)."""

import re
from dataclasses import dataclass
from typing import Self

from assay.errors import CertificateError

__all__ = ["LONGEST_SPIFFE_ID", "LONGEST_TRUST_DOMAIN", "SpiffeId", "TrustDomain"]

LONGEST_SPIFFE_ID = 2048
"""Bytes of a SPIFFE ID, all of it (SPIFFE-ID, section 2.3)."""

LONGEST_TRUST_DOMAIN = 255
"""Bytes of the name of a trust domain (SPIFFE-ID, section 2.3)."""

_SCHEME = "spiffe://"
_TRUST_DOMAIN = re.compile(r"[a-z0-9._-]+")
_SEGMENT = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, order=True)
class TrustDomain:
    """A namespace of identities with one authority behind it, such as `shop.example`.

    Raises:
        CertificateError: The name is empty, longer than 255 bytes, or has a character other than a-z, 0-9,
            `.`, `-`, `_`.
    """

    name: str

    def __post_init__(self) -> None:
        if not self.name:
            raise CertificateError("a trust domain has a name")
        if len(self.name) > LONGEST_TRUST_DOMAIN:
            raise CertificateError(f"the name of a trust domain has at most {LONGEST_TRUST_DOMAIN} bytes")
        if not _TRUST_DOMAIN.fullmatch(self.name):
            raise CertificateError(
                f"{_quoted(self.name)} is no trust domain",
                hint="lower-case letters, digits, dots, dashes and underscores, without user and port",
            )

    def __str__(self) -> str:
        return self.name

    @property
    def id(self) -> "SpiffeId":
        """The ID of the trust domain itself: without a path, so that no workload can have it."""
        return SpiffeId(self, "")


@dataclass(frozen=True, order=True)
class SpiffeId:
    """The identity of a workload, or, without a path, of a trust domain.

    Args:
        trust_domain: Who vouches for it.
        path: Empty, or segments that each begin with `/`.

    Raises:
        CertificateError: An empty segment, `.`, `..`, another character, or more than 2048 bytes.
    """

    trust_domain: TrustDomain
    path: str

    def __post_init__(self) -> None:
        if len(str(self)) > LONGEST_SPIFFE_ID:
            raise CertificateError(f"a SPIFFE ID has at most {LONGEST_SPIFFE_ID} bytes")
        if not self.path:
            return
        first, *segments = self.path.split("/")
        if first or not all(_SEGMENT.fullmatch(segment) and segment not in {".", ".."} for segment in segments):
            raise CertificateError(
                f"{_quoted(self.path)} is no path of a SPIFFE ID",
                hint="a slash before each segment, and segments of letters, digits, . - _ that are neither . nor ..",
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """`spiffe://trust-domain/path`, exactly: nothing is lower-cased, decoded or trimmed.

        Raises:
            CertificateError: It is no SPIFFE ID.
        """
        if len(text) > LONGEST_SPIFFE_ID:
            raise CertificateError(f"a SPIFFE ID has at most {LONGEST_SPIFFE_ID} bytes")
        if not text.startswith(_SCHEME):
            raise CertificateError(f"{_quoted(text)} is no SPIFFE ID: it does not begin with {_SCHEME}")
        name, slash, path = text.removeprefix(_SCHEME).partition("/")
        return cls(TrustDomain(name), slash + path)

    def __str__(self) -> str:
        return f"{_SCHEME}{self.trust_domain}{self.path}"

    def for_workload(self) -> Self:
        """Itself, where it can be that of a workload.

        Raises:
            CertificateError: It has no path, and so is that of a trust domain.
        """
        if not self.path:
            raise CertificateError(f"{self} is a trust domain, not a workload: it has no path")
        return self


def _quoted(text: str) -> str:
    """Short and printable, whatever a stranger sent."""
    longest = 80
    return repr(text if len(text) <= longest else text[:longest] + "…")
