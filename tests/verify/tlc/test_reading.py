"""What is read from TLC's output."""

import re
from pathlib import Path

import pytest

from assay.verify import CheckResult, Function, ModelValue, Record, SymbolicSet, Verdict
from assay.verify.result import Location, PropertyStatus
from assay.verify.tlc.messages import Message, messages_of
from assay.verify.tlc.printed_values import value_of_text
from assay.verify.tlc.reading import Asked, Reading
from tests.verify.tlc import outputs

ASKED = Asked(Path("folder/Counter.tla"), Path("folder/Counter.cfg"), 1, 0)


def read(output: str, code: int) -> CheckResult:
    reading = Reading(ASKED)
    reading.read_all(messages_of(output.splitlines(keepends=True)))
    return reading.result(code, 1.5)


def test_takes_messages_apart_and_keeps_what_stands_between() -> None:
    lines = ["before\n", *outputs.message(2110, 1, "two\nlines").splitlines(keepends=True), "after\n"]
    assert list(messages_of(lines)) == [Message(0, 0, "before"), Message(2110, 1, "two\nlines"), Message(0, 0, "after")]


def test_keeps_a_message_that_is_cut_off() -> None:
    assert list(messages_of(["@!@!@STARTMSG 2110:1 @!@!@\n", "half of"])) == [Message(2110, 1, "half of")]


def test_reads_a_check_that_found_nothing() -> None:
    result = read(outputs.SUCCESS, 0)
    assert (result.verdict, result.exit_code, result.message) == (Verdict.OK, 0, "no violation was found")
    assert result.states[:5] == (4, 3, 1, 0, 3)
    assert (result.bounds.complete, result.traces, result.seconds) == (True, (), 1.5)
    assert result.collision == (3.8e-19, 1.1e-18)
    assert result.out_degree == (0, 1, 1.0, 1)
    assert result.printed == ('"printed by the specification"',)


def test_reads_a_violated_invariant_with_its_counterexample() -> None:
    result = read(outputs.INVARIANT, 12)
    assert (result.verdict, result.exit_code, result.message) == (Verdict.SAFETY, 12, "Small is violated")
    assert [(known.name, known.status) for known in result.properties] == [("Small", PropertyStatus.VIOLATED)]
    assert result.trace
    assert (result.trace.kind, result.trace.name) == ("invariant", "Small")
    first, last = result.trace.states
    assert (first.action, first.variables, first.changed) == (None, {"count": 0, "log": ()}, ())
    assert last.action
    assert (last.action.name, last.action.location) == ("Add(1)", Location("folder/Counter.tla", 7, 8, 9, 20))
    assert last.variables == {"count": 1, "log": (Record({"by": "a", "what": frozenset({1, 2})}),)}
    assert last.changed == ("count", "log")
    assert not result.bounds.complete


def test_reads_an_initial_state_that_violates() -> None:
    result = read(outputs.INITIAL, 12)
    assert result.trace
    assert (result.message, len(result.trace.states)) == ("Small is violated", 1)
    assert result.trace.states[0].variables == {"count": 5, "log": ()}


def test_reads_a_deadlock_of_a_single_variable() -> None:
    result = read(outputs.DEADLOCK, 11)
    assert (result.verdict, result.properties[0].name) == (Verdict.DEADLOCK, "no deadlock")
    assert result.trace
    assert (result.trace.kind, result.trace.states[-1].variables) == ("deadlock", {"count": 1})


def test_reads_a_violated_temporal_property() -> None:
    result = read(outputs.LASSO, 13)
    assert (result.verdict, result.message) == (Verdict.LIVENESS, "Served is violated")
    assert [known.name for known in result.properties] == ["Served"]
    assert result.trace
    assert (result.trace.kind, result.trace.name, result.trace.repeats_from) == ("liveness", "Served", 1)
    assert len(result.trace.states) == 2


def test_reads_a_behaviour_that_stutters() -> None:
    stuttering = outputs.message(2218, 4, "3: Stuttering")
    output = re.sub(r"@!@!@STARTMSG 2122.*?ENDMSG 2122 @!@!@\n", lambda _: stuttering, outputs.LASSO, flags=re.DOTALL)
    result = read(output, 13)
    assert result.trace
    assert (result.trace.repeats_from, result.trace.stutters) == (2, True)


def test_reads_a_failed_assertion_with_its_place() -> None:
    result = read(outputs.ASSERTION, 14)
    assert result.verdict is Verdict.SAFETY
    assert [diagnostic.code for diagnostic in result.diagnostics] == ["assertion", "tlc"]
    assert "count is too large" in result.diagnostics[0].message
    location = result.diagnostics[1].location
    assert location
    assert (location.line, location.column) == (8, 8)


def test_reads_what_the_parser_complains_about() -> None:
    result = read(outputs.PARSE_ERROR, 150)
    assert (result.verdict, result.exit_code) == (Verdict.ERROR, 150)
    (diagnostic,) = result.diagnostics
    assert 'Encountered "("' in diagnostic.message
    assert diagnostic.location
    assert (diagnostic.location.line, diagnostic.location.column) == (6, 14)


def test_does_not_believe_an_end_without_success() -> None:
    cut = outputs.SUCCESS.split("@!@!@STARTMSG 2193")[0]
    result = read(cut, 0)
    assert (result.verdict, result.exit_code) == (Verdict.ERROR, 153)
    assert result.states.distinct == 1001


def test_survives_any_beginning_of_an_output() -> None:
    for output in (outputs.INVARIANT, outputs.LASSO, outputs.PARSE_ERROR):
        for length in range(0, len(output), 7):
            assert read(output[:length], 255).verdict is Verdict.ERROR


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-3", -3),
        ("TRUE", True),
        ('"a \\"b\\" \\\\ c"', 'a "b" \\ c'),
        ("{}", frozenset()),
        ("{1, {2}}", frozenset({1, frozenset({2})})),
        ("1..3", frozenset({1, 2, 3})),
        ("<<1, <<>>, m1>>", (1, (), ModelValue("m1"))),
        ("[a |-> 1,\n b |-> <<2>>]", Record({"a": 1, "b": (2,)})),
        ("(m1 :> 1 @@ m2 :> {})", Function({ModelValue("m1"): 1, ModelValue("m2"): frozenset()})),
        ("(1 :> 5 @@ 2 :> 6)", (5, 6)),
        ("[{1, 2} -> {3}]", SymbolicSet("[{1, 2} -> {3}]")),
        ("SUBSET {1}", SymbolicSet("SUBSET {1}")),
        ("Nat", ModelValue("Nat")),
        ("{" * 500, SymbolicSet("{" * 500)),
    ],
)
def test_reads_printed_values(text: str, value: object) -> None:
    assert value_of_text(text) == value
