"""JWT-SVIDs: signed and validated with ES256 and nothing else (JWT-SVID, sections 2 to 5)."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from assay.errors import CertificateError, TokenError
from assay.trust.workloads.bundle import BundleSet
from assay.trust.workloads.denials import DenyList
from assay.trust.workloads.spiffe_id import SpiffeId

__all__ = ["LONGEST_AUDIENCE", "LONGEST_TOKEN", "MOST_AUDIENCES", "JwtSvid", "sign_jwt_svid", "validate_jwt_svid"]

LONGEST_TOKEN = 8192
"""Bytes of a JWT-SVID."""

MOST_AUDIENCES = 8
"""Audiences of one JWT-SVID."""

LONGEST_AUDIENCE = 2048
"""Bytes of one audience."""

LEEWAY = timedelta(seconds=5)
"""How far clocks may be apart."""

_ALGORITHM = "ES256"
_ALLOWED_HEADERS = {"alg", "kid", "typ"}
_PARTS = 3
_LATEST = 2**53


@dataclass(frozen=True)
class JwtSvid:
    """A token that was found valid.

    Args:
        spiffe_id: Whose it is.
        audience: For whom.
        expires: When it is valid no more.
        claims: All claims, read-only.
    """

    spiffe_id: SpiffeId
    audience: tuple[str, ...]
    expires: datetime
    claims: Mapping[str, Any]


def sign_jwt_svid(
    spiffe_id: SpiffeId,
    audience: Sequence[str],
    key: ec.EllipticCurvePrivateKey,
    kid: str,
    *,
    issued: datetime,
    expires: datetime,
) -> str:
    """A token in the compact form.

    Raises:
        CertificateError: The SPIFFE ID has no path.
        TokenError: No audience, too many, or one that is empty or too long.
    """
    check_audience(audience)
    claims = {
        "sub": str(spiffe_id.for_workload()),
        "aud": list(audience),
        "iat": int(issued.timestamp()),
        "exp": int(expires.timestamp()),
    }
    header = {"alg": _ALGORITHM, "kid": kid, "typ": "JWT"}
    return jws.serialize_compact(header, json.dumps(claims), _signing_key(key), [_ALGORITHM])


def validate_jwt_svid(
    token: str, audience: str, bundles: BundleSet, *, now: datetime, denials: Sequence[DenyList] = ()
) -> JwtSvid:
    """The token, if the bundle of its subject's trust domain vouches for it and it is meant for `audience`.

    The key comes from that bundle, by `kid`; nothing that the token says can choose another key or algorithm.

    Raises:
        TokenError: Anything about it is not as it must be. The message never holds the token.
    """
    check_audience([audience])
    header, claims = _parts(token)
    if header.get("alg") != _ALGORITHM:
        raise TokenError(f"the JWT-SVID is not signed with {_ALGORITHM}")
    if header.keys() - _ALLOWED_HEADERS or header.get("typ", "JWT") not in {"JWT", "JOSE"}:
        raise TokenError("the JWT-SVID has a header that JWT-SVIDs must not have")
    spiffe_id = _subject(claims)
    try:
        key = bundles.of(spiffe_id.trust_domain).jwt_authorities.get(_text(header.get("kid")))
    except CertificateError as error:
        raise TokenError(error.message) from error
    if key is None:
        raise TokenError(f"the JWT-SVID is signed with a key that is not in the bundle of {spiffe_id.trust_domain}")
    try:
        jws.deserialize_compact(token, _verifying_key(key), [_ALGORITHM])
    except (JoseError, ValueError) as error:
        raise TokenError("the signature of the JWT-SVID is wrong") from error
    svid = JwtSvid(spiffe_id, _audience(claims), _expiry(claims, now), MappingProxyType(claims))
    if audience not in svid.audience:
        raise TokenError("the JWT-SVID is for another audience")
    if any(denied.denies_id(spiffe_id) for denied in denials if denied.trust_domain == spiffe_id.trust_domain):
        raise TokenError(f"{spiffe_id} is on the deny list")
    return svid


def check_audience(audience: Sequence[str]) -> None:
    """Refuses audiences that a JWT-SVID cannot have.

    Raises:
        TokenError: None, too many, or one that is empty or too long.
    """
    if not 1 <= len(audience) <= MOST_AUDIENCES:
        raise TokenError(f"a JWT-SVID has 1 to {MOST_AUDIENCES} audiences")
    if not all(1 <= len(value.encode()) <= LONGEST_AUDIENCE for value in audience):
        raise TokenError(f"an audience of a JWT-SVID has 1 to {LONGEST_AUDIENCE} bytes")


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if len(token) > LONGEST_TOKEN:
        raise TokenError(f"a JWT-SVID has at most {LONGEST_TOKEN} bytes")
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise TokenError("the JWT-SVID is not in the compact form of a JWS")
    header, claims, _ = map(_strictly_decoded, parts)
    return _json_object(header), _json_object(claims)


def _strictly_decoded(part: str) -> bytes:
    """Base64url without padding, in the one form that encodes these bytes: libraries accept others too."""
    try:
        content = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise TokenError("the JWT-SVID is not encoded in base64url") from error
    if base64.urlsafe_b64encode(content).rstrip(b"=") != part.encode():
        raise TokenError("the JWT-SVID is not encoded in base64url")
    return content


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        read = json.loads(content, object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError) as error:
        raise TokenError("the JWT-SVID holds something that is no JSON") from error
    if not isinstance(read, dict):
        raise TokenError("the JWT-SVID holds something that is no JSON object")
    return read


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError(pairs)
    return read


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TokenError("the JWT-SVID has no kid, or one that is no text")
    return value


def _subject(claims: dict[str, Any]) -> SpiffeId:
    subject = claims.get("sub")
    if not isinstance(subject, str):
        raise TokenError("the JWT-SVID has no subject")
    try:
        return SpiffeId.parse(subject).for_workload()
    except CertificateError as error:
        raise TokenError("the subject of the JWT-SVID is no SPIFFE ID of a workload") from error


def _audience(claims: dict[str, Any]) -> tuple[str, ...]:
    audience = claims.get("aud")
    values = [audience] if isinstance(audience, str) else audience
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise TokenError("the JWT-SVID has no audience")
    return tuple(values)


def _expiry(claims: dict[str, Any], now: datetime) -> datetime:
    if "exp" not in claims:
        raise TokenError("the JWT-SVID does not say when it expires")
    expires = _moment(claims, "exp")
    if now - LEEWAY >= expires:
        raise TokenError("the JWT-SVID has expired")
    for name in ("nbf", "iat"):
        if name in claims and _moment(claims, name) > now + LEEWAY:
            raise TokenError("the JWT-SVID is not valid yet")
    return expires


def _moment(claims: dict[str, Any], name: str) -> datetime:
    seconds = claims[name]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= _LATEST:
        raise TokenError(f"{name} of the JWT-SVID is no moment")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise TokenError(f"{name} of the JWT-SVID is no moment") from error


def _signing_key(key: ec.EllipticCurvePrivateKey) -> ECKey:
    return ECKey.import_key(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _verifying_key(key: ec.EllipticCurvePublicKey) -> ECKey:
    return ECKey.import_key(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
