"""The token endpoint for the grant of token exchange (RFC 8693 section 2), as a small ASGI application."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from assay.errors import ExchangeError, NonceError, TokenError
from assay.trust.tokens.access_token import (
    AccessToken,
    AccessTokenRules,
    issue_access_token,
    validate_access_token,
)
from assay.trust.tokens.dpop import Nonces, ProofRules
from assay.trust.tokens.exchange import ExchangeRequest, ExchangeRules, exchange
from assay.trust.tokens.key_ring import KeyRing
from assay.trust.tokens.presentation import PresentedToken, TokenVerifier
from assay.trust.tokens.replay import ReplayStore

__all__ = ["ACCESS_TOKEN_TYPE", "GRANT_TYPE", "ExchangeEndpoint", "exchange_application"]

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 # a name of RFC 8693, no secret

MAXIMUM_BODY_BYTES = 64 * 1024
"""Of a request: two tokens and some names."""

_MAXIMUM_FIELDS = 32
_JWT_TYPE = "urn:ietf:params:oauth:token-type:jwt"
_ONCE = {
    *("grant_type", "subject_token", "subject_token_type", "actor_token", "actor_token_type"),
    *("requested_token_type", "scope"),
}


@dataclass(frozen=True, slots=True)
class ExchangeEndpoint:
    """What the endpoint needs to know. `clock` returns seconds since the epoch."""

    rules: ExchangeRules
    ring: Callable[[], KeyRing]
    """The issuer's keys, asked for each time: they rotate."""

    replay: ReplayStore
    clock: Callable[[], float]
    url: str
    """The address of the endpoint, as services address it."""

    nonces: Nonces | None = None
    proof_rules: ProofRules = field(default_factory=ProofRules)
    certificate: Callable[[Request], bytes | None] = field(default=lambda _: None)
    """The certificate of the connection in DER, from what ends TLS: only its word may be taken."""

    def answer(self, form: Sequence[tuple[str, str]], proofs: Sequence[str], certificate: bytes | None) -> "Answer":
        """The new token for a request: its fields, each `DPoP` header, and the certificate of the connection.

        Raises:
            ExchangeError: The request, one of its tokens, or what it asks for is refused.
        """
        fields = _fields(form)
        now = self.clock()
        ring = self.ring()
        request = ExchangeRequest(
            subject=self._subject(fields["subject_token"], ring, now),
            actor=self._actor(fields["actor_token"], ring, proofs, certificate),
            audience=frozenset(value for name, value in form if name == "audience"),
            scope=frozenset(fields["scope"].split(" ")) if "scope" in fields else None,
        )
        token = exchange(request, self.rules, now=now)
        return Answer(issue_access_token(token, ring.signing_key(now)), token)

    def _subject(self, token: str, ring: KeyRing, now: float) -> AccessToken:
        """Without proof of its sender: it was sent to the actor, who sends it on."""
        try:
            return validate_access_token(token, ring.verification_keys(now), self._token_rules(None), now=now)
        except TokenError as refused:
            raise ExchangeError(f"subject_token: {refused.message}", oauth="invalid_request") from None

    def _actor(self, token: str, ring: KeyRing, proofs: Sequence[str], certificate: bytes | None) -> AccessToken:
        verifier = TokenVerifier(
            rules=self._token_rules(self.rules.issuer),
            keys=ring.verification_keys,
            replay=self.replay,
            clock=self.clock,
            proof_rules=self.proof_rules,
            nonces=self.nonces,
        )
        scheme = "DPoP" if proofs else "Bearer"
        try:
            # At this endpoint the actor's token is a field of the form, and the proof is one of its key alone.
            return verifier.verify(
                PresentedToken(
                    scheme, token, "POST", self.url, proofs=proofs, names_token=False, certificate=certificate
                )
            )
        except NonceError as refused:
            raise ExchangeError(refused.message, oauth="use_dpop_nonce") from None
        except TokenError as refused:
            raise ExchangeError(f"actor_token: {refused.message}", oauth="invalid_client") from None

    def _token_rules(self, audience: str | None) -> AccessTokenRules:
        # No leeway: the issuer reads its own clock.
        return AccessTokenRules(issuer=self.rules.issuer, audience=audience, leeway=0.0, maximum_lifetime=24 * 3600.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """A token that was issued, and what it says."""

    signed: str = field(repr=False)
    token: AccessToken

    def body(self, now: float) -> dict[str, object]:
        """RFC 8693 section 2.2.1."""
        bound = self.token.confirmation
        return {
            "access_token": self.signed,
            "issued_token_type": ACCESS_TOKEN_TYPE,
            "token_type": "DPoP" if bound is not None and bound.key_thumbprint is not None else "Bearer",
            "expires_in": max(0, int(self.token.expires_at - now)),
            "scope": " ".join(sorted(self.token.scope)),
        }


def exchange_application(endpoint: ExchangeEndpoint) -> Starlette:
    """An application with one route, `POST /token`."""

    async def token(request: Request) -> JSONResponse:
        now = endpoint.clock()
        headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
        if endpoint.nonces is not None:
            headers["DPoP-Nonce"] = endpoint.nonces.issue(now)
        try:
            form = _form(request, await _body(request))
            proofs = request.headers.getlist("dpop")
            answer = await run_in_threadpool(endpoint.answer, form, proofs, endpoint.certificate(request))
        except ExchangeError as refused:
            error = {"error": refused.oauth, "error_description": _description(refused.message)}
            return JSONResponse(error, 401 if refused.oauth == "invalid_client" else 400, headers)
        except TokenError as refused:
            error = {"error": "invalid_request", "error_description": _description(refused.message)}
            return JSONResponse(error, 400, headers)
        return JSONResponse(answer.body(now), 200, headers)

    return Starlette(routes=[Route("/token", token, methods=["POST"])])


def _description(message: str) -> str:
    """RFC 6749 section 5.2 allows printable ASCII without quotes and backslashes."""
    return "".join(
        character for character in message if character.isascii() and character.isprintable() and character not in '"\\'
    )


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAXIMUM_BODY_BYTES:
            raise ExchangeError(
                f"the request is larger than {MAXIMUM_BODY_BYTES} bytes, which is the limit", oauth="invalid_request"
            )
    return bytes(body)


def _form(request: Request, body: bytes) -> list[tuple[str, str]]:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise ExchangeError("the request is no form (application/x-www-form-urlencoded)", oauth="invalid_request")
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            max_num_fields=_MAXIMUM_FIELDS,
            errors="strict",
        )
    except ValueError:
        raise ExchangeError(
            f"the form cannot be read, or has more than {_MAXIMUM_FIELDS} fields", oauth="invalid_request"
        ) from None


def _fields(form: Sequence[tuple[str, str]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in form:
        if name in _ONCE:
            if name in fields:
                raise ExchangeError(f"{name} stands twice in the request", oauth="invalid_request")
            fields[name] = value
        elif name == "resource":
            raise ExchangeError("resource is not supported: name an audience", oauth="invalid_target")
    if fields.get("grant_type") != GRANT_TYPE:
        raise ExchangeError("the grant type is not that of token exchange", oauth="unsupported_grant_type")
    for name in ("subject_token", "actor_token"):
        if not fields.get(name):
            raise ExchangeError(f"{name} is missing", oauth="invalid_request")
        if fields.get(f"{name}_type") not in (ACCESS_TOKEN_TYPE, _JWT_TYPE):
            raise ExchangeError(f"{name}_type is not that of an access token", oauth="invalid_request")
    if fields.get("requested_token_type", ACCESS_TOKEN_TYPE) != ACCESS_TOKEN_TYPE:
        raise ExchangeError("only access tokens are issued here", oauth="invalid_request")
    return fields
