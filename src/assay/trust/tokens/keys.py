"""One key, made for one algorithm. What a token says about its algorithm is compared with the key, never followed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Self

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from assay.errors import TokenError
from assay.trust.tokens.algorithms import (
    CONTENT_ENCRYPTION,
    KEY_MANAGEMENT,
    MAXIMUM_RSA_BITS,
    MINIMUM_RSA_BITS,
    SIGNATURES,
    KeyRequirement,
    KeyType,
    KeyUse,
)
from assay.trust.tokens.base64url import decode_base64url, encode_base64url
from assay.trust.tokens.strict_json import decode_json_object

__all__ = ["MAXIMUM_KEY_BYTES", "Key", "generate_key", "thumbprint"]

MAXIMUM_KEY_BYTES = 16 * 1024
"""Of a JWK as text: an RSA key of 8192 bits with all its primes is a third of it."""

_PUBLIC = {KeyType.EC: ("crv", "x", "y"), KeyType.OKP: ("crv", "x"), KeyType.RSA: ("n", "e"), KeyType.OCT: ("k",)}
_PRIVATE = {KeyType.EC: ("d",), KeyType.OKP: ("d",), KeyType.RSA: ("d", "p", "q", "dp", "dq", "qi"), KeyType.OCT: ()}
_CURVE_BYTES = {"P-256": 32, "P-384": 48, "P-521": 66, "Ed25519": 32, "Ed448": 57, "X25519": 32, "X448": 56}
_MINIMUM_EXPONENT = 65537
_MAXIMUM_OCT_BYTES = 1024
_OPERATIONS = {
    KeyUse.SIGNATURE: {"sign", "verify"},
    KeyUse.ENCRYPTION: {"encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"},
}

_ED25519_PRIME = 2**255 - 19
_ED25519_SMALL_ORDER = {
    0,
    1,
    _ED25519_PRIME - 1,
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
}
"""The y of each point whose order divides eight: a signature by such a key fits any message."""

JoseKey = ECKey | OctKey | OKPKey | RSAKey


@dataclass(frozen=True, slots=True)
class Key:
    """A key with the only algorithm it may be used with.

    Made by `Key.from_jwk` or `generate_key`, which are the check: there is no weak key, and none without an algorithm.
    """

    algorithm: str
    """`alg` of the tokens that it signs or decrypts."""

    content_encryption: str | None
    """The only `enc` it decrypts, where its JWK names one; None: any of RFC 7518."""

    use: KeyUse
    identifier: str
    """`kid`; its thumbprint where its JWK has none."""

    issuer: str | None
    """Whose tokens it verifies; None: not bound to one."""

    is_private: bool
    jose: JoseKey = field(repr=False, compare=False)
    public_members: Mapping[str, str] = field(repr=False)
    """The members that make the key, without private ones; those of a symmetric key are secret all the same."""

    @classmethod
    def from_jwk(
        cls,
        jwk: Mapping[str, Any] | bytes,
        *,
        algorithm: str | None = None,
        issuer: str | None = None,
        allow_rsa1_5: bool = False,
    ) -> Self:
        """The key of a JWK (RFC 7517).

        Args:
            jwk: An object that strict JSON gave, or its text.
            algorithm: The algorithm it is for, where the JWK has no `alg`; where it has one, they must be equal.
            issuer: The issuer whose tokens it verifies.
            allow_rsa1_5: Take RSA1_5, whose padding has been attacked since 1998, for old messages.

        Raises:
            TokenError: A member is missing, of another kind or not base64url; the key is too weak or too large for its
                algorithm, not on its curve, or was made for another use.
        """
        members = decode_json_object(jwk, "a key", maximum_bytes=MAXIMUM_KEY_BYTES) if isinstance(jwk, bytes) else jwk
        kind = _kind(members)
        name, content = _algorithm(members, algorithm)
        if name == "RSA1_5" and not allow_rsa1_5:
            raise TokenError("a key for RSA1_5 is refused: its padding is broken, use RSA-OAEP-256")
        use = KeyUse.SIGNATURE if name in SIGNATURES else KeyUse.ENCRYPTION
        _check_purpose(members, use)
        requirement = SIGNATURES.get(name) or KEY_MANAGEMENT[name]
        if kind not in requirement.type:
            raise TokenError(f"a key of type {kind} cannot be used with {name}")
        _check_strength(members, kind, requirement, name)
        public = {"kty": kind.value, **{member: members[member] for member in _PUBLIC[kind]}}
        private = {member: members[member] for member in _PRIVATE[kind] if member in members}
        identifier = members.get("kid", thumbprint(public))
        if not isinstance(identifier, str) or not 0 < len(identifier) <= 256:  # noqa: PLR2004 # named in the message
            raise TokenError("the identifier (kid) of a key is not a text of 1 to 256 characters")
        return cls(
            algorithm=name,
            content_encryption=content,
            use=use,
            identifier=identifier,
            issuer=issuer,
            is_private=bool(private) or kind is KeyType.OCT,
            jose=_imported(kind, public, private),
            public_members=public,
        )

    @property
    def type(self) -> KeyType:
        """`kty`."""
        return KeyType(self.public_members["kty"])

    @property
    def thumbprint(self) -> str:
        """SHA-256 over its public members, as RFC 7638 has it; base64url."""
        return thumbprint(self.public_members)

    def public_jwk(self) -> dict[str, Any]:
        """Its JWK without what is secret, for a published set.

        Raises:
            TokenError: The key is symmetric: all of it is secret.
        """
        if self.type is KeyType.OCT:
            raise TokenError("a symmetric key has no public part: it cannot be published")
        return {**self.public_members, "use": self.use.value, "alg": self.algorithm, "kid": self.identifier}


def generate_key(algorithm: str, *, identifier: str | None = None, issuer: str | None = None) -> Key:
    """A new key for the algorithm, of the smallest size that is allowed for it; RSA keys have 2048 bits.

    Raises:
        TokenError: An algorithm that is not known.
    """
    requirement = SIGNATURES.get(algorithm) or KEY_MANAGEMENT.get(algorithm)
    if requirement is None:
        raise TokenError(f"there is no algorithm {_shown(algorithm)}: the known ones are {_known()}")
    made: JoseKey
    match requirement.type[0]:
        case KeyType.RSA:
            made = RSAKey.generate_key(MINIMUM_RSA_BITS)
        case KeyType.OCT:
            made = OctKey.generate_key(max(requirement.minimum_bytes, 16) * 8)
        case KeyType.OKP:
            # EdDSA and its successors each name their curve first in the table, and only such curves.
            made = OKPKey.generate_key("Ed448" if requirement.curves[0] == "Ed448" else "Ed25519")
        case _:
            made = ECKey.generate_key(requirement.curves[0])
    members = made.as_dict(private=True)
    return Key.from_jwk(
        {name: value for name, value in members.items() if name != "kid"} | ({"kid": identifier} if identifier else {}),
        algorithm=algorithm,
        issuer=issuer,
    )


def thumbprint(members: Mapping[str, Any]) -> str:
    """The thumbprint of a JWK: SHA-256 over its required members in order, base64url (RFC 7638, RFC 8037 section 2)."""
    names = sorted(("kty", *_PUBLIC[_kind(members)]))
    # All values are base64url or names of curves, so that no escape can be needed.
    text = "{" + ",".join(f'"{name}":"{members[name]}"' for name in names) + "}"
    return encode_base64url(sha256(text.encode()).digest())


def _kind(members: Mapping[str, Any]) -> KeyType:
    kind = members.get("kty")
    if not isinstance(kind, str) or kind not in set(KeyType):
        raise TokenError(f"the type (kty) of a key is none of {', '.join(KeyType)}")
    for name in ("oth", "p2s", "jku", "x5u"):
        if name in members:
            raise TokenError(f"a key with a member {name} is not supported")
    for name in (*_PUBLIC[KeyType(kind)], *_PRIVATE[KeyType(kind)]):
        if name in members and not isinstance(members[name], str):
            raise TokenError(f"the member {name} of a key is not a text")
        if name not in members and name in _PUBLIC[KeyType(kind)]:
            raise TokenError(f"a key of type {kind} lacks its member {name}")
    return KeyType(kind)


def _algorithm(members: Mapping[str, Any], wanted: str | None) -> tuple[str, str | None]:
    """The algorithm, and the only content encryption where the JWK names one in its place (RFC 7520 section 5.6)."""
    own = members.get("alg", wanted)
    if not isinstance(own, str):
        raise TokenError("a key names no algorithm (alg), and none was given for it: a key is for one algorithm")
    if own in CONTENT_ENCRYPTION and wanted in (None, "dir"):
        return "dir", own
    if wanted is not None and own != wanted:
        raise TokenError(f"a key for {_shown(own)} cannot be used for {_shown(wanted)}")
    if own not in SIGNATURES and own not in KEY_MANAGEMENT:
        raise TokenError(f"a key is for the algorithm {_shown(own)}: the known ones are {_known()}")
    return own, None


def _shown(name: str) -> str:
    """A name that came from elsewhere, short enough for a message and without what could steer a terminal."""
    return ascii(name[:32])


def _known() -> str:
    return ", ".join((*SIGNATURES, *KEY_MANAGEMENT))


def _check_purpose(members: Mapping[str, Any], use: KeyUse) -> None:
    if members.get("use", use) != use:
        raise TokenError(f"a key was made for another use than {use}")
    operations = members.get("key_ops")
    if operations is None:
        return
    if not isinstance(operations, list) or not operations or not all(isinstance(one, str) for one in operations):
        raise TokenError("the operations (key_ops) of a key are not a list of names")
    if len(set(operations)) != len(operations) or not set(operations) <= _OPERATIONS[use]:
        raise TokenError(f"the operations (key_ops) of a key stand twice, or are not those of the use {use}")


def _check_strength(members: Mapping[str, Any], kind: KeyType, needs: KeyRequirement, algorithm: str) -> None:
    if kind is KeyType.OCT:
        length = len(decode_base64url(members["k"], "the member k of a key"))
        most = needs.maximum_bytes or _MAXIMUM_OCT_BYTES
        if not needs.minimum_bytes <= length <= most:
            raise TokenError(f"a key of {length} bytes: {algorithm} takes {needs.minimum_bytes} to {most}")
    elif kind is KeyType.RSA:
        _check_modulus(members)
    else:
        _check_curve(members, kind, needs, algorithm)


def _check_modulus(members: Mapping[str, Any]) -> None:
    modulus, exponent = (_whole_number(members, name) for name in ("n", "e"))
    bits = modulus.bit_length()
    if not MINIMUM_RSA_BITS <= bits <= MAXIMUM_RSA_BITS:
        raise TokenError(f"an RSA key of {bits} bits: {MINIMUM_RSA_BITS} to {MAXIMUM_RSA_BITS} are allowed")
    if modulus % 2 == 0 or exponent % 2 == 0 or not _MINIMUM_EXPONENT <= exponent < 2**32:
        raise TokenError("an RSA key has an even modulus, or an exponent that is even, below 65537 or too large")
    for name in _PRIVATE[KeyType.RSA]:
        if name in members:
            _whole_number(members, name)


def _check_curve(members: Mapping[str, Any], kind: KeyType, needs: KeyRequirement, algorithm: str) -> None:
    curve = members["crv"]
    if curve not in needs.curves:
        raise TokenError(f"a key on the curve {_shown(curve)}: {algorithm} takes {', '.join(needs.curves)}")
    for name in (*_PUBLIC[kind][1:], *_PRIVATE[kind]):
        if name in members:
            length = len(decode_base64url(members[name], f"the member {name} of a key"))
            if length != _CURVE_BYTES[curve]:
                raise TokenError(f"the member {name} of a key has {length} bytes, not {_CURVE_BYTES[curve]}")
    if curve == "Ed25519":
        _check_point(members)


def _check_point(members: Mapping[str, Any]) -> None:
    """That the curve holds the point is seen by the library; small orders it takes."""
    height = int.from_bytes(decode_base64url(members["x"], "x"), "little") % 2**255
    if height >= _ED25519_PRIME or height in _ED25519_SMALL_ORDER:
        raise TokenError("an Ed25519 key is a point of small order, or written in a way that no one writes")


def _whole_number(members: Mapping[str, Any], name: str) -> int:
    """Base64urlUInt of RFC 7518 section 2: no leading zero bytes."""
    data = decode_base64url(members[name], f"the member {name} of a key")
    if not data or data[0] == 0:
        raise TokenError(f"the member {name} of a key is empty or begins with zeros")
    return int.from_bytes(data, "big")


def _imported(kind: KeyType, public: dict[str, str], private: dict[str, str]) -> JoseKey:
    classes: dict[KeyType, type[JoseKey]] = {
        KeyType.EC: ECKey,
        KeyType.OKP: OKPKey,
        KeyType.RSA: RSAKey,
        KeyType.OCT: OctKey,
    }
    try:
        imported = classes[kind].import_key({**public, **private})
        if private:
            derived = classes[kind].import_key(imported.public_key).as_dict()  # type: ignore[arg-type] # of its own class
            is_whole = all(derived[name] == public[name] for name in _PUBLIC[kind])
        else:
            is_whole = True
    except (ValueError, TypeError, OverflowError, JoseError):
        raise TokenError(
            "a key is not one: its point is not on its curve, or its members do not fit together"
        ) from None
    if not is_whole:
        raise TokenError("the private part of a key does not belong to its public part")
    return imported
