"""Proofs of possession (DPoP, RFC 9449): a token is worth nothing to whoever has not its key.

The key stands in the proof. That is no trust in it: a proof says only that its sender has that key; what makes it count
is that an issuer bound a token to the key's thumbprint.
"""

import json
import re
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any
from urllib.parse import urlsplit

from assay.errors import TokenError
from assay.trust.tokens.base64url import decode_base64url, encode_base64url
from assay.trust.tokens.keys import Key
from assay.trust.tokens.replay import ReplayStore
from assay.trust.tokens.signatures import SignatureRules, parse_compact_signature, sign_compact, verify_message
from assay.trust.tokens.strict_json import decode_json_object

__all__ = [
    "MAXIMUM_PROOF_BYTES",
    "Nonces",
    "Proof",
    "ProofRules",
    "claim_proof",
    "make_proof",
    "normalised_target",
    "verify_proof",
]

MAXIMUM_PROOF_BYTES = 4 * 1024
"""Of a proof. One with an RSA key of 4096 bits has a third of it."""

PROOF_ALGORITHMS = frozenset({"ES256", "ES384", "ES512", "EdDSA", "Ed25519", "PS256", "PS384", "PS512", "RS256"})

_MAXIMUM_IDENTIFIER = 256
_MAXIMUM_URL = 2048
_PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(:[0-9]{0,5})?", re.ASCII)
_PRINTABLE = re.compile(r"[!-~]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class ProofRules:
    """When a proof is fresh. Seconds.

    Raises:
        TokenError: No window, or a negative leeway.
    """

    window: float = 60.0
    """A proof is taken until this long after `iat`."""

    leeway: float = 5.0
    """By which the clock of its maker may be ahead."""

    algorithms: frozenset[str] = PROOF_ALGORITHMS

    def __post_init__(self) -> None:
        if not 0 < self.window <= 3600 or not 0 <= self.leeway <= 60:  # noqa: PLR2004 # named in the message
            raise TokenError("the window of a proof is not 0 to 3600 s, or its leeway not 0 to 60 s")
        if not self.algorithms <= PROOF_ALGORITHMS:
            raise TokenError("an algorithm for proofs is symmetric, or not known")


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that holds: its sender had the key, for this request. Whether it was seen before, `claim_proof` knows."""

    key_thumbprint: str
    identifier: str
    issued_at: float
    nonce: str | None


def verify_proof(
    proof: str,
    *,
    method: str,
    url: str,
    now: float,
    access_token: str | None = None,
    rules: ProofRules | None = None,
) -> Proof:
    """The proof, once all that RFC 9449 section 4.3 asks holds but its nonce and its being new.

    Args:
        proof: The value of the only `DPoP` header of the request.
        method: Of the request.
        url: Of the request, as its sender addressed it; query and fragment do not count.
        now: Seconds since the epoch.
        access_token: The token that came with it. None: none did (at the token endpoint), and the proof must name none.
        rules: When it is fresh.

    Raises:
        TokenError: It is no proof, for another request or token, not fresh, or its signature does not hold.
    """
    fresh = rules or ProofRules()
    reading = SignatureRules(maximum_bytes=MAXIMUM_PROOF_BYTES, proof_of_possession=True)
    message = parse_compact_signature(proof, rules=reading)
    header = message.signatures[0].header
    if header.get("typ") != "dpop+jwt":
        raise TokenError("the type (typ) of the proof is not dpop+jwt")
    key = _shown_key(header, fresh.algorithms)
    verify_message(message, [key])
    claims = decode_json_object(message.payload, "the proof", maximum_bytes=MAXIMUM_PROOF_BYTES)
    if claims.get("htm") != method:
        raise TokenError("the proof is for another method (htm)")
    if normalised_target(_text(claims, "htu", _MAXIMUM_URL)) != normalised_target(url):
        raise TokenError("the proof is for another address (htu)")
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        raise TokenError("the proof does not say when it was made (iat)")
    if issued > now + fresh.leeway:
        raise TokenError("the proof was made in the future")
    if not now < issued + fresh.window:
        raise TokenError(f"the proof was made {now - issued:.0f} s ago: it is taken for less than {fresh.window:g} s")
    expected = None if access_token is None else _hash(access_token)
    if claims.get("ath") != expected:
        raise TokenError("the proof is for another token (ath)")
    nonce = _text(claims, "nonce", _MAXIMUM_IDENTIFIER) if "nonce" in claims else None
    return Proof(key.thumbprint, _text(claims, "jti", _MAXIMUM_IDENTIFIER), float(issued), nonce)


def claim_proof(proof: Proof, store: ReplayStore, *, now: float, rules: ProofRules | None = None) -> None:
    """Uses the proof up. To be called last, so that what is refused anyhow takes no room in the store.

    Raises:
        TokenError: It was used before, or cannot be remembered.
    """
    window = (rules or ProofRules()).window
    value = f"{proof.key_thumbprint}.{proof.identifier}"
    store.claim("the proof", value, expires_at=proof.issued_at + window, now=now)


def make_proof(
    key: Key, *, method: str, url: str, now: float, access_token: str | None = None, nonce: str | None = None
) -> str:
    """A new proof for one request, by the holder of the key.

    Raises:
        TokenError: The key is public or symmetric, or the address is none.
    """
    claims = {
        "jti": secrets.token_urlsafe(16),
        "htm": method,
        "htu": normalised_target(url),
        "iat": int(now),
        "ath": None if access_token is None else _hash(access_token),
        "nonce": nonce,
    }
    shown = {name: value for name, value in key.public_jwk().items() if name in key.public_members}
    made = json.dumps({name: value for name, value in claims.items() if value is not None}, separators=(",", ":"))
    return sign_compact(made.encode(), key, header={"typ": "dpop+jwt", "jwk": shown, "kid": None})


def _shown_key(header: Mapping[str, Any], algorithms: frozenset[str]) -> Key:
    shown = header.get("jwk")
    if not isinstance(shown, dict):
        raise TokenError("the proof shows no key (jwk)")
    if shown.keys() & _PRIVATE_MEMBERS:
        raise TokenError("the proof shows a secret key, which is none any more")
    if header["alg"] not in algorithms:
        raise TokenError(f"the algorithm of the proof is none of {', '.join(sorted(algorithms))}")
    members = {name: value for name, value in shown.items() if name not in ("kid", "use", "key_ops")}
    if "kid" in header:
        members["kid"] = header["kid"]
    return Key.from_jwk(members, algorithm=header["alg"])


def _text(claims: Mapping[str, Any], name: str, most: int) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise TokenError(f"the claim {name} of the proof is no text of 1 to {most} characters")
    return value


def _hash(access_token: str) -> str:
    """`ath`."""
    return encode_base64url(sha256(access_token.encode("utf-8")).digest())


def normalised_target(url: str) -> str:
    """An address as RFC 9449 section 4.3 compares it: RFC 3986 section 6.2 normalised, without query and fragment.

    Raises:
        TokenError: No absolute address of HTTP, one with a user, or one that servers read in different ways.
    """
    if len(url) > _MAXIMUM_URL or not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise TokenError(
            f"an address has more than {_MAXIMUM_URL} characters, blanks, '\\', or others that are not ASCII"
        )
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        raise TokenError("an address cannot be read") from None
    scheme, host = split.scheme.lower(), (split.hostname or "").lower()
    if scheme not in _DEFAULT_PORTS or not _AUTHORITY.fullmatch(split.netloc):
        raise TokenError("an address is not http://host/… or https://host/…, or names a user")
    shown = f"[{host}]" if ":" in host else host
    suffix = "" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}"
    return f"{scheme}://{shown}{suffix}{_without_dots(_percent_normalised(split.path))}"


def _percent_normalised(path: str) -> str:
    """Characters that need no escape lose it; other escapes are in capitals. `%2F` is no `/`, and stays."""

    def one(match: "re.Match[str]") -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else f"%{match[1].upper()}"

    if re.search(r"%(?![0-9A-Fa-f]{2})", path):
        raise TokenError("an address has a '%' that escapes nothing")
    return re.sub(r"%([0-9A-Fa-f]{2})", one, path)


def _without_dots(path: str) -> str:
    """RFC 3986 section 5.2.4."""
    kept: list[str] = []
    segments = path.split("/")[1:] if path else [""]
    for index, segment in enumerate(segments):
        is_last = index == len(segments) - 1
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
            continue
        if is_last:
            kept.append("")
    return "/" + "/".join(kept)


@dataclass(frozen=True, slots=True)
class Nonces:
    """Nonces of a server (RFC 9449 section 8) without a memory: each carries its time and a seal of it.

    Processes that share the secret take each other's. A nonce is good for its lifetime, for any number of proofs; that
    each proof is new, the replay store sees to.

    Raises:
        TokenError: A secret of less than 32 bytes, or no lifetime.
    """

    secret: bytes = field(repr=False)
    lifetime: float = 300.0

    def __post_init__(self) -> None:
        if len(self.secret) < 32 or not self.lifetime > 0:  # noqa: PLR2004 # named in the message
            raise TokenError("the secret of nonces has less than 32 bytes, or they have no lifetime")

    def issue(self, now: float) -> str:
        """A new nonce."""
        body = struct.pack(">d", now) + secrets.token_bytes(8)
        return encode_base64url(body + self._seal(body))

    def accepts(self, nonce: str | None, *, now: float) -> bool:
        """Whether this server, or one with its secret, made the nonce, and not too long ago."""
        if nonce is None:
            return False
        try:
            data = decode_base64url(nonce, "the nonce")
        except TokenError:
            return False
        body, seal = data[:16], data[16:]
        if len(body) != 16 or not compare_digest(seal, self._seal(body)):  # noqa: PLR2004 # eight and eight, as issued
            return False
        (made,) = struct.unpack(">d", body[:8])
        age = now - float(made)
        return -self.lifetime < age < self.lifetime

    def _seal(self, body: bytes) -> bytes:
        return digest(self.secret, b"dpop-nonce" + body, "sha256")[:16]
