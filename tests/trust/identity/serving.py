"""A provider that runs, and a relying party with a browser without scripts that signs in to it."""

import base64
import hashlib
import re
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pyotp
import uvicorn

from assay.trust.identity.clients import Client
from assay.trust.identity.provider import Provider, application
from assay.trust.identity.settings import ProviderSettings
from tests.trust.identity.clock import PASSWORD, QUICK, SetClock

CALLBACK = "http://localhost:9/callback?from=assay"
GOODBYE = "http://localhost:9/goodbye"
CLIENT = Client(id="shop", name="The <b>shop</b>", redirect_uris=(CALLBACK,), logout_uris=(GOODBYE,))
FIRST_PARTY = Client(id="desk", name="Desk", redirect_uris=(CALLBACK,), is_first_party=True)


@contextmanager
def serving(folder: Path, clock: SetClock) -> Iterator[Provider]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        issuer = f"http://localhost:{listener.getsockname()[1]}"
        provider = Provider(folder, ProviderSettings(issuer, argon2=QUICK), clock)
        configuration = uvicorn.Config(application(provider), log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(configuration)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield provider
        finally:
            server.should_exit = True
            thread.join()
            provider.close()


class Browser:
    """Keeps cookies, follows redirects within the provider, and stops at the client's own address."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.http = httpx.Client(base_url=provider.settings.issuer, timeout=60)
        self.verifier = secrets.token_urlsafe(32)

    def follow(self, response: httpx.Response) -> httpx.Response:
        while response.is_redirect and not response.headers["location"].startswith("http://localhost:9/"):
            response = self.http.get(response.headers["location"])
        return response

    def get(self, path: str) -> httpx.Response:
        return self.follow(self.http.get(path))

    def submit(self, page: httpx.Response, action: str = "", **fields: str) -> httpx.Response:
        """The form of a page, or that with this action, with its hidden fields."""
        forms = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page.text, re.DOTALL)
        target, content = next(form for form in forms if form[0] == (action or forms[0][0]))
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', content)
        return self.follow(self.http.post(target, data={**{n: unescape(v) for n, v in hidden}, **fields}))

    def authorize(self, client: Client = CLIENT, **changes: str | None) -> httpx.Response:
        return self.get(self.request_of(client, **changes))

    def request_of(self, client: Client, **changes: str | None) -> str:
        """Where a client sends a browser."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": client.redirect_uris[0],
            "scope": "openid profile email offline_access",
            "state": "a state",
            "nonce": "a nonce",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **changes,
        }
        return "/authorize?" + urlencode({name: value for name, value in asked.items() if value is not None})

    def sign_in(
        self, page: httpx.Response | None = None, name: str = "mei", password: str = PASSWORD
    ) -> httpx.Response:
        return self.submit(page or self.get("/login"), name=name, password=password)

    def code(self, **changes: str | None) -> str:
        """Signed in already: the code of a new request."""
        return answer(self.authorize(FIRST_PARTY, **changes))["code"]

    def redeem(self, code: str, client: Client = FIRST_PARTY, **changes: Any) -> httpx.Response:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.redirect_uris[0],
            "code_verifier": self.verifier,
        }
        return self.http.post("/token", data={"client_id": client.id, **fields, **changes})

    def tokens(self, **changes: str | None) -> dict[str, Any]:
        redeemed = self.redeem(self.code(**changes))
        assert redeemed.status_code == 200, redeemed.text
        tokens: dict[str, Any] = redeemed.json()
        return tokens

    def refresh(self, token: str, **fields: str) -> httpx.Response:
        given = {"client_id": FIRST_PARTY.id, "grant_type": "refresh_token", "refresh_token": token}
        return self.http.post("/token", data={**given, **fields})

    def userinfo(self, token: str) -> httpx.Response:
        return self.http.get("/userinfo", headers={"authorization": f"Bearer {token}"})


def answer(response: httpx.Response) -> dict[str, str]:
    """What a client is told at its redirect URI."""
    assert response.is_redirect, response.text
    query = parse_qs(urlsplit(response.headers["location"]).query, strict_parsing=True)
    return {name: value for name, (value,) in query.items()}


def enrol_totp(browser: Browser, clock: SetClock) -> tuple[pyotp.TOTP, list[str]]:
    """Through the pages. Codes of the next step are good after this."""
    page = browser.get("/account/totp")
    (secret,) = re.findall(r'id="totp-secret">([A-Z2-7]+)<', page.text)
    app = pyotp.TOTP(secret)
    shown = browser.submit(page, code=app.at(int(clock.now)))
    recovery = re.findall(r"<code>([a-z0-9-]{23})</code>", shown.text)
    assert len(recovery) == 10
    clock.now += 60
    return app, recovery
