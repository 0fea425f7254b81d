"""The chapter on proofs over policies: its folder, its commands and its Python, as they stand there."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.files import ROOT

TEXT = (ROOT / "docs" / "54-policy-proofs.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (schema,), (rules,), (claims,) = blocks("cedarschema"), blocks("cedar"), blocks("toml")
    for name, text in (("policies", rules), ("changed", rules.replace("> 3", "> 2"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "schema.cedarschema").write_text(schema, encoding="utf-8")
        (tmp_path / name / "rules.cedar").write_text(text, encoding="utf-8")
    (tmp_path / "policies" / "claims.toml").write_text(claims, encoding="utf-8")
    return tmp_path


def test_its_commands_say_what_stands_there(shop: Path) -> None:
    for block in blocks("console"):
        command, shown = block.split("\n", 1)
        _, program, *arguments = shlex.split(command)
        assert program == "assay"
        script = "from assay.cli import main; main()"
        ended = subprocess.run(
            [sys.executable, "-c", script, *arguments], cwd=shop, capture_output=True, text=True, check=False
        )
        assert not ended.stderr
        assert re.fullmatch(pattern_of(shown), ended.stdout, re.DOTALL), ended.stdout


def pattern_of(shown: str) -> str:
    """What has to be printed: `…` stands for lines, and what does not matter to the example is left open."""
    pattern = re.escape(shown).replace("…\\\n", ".*")
    return pattern.replace(r"clearance:\ 0", r"clearance:\ -?\d+").replace(r"mfa:\ false", r"mfa:\ (true|false)")


def test_its_python_runs(shop: Path) -> None:
    (program,) = blocks("python")
    ended = subprocess.run([sys.executable, "-c", program], cwd=shop, capture_output=True, text=True, check=True)
    assert ended.stdout == "no-guest-reaches-payments holds\nwriting-takes-clearance holds\n"
