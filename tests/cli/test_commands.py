"""The commands that do not run anything, and every way of calling them wrongly."""

import json
import re
from pathlib import Path

import pytest

import assay as package
from tests.cli.conftest import Assay


def test_prints_its_version(assay: Assay) -> None:
    ended = assay("--version")
    assert (ended.returncode, ended.stdout) == (0, f"assay {package.__version__}\n")


def test_help_lists_every_command(assay: Assay) -> None:
    ended = assay("--help")
    assert ended.returncode == 0
    assert re.findall(r"^  ([a-z]+)  ", ended.stdout, re.MULTILINE)[:3] == ["run", "verify", "init"]


@pytest.mark.parametrize("arguments", [[], ["report"]])
def test_without_a_command_comes_the_help(assay: Assay, arguments: list[str]) -> None:
    ended = assay(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Usage: assay")
    assert "error" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint", "hint"),
    [
        (["fly"], "error[usage]: no such command 'fly'", "see `assay --help`"),
        (["run", "--fly"], "error[usage]: no such option: --fly", "see `assay run --help`"),
        (["run", "fly"], "error[usage]: nothing to run is called 'fly'", "there are: all, formal-verification"),
        (["run", "all", "chaos"], "error[usage]: one target at a time", "only named with --resume"),
        (["run", "--resume"], "error[run-not-found]: no run in", "make one with `assay run all`"),
        (["run", "--resume", "a", "b"], "error[usage]: with --resume goes at most", "takes the latest"),
        (["run", "all", "--jobs", "0"], "error[usage]: invalid value for '--jobs'", "see `assay run --help`"),
        (["run", "all", "--config", "gone.toml"], "error[configuration]: cannot read", "`assay init` writes one"),
    ],
)
def test_bad_usage_is_one_complaint_with_a_hint(assay: Assay, arguments: list[str], complaint: str, hint: str) -> None:
    ended = assay(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(complaint)
    assert hint in ended.stderr


def test_bad_configuration_shows_the_line(assay: Assay, tmp_path: Path) -> None:
    (tmp_path / "assay.toml").write_text('[system]\nname = "shop"\nport = 80\n')
    ended = assay("run", "all")
    assert ended.returncode == 2
    assert ended.stderr == (
        "error[configuration]: unknown key `port` in [system]\n"
        f"  --> {tmp_path}/assay.toml:3\n"
        "   3 | port = 80\n"
        "  hint: known here: name\n"
    )


def test_broken_toml_shows_the_column(assay: Assay, tmp_path: Path) -> None:
    (tmp_path / "assay.toml").write_text("[system]\nname = \n")
    ended = assay("run", "help")
    assert "assay.toml:2:8\n   2 | name = \n     |        ^\n" in ended.stderr


def test_init_describes_this_folder_and_what_it_writes_is_accepted(assay: Assay, tmp_path: Path) -> None:
    (tmp_path / "specs" / "node_modules").mkdir(parents=True)
    for name in ("OrderSaga.tla", "OrderSaga.cfg", "Alone.tla", "node_modules/X.tla", "node_modules/X.cfg"):
        (tmp_path / "specs" / name).touch()
    ended = assay("init")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "it checks specs/OrderSaga.tla" in ended.stdout
    text = (tmp_path / "assay.toml").read_text()
    assert 'name = "order-saga"\npath = "specs/OrderSaga.tla"' in text
    assert assay("run", "help").returncode == 0


def test_init_writes_over_nothing_unless_told_to(assay: Assay, tmp_path: Path) -> None:
    assert assay("init").returncode == 0
    (tmp_path / "assay.toml").write_text("mine")
    refused = assay("init")
    assert (refused.returncode, (tmp_path / "assay.toml").read_text()) == (2, "mine")
    assert "assay init --force" in refused.stderr
    assert assay("init", "--force").returncode == 0
    assert assay("run", "help").returncode == 0


def test_every_commented_key_of_init_is_accepted_when_it_is_uncommented(assay: Assay, tmp_path: Path) -> None:
    assay("init")
    path = tmp_path / "assay.toml"
    (tmp_path / "specs").mkdir()
    for name in ("OrderSaga.tla", "OrderSaga.cfg"):
        (tmp_path / "specs" / name).touch()
    keys = re.sub(r"^# (?=\[\[|[a-z-]+ = )", "", path.read_text(), flags=re.MULTILINE)
    assert keys.count("\n[[") == 5
    path.write_text(keys)
    ended = assay("run", "help")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_doctor_says_what_is_there_and_what_for(assay: Assay) -> None:
    ended = assay("doctor", "--json")
    document = json.loads(ended.stdout)
    assert (ended.returncode, document["good"]) == (0, True)
    assert {"python", "native module", "system", "java"} <= {check["name"] for check in document["checks"]}
    assert all(check["purpose"] and check["found"] for check in document["checks"])
    assert "native module" in assay("doctor").stdout


def test_doctor_finds_a_bad_configuration(assay: Assay, tmp_path: Path) -> None:
    (tmp_path / "assay.toml").write_text("nonsense")
    ended = assay("doctor")
    assert ended.returncode == 3
    assert re.search(r"^BAD system +.*not TOML", ended.stdout, re.MULTILINE)
