"""Attacks on the provider, as over the network: each fails, and where something was stolen, what it gave is revoked."""

import hmac
import json
import logging
import time
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from assay.errors import IdentityError
from assay.trust.identity.accounts import PER_ACCOUNT
from assay.trust.identity.client_assertion import ASSERTION_TYPE
from assay.trust.identity.clients import Client, new_secret
from assay.trust.identity.provider import Provider
from tests.trust.identity.clock import PASSWORD, SetClock
from tests.trust.identity.serving import CALLBACK, CLIENT, FIRST_PARTY, Browser, answer, enrol_totp


def signed_in(browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def test_a_code_that_is_used_again_revokes_what_it_gave(browser: Browser) -> None:
    code = signed_in(browser).code()
    tokens = browser.redeem(code).json()
    assert browser.redeem(code).json()["error"] == "invalid_grant"
    assert browser.userinfo(tokens["access_token"]).status_code == 401
    assert browser.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


WRONG_REDEMPTIONS: list[dict[str, str]] = [
    {"code_verifier": "x" * 43},
    {"code_verifier": ""},
    {"redirect_uri": CALLBACK + "&x"},
    {"redirect_uri": ""},
    {"code": "made up"},
]


def test_a_stolen_code_is_worth_nothing_without_what_belongs_to_it(browser: Browser) -> None:
    signed_in(browser)
    for changes in WRONG_REDEMPTIONS:
        code = browser.code()
        assert browser.redeem(**dict[str, Any](code=code) | changes).json()["error"] == "invalid_grant", changes
        if "code" not in changes:
            assert browser.redeem(code).json()["error"] == "invalid_grant", "it is burnt"


def test_a_code_is_of_one_client_and_soon_over(browser: Browser, clock: SetClock) -> None:
    code = signed_in(browser).code()
    assert browser.redeem(code, CLIENT).json()["error"] == "invalid_grant"
    assert browser.redeem(code).is_success
    late = browser.code()
    clock.now += 61
    assert browser.redeem(late).json()["error"] == "invalid_grant"


WITHOUT_PKCE: list[dict[str, str | None]] = [
    {"code_challenge": None, "code_challenge_method": None},
    {"code_challenge_method": None},
    {"code_challenge_method": "plain"},
    {"code_challenge": "short"},
]


def test_pkce_cannot_be_left_out_or_downgraded(browser: Browser) -> None:
    signed_in(browser)
    for changes in WITHOUT_PKCE:
        told = answer(browser.authorize(FIRST_PARTY, **changes))
        assert (told["error"], told["state"], told["iss"]) == (
            "invalid_request",
            "a state",
            browser.provider.settings.issuer,
        ), changes


OTHER_ADDRESSES = [
    None,
    "http://localhost:9/callback",
    CALLBACK + "/",
    CALLBACK + "%00",
    CALLBACK.upper(),
    "http://localhost:9@evil.example/callback?from=assay",
    "http://localhost:90/callback?from=assay",
    "http://localhost:9/../callback?from=assay",
    "//localhost:9/callback?from=assay",
    "javascript:alert(1)",
]


def test_a_code_goes_to_the_registered_address_only(browser: Browser) -> None:
    signed_in(browser)
    for uri in OTHER_ADDRESSES:
        response = browser.authorize(FIRST_PARTY, redirect_uri=uri)
        assert response.status_code == 400, uri
        assert "location" not in response.headers
    assert browser.authorize(FIRST_PARTY, client_id="unknown").status_code == 400


@pytest.mark.parametrize(
    "uri",
    [
        "http://example.org/callback",
        "https://*.example.org/",
        "https://example.org/#here",
        "https://a@example.org/",
        "javascript:alert(1)",
        "data:text/html,x",
        "/callback",
        "https://example.org\\@evil.example/",
        "https://example.org/ x",
        "https:///x",
    ],
)
def test_no_client_is_registered_with_an_address_that_can_be_bent(uri: str) -> None:
    with pytest.raises(IdentityError, match="redirect URI"):
        Client(id="x", name="x", redirect_uris=(uri,))


NO_REQUESTS: list[tuple[dict[str, str | None], str]] = [
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"request": "eyJ"}, "request_not_supported"),
    ({"request_uri": "https://evil.example/"}, "request_uri_not_supported"),
    ({"scope": "profile"}, "invalid_scope"),
    ({"scope": "openid admin"}, "invalid_scope"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"nonce": "n" * 2_000}, "invalid_request"),
]


