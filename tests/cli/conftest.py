"""The installed `assay`, run as people run it: in a process of its own, in an empty folder."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Assay = Callable[..., "subprocess.CompletedProcess[str]"]

REPOSITORY = Path(__file__).parents[2]

_WITH_TASKS = """
import sys, time
from pathlib import Path
sys.path.insert(0, {repository!r})
import assay.run.pillars as pillars
from tests.run.hashing import digest, hash_task

def dawdle(context):
    while Path("slow").exists():
        context.stop_if_asked()
        time.sleep(0.01)

pillars._PILLARS = (
    lambda system: [
        hash_task(Path("a.txt").absolute(), digest(b"a")),
        hash_task(Path("b.txt").absolute(), digest(b"b"), needs=("chaos/a",), before=dawdle),
    ],
)
from assay.cli import main
main()
"""


def with_tasks(*arguments: str) -> list[str]:
    """The command line of an `assay` that has one pillar: two real tasks that hash a.txt and b.txt in this folder.

    The second one dawdles as long as there is a file named `slow`.
    """
    return [sys.executable, "-c", _WITH_TASKS.format(repository=str(REPOSITORY)), *arguments]


def environment() -> dict[str, str]:
    return {**os.environ, "NO_COLOR": "1", "COLUMNS": "100"}


def _run(command: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def assay(tmp_path: Path) -> Assay:
    """Runs the installed `assay` in an empty folder."""
    return lambda *arguments: _run([sys.executable, "-c", "from assay.cli import main; main()", *arguments], tmp_path)


@pytest.fixture
def assay_with_tasks(tmp_path: Path) -> Assay:
    """Runs an `assay` that has tasks, see `with_tasks`, in a folder where all their claims hold."""
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(name)
    return lambda *arguments: _run(with_tasks(*arguments), tmp_path)
