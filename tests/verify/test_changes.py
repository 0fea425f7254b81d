"""Which models a change concerns, and the pre-commit hook that checks them."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from assay.verify.changes import models_that_use
from tests.repo.files import ROOT

MODULES = {
    "Base.tla": "---- MODULE Base ----\nEXTENDS Naturals\nCONSTANT Limit\nStep(x) == x + 1\n====\n",
    "Clock.tla": (
        "---- MODULE Clock ----\nEXTENDS Naturals, Base\nVARIABLE now\nInit == now = 0\n"
        "Next == now < Limit /\\ now' = Step(now)\nSmall == now < 3\n====\n"
    ),
    "MCClock.tla": "---- MODULE MCClock ----\nEXTENDS Clock\n====\n",
    "Other.tla": "---- MODULE Other ----\nVARIABLE x\nInit == x = 0\nNext == UNCHANGED x\n====\n",
    "Alone.tla": "---- MODULE Alone ----\nCONSTANT N\nVARIABLE y\nTwice == N\n====\n",
    "Clock.cfg": "INIT Init\nNEXT Next\nCONSTANT Limit = 2\nINVARIANT Small\nCHECK_DEADLOCK FALSE\n",
    "MCClock.cfg": "INIT Init\nNEXT Next\nCONSTANT Limit = 2\nINVARIANT Small\nCHECK_DEADLOCK FALSE\n",
    "Other.cfg": "INIT Init\nNEXT Next\n",
    "setup.cfg": "[metadata]\nname = other\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in MODULES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def names(folder: Path, *changed: str) -> list[str]:
    models = models_that_use(folder / name for name in changed)
    return [model.configuration.name if model.configuration else f"read {model.specification.name}" for model in models]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (["Clock.tla"], ["Clock.cfg", "MCClock.cfg"]),
        (["Base.tla"], ["Clock.cfg", "MCClock.cfg"]),
        (["MCClock.tla"], ["MCClock.cfg"]),
        (["MCClock.cfg", "Base.tla"], ["MCClock.cfg", "Clock.cfg"]),
        (["Other.tla", "Other.cfg"], ["Other.cfg"]),
        (["Alone.tla"], ["read Alone.tla"]),
        (["setup.cfg"], []),
        (["Gone.tla", "Gone.cfg"], []),
    ],
)
def test_finds_the_models_that_use_what_changed(folder: Path, changed: list[str], expected: list[str]) -> None:
    assert names(folder, *changed) == expected


def hook(folder: Path, *changed: str, hook_id: str = "assay-verify") -> "subprocess.CompletedProcess[str]":
    """Runs the entry of the hook as pre-commit does: with the changed files that its pattern fits behind it."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    hooks = {part.split("\n", 1)[0].strip(): part for part in text.split("- id:")[1:]}
    entry, files = (re.search(rf"^  {key}: (.*)$", hooks[hook_id], re.MULTILINE) for key in ("entry", "files"))
    assert entry
    assert files
    program, *arguments = shlex.split(entry[1])
    assert program == "assay"
    fitting = [name for name in changed if re.search(files[1], name)]
    command = [sys.executable, "-c", "from assay.cli import main; main()", *arguments, *fitting]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("hook_id", ["assay-verify", "assay-verify-installed"])
def test_hook_passes_where_the_models_hold(folder: Path, hook_id: str) -> None:
    ended = hook(folder, "Base.tla", "Alone.tla", "setup.cfg", "README.md", hook_id=hook_id)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "3 models: 3 ok" in ended.stdout


def test_hook_passes_where_no_model_is_concerned(folder: Path) -> None:
    assert hook(folder, "setup.cfg").returncode == 0


def test_hook_fails_with_the_counterexample(folder: Path) -> None:
    (folder / "Base.tla").write_text(MODULES["Base.tla"].replace("x + 1", "x + 3"), encoding="utf-8")
    ended = hook(folder, "Base.tla")
    assert ended.returncode == 12
    assert "Small is violated" in ended.stdout


def test_hook_fails_where_a_module_cannot_be_read(folder: Path) -> None:
    (folder / "Alone.tla").write_text(MODULES["Alone.tla"].replace("== N", "== M"), encoding="utf-8")
    ended = hook(folder, "Alone.tla")
    assert ended.returncode == 150
    assert "error[undefined-name]" in ended.stderr
