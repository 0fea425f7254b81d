"""A trace that was written down is compared with the specification, state by state."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assay.errors import TraceError
from assay.verify import check
from assay.verify.formats import write
from assay.verify.replay import MAXIMUM_STATES, read_trace
from tests.verify.specifications import SPECS
from tests.verify.test_command import run


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "trace.json"
    path.write_text(write(check(SPECS / "Explained.tla", workers=1), "json"), encoding="utf-8")
    return path


def changed(path: Path, change: Callable[[list[dict[str, Any]]], object]) -> str:
    """The trace with its states changed, written beside it."""
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document["traces"][0]["states"])
    other = path.with_name("changed.json")
    other.write_text(json.dumps(document), encoding="utf-8")
    return str(other)


def test_a_counterexample_is_a_behaviour_and_violates_its_invariant(trace: Path) -> None:
    ended = run("Explained.tla", "--replay", str(trace))
    assert ended.returncode == 12
    lines = ended.stdout.splitlines()
    assert lines[0] == "Explained: state 5 of the trace violates Mutex"
    assert "  state 5: Acquire(c2)  (Explained.tla:14:3)" in lines
    assert "  why Mutex is violated in state 5" in lines
    assert "  covered    not everything: only the states of the trace were looked at" in lines


def test_a_behaviour_that_violates_nothing_ends_with_zero(trace: Path) -> None:
    ended = run("ExplainedDeadlock.cfg", "--replay", str(trace), "--eval", "Len(queue)")
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines[0] == "Explained: the trace is a behaviour of the specification: 5 states"
    assert lines.count("    > Len(queue) = 2") == 2


@pytest.mark.parametrize("with_meta", [True, False])
def test_reads_the_informal_trace_format_also_of_other_tools(tmp_path: Path, with_meta: bool) -> None:
    document = json.loads(write(check(SPECS / "Explained.tla", workers=1), "itf"))
    if not with_meta:
        del document["#meta"]
        for state in document["states"]:
            del state["#meta"]
    path = tmp_path / "trace.itf.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    ended = run("ExplainedDeadlock.cfg", "--replay", str(path))
    assert (ended.returncode, ended.stdout.splitlines()[0]) == (
        0,
        "Explained: the trace is a behaviour of the specification: 5 states",
    )


def test_says_which_variable_and_which_conjunct_keep_a_state_from_following(trace: Path) -> None:
    path = changed(trace, lambda states: states[3]["variables"]["queue"]["#tup"].append("x"))
    ended = run("Explained.tla", "--replay", path)
    assert ended.returncode == 12
    lines = ended.stdout.splitlines()
    assert lines[0] == "Explained: state 4 of the trace does not follow from state 3 by Request"
    at = lines.index("  state 4 differs from the nearest step, Request(c2)  (Explained.tla:9:15)")
    assert lines[at + 1 : at + 8] == [
        '    queue = <<c1, c2, "x">>   (not <<c1, c2>>)',
        "  why no action leads to state 4",
        "    Request does not lead there for c = c2",
        "      FALSE  queue' = Append(queue, c)  (Explained.tla:11:18)",
        '                 queue\'           = <<c1, c2, "x">>',
        "                 Append(queue, c) = <<c1, c2>>",
        "                 queue            = <<c1>>",
    ]


def test_says_which_guard_was_not_fulfilled(trace: Path) -> None:
    path = changed(trace, lambda states: states.pop(1))
    result = check(SPECS / "Explained.tla", replay=read_trace(Path(path)))
    assert result.message == "state 2 of the trace does not follow from state 1 by Acquire"
    assert result.trace
    assert result.trace.explanation
    [action] = result.trace.explanation.blocked
    assert (action.name, action.total) == ("Acquire", 3)
    assert action.guard
    assert (action.guard.text, action.guard.outcome) == ('pc[c] = "waiting"', "false")
    assert [known.name for known in result.trace.explanation.differences] == ["holder", "pc"]


def test_says_why_a_state_is_not_initial(trace: Path) -> None:
    path = changed(trace, lambda states: states.pop(0))
    lines = run("Explained.tla", "--replay", path).stdout.splitlines()
    assert lines[0] == "Explained: state 1 of the trace is no initial state of the specification"
    assert "  why state 1 is not initial" in lines


def test_a_step_that_changes_nothing_is_allowed(trace: Path) -> None:
    path = changed(trace, lambda states: states.insert(2, states[1]))
    ended = run("ExplainedDeadlock.cfg", "--replay", path)
    assert ended.returncode == 0


def test_what_a_replay_writes_can_be_replayed(trace: Path, tmp_path: Path) -> None:
    again = str(tmp_path / "again.json")
    assert run("ExplainedDeadlock.cfg", "--replay", str(trace), "--json", "--output", again).returncode == 0
    assert run("ExplainedDeadlock.cfg", "--replay", again).returncode == 0


def test_a_variable_without_a_value_is_named(trace: Path) -> None:
    path = changed(trace, lambda states: states[2]["variables"].pop("queue"))
    ended = run("Explained.tla", "--replay", path)
    assert ended.returncode == 2
    assert "state 3 of the trace has no value for the variable queue" in ended.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"states": [1,}', "the trace is not JSON"),
        ("[]", "the results of several models"),
        ("7", "the file holds no trace"),
        ('{"states": 3}', "it has not the form of its format"),
        ('{"states": []}', "the trace has no states"),
        ('{"states": [{"x": null}]}', "the trace cannot be read: not a value of ITF: None"),
        ('{"format": "assay-verify", "version": 2}', "version 2 of Assay's format is not known"),
        ('{"format": "assay-verify", "version": 1, "traces": []}', "the result has no counterexample"),
        ('{"format": "assay-verify", "version": 1}', "there is no 'traces'"),
        ('{"format": "assay-verify", "version": 1, "traces": [{"states": [{"variables": {"x": null}}]}]}', "x: not a"),
        ("[" * 100_000, "nested too deep"),
        ('{"states": [' + ",".join(["{}"] * (MAXIMUM_STATES + 1)) + "]}", "more than 10,000 states"),
        ("\x00", "the trace is not JSON"),
    ],
)
def test_refuses_what_is_no_trace(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TraceError, match=message):
        read_trace(path)


def test_points_at_where_json_ends_to_be_json(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    path.write_text('{"states": [\n  {"x": 3},,\n]}', encoding="utf-8")
    ended = run("Explained.tla", "--replay", str(path))
    assert ended.returncode == 2
    assert f"--> {path}:2:12" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_values_that_the_specification_cannot_have_are_no_crash(tmp_path: Path) -> None:
    for value in (12345678901234567890, {"#map": [[1]]}, {"#set": [1, "a"]}, {"#symbolic": "Nat"}):
        path = tmp_path / "trace.json"
        variables: dict[str, Any] = {"holder": {"#set": []}, "pc": value, "queue": {"#tup": []}}
        document = {"format": "assay-verify", "version": 1, "traces": [{"states": [{"variables": variables}]}]}
        path.write_text(json.dumps(document), encoding="utf-8")
        ended = run("Explained.tla", "--replay", str(path))
        assert ended.returncode == 2, ended.stdout
        assert "Traceback" not in ended.stderr
        assert "internal error" not in ended.stderr


@pytest.mark.parametrize("option", [["--simulate"], ["--graph", "5"], ["--parse-only"]])
def test_refuses_options_that_do_not_go_together(option: list[str], trace: Path) -> None:
    assert run("Explained.tla", "--replay", str(trace), *option).returncode == 2
