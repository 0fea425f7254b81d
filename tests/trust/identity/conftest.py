from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.trust.identity.store import Store
from tests.trust.identity.clock import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    store = Store(tmp_path / "identity", clock)
    yield store
    store.close()
