import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.trust.identity.provider import Provider
from assay.trust.identity.settings import ProviderSettings
from assay.trust.identity.store import Store
from tests.trust.identity.clock import PASSWORD, QUICK, SetClock
from tests.trust.identity.serving import CLIENT, FIRST_PARTY, Browser, serving


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    store = Store(tmp_path / "identity", clock)
    yield store
    store.close()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a provider with an account, clients and keys: made once, because passwords and keys take long."""
    folder = tmp_path_factory.mktemp("prepared") / "provider"
    provider = Provider(folder, ProviderSettings("http://localhost", argon2=QUICK), SetClock())
    provider.accounts.create("mei", PASSWORD, display_name="梅", email="mei@example.org")
    provider.clients.add(CLIENT)
    provider.clients.add(FIRST_PARTY)
    provider.keys.jwks()
    provider.close()
    return folder


@pytest.fixture
def provider(prepared: Path, tmp_path: Path, clock: SetClock) -> Iterator[Provider]:
    with serving(Path(shutil.copytree(prepared, tmp_path / "provider")), clock) as provider:
        yield provider


@pytest.fixture
def browser(provider: Provider) -> Iterator[Browser]:
    browser = Browser(provider)
    yield browser
    browser.http.close()


@pytest.fixture
def other_browser(provider: Provider) -> Iterator[Browser]:
    browser = Browser(provider)
    yield browser
    browser.http.close()
