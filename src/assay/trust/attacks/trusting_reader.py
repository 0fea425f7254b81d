"""How tokens were read before it was known better: by what they say of themselves. Broken on purpose, for controls.

Only a server with a defence taken away reads tokens so, to show that the attack would have worked. The mistakes are
those that RFC 8725 (JSON Web Token Best Current Practices), section 2, describes.
"""

import base64
import hashlib
import hmac
import json
import urllib.request
from pathlib import Path
from typing import Any

from assay.errors import TokenError
from assay.trust.tokens.base64url import encode_base64url
from assay.trust.tokens.keys import Key
from assay.trust.tokens.signatures import verify_compact

__all__ = ["payload_by_algorithm", "payload_by_key", "payload_unverified", "public_key_text"]

_FETCH_SECONDS = 5.0
_MAXIMUM_BYTES = 64 * 1024


def public_key_text(key: Key) -> bytes:
    """The published form of a key, which a confused verifier takes for the secret of an HMAC."""
    return json.dumps(key.public_jwk(), sort_keys=True).encode()


def payload_unverified(token: str) -> bytes:
    """Whatever the token says, without a look at its signature."""
    return _decoded(_parts(token)[1])


def payload_by_algorithm(token: str, key: Key) -> bytes:
    """Does what the token's `alg` says: nothing for `none`, an HMAC over the published key for `HS256`."""
    header, payload, signature = _parts(token)
    match json.loads(_decoded(header)).get("alg"):
        case "none":
            return _decoded(payload)
        case "HS256":
            _check_hmac(token, public_key_text(key), signature)
            return _decoded(payload)
        case _:
            return verify_compact(token, [key]).payload


def payload_by_key(token: str, key: Key) -> bytes:
    """Verifies with the key that the token brings (`jwk`), says where it is (`jku`), or names as a file (`kid`)."""
    header, payload, signature = _parts(token)
    members = json.loads(_decoded(header))
    if "jwk" in members:
        return _verified_by(members["jwk"], token, members)
    if "jku" in members:
        with urllib.request.urlopen(members["jku"], timeout=_FETCH_SECONDS) as response:  # noqa: S310 # the mistake itself
            return _verified_by(json.loads(response.read(_MAXIMUM_BYTES))["keys"][0], token, members)
    if members.get("alg") == "HS256":
        with (Path("/nonexistent/keys") / str(members.get("kid"))).resolve().open("rb") as file:
            secret = file.read(_MAXIMUM_BYTES)
        _check_hmac(token, secret, signature)
        return _decoded(payload)
    return verify_compact(token, [key]).payload


def _verified_by(jwk: dict[str, Any], token: str, members: dict[str, Any]) -> bytes:
    """The payload, verified with a stranger's key as if it were an own one."""
    _, payload, signature = _parts(token)
    key = Key.from_jwk(jwk)
    plain = {name: value for name, value in members.items() if name not in {"jwk", "jku", "kid"}}
    # The library refuses such a header, as it should: the signature alone is what the mistake looks at.
    covered = token.rpartition(".")[0].encode("ascii")
    if plain.get("alg") != key.algorithm or not _holds(key, covered, _decoded(signature)):
        raise TokenError("the signature does not hold")
    return _decoded(payload)


def _holds(key: Key, covered: bytes, signature: bytes) -> bool:
    from joserfc.jws import JWSRegistry  # noqa: PLC0415 # only controls need it

    return bool(JWSRegistry.algorithms[key.algorithm].verify(covered, signature, key.jose))


def _check_hmac(token: str, secret: bytes, signature: str) -> None:
    covered = token.rpartition(".")[0].encode("ascii")
    if encode_base64url(hmac.new(secret, covered, hashlib.sha256).digest()) != signature:
        raise TokenError("the signature does not hold")


def _parts(token: str) -> tuple[str, str, str]:
    header, payload, signature = token.split(".")
    return header, payload, signature


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
