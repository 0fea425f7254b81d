"""What an attacker has to work with: a user's token, a captured request, an own key, and the server's address."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

import httpx

from assay.trust.attacks.resource_server import AUDIENCE, ISSUER, ResourceServer
from assay.trust.tokens.access_token import AccessToken, Confirmation, issue_access_token
from assay.trust.tokens.base64url import encode_base64url
from assay.trust.tokens.dpop import make_proof
from assay.trust.tokens.keys import Key, generate_key
from assay.trust.tokens.signatures import sign_compact

__all__ = ["Exchange", "Scene"]

_SECONDS = 10.0
READ = ("GET", "/orders/1")
REFUND = ("POST", "/refunds")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came back, without the token and the proof: those are secrets."""

    request: str
    status: int
    body: str

    @property
    def was_let_in(self) -> bool:
        """Whether the service did what was asked."""
        return self.status == HTTPStatus.OK


@dataclass(slots=True)
class Scene:
    """One server, a user whose key and token are well made, and an attacker with an own key."""

    server: ResourceServer
    client: httpx.Client
    user_key: Key = field(default_factory=lambda: generate_key("ES256"))
    attacker_key: Key = field(default_factory=lambda: generate_key("ES256"))
    exchanges: list[Exchange] = field(default_factory=list)

    def claims(self, bound_to: Key | None, **changed: Any) -> AccessToken:
        """A token's content: the user may read orders, for five minutes from now."""
        now = time.time()
        made = AccessToken(
            issuer=ISSUER,
            subject="alice",
            audience=(AUDIENCE,),
            client="shop-app",
            scope=frozenset({"orders:read"}),
            issued_at=now - 1,
            expires_at=now + 300,
            identifier=encode_base64url(str(now).encode()),
            confirmation=None if bound_to is None else Confirmation(key_thumbprint=bound_to.thumbprint),
        )
        return replace(made, **changed)

    def token(self, bound_to: Key | None, **changed: Any) -> str:
        """Such a token, signed by the issuer."""
        return issue_access_token(self.claims(bound_to, **changed), self.server.issuing_key)

    def signed(self, claims: AccessToken, key: Key, header: Mapping[str, Any]) -> str:
        """The claims, signed by any key under any header."""
        return sign_compact(_payload(claims), key, header=header)

    def unsigned(self, claims: AccessToken, header: Mapping[str, Any]) -> str:
        """Header and payload of a token, up to the dot before its signature."""
        return f"{encode_base64url(json.dumps(header).encode())}.{encode_base64url(_payload(claims))}."

    def proof(self, key: Key, token: str, endpoint: tuple[str, str] = READ, *, age: float = 0.0) -> str:
        """A proof by the key for one request."""
        method, path = endpoint
        return make_proof(key, method=method, url=self.server.url + path, now=time.time() - age, access_token=token)

    def send(
        self, token: str, proof: str | None, endpoint: tuple[str, str] = READ, *, scheme: str = "DPoP"
    ) -> Exchange:
        """Sends one request, and keeps what came of it."""
        headers = {"Authorization": f"{scheme} {token}"} | ({} if proof is None else {"DPoP": proof})
        answer = self.client.request(endpoint[0], self.server.url + endpoint[1], headers=headers, timeout=_SECONDS)
        exchange = Exchange(" ".join(endpoint), answer.status_code, answer.text)
        self.exchanges.append(exchange)
        return exchange

    def send_as(self, key: Key, token: str, endpoint: tuple[str, str] = READ) -> Exchange:
        """Sends the token with a fresh proof by the key."""
        return self.send(token, self.proof(key, token, endpoint), endpoint)


def _payload(claims: AccessToken) -> bytes:
    return json.dumps(claims.claims(), separators=(",", ":")).encode()
