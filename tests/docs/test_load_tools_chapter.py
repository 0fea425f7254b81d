"""The commands and the Python of chapter 43, run as they stand there; and its tables, held against the code."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from assay.bench.executor import Executor
from assay.bench.tools import ENGINES
from assay.bench.tools.schedule import executor_name

CHAPTER = Path(__file__).parents[2] / "docs" / "43-load-tools.md"
TEXT = CHAPTER.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def run(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", *arguments], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize("command", "".join(blocks("sh")).splitlines())
def test_command_works_as_the_chapter_says(command: str, tmp_path: Path) -> None:
    program, *arguments = command.split()
    assert program == "assay"
    ended = run("from assay.cli import main; main()", *arguments, folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout


def test_python_works_as_the_chapter_says(tmp_path: Path) -> None:
    (block,) = blocks("python")
    ended = run(block, folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("assay ")
    installed = [tool.name for tool in ENGINES if tool.find() is not None]
    assert len(ended.stdout.splitlines()) == len(installed)


def test_the_table_of_executors_is_that_of_the_code() -> None:
    head = next(line for line in TEXT.splitlines() if line.startswith("| | constant-vus"))
    names = [cell.strip() for cell in head.strip("|").split("|")][1:]
    assert sorted(names) == sorted(executor_name(kind) for kind in Executor.__args__)
    for tool in ENGINES:
        row = next(line for line in TEXT.splitlines() if line.startswith(f"| {tool.name} |") and len(line) < 80)
        cells = [cell.strip() for cell in row.removeprefix("|").removesuffix("|").split("|")][1:]
        able = {executor_name(kind) for kind in tool.executors}
        assert {name for name, cell in zip(names, cells, strict=True) if cell == "yes"} == able


def test_what_is_shown_was_printed_by_the_command() -> None:
    for tool in ENGINES:
        assert re.search(rf"^ +{tool.name}\b", "".join(blocks("console")), re.MULTILINE), tool.name
