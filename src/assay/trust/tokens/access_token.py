"""Access tokens as JWTs (RFC 9068): what they say, how they are made, and when they are believed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any, Self

from assay.errors import TokenError
from assay.trust.tokens.base64url import decode_base64url
from assay.trust.tokens.keys import Key
from assay.trust.tokens.signatures import SignatureRules, sign_compact, verify_compact
from assay.trust.tokens.strict_json import decode_json_object

__all__ = [
    "ASYMMETRIC",
    "MAXIMUM_ACTORS",
    "MAXIMUM_TOKEN_BYTES",
    "AccessToken",
    "AccessTokenRules",
    "Actor",
    "Confirmation",
    "issue_access_token",
    "validate_access_token",
]

MAXIMUM_TOKEN_BYTES = 16 * 1024
"""Of an access token: it travels in a header, and servers take little more."""

MAXIMUM_ACTORS = 6
"""In one chain: each hop of a call adds one."""

MAXIMUM_NAMES = 32
"""Audiences, and scopes, of one token."""

ASYMMETRIC = frozenset({"RS256", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "Ed448"})
"""Algorithms whose verifier cannot sign."""

_TYPES = ("at+jwt", "application/at+jwt")
_DIGEST_BYTES = 32
_MAXIMUM_LEEWAY = 120
_MAXIMUM_NAME = 512
_LATEST = 2**53
_CARRIED = ("acr", "amr", "auth_time")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts for the subject: a device, or a service on the way (RFC 8693 section 4.1)."""

    subject: str
    kind: str
    """`device` or `service`; whatever its issuer wrote."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What its sender must prove to have (RFC 7800): exactly one of the two, as SHA-256 in base64url.

    Raises:
        TokenError: Both, none, or what is no SHA-256.
    """

    key_thumbprint: str | None = None
    """`jkt` of RFC 9449: the key that signs DPoP proofs."""

    certificate_thumbprint: str | None = None
    """`x5t#S256` of RFC 8705: the certificate of the connection."""

    def __post_init__(self) -> None:
        if (self.key_thumbprint is None) == (self.certificate_thumbprint is None):
            raise TokenError("a token is bound to a key or to a certificate: exactly one of the two")
        digest = self.key_thumbprint or self.certificate_thumbprint or ""
        if len(decode_base64url(digest, "the confirmation (cnf) of the token")) != _DIGEST_BYTES:
            raise TokenError("the confirmation (cnf) of the token is no SHA-256")

    def claim(self) -> dict[str, str]:
        """The claim `cnf`."""
        if self.key_thumbprint is not None:
            return {"jkt": self.key_thumbprint}
        return {"x5t#S256": self.certificate_thumbprint or ""}

    @classmethod
    def from_claim(cls, claim: Any) -> Self:
        """Reads `cnf`. A way of confirming that is not known cannot be checked, and is refused."""
        if not isinstance(claim, dict) or not claim.keys() <= {"jkt", "x5t#S256"}:
            raise TokenError("the confirmation (cnf) of the token is of a kind that is not known")
        if not all(isinstance(value, str) for value in claim.values()):
            raise TokenError("the confirmation (cnf) of the token is not a text")
        return cls(claim.get("jkt"), claim.get("x5t#S256"))


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What an access token says. Times are seconds since the epoch.

    Raises:
        TokenError: A name is empty or too long, there are none or too many, or it ends before it begins.
    """

    issuer: str
    subject: str
    audience: tuple[str, ...]
    client: str
    scope: frozenset[str]
    issued_at: float
    expires_at: float
    identifier: str
    """`jti`."""

    actors: tuple[Actor, ...] = ()
    """Who acts for the subject: the present one first, then who it acts for, back to the first."""

    confirmation: Confirmation | None = None
    carried: Mapping[str, Any] = field(default_factory=dict)
    """How the subject was authenticated: `acr`, `amr`, `auth_time` where the token has them."""

    may_act: str | None = None
    """The only actor that may take the token further (RFC 8693 section 4.4)."""

    def __post_init__(self) -> None:
        names = (self.issuer, self.subject, self.client, self.identifier, *self.audience, *self.scope)
        names = (*names, *(part for actor in self.actors for part in (actor.subject, actor.kind)))
        if not all(name and len(name) <= _MAXIMUM_NAME for name in names):
            raise TokenError(f"a name in the token is empty or longer than {_MAXIMUM_NAME} characters")
        if not 0 < len(self.audience) <= MAXIMUM_NAMES or len(set(self.audience)) != len(self.audience):
            raise TokenError(f"the audience of the token is not 1 to {MAXIMUM_NAMES} names, each once")
        if len(self.scope) > MAXIMUM_NAMES or any(" " in name or '"' in name or "\\" in name for name in self.scope):
            raise TokenError(f"the scope of the token is not up to {MAXIMUM_NAMES} names without blanks and quotes")
        if len(self.actors) > MAXIMUM_ACTORS:
            raise TokenError(f"the token has {len(self.actors)} actors: the limit is {MAXIMUM_ACTORS}")
        if not 0 < self.issued_at < self.expires_at < _LATEST:
            raise TokenError("the token ends before it begins, or at no time at all")

    def claims(self) -> dict[str, Any]:
        """The claims of RFC 9068 section 2.2, RFC 8693 section 4 and RFC 7800."""
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": self.audience[0] if len(self.audience) == 1 else list(self.audience),
            "client_id": self.client,
            "iat": int(self.issued_at),
            "exp": int(self.expires_at),
            "jti": self.identifier,
            **self.carried,
        }
        if self.scope:
            claims["scope"] = " ".join(sorted(self.scope))
        act: dict[str, Any] = {}
        for actor in reversed(self.actors):
            act = {"sub": actor.subject, "kind": actor.kind, **({"act": act} if act else {})}
        optional = {
            "act": act or None,
            "cnf": self.confirmation.claim() if self.confirmation else None,
            "may_act": {"sub": self.may_act} if self.may_act else None,
        }
        return claims | {name: value for name, value in optional.items() if value is not None}


@dataclass(frozen=True, slots=True)
class AccessTokenRules:
    """What a token must say to be believed.

    Raises:
        TokenError: A leeway or a lifetime out of bounds, or an algorithm whose verifier could sign.
    """

    issuer: str
    audience: str | None
    """Who is asked. None: the issuer itself, which looks at a token of its own, whoever it is for."""

    sole_audience: bool = True
    """Refuse a token that others would take as well: they could pass it on."""

    require_confirmation: bool = True
    """Refuse a token that anyone could use who finds it."""

    leeway: float = 30.0
    """Seconds by which clocks may differ."""

    maximum_lifetime: float = 3600.0
    """Seconds from `iat` to `exp`."""

    algorithms: frozenset[str] = ASYMMETRIC

    def __post_init__(self) -> None:
        if not 0 <= self.leeway <= _MAXIMUM_LEEWAY:
            raise TokenError(f"a leeway of {self.leeway:g} s: 0 to {_MAXIMUM_LEEWAY} are allowed")
        if not self.maximum_lifetime > 0:
            raise TokenError("the longest lifetime of a token is not positive")
        if not self.algorithms <= ASYMMETRIC:
            raise TokenError(f"an algorithm for access tokens is none of {', '.join(sorted(ASYMMETRIC))}")


def issue_access_token(token: AccessToken, key: Key) -> str:
    """The token, signed.

    Raises:
        TokenError: The key is bound to another issuer, cannot sign, or every verifier could sign with it.
    """
    if key.issuer != token.issuer or key.algorithm not in ASYMMETRIC:
        raise TokenError("the key is bound to another issuer, or is one that verifiers could sign with")
    payload = json.dumps(token.claims(), separators=(",", ":")).encode()
    signed = sign_compact(payload, key, header={"typ": "at+jwt"})
    if len(signed) > MAXIMUM_TOKEN_BYTES:
        raise TokenError(f"the token would have {len(signed)} bytes: the limit is {MAXIMUM_TOKEN_BYTES}")
    return signed


def validate_access_token(token: str, keys: Iterable[Key], rules: AccessTokenRules, *, now: float) -> AccessToken:
    """What the token says, once it is believed. Who sent it is not looked at here: `presentation` does.

    Raises:
        TokenError: It is not signed by a key of the issuer, is for another audience, not yet or no longer valid, valid
            for too long, or not what RFC 9068 asks for.
    """
    own = [key for key in keys if key.issuer == rules.issuer and key.algorithm in rules.algorithms]
    message = verify_compact(token, own, rules=SignatureRules(maximum_bytes=MAXIMUM_TOKEN_BYTES))
    # RFC 9068 section 4: what is signed for something else, an ID token above all, is no access token.
    if str(message.header.get("typ", "")).lower() not in _TYPES:
        raise TokenError("the type (typ) of the token is not at+jwt: it is no access token")
    claims = decode_json_object(message.payload, "the token", maximum_bytes=MAXIMUM_TOKEN_BYTES)
    read = _read(claims)
    _check_recipient(read, rules)
    _check_time(read, claims, rules, now)
    if rules.require_confirmation and read.confirmation is None:
        raise TokenError("the token is not bound to its sender: it has no confirmation (cnf)")
    return read


def _read(claims: Mapping[str, Any]) -> AccessToken:
    audience = claims.get("aud")
    names: list[Any] = audience if isinstance(audience, list) else [audience]
    if not all(isinstance(name, str) for name in names):
        raise TokenError("the audience (aud) of the token is missing, or no list of names")
    scope = claims.get("scope", "")
    if not isinstance(scope, str):
        raise TokenError("the scope of the token is not a text")
    may_act = claims.get("may_act")
    return AccessToken(
        issuer=_text(claims, "iss"),
        subject=_text(claims, "sub"),
        audience=tuple(names),
        client=_text(claims, "client_id"),
        scope=frozenset(scope.split(" ")) if scope else frozenset(),
        issued_at=_time(claims, "iat"),
        expires_at=_time(claims, "exp"),
        identifier=_text(claims, "jti"),
        actors=_actors(claims.get("act")),
        confirmation=Confirmation.from_claim(claims["cnf"]) if "cnf" in claims else None,
        carried={name: claims[name] for name in _CARRIED if name in claims},
        may_act=None if may_act is None else _text(may_act if isinstance(may_act, dict) else {}, "sub"),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        raise TokenError(f"the claim {name} of the token is missing, or not a text")
    return value


def _time(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    # True is a number to Python.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _LATEST:
        raise TokenError(f"the claim {name} of the token is missing, or no time")
    return float(value)


def _actors(claim: Any) -> tuple[Actor, ...]:
    actors: list[Actor] = []
    while claim is not None:
        if not isinstance(claim, dict):
            raise TokenError("an actor (act) of the token is no object")
        if len(actors) == MAXIMUM_ACTORS:
            raise TokenError(f"the token has more actors than {MAXIMUM_ACTORS}, which is the limit")
        actors.append(Actor(_text(claim, "sub"), _text({"kind": "service", **claim}, "kind")))
        claim = claim.get("act")
    return tuple(actors)


def _check_recipient(token: AccessToken, rules: AccessTokenRules) -> None:
    if not compare_digest(token.issuer.encode(), rules.issuer.encode()):
        raise TokenError("the token is of another issuer")
    if rules.audience is None:
        return
    if rules.audience not in token.audience:
        raise TokenError("the token is for another audience")
    if rules.sole_audience and len(token.audience) > 1:
        raise TokenError("the token is for others as well: it must be exchanged for one that is for this service alone")


def _check_time(token: AccessToken, claims: Mapping[str, Any], rules: AccessTokenRules, now: float) -> None:
    if not now < token.expires_at + rules.leeway:
        raise TokenError(f"the token expired {now - token.expires_at:.0f} s ago")
    if token.issued_at > now + rules.leeway:
        raise TokenError("the token was issued in the future")
    if "nbf" in claims and _time(claims, "nbf") > now + rules.leeway:
        raise TokenError("the token is not valid yet")
    if token.expires_at - token.issued_at > rules.maximum_lifetime:
        raise TokenError(f"the token is valid for longer than {rules.maximum_lifetime:g} s, which is the limit")
