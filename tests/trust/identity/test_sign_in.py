"""A relying party signs people in, over real HTTP: whole flows, in a browser without scripts."""

import re

import httpx  # noqa: TC002 # as in all files
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from assay.trust.identity.provider import Provider
from tests.trust.identity.clock import SetClock
from tests.trust.identity.serving import CALLBACK, CLIENT, FIRST_PARTY, GOODBYE, Browser, answer, enrol_totp


def claims_of(browser: Browser, token: str, algorithm: str = "ES256") -> dict[str, object]:
    keys = KeySet.import_key_set(browser.http.get("/jwks").json())
    return dict(jwt.decode(token, keys, algorithms=[algorithm]).claims)


def test_can_sign_in_agree_and_get_tokens(browser: Browser, clock: SetClock) -> None:
    issuer = browser.provider.settings.issuer
    asked = browser.authorize()
    assert "The &lt;b&gt;shop&lt;/b&gt;" in asked.text
    consent = browser.sign_in(asked)
    assert "your e-mail address" in consent.text
    agreed = browser.submit(consent, answer="allow")
    assert agreed.headers["location"].startswith(f"{CALLBACK}&code=")
    told = answer(agreed)
    assert (told["state"], told["iss"], told["from"]) == ("a state", issuer, "assay")
    redeemed = browser.redeem(told["code"], CLIENT)
    assert redeemed.headers["cache-control"] == "no-store"
    tokens = redeemed.json()
    identity = claims_of(browser, tokens["id_token"])
    account = browser.provider.accounts.named("mei")
    assert account
    assert {name: identity[name] for name in ("iss", "sub", "aud", "nonce", "auth_time", "acr", "amr")} == {
        "iss": issuer,
        "sub": account.id,
        "aud": "shop",
        "nonce": "a nonce",
        "auth_time": int(clock.now),
        "acr": "urn:assay:acr:password",
        "amr": ["pwd"],
    }
    assert browser.userinfo(tokens["access_token"]).json() == {
        "sub": account.id,
        "name": "梅",
        "preferred_username": "mei",
        "email": "mei@example.org",
        "email_verified": False,
    }
    assert "code" in answer(browser.authorize()), "what was agreed to once is not asked again"


def test_a_person_may_refuse(browser: Browser) -> None:
    consent = browser.sign_in(browser.authorize())
    told = answer(browser.submit(consent, answer="refuse"))
    assert (told["error"], told["state"]) == ("access_denied", "a state")


def test_one_sign_in_serves_all_clients(browser: Browser) -> None:
    browser.sign_in()
    assert browser.tokens()["expires_in"] == 300
    assert "Allow" in browser.authorize(CLIENT).text


def test_discovery_names_endpoints_that_exist(browser: Browser) -> None:
    found = browser.http.get("/.well-known/openid-configuration").json()
    assert found["issuer"] == browser.provider.settings.issuer
    assert found["code_challenge_methods_supported"] == ["S256"]
    for name, url in found.items():
        if name.endswith(("_endpoint", "_uri")):
            assert browser.http.options(url).status_code == 405, name


def test_prompt_none_never_shows_a_page(browser: Browser, clock: SetClock) -> None:
    assert answer(browser.authorize(prompt="none"))["error"] == "login_required"
    browser.sign_in()
    assert answer(browser.authorize(prompt="none"))["error"] == "consent_required"
    assert "code" in answer(browser.authorize(FIRST_PARTY, prompt="none"))
    clock.now += 100
    assert answer(browser.authorize(FIRST_PARTY, prompt="none", max_age="99"))["error"] == "login_required"


@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "50"}])
def test_a_client_can_have_a_person_sign_in_again(browser: Browser, clock: SetClock, changes: dict[str, str]) -> None:
    browser.sign_in()
    clock.now += 100
    page = browser.authorize(FIRST_PARTY, **changes)
    assert page.status_code == 200
    code = answer(browser.sign_in(page))["code"]
    identity = claims_of(browser, browser.redeem(code).json()["id_token"])
    assert identity["auth_time"] == int(clock.now)


def test_prompt_consent_asks_again(browser: Browser) -> None:
    browser.submit(browser.sign_in(browser.authorize()), answer="allow")
    assert "Allow" in browser.authorize(prompt="consent").text


