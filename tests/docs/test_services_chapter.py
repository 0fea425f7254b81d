"""The commands and the Python of chapter 11, run in their order as they stand there, but on free ports."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.system import Service, System, find_system
from assay.system.services import State, stop_services
from assay.texts import TEXTS
from tests.system.running import free_port

CHAPTER = Path(__file__).parents[2] / "docs" / "11-services.md"
TEXT = CHAPTER.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[System]:
    (text,) = blocks("toml")
    for port in ("8101", "8102"):
        text = text.replace(port, str(free_port()))
    (tmp_path / "assay.toml").write_text(text)
    system = find_system(tmp_path)
    yield system
    stop_services(system)


def run(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def test_commands_and_python_work_as_the_chapter_says(shop: System) -> None:
    for command in "".join(blocks("sh")).splitlines():
        program, *arguments = command.split()
        assert program == "assay"
        ended = run("-c", "from assay.cli import main; main()", *arguments, folder=shop.root)
        assert (ended.returncode, ended.stderr) == (0, ""), command
    (block,) = blocks("python")
    ended = run("-c", block, folder=shop.root)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [line.split()[0] for line in ended.stdout.splitlines()[:2]] == ["catalog", "orders"]
    assert ended.stdout.count("stopped") == 2


def test_chapter_names_every_key_and_every_state() -> None:
    keys = [name.replace("_", "-") for name in Service.__struct_fields__]
    assert [key for key in keys if f"| `{key}` |" not in TEXT] == []
    assert [state for state in State if f"| {TEXTS['system']['states'][state]} |" not in TEXT] == []
