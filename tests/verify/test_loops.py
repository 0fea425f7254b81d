"""Why a temporal property is violated: the fairness that is missing in a loop, or what is false of a step."""

import json

import pytest

from assay.verify import CheckResult, Verdict, check
from assay.verify.explanation import Explanation, Loop
from assay.verify.formats import write
from assay.verify.result import Trace
from assay.verify.values import ModelValue
from tests.verify.specifications import SPECS
from tests.verify.test_explanation import after

WHERE = SPECS / "Loops.tla"
COUNTED = SPECS / "LoopsCounted.tla"


def explained(specification: str = "Weak", **options: object) -> CheckResult:
    given = {"properties": ["Served"], "constants": ["Clients = {a}"], **options}
    return check(WHERE, specification=specification, explain=True, workers=1, **given)  # type: ignore[arg-type]


def trace_of(result: CheckResult) -> Trace:
    assert result.verdict is Verdict.LIVENESS
    assert result.trace
    return result.trace


def explanation_of(result: CheckResult) -> Explanation:
    explanation = trace_of(result).explanation
    assert explanation
    return explanation


def loop_of(result: CheckResult) -> Loop:
    loop = explanation_of(result).loop
    assert loop
    return loop


def test_says_that_strong_fairness_is_missing_where_an_action_is_enabled_now_and_then() -> None:
    result = explained()
    lines = after(write(result, "text"), "  why nothing keeps it from repeating states 2 to 3 for ever")
    assert lines == [
        "    Serve(a) is enabled in state 3 and never taken:",
        "      SF_vars(Serve(a)) would forbid this loop; the weak fairness that is assumed does not",
        "    WF_vars(Switch) is assumed, and satisfied: taken from state 2 to state 3",
        "    WF_vars(Serve(c)) with c = a is assumed, and satisfied: its action is not enabled in state 2",
    ]
    [missed] = loop_of(result).untaken
    assert (missed.action.label, missed.enabled, missed.always) == ("Serve(a)", (3,), False)
    assert (missed.strong, missed.weakly_fair) == (True, True)


def test_the_fairness_that_it_names_does_forbid_the_loop() -> None:
    assert explained("Strong").verdict is Verdict.OK


def test_says_that_weak_fairness_is_missing_where_an_action_is_always_enabled() -> None:
    result = explained("Weak", constants=["Clients = {a, b}"])
    first = loop_of(result).untaken[0]
    assert (first.action.label, first.enabled, first.always) == ("Request(b)", (2, 3), True)
    assert (first.condition, first.strong, first.weakly_fair) == ("WF_vars(Request(b))", False, False)
    lines = write(result, "text").splitlines()
    assert "    Request(b) is enabled in every state of the loop (2..3) and never taken:" in lines
    nowhere = "    WF_vars(Serve(c)) with c = b is assumed, and satisfied: its action is enabled nowhere in the loop"
    assert nowhere in lines


def test_says_what_could_be_done_where_nothing_happens_any_more() -> None:
    lines = after(write(explained("Unfair"), "text"), "  why nothing keeps it from stopping in state 2")
    assert lines == [
        "    Switch is enabled there and never taken:",
        "      WF_vars(Switch) would forbid stopping here",
        "    the specification assumes no fairness",
    ]


def test_says_how_a_behaviour_that_stops_satisfies_strong_fairness() -> None:
    lines = after(write(explained("Idle"), "text"), "  why nothing keeps it from stopping in state 2")
    assert lines[2:] == ["    SF_vars(Serve(c)) with c = a is assumed, and satisfied: its action is not enabled there"]


def test_names_the_action_that_closes_a_loop() -> None:
    result = explained()
    trace = trace_of(result)
    assert trace.closing
    assert trace.closing.label == "Switch"
    assert f"  back to state 2: Switch  ({WHERE}:20:11)" in write(result, "text").splitlines()
    assert json.loads(write(result, "json"))["traces"][0]["closing"]["name"] == "Switch"
    assert trace_of(explained("Unfair")).closing is None


def test_evaluates_expressions_on_the_step_that_closes_a_loop() -> None:
    trace = trace_of(explained(expressions=["light' = light", "light'"]))
    assert [state.expressions[1].value for state in trace.states] == ["red", "green", "red"]
    trace = trace_of(explained("Unfair", expressions=["light' = light"]))
    assert trace.states[-1].expressions[0].value is True


def test_explains_a_loop_in_json_too() -> None:
    [trace] = json.loads(write(explained(), "json"))["traces"]
    loop = trace["explanation"]["loop"]
    assert loop["untaken"][0]["condition"] == "SF_vars(Serve(a))"
    assert [condition["taken"] for condition in loop["fairness"]] == [[[2, 3], [3, 2]], []]
    assert loop["fairness"][1]["disabled"] == 2
    assert loop["fairness"][1]["bindings"] == {"c": {"#model": "a"}}


@pytest.mark.parametrize(("name", "depth"), [("Patient", 1), ("EachPatient", 0)])
def test_says_what_is_false_of_a_step(name: str, depth: int) -> None:
    reason = explanation_of(explained("Unfair", properties=[name])).reason
    assert reason
    assert [(known.text, known.value) for known in reason.values] == [
        ("waiting", frozenset({ModelValue("a")})),
        ("waiting'", frozenset()),
    ]
    for _ in range(depth + 1):
        [reason] = reason.because
    assert [inner.outcome for inner in reason.because] == ["true", "false"]
    assert reason.because[1].values[0].text == "waiting'"


def test_says_of_each_action_of_another_specification_why_it_is_not_the_step() -> None:
    result = explained("Unfair", properties=["OneAtATime"], constants=["Clients = {a, b}"])
    lines = after(write(result, "text"), "  why OneAtATime is violated by the step from state 2 to state 3")
    assert lines == [
        f"    FALSE  [Next]_count  ({COUNTED}:9:19)",
        "  why it is none of the steps that are allowed",
        "    Up is not this step",
        f"      FALSE  count < 1  ({COUNTED}:6:7)",
        "                 count = 1",
        "    Down is not this step",
        f"      FALSE  count' = count - 1  ({COUNTED}:7:22)",
        "                 count'    = 2",
        "                 count - 1 = 0",
        "                 count     = 1",
    ]


def test_says_what_is_false_of_an_initial_state() -> None:
    result = explained("Unfair", properties=["FirstGreen"])
    reason = explanation_of(result).reason
    assert reason
    assert (reason.text, reason.outcome) == ('light = "green"', "false")
    assert "  why FirstGreen is violated in state 1" in write(result, "text").splitlines()
