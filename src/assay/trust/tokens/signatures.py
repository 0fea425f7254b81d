"""JSON Web Signature (RFC 7515, RFC 7797), strictly: what is verified here has one reading, by an own key.

Structure is read here, mathematics is done by joserfc and cryptography. The algorithm is that of the key; a token that
names another is refused before anything is computed.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from assay.errors import TokenError
from assay.trust.tokens.algorithms import SIGNATURES, KeyUse
from assay.trust.tokens.base64url import decode_base64url, encode_base64url
from assay.trust.tokens.header import MAXIMUM_HEADER_BYTES, decoded_header, joined_header
from assay.trust.tokens.keys import Key
from assay.trust.tokens.strict_json import decode_json_object

__all__ = [
    "MAXIMUM_KEYS",
    "MAXIMUM_SIGNATURES",
    "ParsedMessage",
    "ParsedSignature",
    "SignatureRules",
    "VerifiedMessage",
    "VerifiedSignature",
    "candidate_keys",
    "parse_compact_signature",
    "parse_json_signature",
    "sign_compact",
    "verify_compact",
    "verify_json",
    "verify_message",
]

MAXIMUM_SIGNATURES = 8
"""Of one message in the JSON serialisation."""

MAXIMUM_KEYS = 32
"""That one message is tried against."""

_MAXIMUM_SIGNATURE_BYTES = 1024
"""An RSA key of 8192 bits makes one of that length; nothing makes a longer one."""


@dataclass(frozen=True, slots=True)
class SignatureRules:
    """What a caller allows beyond the strict reading. Nothing, unless it asks."""

    maximum_bytes: int = 64 * 1024
    """Of the whole message."""

    unencoded_payload: bool = False
    """Take `"b64": false` (RFC 7797). A JWT never may."""

    unprotected_algorithm: bool = False
    """Take `alg` from a header that is not covered (RFC 7520 section 4.7); it must still be that of the key."""

    proof_of_possession: bool = False
    """Let the protected header show a key (`jwk`). It is not used here; see `dpop`."""


STRICT = SignatureRules()


@dataclass(frozen=True, slots=True)
class ParsedSignature:
    """One signature as it was read. Nothing of it is known to be true."""

    header: Mapping[str, Any]
    signing_input: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A message as it was read. Nothing of it is known to be true."""

    payload: bytes
    signatures: tuple[ParsedSignature, ...]


@dataclass(frozen=True, slots=True)
class VerifiedSignature:
    """A signature that an own key made, and the header that it covers or, in JSON, accompanies."""

    header: Mapping[str, Any]
    key: Key


@dataclass(frozen=True, slots=True)
class VerifiedMessage:
    """A payload with the signatures that hold for it: at least one."""

    payload: bytes
    signatures: tuple[VerifiedSignature, ...]

    @property
    def header(self) -> Mapping[str, Any]:
        """That of the first signature that holds; a compact message has no other."""
        return self.signatures[0].header

    @property
    def key(self) -> Key:
        """That of the first signature that holds."""
        return self.signatures[0].key


def verify_compact(
    token: str, keys: Iterable[Key], *, rules: SignatureRules = STRICT, detached: bytes | None = None
) -> VerifiedMessage:
    """The message of a compact serialisation, once its signature holds.

    Args:
        token: Three parts between two dots.
        keys: Own keys. The header's `kid` and `alg` choose among them and add none.
        rules: What is allowed beyond the strict reading.
        detached: The payload, where the message was sent without it (RFC 7515 appendix F).

    Raises:
        TokenError: It cannot be read, no own key fits, or the signature does not hold.
    """
    return verify_message(parse_compact_signature(token, rules=rules, detached=detached), keys)


def verify_json(
    text: bytes, keys: Iterable[Key], *, rules: SignatureRules = STRICT, detached: bytes | None = None
) -> VerifiedMessage:
    """As `verify_compact`, for the JSON serialisations, general and flattened.

    Signatures of strangers are passed over. One that names an own key and does not hold refuses the whole message.
    """
    return verify_message(parse_json_signature(text, rules=rules, detached=detached), keys)


