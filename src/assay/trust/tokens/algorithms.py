"""The algorithms of RFC 7518, 8037 and 9864 that keys may be made for, and what each asks of its key.

`none` is not among them: there is no key that it could be pinned by.
"""

from enum import StrEnum
from typing import NamedTuple

__all__ = [
    "CONTENT_ENCRYPTION",
    "KEY_MANAGEMENT",
    "MAXIMUM_RSA_BITS",
    "MINIMUM_RSA_BITS",
    "SIGNATURES",
    "ContentEncryption",
    "KeyRequirement",
    "KeyType",
    "KeyUse",
]

MINIMUM_RSA_BITS = 2048
"""RFC 7518 sections 3.3 and 4.2."""

MAXIMUM_RSA_BITS = 8192
"""A larger modulus makes each verification cost a second or more: whoever may hand in keys could stop a server."""


class KeyType(StrEnum):
    """`kty` of RFC 7517 and 8037."""

    EC = "EC"
    OKP = "OKP"
    RSA = "RSA"
    OCT = "oct"


class KeyUse(StrEnum):
    """`use` of RFC 7517."""

    SIGNATURE = "sig"
    ENCRYPTION = "enc"


class KeyRequirement(NamedTuple):
    """What an algorithm asks of its key."""

    type: tuple[KeyType, ...]
    curves: tuple[str, ...] = ()
    minimum_bytes: int = 0
    """Of a symmetric key."""
    maximum_bytes: int = 0
    """Of a symmetric key; 0 where it may be any length up to the limit of a key."""


def _hmac(bits: int) -> KeyRequirement:
    """RFC 7518 section 3.2: a key of the same size as the hash output or larger."""
    return KeyRequirement((KeyType.OCT,), minimum_bytes=bits // 8)


_RSA = KeyRequirement((KeyType.RSA,))

SIGNATURES: dict[str, KeyRequirement] = {
    "HS256": _hmac(256),
    "HS384": _hmac(384),
    "HS512": _hmac(512),
    "RS256": _RSA,
    "RS384": _RSA,
    "RS512": _RSA,
    "PS256": _RSA,
    "PS384": _RSA,
    "PS512": _RSA,
    "ES256": KeyRequirement((KeyType.EC,), ("P-256",)),
    "ES384": KeyRequirement((KeyType.EC,), ("P-384",)),
    "ES512": KeyRequirement((KeyType.EC,), ("P-521",)),
    "EdDSA": KeyRequirement((KeyType.OKP,), ("Ed25519", "Ed448")),
    "Ed25519": KeyRequirement((KeyType.OKP,), ("Ed25519",)),
    "Ed448": KeyRequirement((KeyType.OKP,), ("Ed448",)),
}
"""By `alg` of a JWS."""


def _wrapping(bits: int) -> KeyRequirement:
    return KeyRequirement((KeyType.OCT,), minimum_bytes=bits // 8, maximum_bytes=bits // 8)


_AGREEMENT = KeyRequirement((KeyType.EC, KeyType.OKP), ("P-256", "P-384", "P-521", "X25519", "X448"))
_PASSWORD = KeyRequirement((KeyType.OCT,), minimum_bytes=16, maximum_bytes=128)

KEY_MANAGEMENT: dict[str, KeyRequirement] = {
    "dir": KeyRequirement((KeyType.OCT,), minimum_bytes=16, maximum_bytes=64),
    "RSA1_5": _RSA,
    "RSA-OAEP": _RSA,
    "RSA-OAEP-256": _RSA,
    "A128KW": _wrapping(128),
    "A192KW": _wrapping(192),
    "A256KW": _wrapping(256),
    "A128GCMKW": _wrapping(128),
    "A192GCMKW": _wrapping(192),
    "A256GCMKW": _wrapping(256),
    "ECDH-ES": _AGREEMENT,
    "ECDH-ES+A128KW": _AGREEMENT,
    "ECDH-ES+A192KW": _AGREEMENT,
    "ECDH-ES+A256KW": _AGREEMENT,
    "PBES2-HS256+A128KW": _PASSWORD,
    "PBES2-HS384+A192KW": _PASSWORD,
    "PBES2-HS512+A256KW": _PASSWORD,
}
"""By `alg` of a JWE."""


class ContentEncryption(NamedTuple):
    """Sizes in bytes, all of which RFC 7518 section 5 fixes."""

    key: int
    vector: int
    tag: int


CONTENT_ENCRYPTION: dict[str, ContentEncryption] = {
    "A128CBC-HS256": ContentEncryption(32, 16, 16),
    "A192CBC-HS384": ContentEncryption(48, 16, 24),
    "A256CBC-HS512": ContentEncryption(64, 16, 32),
    "A128GCM": ContentEncryption(16, 12, 16),
    "A192GCM": ContentEncryption(24, 12, 16),
    "A256GCM": ContentEncryption(32, 12, 16),
}
"""By `enc` of a JWE."""
