"""The commands and the Python of chapter 45, run as they stand there, in a folder with results of two commits."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.bench.prometheus.families import FAMILIES
from assay.bench.regressions import MEASURES, Detection, Rules
from assay.bench.regressions.bootstrap import repeats_for
from tests.bench.regressions.test_command import Ended, assay, history

__all__ = ["assay", "history"]

CHAPTER = Path(__file__).parents[2] / "docs" / "45-regressions.md"
TEXT = CHAPTER.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


@pytest.mark.usefixtures("history")
def test_commands_work_as_the_chapter_says(assay: Callable[..., Ended], tmp_path: Path) -> None:
    for command in "".join(blocks("sh")).splitlines():
        program, *arguments = command.split()
        assert program == "assay"
        ended = assay(*arguments)
        # The fixture's second commit made the checkout slower.
        assert (ended.code, ended.error) == (int("--fail-on" in arguments), ""), command
    for name in ("comment.md", "assay.prom", "dashboard.json"):
        assert (tmp_path / name).stat().st_size > 0


def test_the_python_prints_the_change() -> None:
    (block,) = blocks("python")
    ended = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", "8 +5.0%\n")


def test_the_chapter_names_every_measure_and_metric() -> None:
    for name in (*MEASURES, *(family.name for family in FAMILIES)):
        assert f"`{name}`" in TEXT, name


def test_the_chapter_states_the_rules_as_they_are() -> None:
    rules, detection = Rules(), Detection()
    assert (rules.minimum_effect, rules.confidence, repeats_for(0.99), repeats_for(0.95)) == (0.05, 0.99, 5, 4)
    assert (detection.window, detection.probability, detection.minimum_effect) == (50, 0.001, 0.02)
    assert detection.shortest_level == 3
