"""Stepping through a specification: from a pipe, and in a terminal."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.verify.specifications import SPECS
from tests.verify.test_command import ASSAY, run


def play(*commands: str, model: str = "Explained.tla", folder: Path = SPECS) -> list[str]:
    environment = {**os.environ, "COLUMNS": "100"}
    ended = subprocess.run(
        [*ASSAY, model, "--interactive"],
        input="".join(f"{command}\n" for command in commands),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\x1b" not in ended.stdout
    return ended.stdout.splitlines()


def test_shows_the_state_and_what_each_step_changes() -> None:
    assert play() == [
        "Explained: a number takes that step; `help` lists the other commands",
        "state 1: initial state",
        "    holder = {}",
        '    pc = (c1 :> "idle" @@ c2 :> "idle" @@ c3 :> "idle")',
        "    queue = <<>>",
        '    1  Request(c1)  pc[c1] = "waiting", queue = <<c1>>',
        '    2  Request(c2)  pc[c2] = "waiting", queue = <<c2>>',
        '    3  Request(c3)  pc[c3] = "waiting", queue = <<c3>>',
    ]


def test_marks_what_a_step_changed() -> None:
    lines = play("2")
    assert lines[8:13] == [
        "state 2: Request(c2)",
        '    pc[c2] = "waiting"   (was "idle")',
        "    queue = <<c2>>   (was <<>>)",
        "    unchanged: holder",
        '    1  Request(c1)  pc[c1] = "waiting", queue = <<c2, c1>>',
    ]


def test_goes_back_and_says_where_it_began() -> None:
    lines = play("1", "2", "back", "back 7", "back")
    assert [line for line in lines if line.startswith("state")] == [
        "state 1: initial state",
        "state 2: Request(c1)",
        "state 3: Request(c2)",
        "state 2: Request(c1)",
        "state 1: initial state",
    ]
    assert lines[-1] == "this is where it begins"


def test_says_which_invariant_is_violated_and_why() -> None:
    lines = play("invariants", "1", "1", "1", "1", "invariants")
    assert lines[8] == "holds     Mutex"
    assert lines.count("violated: Mutex; `invariants` says why") == 1
    at = lines.index("violated  Mutex")
    assert lines[at + 1].startswith("    FALSE  \\A a, b \\in Clients : a # b")
    assert "                 with a = c1, b = c2" in lines[at:]


def test_says_why_no_action_can_be_taken() -> None:
    lines = play("random 50", "why", "1", model="ExplainedDeadlock.cfg")
    assert lines.count("no action can be taken; `why` says what keeps each from it") == 2
    assert "    Request cannot be taken for c = c1" in lines
    assert sum(line.startswith("state") for line in lines) == 2


def test_walks_the_same_way_with_the_same_seed() -> None:
    assert play("random 4", "trace") == play("random 4", "trace")


def test_evaluates_expressions_on_the_state_and_on_the_step_that_led_there() -> None:
    lines = play(
        "eval queue' # queue", "1", "eval Len(queue)", "eval queue' # queue", "eval queue[7]", "eval quee", "eval"
    )
    assert "an expression with primes is about the step that led here, and there is none yet" in lines
    at = lines.index("1")
    assert lines[at + 1] == "TRUE"
    assert any("`quee` is not defined" in line for line in lines)
    assert any(line.startswith("  |") and "^^^^" in line for line in lines)
    assert lines[-1] == "eval needs an expression, such as `eval Len(queue)`"


@pytest.mark.parametrize("name", ["trace.json", "trace.itf.json", "痕迹 1.json"])
def test_saves_a_trace_that_can_be_replayed(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    lines = play("1", "1", f'save "{path}"', f'save "{path}"', "save")
    assert f"saved 3 states to {path}; --replay reads it" in lines
    assert f"{path} exists already; name another file" in lines
    ended = run("ExplainedDeadlock.cfg", "--replay", str(path))
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_answers_what_it_does_not_understand() -> None:
    lines = play("99", "0", "9" * 5000, "s", "nonsense", "", "   ", "help", "quit", "1")
    assert lines[8] == "there is no step 99; they go from 1 to 3"
    assert "there is no command 's'; `help` lists them" in lines
    assert any(line.startswith("  random [N]") for line in lines)
    assert sum(line.startswith("state") for line in lines) == 1


def test_a_specification_that_cannot_be_read_ends_with_its_code() -> None:
    ended = subprocess.run(
        [*ASSAY, "Broken.tla", "--interactive"], cwd=SPECS, input="", capture_output=True, text=True, check=False
    )
    assert ended.returncode == 150
    assert "error[" in ended.stderr


def test_steps_through_one_model_only() -> None:
    assert run("Explained.tla", "Counter.tla", "--interactive").returncode == 2


def test_lets_one_choose_among_initial_states(tmp_path: Path) -> None:
    (tmp_path / "两个.tla").write_text("---- MODULE 两个 ----\n====\n", encoding="utf-8")
    (tmp_path / "Two.tla").write_text(
        '---- MODULE Two ----\nVARIABLE x\nInit == x \\in {"甲", "乙"}\nNext == x\' = x\n====\n', encoding="utf-8"
    )
    lines = play("2", model="Two.tla", folder=tmp_path)
    assert lines[1] == "initial states:"
    assert sorted(line[7:] for line in lines[2:4]) == ['  x = "乙"', '  x = "甲"']
    assert lines[-1] == "    1  Next  changes nothing"


def test_shows_colours_and_a_prompt_in_a_terminal() -> None:
    mother, child = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [*ASSAY, "Explained.tla", "--interactive"], cwd=SPECS, env=environment, stdin=child, stdout=child, stderr=child
    )
    os.close(child)
    shown = until(mother, b"> ", b"")
    os.write(mother, b"1\n")
    shown = until(mother, b"unchanged: holder", shown)
    os.write(mother, b"quit\n")
    assert process.wait(timeout=30) == 0
    os.close(mother)
    text = shown.decode()
    assert "\x1b[1mstate 2: Request(c1)\x1b[0m" in text
    assert "\x1b[1m    queue = <<c1>>   (was <<>>)\x1b[0m" in text


def until(terminal: int, wanted: bytes, shown: bytes) -> bytes:
    deadline = time.monotonic() + 30
    while wanted not in shown and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.5)[0]:
            shown += os.read(terminal, 4096)
    assert wanted in shown, shown
    return shown


def test_starts_no_slower_for_those_who_do_not_step() -> None:
    """What stepping needs is not loaded by a plain check."""
    code = (
        "import sys; from assay.cli.verify import run; run(['Counter.tla']);"
        "print([name for name in sys.modules if name in {'assay.verify.exploring', 'assay.verify.replay',"
        "'assay.verify.explanation', 'assay.verify.formats.explained', 'readline', 'assay.cli.verify_interactive'}])"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=SPECS, capture_output=True, text=True, check=False)
    assert ended.stdout.splitlines()[-1] == "[]", ended.stderr
