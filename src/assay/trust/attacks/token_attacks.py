"""Attacks with access tokens and proofs of possession: forged, altered, stolen, misdirected, replayed."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assay.trust.attacks.defence import Defence
from assay.trust.attacks.scene import REFUND, Exchange, Scene
from assay.trust.attacks.trusting_reader import public_key_text
from assay.trust.tokens.base64url import decode_base64url, encode_base64url

__all__ = ["TOKEN_ATTACKS", "Attack"]

_TYPE = {"typ": "at+jwt"}
_SUPPORT = frozenset({"orders:read", "payments:refund"})


@dataclass(frozen=True, slots=True)
class Attack:
    """One way in."""

    name: str
    """The last part of its claim's id."""

    statement: str
    """What holds where the attack fails: one sentence."""

    defence: Defence
    """What stops it."""

    standards: tuple[str, ...]
    """What asks for this defence."""

    carry_out: Callable[[Scene], Exchange]
    """Does it; the exchange that would be the success."""


def _algorithm_none(scene: Scene) -> Exchange:
    forged = scene.unsigned(scene.claims(scene.attacker_key), {"alg": "none", **_TYPE})
    return scene.send_as(scene.attacker_key, forged)


def _algorithm_confusion(scene: Scene) -> Exchange:
    header = {"alg": "HS256", "kid": scene.server.issuing_key.identifier, **_TYPE}
    return scene.send_as(scene.attacker_key, _with_hmac(scene, header, public_key_text(scene.server.issuing_key)))


def _key_in_the_token(scene: Scene) -> Exchange:
    header = {**_TYPE, "jwk": _shown(scene)}
    forged = scene.signed(scene.claims(scene.attacker_key), scene.attacker_key, header)
    return scene.send_as(scene.attacker_key, forged)


def _key_by_address(scene: Scene) -> Exchange:
    with _serving({"keys": [_shown(scene)]}) as address:
        header = {**_TYPE, "jku": address, "kid": scene.server.issuing_key.identifier}
        forged = scene.signed(scene.claims(scene.attacker_key), scene.attacker_key, header)
        return scene.send_as(scene.attacker_key, forged)


def _key_by_path(scene: Scene) -> Exchange:
    # A file that every machine has, and whose content, none, an attacker knows.
    header = {"alg": "HS256", "kid": "../../../../dev/null", **_TYPE}
    return scene.send_as(scene.attacker_key, _with_hmac(scene, header, b""))


def _changed_claims(scene: Scene) -> Exchange:
    header, payload, signature = scene.token(scene.user_key).split(".")
    claims = json.loads(decode_base64url(payload, "the payload"))
    claims["scope"] = " ".join(sorted(_SUPPORT))
    altered = f"{header}.{encode_base64url(json.dumps(claims).encode())}.{signature}"
    return scene.send_as(scene.user_key, altered, REFUND)


def _identity_token(scene: Scene) -> Exchange:
    token = scene.signed(scene.claims(scene.user_key), scene.server.issuing_key, {"typ": "JWT"})
    return scene.send_as(scene.user_key, token)


def _other_audience(scene: Scene) -> Exchange:
    return scene.send_as(scene.user_key, scene.token(scene.user_key, audience=("https://catalog.shop.example",)))


def _expired(scene: Scene) -> Exchange:
    claims = scene.claims(scene.user_key)
    past = scene.token(scene.user_key, issued_at=claims.issued_at - 600, expires_at=claims.expires_at - 600)
    return scene.send_as(scene.user_key, past)


def _unbound(scene: Scene) -> Exchange:
    return scene.send(scene.token(None), None, scheme="Bearer")


def _stolen_token(scene: Scene) -> Exchange:
    return scene.send_as(scene.attacker_key, scene.token(scene.user_key))


def _stolen_token_as_bearer(scene: Scene) -> Exchange:
    return scene.send(scene.token(scene.user_key), None, scheme="Bearer")


def _replayed_proof(scene: Scene) -> Exchange:
    token = scene.token(scene.user_key)
    proof = scene.proof(scene.user_key, token)
    first = scene.send(token, proof)
    return scene.send(token, proof) if first.was_let_in else first


def _proof_of_another_request(scene: Scene) -> Exchange:
    token = scene.token(scene.user_key, scope=_SUPPORT)
    return scene.send(token, scene.proof(scene.user_key, token), REFUND)


def _old_proof(scene: Scene) -> Exchange:
    token = scene.token(scene.user_key)
    return scene.send(token, scene.proof(scene.user_key, token, age=600))


def _missing_scope(scene: Scene) -> Exchange:
    return scene.send_as(scene.user_key, scene.token(scene.user_key), REFUND)


