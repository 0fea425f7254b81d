"""Temporal properties from end to end: verdicts, behaviours that never end, and what a result could be mistaken for."""

import json
from typing import Unpack

import pytest

from assay.verify import CheckResult, PropertyStatus, Simulation, Verdict, check
from assay.verify.checking import CheckOptions
from assay.verify.formats import write
from tests.verify.specifications import SPECS


def checked(**options: Unpack[CheckOptions]) -> CheckResult:
    """The model `Turns.cfg`, with what is given in place of what it says."""
    given: CheckOptions = {"specification": "Fair", **options, "config": SPECS / "Turns.cfg", "workers": 1}
    return check(SPECS / "Turns.tla", **given)


def status_of(result: CheckResult, name: str) -> tuple[PropertyStatus, str]:
    [found] = [known for known in result.properties if known.name == name]
    return found.status, found.reason


def cautions(result: CheckResult) -> list[str]:
    return [warning.message for warning in result.warnings if warning.code == "caution"]


def test_says_that_a_property_holds() -> None:
    result = checked()
    assert (result.verdict, result.exit_code, result.states.distinct) == (Verdict.OK, 0, 9)
    assert status_of(result, "Served") == (PropertyStatus.HOLDS, "")
    assert status_of(result, "EnabledWhileWaiting") == (PropertyStatus.HOLDS, "")
    assert cautions(result) == []


def test_shows_a_behaviour_that_stops_and_says_that_there_is_no_fairness() -> None:
    result = checked(specification="Unfair")
    assert (result.verdict, result.exit_code) == (Verdict.LIVENESS, 13)
    assert result.message in {"Served is violated for c = a", "Served is violated for c = b"}
    assert result.trace
    assert (result.trace.kind, result.trace.name, result.trace.stutters) == ("liveness", "Served", True)
    assert cautions(result) == [
        "Served is violated by a behaviour that just stops: the specification has no fairness condition"
    ]
    lines = write(result, "text").splitlines()
    assert "  stuttering: nothing happens any more" in lines
    assert "  violated   Served (temporal)" in lines


def test_shows_a_behaviour_that_repeats() -> None:
    result = checked(properties=["Rests"])
    trace = result.trace
    assert trace
    assert trace.repeats_from
    assert not trace.stutters
    # The fairness condition is no reason: it is satisfied again and again.
    assert cautions(result) == []
    back = trace.states[trace.repeats_from - 1 :]
    assert {bool(state.variables["waiting"]) for state in back} == {True, False}
    assert f"  back to state {trace.repeats_from}: " in write(result, "text")
    assert json.loads(write(result, "json"))["traces"][0]["repeats_from"] == trace.repeats_from
    assert json.loads(write(result, "itf"))["loop"] == trace.repeats_from - 1
    assert f"RepeatsFrom == {trace.repeats_from}" in write(result, "tla").splitlines()
    last = trace.states[-1].number
    assert f'  s{last} -> s{trace.repeats_from} [label="and again", color=red];' in write(result, "dot").splitlines()


def test_a_step_can_violate_a_property() -> None:
    result = checked(properties=["Remembered"])
    assert (result.verdict, result.exit_code, result.message) == (
        Verdict.LIVENESS,
        13,
        "Remembered is violated by a step",
    )
    assert result.trace
    assert (result.trace.kind, result.trace.name, len(result.trace.states)) == ("step", "Remembered", 4)


def test_an_initial_state_can_violate_a_property() -> None:
    result = checked(properties=["BeginsServed"])
    assert (result.exit_code, result.message) == (13, "BeginsServed is violated by an initial state")
    assert result.trace
    assert (result.trace.kind, len(result.trace.states)) == ("step", 1)


def test_a_property_that_always_holds_ends_with_the_code_of_an_invariant() -> None:
    result = checked(properties=["AlwaysIdle"])
    assert (result.verdict, result.exit_code, result.message) == (Verdict.SAFETY, 12, "AlwaysIdle is violated")


def test_can_go_on_after_a_violated_property() -> None:
    result = checked(properties=["Served", "Rests"], specification="Unfair")
    statuses = {status_of(result, name) for name in ("Served", "Rests")}
    assert (PropertyStatus.UNKNOWN, "the check ends at the first property that is violated") in statuses
    result = checked(properties=["Served", "Rests"], specification="Unfair", continue_after_violation=True)
    assert {status_of(result, name)[0] for name in ("Served", "Rests")} == {PropertyStatus.VIOLATED}
    assert {trace.name for trace in result.traces} == {"Served", "Rests"}


def test_refuses_symmetry_and_says_why() -> None:
    result = check(SPECS / "Turns.tla", config=SPECS / "TurnsSymmetric.cfg", workers=1)
    assert (result.verdict, result.states.distinct) == (Verdict.OK, 6)
    assert status_of(result, "Served") == (PropertyStatus.UNKNOWN, "it cannot be checked together with SYMMETRY")
    [caution] = cautions(result)
    assert caution.startswith("Served cannot be checked together with SYMMETRY Symmetric")


def test_says_what_a_view_makes_of_cycles() -> None:
    result = check(SPECS / "Turns.tla", config=SPECS / "TurnsView.cfg", workers=1)
    assert any("states that VIEW View makes equal" in caution for caution in cautions(result))


def test_says_that_a_constraint_cut_the_graph() -> None:
    result = checked(properties=["Served"], constraints=["OneWaits"])
    assert status_of(result, "Served")[0] is PropertyStatus.HOLDS
    [caution] = cautions(result)
    assert caution.startswith("Served is only known of behaviours that stay within OneWaits")


def test_says_that_a_fairness_condition_or_a_property_says_nothing() -> None:
    result = checked(properties=["NobodyServed"], specification="Vain")
    assert status_of(result, "NobodyServed")[0] is PropertyStatus.HOLDS
    assert cautions(result) == [
        "the action of this weak fairness condition is never enabled: the condition demands nothing",
        "NobodyServed says nothing here: the left side is true in no reachable state",
    ]


def test_says_that_no_behaviour_is_fair() -> None:
    result = checked(properties=["Served", "Rests"], specification="Impossible")
    assert status_of(result, "Rests")[0] is PropertyStatus.HOLDS
    [caution] = [warning for warning in result.warnings if warning.code == "caution"]
    assert caution.message == "nothing is said by Served, Rests: no behaviour does all that the specification demands"
    assert "WF_vars(Leap)" in caution.line


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"max_states": 4}, "not every reachable state was checked"),
        ({"simulate": Simulation(walks=5)}, "random walks do not decide what happens in the long run"),
    ],
)
def test_is_unknown_where_not_everything_was_explored(options: CheckOptions, reason: str) -> None:
    assert status_of(checked(**options), "Served") == (PropertyStatus.UNKNOWN, reason)


def test_says_where_a_formula_cannot_be_checked() -> None:
    result = checked(properties=["Hidden"])
    assert result.exit_code == 150
    [diagnostic] = result.diagnostics
    assert diagnostic.message == "a temporal formula is quantified over a set that depends on the state"
    assert diagnostic.location
    assert diagnostic.line[diagnostic.location.column - 1 :].startswith("waiting")
