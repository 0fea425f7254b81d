"""The commands and the Python of chapter 21, run as they stand there."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from assay.system import parse_system
from assay.verify import tasks
from assay.verify.formats import FORMATS

CHAPTER = Path(__file__).parents[2] / "docs" / "21-model-checking.md"


def blocks(language: str) -> list[str]:
    text = CHAPTER.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]


def run(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )


def run_command(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    program, *arguments = shlex.split(command)
    assert program == "assay"
    return run("-c", "from assay.cli import main; main()", *arguments, folder=folder)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_works_as_the_chapter_says(command: str, tmp_path: Path) -> None:
    if "--replay trace.json" in command:
        run_command(COMMANDS[COMMANDS.index(command) - 1], tmp_path)
    ended = run_command(command, tmp_path)
    broken = 13 if "BrokenFairness" in command else 12 if "Broken" in command else 0
    code = broken or (3 if "--max-states" in command else 0)
    assert (ended.returncode, "error" in ended.stderr) == (code, False), ended.stderr


def test_python_works_as_the_chapter_says(tmp_path: Path) -> None:
    for block in blocks("python"):
        ended = run("-c", block, folder=tmp_path)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout


def test_assay_toml_is_accepted_as_it_stands(tmp_path: Path) -> None:
    for block in blocks("toml"):
        assert tasks(parse_system(block, tmp_path / "assay.toml"))


def test_output_in_the_chapter_is_real(tmp_path: Path) -> None:
    outputs = [
        run_command(command, tmp_path).stdout for command in COMMANDS if re.search(r"--(explain|output)", command)
    ]
    for block in blocks("console"):
        command, _, shown = block.removeprefix("$ ").partition("\n") if block.startswith("$ ") else ("", "", block)
        if command:
            outputs.append(run_piped(command, tmp_path))
        # Where something stands in a specification changes with it, and says nothing here.
        assert [output for output in outputs if without_places(shown) in without_places(output)], shown


def without_places(text: str) -> str:
    return re.sub(r"(\.tla):\d+:\d+", r"\1", text)


def run_piped(command: str, folder: Path) -> str:
    """The output of a command that may read what another prints."""
    typed, _, command = command.rpartition("| ")
    typed = typed.removeprefix("printf '").removesuffix("' ").replace("\\n", "\n")
    program = [sys.executable, "-c", "from assay.cli import main; main()", *shlex.split(command)[1:]]
    ended = subprocess.run(program, cwd=folder, input=typed, capture_output=True, text=True, timeout=300, check=False)
    assert ended.stderr == ""
    return ended.stdout


def test_the_counterexample_in_the_readme_is_a_real_one(tmp_path: Path) -> None:
    readme = (CHAPTER.parents[1] / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"^```console\n\$ (assay verify [^\n]*)\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    assert shown
    ended = run("-c", "from assay.cli import main; main()", *shlex.split(shown[1])[1:], folder=tmp_path)
    lines = [line for line in ended.stdout.splitlines() if not line.startswith("  time")]
    assert shown[2].splitlines() == lines


def test_chapter_names_every_format_and_option_that_exists() -> None:
    text = CHAPTER.read_text(encoding="utf-8")
    assert [name for name in FORMATS if f"| `{name}` |" not in text] == []
    known = run("-c", "from assay.cli import main; main()", "verify", "--help", folder=CHAPTER.parent).stdout
    assert [option for option in re.findall(r"`(--[a-z-]+)", text) if option not in known] == []
