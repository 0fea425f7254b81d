"""A system of small servers, stopped after each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.running import Described, described


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Described]:
    with described(tmp_path) as made:
        yield made
