"""The pages in headless Chromium: by hand, with a passkey, and back at the client."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.trust.identity.provider import Provider
from tests.trust.identity.chromium import Page, chromium
from tests.trust.identity.clock import PASSWORD
from tests.trust.identity.serving import CLIENT, Browser

pytestmark = pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium here to open the pages with")


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with chromium(shutil.which("chromium") or "", tmp_path / "chromium") as page:
        yield page


def seen(page: Page, name: str) -> None:
    """A picture of the page, where somebody wants to look at it."""
    folder = os.environ.get("ASSAY_TEST_PICTURES")
    if folder:
        page.picture(Path(folder) / f"{name}.png")


def press_passkey(page: Page) -> None:
    page.wait("document.getElementById('passkey').hidden === false")
    page.act(lambda: page.evaluate("document.getElementById('passkey-button').click()"))


def test_can_enrol_a_passkey_and_sign_in_with_it(page: Page, provider: Provider) -> None:
    issuer = provider.settings.issuer
    authenticator = page.add_authenticator()
    page.open(f"{issuer}/account")
    assert page.path == "/login"
    seen(page, "login")
    page.submit(name="mei", password=PASSWORD)
    assert page.path == "/account"
    page.evaluate("document.getElementById('passkey-name').value = 'my <laptop>'")
    press_passkey(page)
    assert page.path == "/second-factor", "from now on it is asked for"
    seen(page, "second-factor")
    press_passkey(page)
    assert page.path == "/account"
    assert "my <laptop>" in page.text
    seen(page, "account")
    account = provider.accounts.named("mei")
    assert account
    (passkey,) = provider.passkeys.of_account(account.id)
    assert (passkey.attestation_format, passkey.is_attested, passkey.is_synced) == ("none", False, False)

    page.call("Network.clearBrowserCookies")
    page.open(f"{issuer}/login")
    press_passkey(page)
    assert page.path == "/account"
    assert ("hwk", "user") in [session.methods for session in provider.sessions.of_account(account.id)]

    page.call("WebAuthn.setUserVerified", authenticatorId=authenticator, isUserVerified=False)
    page.call("Network.clearBrowserCookies")
    page.open(f"{issuer}/login")
    page.evaluate("document.getElementById('passkey-button').click()")
    page.wait("!document.getElementById('passkey-trouble').hidden")
    assert page.path == "/login", "a person who is not verified is not let in"


def test_a_copied_passkey_is_noticed(page: Page, provider: Provider) -> None:
    authenticator = page.add_authenticator()
    page.open(f"{provider.settings.issuer}/login")
    page.submit(name="mei", password=PASSWORD)
    press_passkey(page)
    (copied,) = page.call("WebAuthn.getCredentials", authenticatorId=authenticator)["credentials"]
    press_passkey(page)
    assert page.path == "/account"
    page.call("WebAuthn.clearCredentials", authenticatorId=authenticator)
    page.call("WebAuthn.addCredential", authenticatorId=authenticator, credential=copied)
    page.call("Network.clearBrowserCookies")
    page.open(f"{provider.settings.issuer}/login")
    page.evaluate("document.getElementById('passkey-button').click()")
    page.wait("!document.getElementById('passkey-trouble').hidden")
    assert page.path == "/login"


def test_signing_in_leads_back_to_the_client_past_the_content_policy(
    page: Page, provider: Provider, browser: Browser
) -> None:
    page.open(f"{provider.settings.issuer}{browser.request_of(CLIENT, ui_locales='zh-CN')}")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    seen(page, "login-chinese")
    page.submit(name="mei", password=PASSWORD)
    assert page.path == "/consent"
    seen(page, "consent")
    page.evaluate("document.querySelector('button[value=allow]').click()")
    page.wait("location.href.startsWith('http://localhost:9/') || location.href.startsWith('chrome-error:')")
    history = page.call("Page.getNavigationHistory")["entries"]
    assert any(entry["url"].startswith("http://localhost:9/callback") for entry in history)
    assert not [each for each in page.complaints if "Content Security Policy" in each]