def parse_compact_signature(
    token: str, *, rules: SignatureRules = STRICT, detached: bytes | None = None
) -> ParsedMessage:
    """Reads a compact serialisation, verifying nothing.

    Raises:
        TokenError: It is too long, or not three parts that are what they should be.
    """
    if len(token) > rules.maximum_bytes:
        raise TokenError(f"the token has {len(token)} characters: the limit is {rules.maximum_bytes}")
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 # named in the message
        raise TokenError(f"a signed token has three parts between dots: this has {len(parts)}")
    protected, payload, signature = parts
    if detached is not None and payload:
        raise TokenError("the payload was given apart, yet the token holds one")
    read = _signature(protected, None, payload, signature, rules, detached=detached, in_json=False)
    return ParsedMessage(read[1], (read[0],))


def parse_json_signature(
    text: bytes, *, rules: SignatureRules = STRICT, detached: bytes | None = None
) -> ParsedMessage:
    """Reads a JSON serialisation, general or flattened, verifying nothing.

    Raises:
        TokenError: It is not one of the two, or both; too long, or with too many signatures.
    """
    members = decode_json_object(text, "the message", maximum_bytes=rules.maximum_bytes)
    unknown = members.keys() - {"payload", "signatures", "protected", "header", "signature"}
    if unknown:
        raise TokenError("the message has members that no signed message has")
    if ("payload" in members) == (detached is not None):
        raise TokenError("the message holds no payload and none was given apart, or both")
    payload = members.pop("payload", "")
    if not isinstance(payload, str):
        raise TokenError("the payload is not a text")
    entries = [members]
    if "signatures" in members:
        entries = members.pop("signatures")
        if members or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise TokenError("the message mixes the general and the flattened form, or its signatures are no list")
    if not 0 < len(entries) <= MAXIMUM_SIGNATURES:
        raise TokenError(f"the message has {len(entries)} signatures: 1 to {MAXIMUM_SIGNATURES} are allowed")
    read = [_entry(entry, payload, rules, detached) for entry in entries]
    if len({signature.header.get("b64", True) for signature, _ in read}) != 1:
        raise TokenError("signatures of one message disagree on b64")
    return ParsedMessage(read[0][1], tuple(signature for signature, _ in read))


def _entry(
    entry: Mapping[str, Any], payload: str, rules: SignatureRules, detached: bytes | None
) -> tuple[ParsedSignature, bytes]:
    if entry.keys() - {"protected", "header", "signature"}:
        raise TokenError("a signature has members that no signature has")
    protected, signature = entry.get("protected", ""), entry.get("signature")
    header = entry.get("header")
    if not isinstance(protected, str) or not isinstance(signature, str):
        raise TokenError("a signature, or its protected header, is not a text")
    if header is not None and (not isinstance(header, dict) or not header):
        raise TokenError("an unprotected header is no object, or is empty")
    if "protected" in entry and not protected:
        raise TokenError("a protected header is empty: it has to be left out then")
    return _signature(protected, header, payload, signature, rules, detached=detached, in_json=True)


