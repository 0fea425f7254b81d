"""`assay verify` as people run it: a process of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.verify.exploring import wait_for_workers
from tests.verify.specifications import SPECS

ASSAY = [sys.executable, "-c", "from assay.cli import main; main()", "verify"]


def run(*arguments: str, folder: Path = SPECS) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100"}
    return subprocess.run(
        [*ASSAY, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["Counter.tla"], 0),
        (["CounterSmall.cfg"], 12),
        (["Counter.tla", "--config", "CounterSmall.cfg"], 12),
        (["Counter.tla", "--max-states", "3"], 3),
        (["Deadlock.tla"], 11),
        (["Deadlock.tla", "--no-deadlock"], 0),
        (["Assumption.tla"], 10),
        (["Assertion.tla"], 14),
        (["Evaluation.tla"], 75),
        (["EvaluationInvariant.cfg"], 76),
        (["Broken.tla"], 150),
        (["Broken.tla", "--parse-only"], 150),
        (["Assertion.tla", "--parse-only"], 0),
        (["CounterMistyped.cfg"], 151),
        (["NotThere.tla"], 2),
        (["--no-such-option"], 2),
        (["Counter.tla", "--resume"], 2),
        (["Counter.tla", "--depth", "3"], 2),
        (["Counter.tla", "--memory", "much"], 2),
    ],
)
def test_ends_with_the_code_that_says_how(arguments: list[str], code: int) -> None:
    ended = run(*arguments)
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr


def test_says_what_was_found_and_what_that_covers() -> None:
    lines = run("Counter.tla").stdout.splitlines()
    assert lines[:5] == [
        "Counter: no violation was found",
        "",
        "  states     6 distinct, 7 generated, depth 6",
        "  covered    every reachable state",
        "  constants  Limit = 5",
    ]
    assert "  holds      TypeOK, no deadlock, Returns (temporal)" in lines


def test_shows_the_way_to_a_deadlock() -> None:
    ended = run("Deadlock.tla")
    lines = ended.stdout.splitlines()
    first = lines.index("  state 1: initial state")
    assert lines[first + 1 : first + 3] == ["    held = <<0, 0>>", "    log = <<>>"]
    assert lines[first + 3] == "  state 2: Take(1, 1)  (Deadlock.tla:8:5)"
    assert "    held[1] = 1   (was 0)" in ended.stdout


def test_says_what_is_wrong_with_a_specification_on_standard_error() -> None:
    ended = run("Broken.tla")
    assert ended.stdout == ""
    assert ended.stderr.splitlines()[1:4] == [" --> Broken.tla:6:1", "  |", "6 | ===="]
    assert re.match(r"error\[syntax\]: ", ended.stderr)


def test_checks_several_models_side_by_side() -> None:
    ended = run("Counter.tla", "CounterSmall.cfg", "Deadlock.tla")
    assert ended.returncode == 12
    table = ended.stdout.splitlines()[-4:]
    assert [line.split()[:2] for line in table[:3]] == [
        ["ok", "Counter.tla"],
        ["safety", "Counter.tla"],
        ["deadlock", "Deadlock.tla"],
    ]
    assert table[3] == "3 models: 1 ok, 1 safety, 1 deadlock"


def test_the_worst_code_of_several_models_counts() -> None:
    assert run(".", "--timeout", "2s").returncode == 151


def test_can_check_without_a_configuration() -> None:
    ended = run("Counter.tla", "--init", "Init", "--next", "Next", "--invariant", "TypeOK", "--constant", "Limit=2")
    assert "6 distinct" not in ended.stdout
    assert "3 distinct" in ended.stdout
    ended = run("Given.tla", "--constant", "Set={a,b}", "--constant", 'Text="x"', "--constant", "Pair=<<1,TRUE>>")
    assert (ended.returncode, "assumptions" in ended.stdout) == (0, True)
    ended = run("Long.tla")
    assert "  assumed    INIT Init, NEXT Next (there is no .cfg)" in ended.stdout.splitlines()


def test_json_is_one_document_and_nothing_else() -> None:
    ended = run("Values.tla", "--json")
    document = json.loads(ended.stdout)
    assert (document["verdict"], ended.returncode) == ("safety", 12)
    # Once when exploring, and once more when the counterexample is rebuilt.
    assert set(document["printed"]) == {'<<"number is", -7>>', '<<"number is", -6>>'}
    assert ended.stderr.splitlines() == document["printed"]


def test_several_documents_are_a_list() -> None:
    documents = json.loads(run("Counter.tla", "Deadlock.tla", "--json").stdout)
    assert [document["module"] for document in documents] == ["Counter", "Deadlock"]


def test_can_write_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "trace.itf.json"
    ended = run("Values.tla", "--format", "itf", "--output", str(file))
    assert (ended.stdout, ended.returncode) == ("", 12)
    assert len(json.loads(file.read_text())["states"]) == 3
    ended = run("Values.tla", "--output", str(tmp_path / "no" / "folder"))
    assert (ended.returncode, "cannot write" in ended.stderr) == (2, True)


def test_coverage_shows_what_was_never_done() -> None:
    lines = run("Counter.tla", "--init", "Init", "--next", "Next", "--max-depth", "2", "--coverage").stdout.splitlines()
    actions = lines[lines.index("actions") + 1 : lines.index("expressions")]
    assert [line.split()[0] for line in actions] == ["Increment", "Restart"]
    assert actions[1].endswith("never taken")
    # `Restart` is tested in the one state that was left; two states were tested for `TypeOK`.
    expressions = [line.split(maxsplit=2) for line in lines[lines.index("expressions") + 1 :]]
    counts = {text: int(count) for count, _, text in expressions}
    assert (counts["count \\in 0..Limit"], counts["count = Limit"]) == (2, 1)


def test_verbose_repeats_what_did_not_change() -> None:
    folded, whole = (run("Values.tla", *more).stdout for more in ([], ["--verbose"]))
    assert "    unchanged: text" in folded
    assert "unchanged" not in whole
    assert whole.count("    flag = TRUE") == 3


def test_walks_at_random() -> None:
    ended = run("CounterSmall.cfg", "--simulate", "--walks", "50", "--depth", "20", "--seed", "3")
    assert (ended.returncode, "Small is violated" in ended.stdout) == (12, True)


def test_help_has_examples() -> None:
    ended = run("--help")
    assert ended.returncode == 0
    assert "examples:" in ended.stdout
    assert ended.stdout.count("assay verify") >= 6


@pytest.mark.parametrize("invariant", ["Small", "Slow"])
def test_ctrl_c_stops_within_a_second_and_reports_what_was_covered(invariant: str) -> None:
    names = [] if invariant == "Small" else ["--invariant", invariant]
    command = [*ASSAY, "Endless.tla", "--init", "Init", "--next", "Next", *names]
    with subprocess.Popen(command, cwd=SPECS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        wait_for_workers(process)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        seconds = time.monotonic() - began
    assert process.returncode == 130
    assert "Endless: interrupted before the end" in output
    assert "covered    not everything: interrupted" in output
    assert "Traceback" not in errors
    # A second is the promise; what is more is for a machine that is busy with other tests. Each evaluation of `Slow`
    # would take longer than that.
    assert seconds < 20


def test_a_small_model_needs_neither_typer_nor_rich() -> None:
    script = (
        "import sys; import assay.cli\n"
        "from assay.cli.verify import run\n"
        "run(['Counter.tla'])\n"
        "print([name for name in ('typer', 'rich', 'msgspec', 'assay.evidence') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=SPECS, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"
