"""What can be set of the provider, checked when it is built."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from assay.errors import IdentityError

__all__ = ["Argon2Parameters", "Lifetimes", "ProviderSettings"]

MINIMUM_MEMORY_KIB = 19_456
MINIMUM_PASSES = 2
"""OWASP's least for argon2id: 19 MiB and two passes over them."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Argon2Parameters:
    """What one guess at a password costs. The default is RFC 9106's second choice, with one lane.

    Args:
        memory_kib: Memory, in KiB.
        passes: Passes over it.
        lanes: Threads of one computation.

    Raises:
        IdentityError: Less than OWASP's minimum.
    """

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 1

    def __post_init__(self) -> None:
        if self.memory_kib < MINIMUM_MEMORY_KIB or self.passes < MINIMUM_PASSES or self.lanes < 1:
            raise IdentityError(
                f"argon2id with {self.memory_kib} KiB, {self.passes} passes and {self.lanes} lanes is too weak",
                hint=f"use at least {MINIMUM_MEMORY_KIB} KiB, {MINIMUM_PASSES} passes and 1 lane",
            )


@dataclass(frozen=True)
class Lifetimes:
    """How long things are good for, in seconds."""

    code: float = 60
    access_token: float = 300
    id_token: float = 300
    refresh_token: float = 30 * 86_400
    interaction: float = 600
    challenge: float = 120
    session_idle: float = 3_600
    session: float = 12 * 3_600
    recent_login: float = 600
    """How fresh a login must be to change a password or a second factor."""
    key_period: float = 30 * 86_400
    key_published_ahead: float = 3_600
    key_overlap: float = 86_400
    """How long a key stays in the JWKS after it stopped signing; longer than any token it signed."""

    def __post_init__(self) -> None:
        if min(vars(self).values()) <= 0:
            raise IdentityError("a lifetime is not positive", hint="give seconds greater than 0")
        if self.key_overlap < max(self.access_token, self.id_token):
            raise IdentityError(
                "a signing key would leave the JWKS before its tokens expire",
                hint="make key_overlap at least as long as access_token and id_token",
            )


@dataclass(frozen=True)
class ProviderSettings:
    """One provider.

    Args:
        issuer: Its base URL without a path; https, or http on this machine.
        name: What people see.
        argon2: What passwords are hashed with.
        lifetimes: Of codes, tokens, sessions and keys.
        attestation_roots: PEM certificates by attestation format (`packed`, `tpm`, …). A passkey counts as attested
            only where its chain ends in one of them.

    Raises:
        IdentityError: The issuer is no such URL.
    """

    issuer: str
    name: str = "Assay"
    argon2: Argon2Parameters = field(default_factory=Argon2Parameters)
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    attestation_roots: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        plain = not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
        if not plain or not parts.hostname or parts.scheme not in {"http", "https"}:
            raise IdentityError(f"{self.issuer!r} is no issuer", hint="give https://host, without a path")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise IdentityError(
                f"the issuer {self.issuer!r} is not https", hint="http is allowed on localhost only, for trying it out"
            )

    @property
    def is_https(self) -> bool:
        """Whether cookies can be kept to https, with the `__Host-` prefix."""
        return self.issuer.startswith("https:")

    @property
    def relying_party_id(self) -> str:
        """The WebAuthn relying party: the host of the issuer."""
        return urlsplit(self.issuer).hostname or ""
