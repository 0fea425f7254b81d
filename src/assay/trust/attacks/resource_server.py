"""The service under attack: a real HTTP server on loopback that takes access tokens, as one is told to with Assay.

Whole, it is `TokenVerifier` and a look at the scope. For controls it can be told to leave out a defence.
"""

import json
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from assay.errors import TokenError
from assay.trust.attacks import trusting_reader
from assay.trust.attacks.defence import Defence
from assay.trust.tokens.access_token import AccessToken, AccessTokenRules, validate_access_token
from assay.trust.tokens.dpop import ProofRules, claim_proof, verify_proof
from assay.trust.tokens.keys import generate_key
from assay.trust.tokens.presentation import PresentedToken, TokenVerifier
from assay.trust.tokens.replay import ReplayStore
from assay.trust.tokens.signatures import sign_compact, verify_compact

__all__ = ["AUDIENCE", "ISSUER", "SCOPES", "ResourceServer"]

ISSUER = "https://identity.shop.example"
AUDIENCE = "https://orders.shop.example"

SCOPES = {("GET", "/orders/1"): "orders:read", ("POST", "/refunds"): "payments:refund"}
"""What each endpoint asks for."""

_REQUEST_SECONDS = 10.0
_REASONABLE_WINDOW = 3600.0


class ResourceServer:
    """Serves from entering to leaving the `with`.

    Args:
        without: Defences that are left out.
    """

    def __init__(self, without: frozenset[Defence] = frozenset()) -> None:
        self.issuing_key = generate_key("ES256", identifier="2026-11", issuer=ISSUER)
        self._without = without
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        folder = Path(self._resources.enter_context(tempfile.TemporaryDirectory()))
        self._replay = ReplayStore(folder / "replay")
        self._resources.callback(self._replay.close)
        self._verifier = TokenVerifier(
            rules=AccessTokenRules(ISSUER, AUDIENCE),
            keys=lambda _: (self.issuing_key,),
            replay=self._replay,
            clock=time.time,
        )
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._resources.callback(server.server_close)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        self._resources.callback(thread.join)
        self._resources.callback(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._resources.close()

    def answer(self, presented: PresentedToken, endpoint: tuple[str, str]) -> tuple[HTTPStatus, dict[str, str]]:
        """What a request gets: the resource, or why not."""
        if endpoint not in SCOPES:
            return HTTPStatus.NOT_FOUND, {"error": "not_found"}
        try:
            token = self._verifier.verify(presented) if not self._without else self._verify_less(presented)
        except (TokenError, ValueError, KeyError, OSError) as error:
            return HTTPStatus.UNAUTHORIZED, {"error": "invalid_token", "error_description": str(error)}
        if Defence.SCOPE not in self._without and SCOPES[endpoint] not in token.scope:
            return HTTPStatus.FORBIDDEN, {"error": "insufficient_scope", "scope": SCOPES[endpoint]}
        return HTTPStatus.OK, {"done": f"{endpoint[0]} {endpoint[1]}", "as": token.subject}

    def _verify_less(self, presented: PresentedToken) -> AccessToken:
        """As `TokenVerifier.verify`, but for what is left out."""
        payload = self._payload(presented.token)
        # What remains of the checks is done by the real code, on a token that is signed as it asks.
        believed = sign_compact(payload, self.issuing_key, header={"typ": "at+jwt"})
        now = time.time()
        rules = self._verifier.rules
        if Defence.AUDIENCE in self._without:
            rules = replace(rules, audience=None)
        if Defence.BINDING in self._without:
            rules = replace(rules, require_confirmation=False)
        claimed_end = float(json.loads(payload)["exp"])
        judged_at = min(now, claimed_end - 1) if Defence.EXPIRY in self._without else now
        token = validate_access_token(believed, [self.issuing_key], rules, now=judged_at)
        if token.confirmation is not None:
            self._check_proof(presented, token, now)
        return token

    def _payload(self, token: str) -> bytes:
        if Defence.SIGNATURE in self._without:
            return trusting_reader.payload_unverified(token)
        if Defence.PINNED_ALGORITHM in self._without:
            return trusting_reader.payload_by_algorithm(token, self.issuing_key)
        if Defence.OWN_KEYS in self._without:
            return trusting_reader.payload_by_key(token, self.issuing_key)
        message = verify_compact(token, [self.issuing_key])
        if Defence.TOKEN_TYPE not in self._without and message.header.get("typ") != "at+jwt":
            raise TokenError("the type (typ) of the token is not at+jwt: it is no access token")
        return message.payload

    def _check_proof(self, presented: PresentedToken, token: AccessToken, now: float) -> None:
        if Defence.POSSESSION in self._without:
            return
        if len(presented.proofs) != 1:
            raise TokenError("the token is bound to a key: exactly one proof must come with it")
        (shown,) = presented.proofs
        claims = json.loads(trusting_reader.payload_unverified(shown))
        any_request = Defence.REQUEST_BINDING in self._without
        any_age = Defence.FRESHNESS in self._without
        # A proof that may be old is remembered for as long as it may be used.
        rules = ProofRules(window=_REASONABLE_WINDOW) if any_age else ProofRules()
        proof = verify_proof(
            shown,
            method=claims["htm"] if any_request else presented.method,
            url=claims["htu"] if any_request else presented.url,
            now=now,
            access_token=presented.token,
            rules=rules,
        )
        if token.confirmation is None or proof.key_thumbprint != token.confirmation.key_thumbprint:
            raise TokenError("the token is bound to another key than that of the proof")
        if Defence.SINGLE_USE not in self._without:
            claim_proof(proof, self._replay, now=now, rules=rules)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        resource_server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = _REQUEST_SECONDS

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                scheme, _, token = self.headers.get("Authorization", "").partition(" ")
                presented = PresentedToken(
                    scheme=scheme,
                    token=token,
                    method=self.command,
                    url=resource_server.url + self.path,
                    proofs=tuple(self.headers.get_all("DPoP") or ()),
                )
                status, body = resource_server.answer(presented, (self.command, self.path))
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments: Any) -> None:
                """Says nothing: what is refused is evidence, and stored as such."""

        return Handler