def _with_hmac(scene: Scene, header: dict[str, Any], secret: bytes) -> str:
    covered = scene.unsigned(scene.claims(scene.attacker_key), header).rstrip(".")
    return f"{covered}.{encode_base64url(hmac.new(secret, covered.encode(), hashlib.sha256).digest())}"


def _shown(scene: Scene) -> dict[str, Any]:
    """The attacker's key under the name of the issuer's."""
    return scene.attacker_key.public_jwk() | {"kid": scene.server.issuing_key.identifier}


@contextmanager
def _serving(document: dict[str, Any]) -> Iterator[str]:
    """The attacker's own server, which publishes a set of keys."""
    content = json.dumps(document).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/keys"
        finally:
            server.shutdown()
            thread.join()


_JWT = "RFC 8725"
_STOLEN = ("OWASP ASVS 5.0 V10.3.5", "RFC 9449", "NIST SP 800-207 tenet 3")

TOKEN_ATTACKS = (
    Attack(
        "algorithm-none",
        "A token that says it needs no signature is refused.",
        Defence.PINNED_ALGORITHM,
        ("OWASP ASVS 5.0 V9.1.2", f"{_JWT} section 3.1"),
        _algorithm_none,
    ),
    Attack(
        "algorithm-confusion",
        "A token whose HMAC was made with the published key is refused.",
        Defence.PINNED_ALGORITHM,
        ("OWASP ASVS 5.0 V9.1.2", f"{_JWT} section 3.1"),
        _algorithm_confusion,
    ),
    Attack(
        "key-in-the-token",
        "A token that brings its own key is refused.",
        Defence.OWN_KEYS,
        ("OWASP ASVS 5.0 V9.1.3", f"{_JWT} section 3.10"),
        _key_in_the_token,
    ),
    Attack(
        "key-by-address",
        "A token that says where its key is to be fetched is refused, and nothing is fetched.",
        Defence.OWN_KEYS,
        ("OWASP ASVS 5.0 V9.1.3", f"{_JWT} section 3.10"),
        _key_by_address,
    ),
    Attack(
        "key-by-path",
        "A token whose key identifier is the path of a file is refused.",
        Defence.OWN_KEYS,
        ("OWASP ASVS 5.0 V9.1.3", f"{_JWT} section 3.10"),
        _key_by_path,
    ),
    Attack(
        "changed-claims",
        "A token that somebody changed on the way is refused.",
        Defence.SIGNATURE,
        ("OWASP ASVS 5.0 V9.1.1",),
        _changed_claims,
    ),
    Attack(
        "identity-token",
        "A token of the same issuer that is no access token is refused.",
        Defence.TOKEN_TYPE,
        ("OWASP ASVS 5.0 V9.2.2", "RFC 9068 section 4"),
        _identity_token,
    ),
    Attack(
        "other-audience",
        "A token for another service is refused.",
        Defence.AUDIENCE,
        ("OWASP ASVS 5.0 V9.2.3", "OWASP ASVS 5.0 V10.3.1"),
        _other_audience,
    ),
    Attack("expired", "A token whose time is over is refused.", Defence.EXPIRY, ("OWASP ASVS 5.0 V9.2.1",), _expired),
    Attack(
        "unbound-token",
        "A token that anyone could use who finds it is refused.",
        Defence.BINDING,
        _STOLEN,
        _unbound,
    ),
    Attack(
        "stolen-token",
        "A token that was stolen is of no use on another device.",
        Defence.POSSESSION,
        _STOLEN,
        _stolen_token,
    ),
    Attack(
        "stolen-token-as-bearer",
        "A stolen token is not taken without a proof either.",
        Defence.POSSESSION,
        _STOLEN,
        _stolen_token_as_bearer,
    ),
    Attack(
        "replayed-proof",
        "A request that was recorded cannot be sent again.",
        Defence.SINGLE_USE,
        ("RFC 9449 section 11.1",),
        _replayed_proof,
    ),
    Attack(
        "proof-of-another-request",
        "A proof that was made for one request does not serve another.",
        Defence.REQUEST_BINDING,
        ("RFC 9449 section 4.3",),
        _proof_of_another_request,
    ),
    Attack(
        "old-proof",
        "A proof that was kept for later is refused.",
        Defence.FRESHNESS,
        ("RFC 9449 section 11.1",),
        _old_proof,
    ),
    Attack(
        "missing-scope",
        "A token does not do what its scope leaves out.",
        Defence.SCOPE,
        ("OWASP ASVS 5.0 V10.3.2", "NIST SP 800-207 tenet 4"),
        _missing_scope,
    ),
)
"""Each is carried out against a server with all defences, and against one without its own."""
