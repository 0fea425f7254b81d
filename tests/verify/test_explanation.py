"""Why a counterexample ends as it does: for people and for programs, with the values that make it so."""

import json

import pytest

from assay.verify import CheckResult, check
from assay.verify.formats import write
from assay.verify.values import ModelValue
from tests.verify.specifications import SPECS
from tests.verify.test_command import run


@pytest.fixture(scope="module")
def mutex() -> CheckResult:
    return check(SPECS / "Explained.tla", explain=True, expressions=["Len(queue)", "queue' # queue"], workers=1)


def after(text: str, heading: str) -> list[str]:
    lines = text.splitlines()
    start = lines.index(heading)
    return lines[start + 1 : lines.index("", start)]


def test_says_which_conjunct_is_false_for_which_values(mutex: CheckResult) -> None:
    lines = after(write(mutex, "text"), "  why Mutex is violated in state 5")
    where, body = SPECS / "Explained.tla", "a # b => LET both == Critical(a) /\\ Critical(b) IN ~both"
    assert lines[:7] == [
        f"    FALSE  \\A a, b \\in Clients : {body}  ({where}:23:13)",
        f"    FALSE    {body}  ({where}:24:15)",
        "                 with a = c1, b = c2",
        "    TRUE       a # b",
        "    FALSE      ~both",
        "    TRUE         both",
        "    TRUE           Critical(a) /\\ Critical(b)",
    ]
    assert '                           pc[c] = "critical"' in lines


def test_explains_in_json_what_it_explains_in_text(mutex: CheckResult) -> None:
    [trace] = json.loads(write(mutex, "json"))["traces"]
    reason = trace["explanation"]["reason"]
    assert (reason["outcome"], reason["position"]) == ("false", None)
    [broken] = reason["because"]
    assert (broken["outcome"], broken["position"]) == ("false", [2, 2])
    [instance] = broken["because"]
    assert instance["bindings"] == {"a": {"#model": "c1"}, "b": {"#model": "c2"}}
    assert [inner["outcome"] for inner in instance["because"]] == ["true", "false"]


def test_shows_the_values_of_the_parts_of_a_comparison() -> None:
    result = check(SPECS / "Explained.tla", config=SPECS / "ExplainedFew.cfg", explain=True, workers=1)
    assert result.trace
    assert result.trace.explanation
    assert result.trace.explanation.reason
    assert [(known.text, known.value) for known in result.trace.explanation.reason.values] == [
        ("Cardinality({c \\in Clients : Critical(c)})", 2),
        ("{c \\in Clients : Critical(c)}", frozenset({ModelValue("c1"), ModelValue("c2")})),
        ("Clients", frozenset({ModelValue("c1"), ModelValue("c2"), ModelValue("c3")})),
    ]


def test_names_the_first_guard_that_keeps_each_action_from_being_taken() -> None:
    result = check(SPECS / "Explained.tla", config=SPECS / "ExplainedDeadlock.cfg", explain=True, workers=1)
    lines = after(write(result, "text"), "  why no action can be taken in state 7")
    assert [line for line in lines if "taken" in line or "FALSE" in line or "nor for" in line] == [
        "    Request cannot be taken for c = c1",
        f'      FALSE  pc[c] = "idle"  ({SPECS / "Explained.tla"}:9:18)',
        "      nor for c = c2; c = c3",
        "    Acquire cannot be taken for c = c1",
        f'      FALSE  pc[c] = "waiting"  ({SPECS / "Explained.tla"}:14:6)',
        "      nor for c = c2; c = c3",
    ]


def test_explains_nothing_that_was_not_asked_for() -> None:
    result = check(SPECS / "Explained.tla", workers=1)
    assert result.trace
    assert result.trace.explanation is None
    assert "why" not in write(result, "text")


def test_shows_the_action_with_its_parameters(mutex: CheckResult) -> None:
    assert mutex.trace
    labels = [state.action.label for state in mutex.trace.states if state.action]
    assert labels == ["Request(c1)", "Acquire(c1)", "Request(c2)", "Acquire(c2)"]
    states = json.loads(write(mutex, "json"))["traces"][0]["states"]
    assert states[1]["action"]["name"] == "Request"
    assert states[1]["action"]["parameters"] == {"c": {"#model": "c1"}}


def test_evaluates_expressions_on_states_and_on_steps(mutex: CheckResult) -> None:
    assert mutex.trace
    values = [[expression.value for expression in state.expressions] for state in mutex.trace.states]
    assert values == [[0, True], [1, False], [1, True], [2, False], [2, None]]
    lines = write(mutex, "text").splitlines()
    assert lines.count("    > Len(queue) = 1") == 2
    assert [line for line in lines if "queue' # queue" in line][-1] == "    > queue' # queue = FALSE"


def test_says_on_which_states_an_expression_has_no_value() -> None:
    ended = run("Explained.tla", "--eval", "queue[2]", "--eval", "Mutex")
    assert ended.returncode == 12
    lines = [line for line in ended.stdout.splitlines() if "> queue[2]" in line]
    assert lines[0].startswith("    > queue[2]: ")
    assert lines[-2:] == ["    > queue[2] = c2", "    > queue[2] = c2"]
    assert "    > Mutex = FALSE" in ended.stdout


@pytest.mark.parametrize(
    ("expression", "message", "caret"),
    [
        ("Len(queu)", "`queu` is not defined", "  |     ^^^^"),
        ("Len(queue))", "expected an operator or the end of the expression", "  |           ^"),
        ("[](Len(queue) > 2)", "a temporal formula has no value", "  | ^^^^"),
        ("", "expected an expression", ""),
        ("长度(queue)", "", "  | ^"),
    ],
)
def test_points_at_what_is_wrong_with_an_expression(expression: str, message: str, caret: str) -> None:
    ended = run("Explained.tla", "--eval", "TRUE", "--eval", expression)
    assert ended.returncode == 150
    assert message in ended.stderr
    assert "--eval 2:1:" in ended.stderr
    assert caret in ended.stderr
    assert "Traceback" not in ended.stderr
