"""How a client with a key proves who it is: `private_key_jwt`, RFC 7523. Each assertion counts once."""

import sqlite3
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from assay.errors import TokenError
from assay.trust.identity.signing import ALGORITHMS, read_parts
from assay.trust.identity.store import Store, digest

__all__ = ["ASSERTION_TYPE", "ClientAssertions", "check_public_keys"]

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

LONGEST_LIFE = 300
"""Seconds from now until `exp`: as long as its `jti` is remembered."""

_SKEW = 30
_LONGEST_JTI = 256
_KEY_TYPES = {"ES256": ECKey, "RS256": RSAKey}


class ClientAssertions:
    """Checks assertions.

    Args:
        store: Remembers which were used.
        audiences: The issuer and its token endpoint: who an assertion may be for.
    """

    def __init__(self, store: Store, audiences: tuple[str, ...]) -> None:
        self._store = store
        self._audiences = audiences

    def claimed_client(self, assertion: str) -> str:
        """Whose it says it is; nothing is proved yet.

        Raises:
            TokenError: It is no JWT, or says nothing.
        """
        _, claims = read_parts(assertion)
        subject = claims.get("sub")
        if not isinstance(subject, str) or claims.get("iss") != subject:
            raise TokenError("iss and sub are not both the client")
        return subject

    def check(self, assertion: str, client_id: str, jwks: dict[str, Any]) -> None:
        """Checks that the client made it, for us, just now, and that it was not used before.

        Raises:
            TokenError: Whatever of that is not so.
        """
        header, _ = read_parts(assertion)
        algorithm = str(header.get("alg"))
        if algorithm not in ALGORITHMS or {"crit", "jwk", "jku", "x5u", "x5c"} & header.keys():
            raise TokenError(
                f"it is signed with another algorithm than {' or '.join(ALGORITHMS)}, or brings its own key"
            )
        claims = self._verified(assertion, algorithm, header.get("kid"), jwks)
        if claims.get("iss") != client_id or claims.get("sub") != client_id:
            raise TokenError("iss and sub are not both the client")
        if claims.get("aud") not in (*self._audiences, *([each] for each in self._audiences)):
            raise TokenError("aud is not this issuer")
        now, expires, jti = self._store.clock(), claims.get("exp"), claims.get("jti")
        if not isinstance(expires, int) or not now - _SKEW < expires <= now + LONGEST_LIFE + _SKEW:
            raise TokenError(f"it has expired, or does not expire within {LONGEST_LIFE} seconds")
        not_before = claims.get("nbf", 0)
        if not isinstance(not_before, int) or not_before > now + _SKEW:
            raise TokenError("it is not good yet")
        if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI:
            raise TokenError("it has no jti")
        self._use_once(client_id, jti, expires)

    def _verified(self, assertion: str, algorithm: str, kid: Any, jwks: dict[str, Any]) -> dict[str, Any]:
        for key in KeySet.import_key_set({"keys": list(jwks.get("keys", []))}).keys:
            if not isinstance(key, _KEY_TYPES[algorithm]) or (kid is not None and key.kid not in (None, kid)):
                continue
            try:
                return dict(jwt.decode(assertion, key, algorithms=[algorithm]).claims)
            except (JoseError, ValueError):
                continue
        raise TokenError("no registered key of the client made its signature")

    def _use_once(self, client_id: str, jti: str, expires: int) -> None:
        try:
            with self._store.transaction() as database:
                self._store.require_room(database, "assertions")
                database.execute(
                    # Remembered past the skew, within which it would still be accepted.
                    "INSERT INTO assertions VALUES (?, ?, ?)",
                    (client_id, digest(jti), expires + 2 * _SKEW),
                )
        except sqlite3.IntegrityError as error:
            raise TokenError("it was used before") from error


def check_public_keys(document: Any) -> None:
    """Checks a JWK Set that a client is registered with.

    Raises:
        ValueError: It is none, holds a key of another kind than ES256 and RS256 take, or a private one.
    """
    try:
        keys = KeySet.import_key_set(document).keys
    except (JoseError, KeyError, TypeError, AttributeError) as error:
        raise ValueError("no JWK Set") from error
    if not keys or any(not isinstance(key, ECKey | RSAKey) or key.is_private for key in keys):
        raise ValueError("no public keys")
