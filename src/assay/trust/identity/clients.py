"""Clients: the programs that people sign in to, and how those prove who they are."""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import unquote_plus, urlsplit

import msgspec

from assay.errors import IdentityError, TokenError
from assay.trust.identity.client_assertion import ASSERTION_TYPE, ClientAssertions
from assay.trust.identity.refusal import Refusal
from assay.trust.identity.settings import LOOPBACK
from assay.trust.identity.store import Store, digest

__all__ = ["SCOPES", "Client", "Clients", "new_secret"]

SCOPES = ("openid", "profile", "email", "offline_access")

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MOST_URIS = 20
_LONGEST_URI = 1_000
_PRINTABLE = re.compile(r"[!-~]+")


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A client.

    Args:
        id: Its `client_id`.
        name: What people see on the consent page.
        redirect_uris: Where codes may be sent, compared as they are, character by character.
        logout_uris: Where people may be sent after logging out.
        authentication: How it proves who it is at the token endpoint. `none`: it cannot keep a secret.
        secret_hash: SHA-256 of its secret in base64.
        jwks: Its public keys, for `private_key_jwt`.
        scopes: What it may ask for.
        is_first_party: People are not asked for their consent.
        may_introspect: It may ask about tokens of other clients: it is a resource server.
        audience: Who its access tokens are for, besides this issuer.
        id_token_algorithm: What its ID tokens are signed with.

    Raises:
        IdentityError: They do not fit together.
    """

    id: str
    name: str
    redirect_uris: tuple[str, ...]
    logout_uris: tuple[str, ...] = ()
    authentication: Literal["none", "client_secret_basic", "private_key_jwt"] = "none"
    secret_hash: str = ""
    jwks: dict[str, Any] | None = None
    scopes: tuple[str, ...] = SCOPES
    is_first_party: bool = False
    may_introspect: bool = False
    audience: str = ""
    id_token_algorithm: Literal["ES256", "RS256"] = "ES256"  # noqa: S105 # no password

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise IdentityError(f"{self.id[:64]!r} is no client id", hint="use up to 64 letters, digits and . _ -")
        if not set(self.scopes) <= set(SCOPES):
            raise IdentityError("a scope is not known", hint=f"there are: {', '.join(SCOPES)}")
        if max(len(self.redirect_uris), len(self.logout_uris)) > _MOST_URIS:
            raise IdentityError(f"a client has at most {_MOST_URIS} redirect URIs", hint="use several clients")
        for uri in (*self.redirect_uris, *self.logout_uris):
            _check_uri(uri)
        if (self.authentication == "client_secret_basic") != bool(self.secret_hash):
            raise IdentityError("a client with a secret is one of client_secret_basic, and no other is")
        if (self.authentication == "private_key_jwt") != bool(self.jwks):
            raise IdentityError("a client with keys is one of private_key_jwt, and no other is")
        if self.may_introspect and self.authentication == "none":
            raise IdentityError("a client that proves nothing cannot ask about tokens of others")


def _check_uri(uri: str) -> None:
    parts = urlsplit(uri) if _PRINTABLE.fullmatch(uri) and len(uri) <= _LONGEST_URI else urlsplit("")
    # RFC 8252: an application on a device has a scheme of its own, a domain name in reverse.
    private = "." in parts.scheme and not parts.netloc
    web = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not (private or (web and parts.hostname)) or parts.username or "#" in uri or "*" in uri or "\\" in uri:
        raise IdentityError(
            f"{uri[:_LONGEST_URI]!r} is no redirect URI",
            hint="give https://…, http://localhost…, or a scheme like com.example.app; without fragment, * and user",
        )


class Clients:
    """Clients in the store.

    Args:
        store: Where they are.
        assertions: Checks what clients with keys present.
    """

    def __init__(self, store: Store, assertions: ClientAssertions) -> None:
        self._store = store
        self._assertions = assertions

    def add(self, client: Client) -> None:
        """Adds a client or replaces the one of that id."""
        with self._store.transaction() as database:
            database.execute("INSERT OR REPLACE INTO clients VALUES (?, ?)", (client.id, msgspec.json.encode(client)))

    def find(self, client_id: str) -> Client | None:
        """The client of that id."""
        with self._store.transaction() as database:
            row = database.execute("SELECT document FROM clients WHERE id = ?", (client_id,)).fetchone()
        return msgspec.json.decode(row["document"], type=Client) if row else None

    def authenticate(self, authorization: str | None, form: Mapping[str, str]) -> Client:
        """The client that sends a request, proved in the one way that it is registered for.

        Raises:
            Refusal: `invalid_client`.
        """
        if authorization is not None:
            client_id, secret = _basic(authorization)
            if "client_assertion" in form or form.get("client_id", client_id) != client_id:
                raise Refusal("invalid_request", "a client proves who it is in one way", 400)
            client = self._registered(client_id, "client_secret_basic")
            given = base64.b64encode(digest(secret)).decode()
            if client is None or not hmac.compare_digest(given, client.secret_hash):
                raise _unknown()
            return client
        if "client_assertion" in form:
            if form.get("client_assertion_type") != ASSERTION_TYPE:
                raise Refusal("invalid_request", f"client_assertion_type is not {ASSERTION_TYPE}")
            try:
                client = self._registered(self._assertions.claimed_client(form["client_assertion"]), "private_key_jwt")
                if client is None or client.jwks is None or form.get("client_id", client.id) != client.id:
                    raise _unknown()
                self._assertions.check(form["client_assertion"], client.id, client.jwks)
            except TokenError as error:
                raise Refusal("invalid_client", f"client_assertion: {error.message}", 401) from error
            return client
        client = self._registered(form.get("client_id", ""), "none")
        if client is None or "client_secret" in form:
            raise _unknown()
        return client

    def _registered(self, client_id: str, authentication: str) -> Client | None:
        client = self.find(client_id)
        return client if client and client.authentication == authentication else None


def new_secret() -> tuple[str, str]:
    """A client's secret, to be shown once, and what is stored of it."""
    secret = secrets.token_urlsafe(32)
    return secret, base64.b64encode(digest(secret)).decode()


def _unknown() -> Refusal:
    return Refusal("invalid_client", "there is no such client, or it did not prove to be it", 401)


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        plain = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise _unknown() from error
    client_id, colon, secret = plain.partition(":")
    if scheme.casefold() != "basic" or not colon:
        raise _unknown()
    return unquote_plus(client_id), unquote_plus(secret)
