"""Signing keys and the JWTs made with them. All that knows joserfc is here and in `client_assertion`.

Keys rotate: a new one is in the JWKS for a while before it signs, so that clients that cache the JWKS know it, and an
old one stays there until what it signed has expired.
"""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from assay.errors import TokenError
from assay.trust.identity.settings import Lifetimes
from assay.trust.identity.store import Store

__all__ = ["ALGORITHMS", "LONGEST_TOKEN", "KeyRing", "read_parts"]

ALGORITHMS = ("ES256", "RS256")

LONGEST_TOKEN = 8_192
"""Characters of a JWT that is looked at."""

_RSA_BITS = 2_048
_PART = re.compile(r"[A-Za-z0-9_-]+")


class _SigningKey(NamedTuple):
    kid: str
    algorithm: str
    signs_from: float
    key: ECKey | RSAKey


class KeyRing:
    """The keys of an issuer.

    Args:
        store: Where they are sealed.
        lifetimes: When they rotate.
    """

    def __init__(self, store: Store, lifetimes: Lifetimes) -> None:
        self._store = store
        self._lifetimes = lifetimes
        self._opened: dict[str, _SigningKey] = {}

    def sign(self, claims: Mapping[str, Any], *, kind: str, algorithm: str) -> str:
        """A JWT. `kind` becomes `typ`, so that a token of one kind is none of another."""
        now = self._store.clock()
        key = [each for each in self._keys() if each.algorithm == algorithm and each.signs_from <= now][-1]
        header = {"alg": algorithm, "kid": key.kid, "typ": kind}
        return jwt.encode(header, dict(claims), key.key, algorithms=[algorithm])

    def verify(self, token: str, *, kind: str, leeway_expired: bool = False) -> dict[str, Any]:
        """The claims of a JWT that this issuer signed.

        Args:
            token: Compact serialisation.
            kind: What `typ` must be.
            leeway_expired: Accept one that has expired: as an `id_token_hint` may have.

        Raises:
            TokenError: It is malformed, of another kind, signed by no key of ours, or expired.
        """
        header, _ = read_parts(token)
        keys = {each.kid: each for each in self._keys()}
        key = keys.get(str(header.get("kid")))
        if key is None or header.get("alg") != key.algorithm or header.get("typ") != kind or "crit" in header:
            raise TokenError("the token is of another kind or signed by no key of this issuer")
        try:
            claims = jwt.decode(token, key.key, algorithms=[key.algorithm]).claims
        except (JoseError, ValueError) as error:
            raise TokenError("the token's signature is wrong") from error
        expires = claims.get("exp")
        if not isinstance(expires, int) or (expires <= self._store.clock() and not leeway_expired):
            raise TokenError("the token has expired")
        return dict(claims)

    def jwks(self) -> dict[str, Any]:
        """The public keys, as RFC 7517 writes them: those that sign, will sign, or did so lately."""
        return {
            "keys": [
                {**each.key.as_dict(private=False), "kid": each.kid, "alg": each.algorithm, "use": "sig"}
                for each in self._keys()
            ]
        }

    def rotate(self) -> None:
        """Makes new keys now; they sign once they were published for long enough."""
        with self._store.transaction() as database:
            for algorithm in ALGORITHMS:
                self._add(database, algorithm, self._store.clock() + self._lifetimes.key_published_ahead)

    def _keys(self) -> list[_SigningKey]:
        """Those that are published, the oldest first. Adds what is due."""
        now, lifetimes = self._store.clock(), self._lifetimes
        published: list[_SigningKey] = []
        with self._store.transaction() as database:
            for algorithm in ALGORITHMS:
                query = "SELECT * FROM signing_keys WHERE algorithm = ? ORDER BY signs_from"
                rows = database.execute(query, (algorithm,)).fetchall()
                if not rows:
                    self._add(database, algorithm, now)
                elif rows[-1]["signs_from"] + lifetimes.key_period - lifetimes.key_published_ahead <= now:
                    self._add(database, algorithm, now + lifetimes.key_published_ahead)
                rows = database.execute(query, (algorithm,)).fetchall()
                followers = [row["signs_from"] for row in rows[1:]] + [float("inf")]
                for row, replaced_at in zip(rows, followers, strict=True):
                    if replaced_at + lifetimes.key_overlap > now:
                        published.append(self._open(row))
                    else:
                        database.execute("DELETE FROM signing_keys WHERE kid = ?", (row["kid"],))
        return published

    def _add(self, database: Any, algorithm: str, signs_from: float) -> None:
        key: ECKey | RSAKey = ECKey.generate_key("P-256") if algorithm == "ES256" else RSAKey.generate_key(_RSA_BITS)
        kid = key.thumbprint()
        sealed = self._store.seal(json.dumps(key.as_dict(private=True)).encode(), f"signing key {kid}")
        database.execute("INSERT INTO signing_keys VALUES (?, ?, ?, ?)", (kid, algorithm, sealed, signs_from))

    def _open(self, row: Any) -> _SigningKey:
        kid = row["kid"]
        if kid not in self._opened:
            document = json.loads(self._store.unseal(row["sealed_key"], f"signing key {kid}"))
            key = ECKey.import_key(document) if row["algorithm"] == "ES256" else RSAKey.import_key(document)
            self._opened[kid] = _SigningKey(kid, row["algorithm"], row["signs_from"], key)
        return self._opened[kid]


def read_parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a compact JWS, unverified, after checking that there is one way only to read it.

    Raises:
        TokenError: It is too long, has not three parts, is not canonical base64url, or not JSON objects.
    """
    parts = token.split(".") if len(token) <= LONGEST_TOKEN else []
    if len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):  # noqa: PLR2004 # header, claims, signature
        raise TokenError(
            "the token is no compact JWS", hint=f"it has three parts and at most {LONGEST_TOKEN} characters"
        )
    decoded = []
    for part in parts:
        try:
            plain = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        except ValueError as error:
            raise TokenError("the token is not base64url") from error
        if base64.urlsafe_b64encode(plain).rstrip(b"=").decode() != part:
            raise TokenError("the token is not canonical base64url")
        decoded.append(plain)
    try:
        header, claims = (json.loads(each) for each in decoded[:2])
    except (ValueError, RecursionError) as error:
        raise TokenError("the token does not hold JSON") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise TokenError("the token does not hold JSON objects")
    return header, claims