def test_requests_that_are_none_are_told_so(browser: Browser) -> None:
    signed_in(browser)
    for changes, error in NO_REQUESTS:
        assert answer(browser.authorize(FIRST_PARTY, **changes))["error"] == error, changes


def test_a_parameter_that_comes_twice_is_refused(browser: Browser) -> None:
    assert browser.http.get("/authorize?client_id=desk&client_id=shop").status_code == 400
    assert browser.http.post("/token", content="a=1&a=2", headers=FORM).json()["error"] == "invalid_request"
    assert browser.http.post("/token", content="a=%ff", headers=FORM).json()["error"] == "invalid_request"
    assert browser.http.post("/token", content="&".join(f"a{n}=1" for n in range(60)), headers=FORM).status_code == 400
    assert browser.http.post("/token", content=b"a" * 70_000, headers=FORM).status_code == 413


FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_a_refresh_token_that_is_used_again_revokes_its_family(browser: Browser) -> None:
    first = signed_in(browser).tokens()
    second = browser.refresh(first["refresh_token"]).json()
    assert browser.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
    assert browser.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert browser.userinfo(second["access_token"]).status_code == 401


def test_of_many_refreshes_at_once_one_succeeds_and_the_family_ends(browser: Browser) -> None:
    tokens = signed_in(browser).tokens()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: browser.refresh(tokens["refresh_token"]), range(8)))
    winners = [each.json() for each in answers if each.is_success]
    assert len(winners) == 1
    assert browser.refresh(winners[0]["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_refresh_token_is_of_one_client_and_gives_no_more(browser: Browser) -> None:
    tokens = signed_in(browser).tokens(scope="openid offline_access")
    assert browser.refresh(tokens["refresh_token"], client_id="shop").json()["error"] == "invalid_grant"
    assert browser.refresh(tokens["refresh_token"], scope="openid email").json()["error"] == "invalid_scope"


def test_a_one_time_code_cannot_be_replayed(browser: Browser, other_browser: Browser, clock: SetClock) -> None:
    app, _ = enrol_totp(signed_in(browser), clock)
    code = app.at(int(clock.now))
    for each, path in ((browser, "/account"), (other_browser, "/second-factor")):
        each.http.cookies.clear()
        assert each.submit(each.sign_in(), code=code).url.path == path


def test_guessing_passwords_and_spraying_them_ends_early(browser: Browser) -> None:
    page = browser.get("/login")
    answers = [browser.sign_in(page, password=f"guess number {number}") for number in range(PER_ACCOUNT.failures + 1)]
    assert [each.status_code for each in answers] == [403] * PER_ACCOUNT.failures + [429]
    assert browser.sign_in(page).status_code == 429
    assert browser.get("/account").url.path == "/login"


def test_nobody_learns_which_names_exist(browser: Browser) -> None:
    page = browser.get("/login")
    known, unknown = (browser.sign_in(page, name=name, password="wrong") for name in ("mei", "nobody"))  # noqa: S106
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)


def test_a_session_that_was_fixed_before_signing_in_is_worth_nothing(browser: Browser, other_browser: Browser) -> None:
    page = browser.get("/login")
    browser.http.cookies.set("assay_session", "chosen", domain="localhost.local", path="/")
    fixed = browser.http.post("/login", data=fields(page.text), headers={"cookie": chosen(browser)})
    assert fixed.status_code == 403, "the form was made before the cookie"
    browser.sign_in()
    assert browser.provider.sessions.find("chosen") is None
    other_browser.http.cookies.set("assay_session", "chosen", domain="localhost.local", path="/")
    assert other_browser.get("/account").url.path == "/login"


def chosen(browser: Browser) -> str:
    return f"assay_browser={browser.http.cookies['assay_browser']}; assay_session=chosen"


def test_a_session_gets_a_new_secret_when_more_is_proved(browser: Browser, clock: SetClock) -> None:
    signed_in(browser)
    before = browser.http.cookies["assay_session"]
    enrol_totp(browser, clock)
    assert browser.http.cookies["assay_session"] != before
    assert browser.provider.sessions.find(before) is None


def test_cookies_cannot_be_read_by_scripts_nor_come_along_with_forms_of_others(browser: Browser) -> None:
    page = browser.get("/login")
    made = browser.http.post("/login", data=fields(page.text), follow_redirects=False).headers.get_list("set-cookie")
    assert [each.split("=")[0] for each in made] == ["assay_session"]
    assert all("HttpOnly" in each and "SameSite=lax" in each and "Path=/" in each for each in made)


def fields(page: str) -> dict[str, str]:
    token = page.split('name="form_token" value="')[1].split('"', maxsplit=1)[0]
    return {"form_token": token, "name": "mei", "password": PASSWORD}


def test_forms_of_other_sites_do_nothing(browser: Browser, other_browser: Browser) -> None:
    page = browser.get("/login")
    good = fields(page.text)
    stolen = fields(other_browser.get("/login").text)["form_token"]
    evil = {"origin": "https://evil.example"}
    for data, headers in (
        ({**good, "form_token": ""}, {}),
        ({**good, "form_token": stolen}, {}),
        (good, evil),
        (good, {"origin": "null"}),
        (good, {"sec-fetch-site": "cross-site"}),
    ):
        assert browser.http.post("/login", data=data, headers=headers).status_code == 403
    assert browser.get("/account").url.path == "/login"
    browser.sign_in(page)
    for path in ("/logout", "/account/totp/remove", "/account/password", "/account/sessions/end", "/consent"):
        assert browser.http.post(path, data={"sid": "x"}).status_code in (303, 403), path
    assert browser.http.post("/passkeys/register/options", json={}).status_code == 403
    assert browser.get("/account").url.path == "/account"


def test_a_request_that_was_begun_in_another_browser_cannot_be_answered(
    browser: Browser, other_browser: Browser
) -> None:
    page = other_browser.authorize(FIRST_PARTY)
    interaction = str(page.url.params["interaction"])
    assert signed_in(browser).get(f"/continue?{urlencode({'interaction': interaction})}").status_code == 400


def test_a_request_is_answered_once(browser: Browser) -> None:
    page = browser.authorize(FIRST_PARTY)
    assert "code" in answer(browser.sign_in(page))
    assert browser.get(f"/continue?interaction={page.url.params['interaction']}").status_code == 400


def test_only_an_access_token_is_an_access_token(browser: Browser, provider: Provider) -> None:
    tokens = signed_in(browser).tokens()
    claims = provider.keys.verify(tokens["access_token"], kind="at+jwt")
    public = browser.http.get("/jwks").json()["keys"][0]
    kid = public["kid"]
    header, body, signature = tokens["access_token"].split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"
    foreign = jwt.encode({"alg": "ES256", "kid": kid, "typ": "at+jwt"}, claims, ECKey.generate_key("P-256"))
    for token in (
        tokens["id_token"],
        provider.keys.sign(claims, kind="JWT", algorithm="ES256"),
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
        f"{header}.{body}.{signature}=",
        f"{header}.{body}.{flipped(signature)}",
        f"{header}.{body}",
        foreign,
        confused({"alg": "HS256", "kid": kid, "typ": "at+jwt"}, claims, ECKey.import_key(public)),
        "a" * 10_000,
        "ﬁ.ﬁ.ﬁ",
    ):
        answered = browser.http.get("/userinfo", headers=[(b"authorization", f"Bearer {token}".encode())])
        assert answered.status_code == 401, token
        assert "Bearer" in answered.headers["www-authenticate"]
    assert browser.userinfo(tokens["access_token"]).is_success


def confused(header: dict[str, str], claims: dict[str, Any], key: ECKey) -> str:
    """Signed by HMAC, with the public key as the secret."""
    parts = [urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (header, claims)]
    mac = hmac.digest(key.as_pem(private=False), b".".join(parts), "sha256")
    return b".".join([*parts, urlsafe_b64encode(mac).rstrip(b"=")]).decode()


def flipped(signature: str) -> str:
    """The same bytes by another spelling: the last character of an ES256 signature has bits that count for nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return signature[:-1] + alphabet[alphabet.index(signature[-1]) ^ 1]


@pytest.fixture
def key(provider: Provider) -> ECKey:
    key = ECKey.generate_key("P-256")
    machine = Client(
        id="machine",
        name="Machine",
        redirect_uris=(CALLBACK,),
        authentication="private_key_jwt",
        jwks={"keys": [key.as_dict(private=False)]},
        may_introspect=True,
    )
    provider.clients.add(machine)
    return key


def assertion(provider: Provider, key: Any, clock: SetClock, alg: str = "ES256", **changes: Any) -> dict[str, str]:
    claims = {
        "iss": "machine",
        "sub": "machine",
        "aud": provider.settings.issuer,
        "exp": int(clock.now) + 60,
        "jti": str(time.monotonic_ns()),
        **changes,
    }
    made = jwt.encode({"alg": alg}, claims, key, algorithms=[alg])
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": made, "token": "x"}


def test_a_client_assertion_is_good_once_and_only_as_it_should_be(
    browser: Browser, provider: Provider, key: ECKey, clock: SetClock
) -> None:
    good = assertion(provider, key, clock)
    assert browser.http.post("/introspect", data=good).json() == {"active": False}
    assert browser.http.post("/introspect", data=good).json()["error"] == "invalid_client"
    head, body, _ = good["client_assertion"].split(".")
    none = {**good, "client_assertion": f"eyJhbGciOiJub25lIn0.{body}."}
    for bad in (
        none,
        {**none, "client_assertion": f"eyJhbGciOiJub25lIn0.{body}.AA"},
        {**good, "client_assertion": f"{head}.{body}.AA"},
        {**good, "client_assertion": "x"},
        {**good, "client_assertion_type": "x"},
        {**good, "client_assertion": confused({"alg": "HS256"}, {"iss": "machine", "sub": "machine"}, key)},
        assertion(provider, ECKey.generate_key("P-256"), clock),
        assertion(provider, key, clock, aud="https://other.example"),
        assertion(provider, key, clock, aud=[provider.settings.issuer, "https://other.example"]),
        assertion(provider, key, clock, iss="shop"),
        assertion(provider, key, clock, iss="desk", sub="desk"),
        assertion(provider, key, clock, exp=int(clock.now) - 60),
        assertion(provider, key, clock, exp=int(clock.now) + 86_400),
        assertion(provider, key, clock, exp="soon"),
        assertion(provider, key, clock, jti=None),
        assertion(provider, key, clock, nbf=int(clock.now) + 600),
    ):
        refused = browser.http.post("/introspect", data=bad)
        assert refused.json()["error"] in {"invalid_client", "invalid_request"}, bad
        assert bad["client_assertion"] not in refused.text


def test_introspection_tells_resource_servers_only(
    browser: Browser, provider: Provider, key: ECKey, clock: SetClock
) -> None:
    secret, hashed = new_secret()
    nosy = Client(id="nosy", name="x", redirect_uris=(), authentication="client_secret_basic", secret_hash=hashed)
    provider.clients.add(nosy)
    token = signed_in(browser).tokens()["access_token"]
    told = browser.http.post("/introspect", data={**assertion(provider, key, clock), "token": token}).json()
    assert (told["active"], told["client_id"], told["amr"]) == (True, "desk", ["pwd"])
    assert browser.http.post("/introspect", data={"token": token}, auth=("nosy", secret)).json() == {"active": False}
    refused = browser.http.post("/introspect", data={"token": token}, auth=("nosy", "wrong"))
    assert (refused.status_code, refused.headers["www-authenticate"].split()[0]) == (401, "Basic")
    assert browser.http.post("/introspect", data={"token": token, "client_id": "desk"}).status_code == 401
    assert browser.http.post("/introspect", data={"token": token, "client_id": "nosy"}).status_code == 401
    both = {"token": token, "client_id": "desk"}
    assert browser.http.post("/introspect", data=both, auth=("nosy", secret)).status_code == 400


def test_a_disabled_account_is_out_at_once(browser: Browser, provider: Provider) -> None:
    tokens = signed_in(browser).tokens()
    account = provider.accounts.named("mei")
    assert account
    provider.accounts.disable(account)
    assert browser.get("/account").url.path == "/login"
    assert browser.userinfo(tokens["access_token"]).status_code == 401
    assert browser.refresh(tokens["refresh_token"]).status_code == 400
    assert browser.sign_in().status_code == 403


def test_sensitive_pages_want_a_recent_sign_in(browser: Browser, clock: SetClock) -> None:
    signed_in(browser)
    clock.now += 700
    assert browser.get("/account").url.path == "/account"
    assert browser.get("/account/totp").url.path == "/login"


def test_no_secret_is_in_the_log_nor_in_the_store(
    browser: Browser, clock: SetClock, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    app, recovery = enrol_totp(signed_in(browser), clock)
    browser.sign_in(password="a wrong password")  # noqa: S106
    code = browser.code()
    tokens = browser.redeem(code).json()
    secret = [
        PASSWORD,
        "a wrong password",
        app.secret,
        *recovery,
        code,
        browser.verifier,
        *browser.http.cookies.values(),
    ]
    secret += [tokens[name] for name in ("access_token", "id_token", "refresh_token")]
    ours = "\n".join(each.getMessage() for each in caplog.records if not each.name.startswith("http"))
    assert "signed in" in ours
    stored = b"".join(path.read_bytes() for path in (tmp_path / "provider").iterdir())
    for each in secret:
        assert each not in ours
        assert each.encode() not in stored
