"""The provider: its parts, and the application that serves them."""

import logging
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route

from assay.trust.identity import account_pages, discovery, passkey_endpoints, sign_in_pages, token_endpoints
from assay.trust.identity.accounts import Account, Accounts
from assay.trust.identity.authorization import Interactions
from assay.trust.identity.client_assertion import ClientAssertions
from assay.trust.identity.clients import Clients
from assay.trust.identity.grants import Grants
from assay.trust.identity.pages import Pages
from assay.trust.identity.passkeys import Passkeys
from assay.trust.identity.passwords import Passwords
from assay.trust.identity.refusal import Refusal
from assay.trust.identity.second_factors import SecondFactors
from assay.trust.identity.sessions import Session, Sessions
from assay.trust.identity.settings import ProviderSettings
from assay.trust.identity.signing import KeyRing
from assay.trust.identity.store import Clock, Store
from assay.trust.identity.web import Call, Handler, SecureHeaders, endpoint, json_answer

__all__ = ["Provider", "application"]

_LOG = logging.getLogger("assay.trust.identity")

_ASSETS = {"identity.css": "text/css", "passkeys.js": "text/javascript"}


class Provider:
    """All parts of one provider.

    Args:
        folder: Where its store is.
        settings: What can be set.
        clock: Seconds since 1970.

    Raises:
        IdentityError: The store cannot be used.
    """

    def __init__(self, folder: Path, settings: ProviderSettings, clock: Clock) -> None:
        self.settings = settings
        self.store = Store(folder, clock)
        self.accounts = Accounts(self.store, Passwords(settings.argon2))
        self.second_factors = SecondFactors(self.store, settings.name)
        self.passkeys = Passkeys(self.store, settings)
        self.sessions = Sessions(self.store, settings.lifetimes)
        self.keys = KeyRing(self.store, settings.lifetimes)
        assertions = ClientAssertions(self.store, (settings.issuer, f"{settings.issuer}/token"))
        self.clients = Clients(self.store, assertions)
        self.grants = Grants(self.store, settings.lifetimes)
        self.interactions = Interactions(self.store, settings.lifetimes)
        self.pages = Pages(settings.name)
        self.form_key = self.store.derived_key("forms")

    def factors_of(self, account: Account) -> frozenset[str]:
        """What an account has enrolled besides its password: `totp`, `passkey`."""
        found = {"totp"} if self.second_factors.has_totp(account) else set[str]()
        return frozenset(found | ({"passkey"} if self.passkeys.of_account(account.id) else set()))

    def account_of(self, session: Session) -> Account:
        """Whose session it is.

        Raises:
            Refusal: The account was disabled just now.
        """
        account = self.accounts.find(session.account_id)
        if account is None:
            raise Refusal("access_denied", "the account is disabled", 403)
        return account

    def record(self, event: str, call: Call, **facts: Any) -> None:
        """Writes to the log what happened. Facts are ids and names; never a password, code, token or query."""
        told = " ".join(f"{name}={value!r}" for name, value in {"address": call.address, **facts}.items())
        _LOG.info("%s %s", event, told)

    def refused(self, refusal: Refusal, call: Call | None = None) -> Response:
        """A refusal as its reader wants it: a page for people, JSON for programs."""
        if call is None or call.path in _FOR_PROGRAMS or call.path.startswith("/passkeys/"):
            response = json_answer({"error": refusal.error, "error_description": refusal.description}, refusal.status)
            if refusal.status == 401:  # noqa: PLR2004 # Unauthorized
                scheme = "Bearer" if call is not None and call.path == "/userinfo" else "Basic"
                response.headers["www-authenticate"] = f'{scheme} realm="assay", error="{refusal.error}"'
            return response
        return self.pages.message(call, "refused", detail=refusal.description, status=refusal.status)

    def close(self) -> None:
        """Closes the store."""
        self.store.close()


_FOR_PROGRAMS = frozenset({"/token", "/revoke", "/introspect", "/userinfo", "/jwks"})


def application(provider: Provider) -> Starlette:
    """The provider as an ASGI application."""
    handlers: list[tuple[str, list[str], Handler]] = [
        *discovery.HANDLERS,
        *token_endpoints.HANDLERS,
        *sign_in_pages.HANDLERS,
        *account_pages.HANDLERS,
        *passkey_endpoints.HANDLERS,
        ("/assets/{name}", ["GET"], _asset),
    ]
    return Starlette(
        routes=[Route(path, endpoint(provider, handler), methods=methods) for path, methods, handler in handlers],
        middleware=[Middleware(SecureHeaders, is_https=provider.settings.is_https)],
    )


def _asset(call: Call) -> Response:
    name = call.path.removeprefix("/assets/")
    if name not in _ASSETS:
        raise Refusal("not_found", "there is no such file", 404)
    content = (files("assay.trust.identity") / "assets" / name).read_bytes()
    return Response(content, media_type=_ASSETS[name], headers={"cache-control": "max-age=300"})
