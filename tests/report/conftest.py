"""A sample run for the tests of this folder, in a folder of its own each time, so that a test may spoil it."""

from pathlib import Path

import pytest

from assay.evidence import RunFolder
from tests.report.sample import write_sample


@pytest.fixture
def sample(tmp_path: Path) -> RunFolder:
    return write_sample(tmp_path / "runs")