def test_a_second_factor_is_asked_for_once_enrolled_and_shown_in_tokens(browser: Browser, clock: SetClock) -> None:
    browser.sign_in()
    app, _ = enrol_totp(browser, clock)
    browser.http.cookies.clear()
    page = browser.sign_in(browser.authorize(FIRST_PARTY))
    assert page.url.path == "/second-factor"
    assert browser.get("/account").url.path == "/second-factor", "the password alone opens nothing"
    code = answer(browser.submit(page, code=app.at(int(clock.now))))["code"]
    identity = claims_of(browser, browser.redeem(code).json()["id_token"])
    assert (identity["acr"], identity["amr"]) == ("urn:assay:acr:mfa", ["mfa", "otp", "pwd"])


def test_a_recovery_code_stands_in_for_the_app_once(browser: Browser, clock: SetClock) -> None:
    browser.sign_in()
    _, recovery = enrol_totp(browser, clock)
    for status in (200, 403):
        browser.http.cookies.clear()
        page = browser.submit(browser.sign_in(), code=recovery[0])
        assert page.status_code == status


def test_a_client_can_step_up_to_a_second_factor(browser: Browser, clock: SetClock) -> None:
    browser.sign_in()
    page = browser.authorize(FIRST_PARTY, acr_values="urn:unknown urn:assay:acr:mfa")
    assert page.url.path == "/account/totp", "who has no second factor is asked to enrol one"
    (secret,) = re.findall(r'id="totp-secret">([A-Z2-7]+)<', page.text)
    import pyotp  # noqa: PLC0415 # the app of the person

    shown = browser.submit(page, code=pyotp.TOTP(secret).at(int(clock.now)))
    (onward,) = re.findall(r'href="(/continue[^"]+)"', shown.text)
    identity = claims_of(browser, browser.redeem(answer(browser.get(onward))["code"]).json()["id_token"])
    assert identity["acr"] == "urn:assay:acr:mfa"


def test_a_level_that_cannot_be_reached_is_refused(browser: Browser) -> None:
    browser.sign_in()
    for level in ("urn:assay:acr:passkey", "urn:unknown"):
        told = answer(browser.authorize(FIRST_PARTY, acr_values=level))
        assert told["error"] == "unmet_authentication_requirements"


def test_refresh_gives_new_tokens_of_the_same_authentication(browser: Browser, clock: SetClock) -> None:
    browser.sign_in()
    tokens = browser.tokens()
    signed_in_at = int(clock.now)
    clock.now += 1_000
    assert browser.userinfo(tokens["access_token"]).status_code == 401
    renewed = browser.refresh(tokens["refresh_token"], scope="openid").json()
    assert renewed["scope"] == "openid"
    assert claims_of(browser, renewed["id_token"])["auth_time"] == signed_in_at
    assert browser.userinfo(renewed["access_token"]).json().keys() == {"sub"}
    assert "email" in browser.refresh(renewed["refresh_token"]).json()["scope"]


def test_a_client_without_offline_access_gets_no_refresh_token(browser: Browser) -> None:
    browser.sign_in()
    assert "refresh_token" not in browser.tokens(scope="openid")


def test_revocation_ends_tokens(browser: Browser) -> None:
    browser.sign_in()
    tokens = browser.tokens()
    for token in ("nothing", tokens["access_token"]):
        assert browser.http.post("/revoke", data={"client_id": "desk", "token": token}).status_code == 200
    assert browser.userinfo(tokens["access_token"]).status_code == 401
    renewed = browser.refresh(tokens["refresh_token"]).json()
    assert browser.http.post("/revoke", data={"client_id": "shop", "token": renewed["refresh_token"]}).is_success
    assert browser.userinfo(renewed["access_token"]).is_success, "another client's token is not its to revoke"
    browser.http.post("/revoke", data={"client_id": "desk", "token": renewed["refresh_token"]})
    assert browser.userinfo(renewed["access_token"]).status_code == 401
    assert browser.refresh(renewed["refresh_token"]).json()["error"] == "invalid_grant"


def test_logging_out_ends_the_session_and_what_it_gave(browser: Browser) -> None:
    browser.sign_in()
    tokens = browser.tokens()
    query = f"/logout?post_logout_redirect_uri={GOODBYE}&state=s&id_token_hint={tokens['id_token']}"
    assert browser.http.get(query).status_code == 400, "that client registered no such address"
    page = browser.get("/logout")
    assert browser.userinfo(tokens["access_token"]).is_success, "nothing ends before the person says so"
    browser.submit(page)
    assert browser.get("/account").url.path == "/login"
    assert browser.userinfo(tokens["access_token"]).status_code == 401
    assert browser.refresh(tokens["refresh_token"]).status_code == 400


