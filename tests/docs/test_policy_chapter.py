"""The chapter on policies: its commands and its Python run, in a copy of the sample, and say what it shows."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.repo.files import ROOT
from tests.trust.policy.sample import SAMPLE, copied

TEXT = (ROOT / "docs" / "53-policy.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def test_the_commands_say_what_the_chapter_shows(tmp_path: Path) -> None:
    copied(tmp_path)
    shown = TEXT.replace("\n    ", "\n")
    for block, code in zip(blocks("sh"), (1, 0), strict=True):
        program, *arguments = shlex.split(block)
        assert program == "assay"
        command = [sys.executable, "-c", "from assay.cli import main; main()", *arguments]
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert (ended.returncode, ended.stderr) == (code, "")
        assert "\n".join(ended.stdout.splitlines()[:3]) in shown


def test_the_case_is_one_of_the_sample() -> None:
    (block,) = blocks("toml")
    (case,) = tomllib.loads(block)["case"]
    assert case in tomllib.loads((SAMPLE / "tests.toml").read_text())["case"]


def test_the_programs_print_what_the_chapter_says(tmp_path: Path) -> None:
    copied(tmp_path)
    program = "".join(blocks("python"))
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stderr == ""
    assert ended.stdout.splitlines() == [
        "True ('customers-order',)",
        "False policies/roles.cedar:8:8",
        "True",
        "True 1 ('nobody',)",
    ]