def _signature(
    protected: str,
    unprotected: Mapping[str, Any] | None,
    payload: str,
    signature: str,
    rules: SignatureRules,
    *,
    detached: bytes | None,
    in_json: bool,
) -> tuple[ParsedSignature, bytes]:
    header = joined_header(
        decoded_header(protected, "the protected header") if protected or not in_json else {},
        unprotected or {},
        understood=frozenset({"b64"} if rules.unencoded_payload else ()),
        must_protect=("b64",) if rules.unprotected_algorithm else ("alg", "b64"),
        may_bring_key=rules.proof_of_possession,
    )
    if "enc" in header:
        raise TokenError("the header names an encryption (enc): this is no signed message")
    if header.get("b64", True):
        data = decode_base64url(payload, "the payload") if detached is None else detached
        covered = (payload if detached is None else encode_base64url(data)).encode("ascii")
    else:
        data = covered = _unencoded(payload, in_json=in_json) if detached is None else detached
    made = decode_base64url(signature, "the signature")
    if not 0 < len(made) <= _MAXIMUM_SIGNATURE_BYTES:
        raise TokenError(f"the signature has {len(made)} bytes: 1 to {_MAXIMUM_SIGNATURE_BYTES} are allowed")
    if len(data) > rules.maximum_bytes:
        raise TokenError(f"the payload has {len(data)} bytes: the limit is {rules.maximum_bytes}")
    return ParsedSignature(header, protected.encode("ascii") + b"." + covered, made), data


def _unencoded(payload: str, *, in_json: bool) -> bytes:
    """RFC 7797 section 5: the compact form takes what can be printed, without a dot."""
    if not in_json and not (payload.isascii() and payload.isprintable()):
        raise TokenError("an unencoded payload of a compact token has characters that cannot be printed")
    return payload.encode("utf-8")


def verify_message(message: ParsedMessage, keys: Iterable[Key]) -> VerifiedMessage:
    """The message with the signatures that hold.

    Raises:
        TokenError: No signature names an own key, or one that does does not hold.
    """
    own = tuple(keys)
    if len(own) > MAXIMUM_KEYS:
        raise TokenError(f"a token is to be tried against {len(own)} keys: the limit is {MAXIMUM_KEYS}")
    verified = []
    for signature in message.signatures:
        candidates = candidate_keys(own, signature.header, KeyUse.SIGNATURE)
        key = next((key for key in candidates if _holds(signature, key)), None)
        if key is not None:
            verified.append(VerifiedSignature(signature.header, key))
        elif candidates:
            raise TokenError("the signature does not hold")
    if not verified:
        raise TokenError("no own key has the identifier (kid) and the algorithm (alg) that the token names")
    return VerifiedMessage(message.payload, tuple(verified))


def candidate_keys(keys: Sequence[Key], header: Mapping[str, Any], use: KeyUse) -> list[Key]:
    """The own keys that a header may mean: of its `alg`, and of its `kid` where it has one."""
    return [
        key
        for key in keys
        if key.use is use and key.algorithm == header["alg"] and header.get("kid", key.identifier) == key.identifier
    ]


def _holds(signature: ParsedSignature, key: Key) -> bool:
    algorithm = JWSRegistry.algorithms[key.algorithm]
    try:
        return algorithm.verify(signature.signing_input, signature.signature, key.jose)
    except (ValueError, TypeError, JoseError):
        return False


def sign_compact(payload: bytes, key: Key, *, header: Mapping[str, Any] | None = None) -> str:
    """A compact serialisation; `alg` and `kid` are those of the key, unless the header says that it has no `kid`.

    Args:
        payload: What is signed.
        key: A private key for signatures.
        header: Further members of the protected header. `"kid": None` leaves it out.

    Raises:
        TokenError: The key cannot sign, or the header is too large or contradicts the key.
    """
    if not key.is_private or key.algorithm not in SIGNATURES:
        raise TokenError("the key cannot sign: it is public, or for encryption")
    members = {"alg": key.algorithm, "kid": key.identifier, **(header or {})}
    if members["alg"] != key.algorithm:
        raise TokenError("the header names another algorithm than that of the key")
    data = json.dumps({name: value for name, value in members.items() if value is not None}, separators=(",", ":"))
    if len(data) > MAXIMUM_HEADER_BYTES:
        raise TokenError(f"the header has {len(data)} bytes: the limit is {MAXIMUM_HEADER_BYTES}")
    covered = f"{encode_base64url(data.encode())}.{encode_base64url(payload)}"
    signature = JWSRegistry.algorithms[key.algorithm].sign(covered.encode("ascii"), key.jose)
    return f"{covered}.{encode_base64url(signature)}"
