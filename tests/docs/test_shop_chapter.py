"""The commands and the Python of chapter 12, run in their order as they stand there, in an empty folder."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.system import find_system
from assay.system.services import stop_services
from shop.bugs import Bug
from shop.settings import COORDINATION_NODES, SERVICES
from shop.slow import Slow

CHAPTER = Path(__file__).parents[2] / "docs" / "12-shop.md"
TEXT = CHAPTER.read_text(encoding="utf-8")

PATIENCE = 400
"""Seconds. Where all is well, nobody waits that long."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "an empty folder"
    folder.mkdir()
    yield folder
    stop_services(find_system(folder))


def run(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_commands_and_python_work_as_the_chapter_says(empty: Path) -> None:
    up, status, down = "".join(blocks("sh")).splitlines()
    (block,) = blocks("python")
    for command in (up, status):
        ended = run("-c", "from assay.cli import main; main()", *command.split()[1:], folder=empty)
        assert (ended.returncode, ended.stderr) == (0, ""), command
    ended = run("-c", block, folder=empty)
    assert (ended.stdout, ended.stderr) == ("confirmed\n", "")
    ended = run("-c", "from assay.cli import main; main()", *down.split()[1:], folder=empty)
    assert (ended.returncode, ended.stdout.count("stopped")) == (0, 8)
    assert {path.name for path in empty.iterdir()} == {".assay"}
    assert (empty / ".assay" / "shop" / "orders.db").is_file()


def test_chapter_names_every_process_guard_and_slowness() -> None:
    assert [name for name in SERVICES if f"| `{name}` |" not in TEXT] == []
    assert f"`{COORDINATION_NODES[0]}`" in TEXT
    assert [bug for bug in Bug if f"`{bug}`" not in TEXT] == []
    assert [slow for slow in Slow if f"| `{slow}` |" not in TEXT] == []
