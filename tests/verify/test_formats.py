"""The formats that programs read: what they promise is there, and other tools accept it."""

import json
import re
from pathlib import Path

import pytest

from assay.verify import CheckResult, Verdict, check
from assay.verify.formats import FORMATS, write
from assay.verify.values import value_of
from tests.verify.specifications import SPECS


@pytest.fixture(scope="module")
def violated() -> CheckResult:
    return check(SPECS / "Values.tla", workers=1)


def test_json_has_a_version_and_everything_that_the_result_has(violated: CheckResult) -> None:
    document = json.loads(write(violated, "json"))
    assert (document["format"], document["version"]) == ("assay-verify", 1)
    assert document.keys() >= set(violated._fields)
    assert (document["verdict"], document["exit_code"]) == ("safety", 12)


def test_json_holds_the_values_of_the_counterexample(violated: CheckResult) -> None:
    states = json.loads(write(violated, "json"))["traces"][0]["states"]
    read = [{name: value_of(value) for name, value in state["variables"].items()} for state in states]
    assert violated.trace
    assert read == [dict(state.variables) for state in violated.trace.states]


def test_itf_says_what_it_is(violated: CheckResult) -> None:
    document = json.loads(write(violated, "itf"))
    assert document["#meta"]["format"] == "ITF"
    assert document["vars"][:2] == ["number", "text"]
    first, second = document["states"][:2]
    assert first["number"] == {"#bigint": "-7"}
    assert first["function"] == {"#map": [["a", {"#bigint": "1"}], ["b", {"#bigint": "2"}]]}
    assert second["#meta"] == {"index": 1, "action": "Next", "location": f"{SPECS / 'Values.tla'}:18:5"}


def test_tla_is_a_module_that_holds_the_trace(violated: CheckResult, tmp_path: Path) -> None:
    (tmp_path / "ValuesTrace.tla").write_text(write(violated, "tla"))
    (tmp_path / "Reader.tla").write_text(
        """---- MODULE Reader ----
EXTENDS ValuesTrace
ASSUME Len(Trace) = 3 /\\ Len(Actions) = 3 /\\ Actions[2] = "Next"
ASSUME Trace[1].number = -7 /\\ Trace[2].set = {1, 2, 3, 4} /\\ Trace[1].text = "a \\"quoted\\" text"
ASSUME Trace[2].function = (a :> 1 @@ b :> 3) /\\ Trace[2].record.inner.x = 2 /\\ Trace[1].model = a
====
"""
    )
    result = check(tmp_path / "Reader.tla", constants=["a = a", "b = b"], workers=1)
    assert (result.verdict, result.message) == (Verdict.OK, "no violation was found")
    assert len(result.properties) == 3


def test_dot_has_a_node_for_each_state_and_an_edge_for_each_step(violated: CheckResult) -> None:
    text = write(violated, "dot")
    assert violated.trace
    states = len(violated.trace.states)
    assert len(re.findall(r"^  s\d+ \[label=", text, re.MULTILINE)) == states
    assert len(re.findall(r"^  s\d+ -> s\d+ \[label=\"Next\"\];", text, re.MULTILINE)) == states - 1
    assert text.startswith('digraph "Values" {')
    assert text.endswith("}\n")


def test_dot_can_show_the_state_graph() -> None:
    result = check(SPECS / "Counter.tla", graph_states=100, workers=1)
    text = write(result, "dot")
    assert re.findall(r'^  s\d+ \[label="(.*)\\l"', text, re.MULTILINE) == [f"count = {n}" for n in range(6)]
    steps = re.findall(r"^  (s\d+ -> s\d+) \[label=\"(.*)\"\];", text, re.MULTILINE)
    assert steps == [*((f"s{n} -> s{n + 1}", "Increment") for n in range(1, 6)), ("s6 -> s1", "Restart")]
    assert json.loads(write(result, "json"))["graph"]["initial"] == [0]


def test_a_state_graph_says_that_there_is_more() -> None:
    graph = check(SPECS / "Counter.tla", graph_states=2, workers=1).graph
    assert graph
    assert (len(graph.states), len(graph.steps), graph.truncated) == (2, 1, True)


def test_text_shows_what_changed_and_folds_what_did_not(violated: CheckResult) -> None:
    lines = write(violated, "text").splitlines()
    second = lines.index(f"  state 2: Next  ({SPECS / 'Values.tla'}:18:5)")
    assert lines[second + 1 : second + 6] == [
        "    number = -6   (was -7)",
        "    set gains 4",
        "    record.inner.x = 2   (was 1)",
        "    function[b] = 3   (was 2)",
        "    unchanged: text, flag, model, sequence, infinite, empty",
    ]


def test_text_breaks_long_values_into_lines() -> None:
    result = check(SPECS / "Long.tla", init="Init", next="Next", invariants=["Never"], workers=1)
    lines = write(result, "text").splitlines()
    assert max(map(len, lines)) <= 120
    assert "    members = {" in lines


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_say_that_nothing_was_found(name: str) -> None:
    written = write(check(SPECS / "Counter.tla", workers=1), name)
    assert bool(written) == (name != "github"), "annotations are of what is wrong only"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_say_that_nothing_could_be_read(name: str) -> None:
    assert write(check(SPECS / "Broken.tla", workers=1), name)
