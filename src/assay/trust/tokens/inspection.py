"""A token looked at: what it is, and what is wrong with it, check by check. Nothing in it is believed.

The signature is verified with keys that the caller brings, and with no others: a key in a token proves nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeGuard

from assay.errors import TokenError
from assay.trust.tokens.access_token import ASYMMETRIC, MAXIMUM_TOKEN_BYTES, Confirmation
from assay.trust.tokens.algorithms import CONTENT_ENCRYPTION, KEY_MANAGEMENT
from assay.trust.tokens.base64url import decode_base64url
from assay.trust.tokens.header import decoded_header, joined_header
from assay.trust.tokens.keys import Key
from assay.trust.tokens.signatures import verify_compact
from assay.trust.tokens.strict_json import decode_json_object

__all__ = ["Check", "CheckName", "CheckOutcome", "inspect_token"]

_LONGEST_LIFETIME = 24 * 3600
_MAXIMUM_SHOWN = 100
_SIGNED_PARTS, _ENCRYPTED_PARTS = 3, 5
_TYPES = ("at+jwt", "application/at+jwt")


class CheckName(StrEnum):
    """What is looked at, in this order."""

    FORM = "form"
    HEADER = "header"
    ALGORITHM = "algorithm"
    TYPE = "type"
    CLAIMS = "claims"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    TIME = "time"
    LIFETIME = "lifetime"
    SENDER = "sender"
    SIGNATURE = "signature"


class CheckOutcome(StrEnum):
    """What came out."""

    GOOD = "good"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """It could not be looked at."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of an inspection. `detail` is a value of the token made harmless, or why it is refused."""

    name: CheckName
    outcome: CheckOutcome
    detail: str = ""


def inspect_token(token: str, *, now: float, keys: Iterable[Key] = ()) -> tuple[Check, ...]:
    """The checks of a token in a compact serialisation, each with what came out.

    Args:
        token: Of a stranger; whatever it is, nothing is raised for it.
        now: Seconds since the epoch.
        keys: Keys of the issuer, from elsewhere. Without them the signature stays unknown.
    """
    return tuple(_checks(token, now, tuple(keys)))


def _checks(token: str, now: float, keys: tuple[Key, ...]) -> Iterator[Check]:
    parts = token.split(".")
    if len(token) > MAXIMUM_TOKEN_BYTES:
        yield Check(CheckName.FORM, CheckOutcome.WRONG, f"{len(token)} > {MAXIMUM_TOKEN_BYTES} bytes")
        return
    if len(parts) not in (_SIGNED_PARTS, _ENCRYPTED_PARTS):
        yield Check(
            CheckName.FORM, CheckOutcome.WRONG, f"{len(parts)} parts, not {_SIGNED_PARTS} or {_ENCRYPTED_PARTS}"
        )
        return
    yield Check(CheckName.FORM, CheckOutcome.GOOD, "JWS" if len(parts) == _SIGNED_PARTS else "JWE")
    try:
        protected = decoded_header(parts[0], "the protected header")
    except TokenError as refused:
        yield Check(CheckName.HEADER, CheckOutcome.WRONG, refused.message)
        return
    try:
        joined_header(protected)
        yield Check(CheckName.HEADER, CheckOutcome.GOOD)
    except TokenError as refused:
        yield Check(CheckName.HEADER, CheckOutcome.WRONG, refused.message)
    if len(parts) == _ENCRYPTED_PARTS:
        is_known = (
            protected.get("alg") in set(KEY_MANAGEMENT) - {"RSA1_5"} and protected.get("enc") in CONTENT_ENCRYPTION
        )
        yield _check(CheckName.ALGORITHM, is_known, f"{protected.get('alg')} {protected.get('enc')}")
        yield Check(CheckName.CLAIMS, CheckOutcome.UNKNOWN)
        return
    yield _check(CheckName.ALGORITHM, protected.get("alg") in ASYMMETRIC, protected.get("alg"))
    yield _check(CheckName.TYPE, str(protected.get("typ")).lower() in _TYPES, protected.get("typ"))
    try:
        payload = decode_base64url(parts[1], "the payload")
        claims = decode_json_object(payload, "the payload", maximum_bytes=MAXIMUM_TOKEN_BYTES)
        yield Check(CheckName.CLAIMS, CheckOutcome.GOOD)
        yield from _claim_checks(claims, now)
    except TokenError as refused:
        yield Check(CheckName.CLAIMS, CheckOutcome.WRONG, refused.message)
    yield _signature_check(token, keys)


def _claim_checks(claims: Mapping[str, Any], now: float) -> Iterator[Check]:
    yield _check(CheckName.ISSUER, isinstance(claims.get("iss"), str), claims.get("iss"))
    audience = claims.get("aud")
    is_named = bool(audience) and (isinstance(audience, str) or _is_names(audience))
    yield _check(CheckName.AUDIENCE, is_named, ", ".join(audience) if _is_names(audience) else audience)
    begins, ends, later = claims.get("iat"), claims.get("exp"), claims.get("nbf")
    if not (_is_time(begins) and _is_time(ends)):
        yield Check(CheckName.TIME, CheckOutcome.WRONG, "iat, exp")
    else:
        earliest = max(begins, later) if _is_time(later) else begins
        yield _check(CheckName.TIME, earliest <= now < ends, f"{_moment(earliest)} - {_moment(ends)}")
        yield _check(CheckName.LIFETIME, 0 < ends - begins <= _LONGEST_LIFETIME, f"{ends - begins:g} s")
    try:
        bound = Confirmation.from_claim(claims.get("cnf", {}))
        yield Check(CheckName.SENDER, CheckOutcome.GOOD, "DPoP" if bound.key_thumbprint else "mTLS")
    except TokenError as refused:
        yield Check(CheckName.SENDER, CheckOutcome.WRONG, refused.message)


def _signature_check(token: str, keys: tuple[Key, ...]) -> Check:
    if not keys:
        return Check(CheckName.SIGNATURE, CheckOutcome.UNKNOWN)
    try:
        verified = verify_compact(token, keys)
    except TokenError as refused:
        return Check(CheckName.SIGNATURE, CheckOutcome.WRONG, refused.message)
    return Check(CheckName.SIGNATURE, CheckOutcome.GOOD, _harmless(verified.key.identifier))


def _check(name: CheckName, is_good: bool, value: Any) -> Check:
    return Check(name, CheckOutcome.GOOD if is_good else CheckOutcome.WRONG, _harmless(value))


def _harmless(value: Any) -> str:
    """Without what could steer a terminal, and not longer than a line."""
    text = "-" if value is None else ascii(str(value))[1:-1]
    return text if len(text) <= _MAXIMUM_SHOWN else f"{text[:_MAXIMUM_SHOWN]}..."


def _is_names(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_time(value: Any) -> TypeGuard[float]:
    # The last second of the year 9999: later moments cannot be shown.
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 253402300800  # noqa: PLR2004


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d %H:%M:%SZ")
