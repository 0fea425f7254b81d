"""TLC as a process. A small Java program stands in its place: see `stand_in/tlc2/TLC.java`."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from assay.errors import UsageError
from assay.verify import CheckProgress, Verdict
from assay.verify.tlc import Installation, TlcOptions, check_with_tlc, differences, find_installation
from assay.verify.tlc.installation import find_jar, find_java
from tests.verify.test_command import ASSAY
from tests.verify.tlc import outputs

SOURCE = Path(__file__).parent / "stand_in" / "tlc2" / "TLC.java"
COUNTER = (
    "---- MODULE Counter ----\nEXTENDS Naturals\nVARIABLE count\nInit == count = 0\n"
    "Next == count' = IF count < 2 THEN count + 1 ELSE 2\nSmall == count < 3\n====\n"
)
needs_javac = pytest.mark.skipif(not (shutil.which("javac") and shutil.which("jar")), reason="no Java compiler here")


@pytest.fixture(scope="session")
def jar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stand-in")
    subprocess.run(["javac", "-d", str(folder), str(SOURCE)], check=True, timeout=120)  # noqa: S607 # found above
    path = folder / "tla2tools.jar"
    subprocess.run(["jar", "cf", str(path), "-C", str(folder), "tlc2"], check=True, timeout=120)  # noqa: S607 # as above
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "Counter.tla").write_text(COUNTER, encoding="utf-8")
    (tmp_path / "Counter.cfg").write_text("INIT Init\nNEXT Next\nINVARIANT Small\n", encoding="utf-8")
    return tmp_path / "Counter.tla"


def answers(model: Path, output: str, code: int, sleep_milliseconds: int = 0) -> None:
    text = f"exit {code} sleep {sleep_milliseconds}\n{output}"
    model.with_suffix(".output").write_text(text, encoding="utf-8")


def installed(jar: Path) -> Installation:
    return find_installation(jar)


@needs_javac
def test_reads_what_the_process_writes(jar: Path, model: Path) -> None:
    answers(model, outputs.SUCCESS, 0)
    result = check_with_tlc(
        model, model.with_suffix(".cfg"), installed(jar), TlcOptions(workers=2, check_deadlock=False)
    )
    assert (result.verdict, result.states.distinct, result.workers) == (Verdict.OK, 3, 2)
    assert " -workers 2 " in result.printed[-1]
    assert " -deadlock " in result.printed[-1]
    assert not list(model.parent.glob("states*"))


@needs_javac
def test_ends_a_process_that_takes_too_long(jar: Path, model: Path) -> None:
    answers(model, outputs.SUCCESS.split("@!@!@STARTMSG 2193")[0], 0, sleep_milliseconds=60_000)
    began = time.monotonic()
    result = check_with_tlc(model, model.with_suffix(".cfg"), installed(jar), TlcOptions(max_seconds=2.0))
    assert (result.verdict, result.exit_code) == (Verdict.LIMIT, 3)
    assert result.message == "stopped at the limit of 2.0 seconds"
    assert time.monotonic() - began < 20


@needs_javac
def test_ends_the_process_where_it_is_told_to_stop(jar: Path, model: Path) -> None:
    answers(model, outputs.SUCCESS.split("@!@!@STARTMSG 2193")[0], 0, sleep_milliseconds=60_000)
    told: list[CheckProgress] = []

    def until_states_are_known(progress: CheckProgress) -> bool:
        told.append(progress)
        return progress.distinct == 0 and len(told) < 300

    options = TlcOptions(on_progress=until_states_are_known)
    result = check_with_tlc(model, model.with_suffix(".cfg"), installed(jar), options)
    assert (result.verdict, result.exit_code) == (Verdict.INTERRUPTED, 130)
    assert told[-1].distinct == 1001


def command(model: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*ASSAY, model.name, *arguments], cwd=model.parent, env={**os.environ, **environment},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@needs_javac
def test_shows_tlcs_result_as_its_own(jar: Path, model: Path) -> None:
    answers(model, outputs.INVARIANT, 12)
    ended = command(model, "--engine", "tlc", "--tlc-jar", str(jar))
    assert ended.returncode == 12, ended.stderr
    assert "Counter: Small is violated" in ended.stdout
    assert "state 2: Add(1)  (Counter.tla:7:8)" in ended.stdout


@needs_javac
def test_says_that_both_engines_agree(jar: Path, model: Path) -> None:
    answers(model, outputs.SUCCESS, 0)
    ended = command(model, "--engine", "both", ASSAY_TLA2TOOLS=str(jar))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "TLC agrees: ok, 3 distinct states" in ended.stdout


@needs_javac
def test_says_where_the_engines_differ(jar: Path, model: Path) -> None:
    answers(model, outputs.SUCCESS.replace("3 distinct states found", "5 distinct states found"), 0)
    ended = command(model, "--engine", "both", "--tlc-jar", str(jar))
    assert ended.returncode == 1
    assert "TLC differs in the distinct states: Assay counts 3, TLC 5" in ended.stdout
    answers(model, outputs.INVARIANT, 12)
    ended = command(model, "--engine", "both", "--tlc-jar", str(jar), "--json")
    document = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert [difference["about"] for difference in document["differences"]] == ["verdict"]
    assert (document["assay"]["verdict"], document["tlc"]["verdict"]) == ("ok", "safety")


@needs_javac
def test_does_not_compare_what_did_not_come_to_an_end(jar: Path, model: Path) -> None:
    answers(model, "", 0, sleep_milliseconds=60_000)
    ended = command(model, "--engine", "both", "--tlc-jar", str(jar), "--timeout", "2s")
    assert ended.returncode == 0
    assert "TLC was not compared: stopped at the limit of 2.0 seconds" in ended.stdout


@needs_javac
def test_agrees_where_counterexamples_have_one_property(jar: Path, model: Path) -> None:
    answers(model, outputs.INVARIANT, 12)
    result = check_with_tlc(model, model.with_suffix(".cfg"), installed(jar), TlcOptions())
    assert differences(result, result) == ()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--engine", "tlc"], "tla2tools.jar was not found"),
        (["--engine", "tlc", "--tlc-jar", "NotThere.jar"], "there is no file NotThere.jar"),
        (["--tlc-jar", "tla2tools.jar"], "--tlc-jar is about --engine tlc"),
        (["--engine", "both", "--simulate", "--max-states", "3"], "does not go with --simulate, --max-states"),
    ],
)
def test_refuses_what_it_cannot_do(model: Path, arguments: list[str], complaint: str) -> None:
    ended = command(model, *arguments, HOME=str(model.parent), ASSAY_TLA2TOOLS="")
    assert (ended.returncode, complaint in ended.stderr) == (2, True), ended.stderr


def test_finds_the_jar_that_the_environment_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jar = tmp_path / "tla2tools.jar"
    jar.touch()
    (tmp_path / "CommunityModules.jar").touch()
    monkeypatch.setenv("ASSAY_TLA2TOOLS", str(jar))
    assert find_jar() == jar
    assert Installation(Path("java"), jar).class_path == f"{jar}{os.pathsep}{tmp_path / 'CommunityModules.jar'}"
    monkeypatch.setenv("ASSAY_TLA2TOOLS", str(tmp_path / "other.jar"))
    with pytest.raises(UsageError, match=r"other\.jar"):
        find_jar()


def test_finds_the_java_of_java_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.touch()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert find_java() == java