def test_logging_out_leads_back_to_the_client(browser: Browser) -> None:
    consent = browser.sign_in(browser.authorize())
    code = answer(browser.submit(consent, answer="allow"))["code"]
    token = browser.redeem(code, CLIENT).json()["id_token"]
    page = browser.get(f"/logout?post_logout_redirect_uri={GOODBYE}&state=s&id_token_hint={token}")
    assert "http://localhost:9" in page.headers["content-security-policy"]
    assert browser.submit(page).headers["location"] == f"{GOODBYE}?state=s"


def test_keys_rotate_without_a_token_that_cannot_be_verified(browser: Browser, clock: SetClock) -> None:
    browser.sign_in()
    token = browser.tokens()["access_token"]
    before = {key["kid"] for key in browser.http.get("/jwks").json()["keys"]}
    browser.provider.keys.rotate()
    published = browser.http.get("/jwks").json()["keys"]
    assert len(published) == 4
    assert not any({"d", "p", "q"} & key.keys() for key in published)
    assert kid_of(browser.tokens()["id_token"]) in before, "a key that clients cannot know yet does not sign"
    clock.now += 3_600
    browser.http.cookies.clear()
    browser.sign_in()
    assert kid_of(browser.tokens()["id_token"]) not in before
    assert before < {key["kid"] for key in browser.http.get("/jwks").json()["keys"]}
    clock.now += 86_400
    assert not before & {key["kid"] for key in browser.http.get("/jwks").json()["keys"]}
    assert browser.userinfo(token).status_code == 401


def kid_of(token: str) -> str:
    import json  # noqa: PLC0415
    from base64 import urlsafe_b64decode  # noqa: PLC0415

    return str(json.loads(urlsafe_b64decode(token.split(".", maxsplit=1)[0] + "=="))["kid"])


def test_a_client_may_have_rs256(browser: Browser, provider: Provider) -> None:
    import msgspec  # noqa: PLC0415

    provider.clients.add(msgspec.structs.replace(FIRST_PARTY, id_token_algorithm="RS256"))  # noqa: S106
    browser.sign_in()
    assert claims_of(browser, browser.tokens()["id_token"], "RS256")["aud"] == "desk"
    assert {key["kty"] for key in browser.http.get("/jwks").json()["keys"]} == {
        ECKey.key_type,
        RSAKey.key_type,
    }


def test_the_account_page_ends_other_sessions(browser: Browser, other_browser: Browser) -> None:
    browser.sign_in()
    other_browser.sign_in()
    tokens = other_browser.tokens()
    page = browser.get("/account")
    sids = re.findall(r'name="sid" value="([^"]+)"', page.text)
    assert len(sids) == 2
    mine = browser.provider.sessions.find(browser.http.cookies["assay_session"])
    assert mine
    (theirs,) = set(sids) - {mine.sid}
    browser.submit(page, "/account/sessions/end", sid=theirs)
    assert other_browser.get("/account").url.path == "/login"
    assert other_browser.userinfo(tokens["access_token"]).status_code == 401
    assert browser.get("/account").url.path == "/account"


def test_a_changed_password_ends_other_sessions(browser: Browser, other_browser: Browser) -> None:
    from tests.trust.identity.clock import PASSWORD  # noqa: PLC0415

    browser.sign_in()
    other_browser.sign_in()
    page = browser.get("/account")
    assert browser.submit(page, "/account/password", current=PASSWORD, new="short").status_code == 403
    changed = browser.submit(page, "/account/password", current=PASSWORD, new="quite another password")
    assert "is changed" in changed.text
    assert other_browser.get("/account").url.path == "/login"


def test_sessions_end_by_themselves(browser: Browser, clock: SetClock) -> None:
    browser.sign_in()
    clock.now += 3_000
    assert browser.get("/account").url.path == "/account"
    clock.now += 3_700
    assert browser.get("/account").url.path == "/login"


def test_pages_speak_chinese_where_it_is_asked_for(browser: Browser) -> None:
    page = browser.http.get("/login", headers={"accept-language": "de, zh-CN;q=0.9, en;q=0.8"})
    assert '<html lang="zh-Hans">' in page.text
    assert "使用通行密钥登录" in page.text
    assert '<html lang="zh-Hans">' in browser.authorize(ui_locales="fr zh-Hans").text
    assert '<html lang="en">' in browser.get("/login").text


def test_every_answer_has_the_headers_that_protect_it(browser: Browser) -> None:
    for path in ("/login", "/jwks", "/no-such-page", "/assets/passkeys.js", "/assets/other.js"):
        headers: httpx.Headers = browser.http.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
        assert "frame-ancestors 'none'" in policy
