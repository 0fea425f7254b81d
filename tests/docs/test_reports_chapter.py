"""The commands of chapter 31, run as they stand there, on two real runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from assay.evidence import Verdict
from assay.report.writing import RENDERINGS, write_reports
from tests.report.sample import claim, write_run

CHAPTER = Path(__file__).parents[2] / "docs" / "31-reports.md"

COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```$", CHAPTER.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
]


@pytest.mark.parametrize("command", COMMANDS)
def test_command_works_as_the_chapter_says(command: str, tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_reports(write_run(tmp_path / ".assay" / "runs", claim("verify.lock.safe", Verdict.HOLDS), run=name))
    program, *arguments = command.split()
    assert program == "assay"
    ended = subprocess.run(
        [sys.executable, "-c", "from assay.cli import main; main()", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout


def test_chapter_names_every_report() -> None:
    text = CHAPTER.read_text(encoding="utf-8")
    assert [name for name in RENDERINGS if f"| `{name}` |" not in text] == []
