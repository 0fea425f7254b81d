"""Each way a check can end: the verdict, TLC's exit code, and one clear message."""

import pytest

from assay.verify import CheckResult, Verdict, check
from tests.verify.specifications import SPECS


def checked(module: str, config: str | None = None, **options: object) -> CheckResult:
    return check(SPECS / f"{module}.tla", config=SPECS / f"{config}.cfg" if config else None, workers=1, **options)  # type: ignore[arg-type] # passed on as given


@pytest.mark.parametrize(
    ("module", "config", "verdict", "code", "message"),
    [
        ("Counter", None, Verdict.OK, 0, "no violation was found"),
        ("Counter", "CounterSmall", Verdict.SAFETY, 12, "Small is violated"),
        ("Deadlock", None, Verdict.DEADLOCK, 11, "a state without successors is reachable: deadlock"),
        ("Assumption", None, Verdict.ASSUMPTION, 10, "an assumption is false"),
        ("Assertion", None, Verdict.SAFETY, 14, "assertion failed: x is too large"),
        ("Evaluation", None, Verdict.ERROR, 75, "Tail"),
        ("Evaluation", "EvaluationInvariant", Verdict.ERROR, 76, "Head"),
        ("Broken", None, Verdict.ERROR, 150, "expected"),
        ("Missing", None, Verdict.ERROR, 150, "Elsewhere"),
        ("Circle", None, Verdict.ERROR, 150, "circle"),
        ("Counter", "CounterMistyped", Verdict.ERROR, 151, "Nextt"),
        ("Counter", "CounterUndefined", Verdict.ERROR, 151, "Limit"),
        ("Counter", "NotThere", Verdict.ERROR, 151, "cannot read the configuration"),
        ("NotThere", None, Verdict.ERROR, 150, "NotThere"),
        ("Infinite", None, Verdict.ERROR, 75, "infinite"),
        ("Recursion", None, Verdict.ERROR, 75, "recursion is too deep"),
    ],
)
def test_reports_how_it_ended(module: str, config: str | None, verdict: Verdict, code: int, message: str) -> None:
    result = checked(module, config)
    assert (result.verdict, result.exit_code) == (verdict, code)
    assert message in result.message


@pytest.mark.parametrize(
    ("module", "config", "line", "column"),
    [
        ("Broken", None, 6, 1),
        ("Missing", None, 2, 19),
        ("Counter", "CounterMistyped", 3, 6),
        ("Evaluation", None, 5, 18),
        ("Infinite", None, 4, 15),
        ("Assumption", None, 5, 8),
        ("Assertion", None, 5, 23),
    ],
)
def test_points_at_what_is_wrong(module: str, config: str | None, line: int, column: int) -> None:
    diagnostic = checked(module, config).diagnostics[0]
    assert diagnostic.location
    assert (diagnostic.location.line, diagnostic.location.column) == (line, column)
    text = (SPECS / diagnostic.location.path).read_text().splitlines()[line - 1]
    assert text == diagnostic.line
    assert text in diagnostic.rendered


def test_names_what_was_probably_meant() -> None:
    assert checked("Counter", "CounterMistyped").diagnostics[0].hint == "did you mean `Next`?"


def test_counts_states_and_says_what_they_cover() -> None:
    result = checked("Counter")
    states = result.states
    assert (states.distinct, states.generated, states.depth, states.initial, states.queue) == (6, 7, 6, 1, 0)
    assert result.bounds.complete
    assert result.bounds.constants == {"Limit": "5"}


def test_says_of_each_property_what_is_known() -> None:
    known = {found.name: (found.kind, found.status, found.reason) for found in checked("Counter").properties}
    assert known == {
        "TypeOK": ("invariant", "holds", ""),
        "no deadlock": ("deadlock", "holds", ""),
        "Returns": ("temporal", "holds", ""),
    }


def test_does_not_say_that_a_property_holds_when_it_stopped_at_another() -> None:
    known = {found.name: found.status for found in checked("Counter", "CounterSmall").properties}
    assert known == {"TypeOK": "unknown", "Small": "violated", "no deadlock": "unknown"}


def test_can_go_on_after_a_violation() -> None:
    result = checked("Counter", "CounterSmall", continue_after_violation=True)
    assert (result.verdict, result.violations, result.states.distinct) == (Verdict.SAFETY, 3, 6)
    assert [len(trace.states) for trace in result.traces] == [4, 5, 6]
    assert {found.name: found.status for found in result.properties}["TypeOK"] == "holds"


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"max_states": 3}, "stopped at the limit of 3 distinct states"),
        ({"max_depth": 2}, "stopped at the limit of 2 levels"),
    ],
)
def test_a_limit_is_no_success(limits: dict[str, int], reason: str) -> None:
    result = check(SPECS / "Counter.tla", workers=1, **limits)  # type: ignore[arg-type] # one of two options
    assert (result.verdict, result.exit_code, result.bounds.reason) == (Verdict.LIMIT, 3, reason)
    assert not result.bounds.complete
    assert {found.status for found in result.properties} == {"unknown"}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_constraint_may_ask_for_the_level_and_a_postcondition_for_figures(workers: int) -> None:
    result = check(SPECS / "Level.tla", workers=workers)
    assert (result.verdict, result.states.distinct, result.states.depth) == (Verdict.OK, 5, 5)
    assert [(found.name, found.status) for found in result.properties if found.kind == "postcondition"] == [
        ("Deep", "holds")
    ]


def test_time_is_a_limit_also_while_states_are_evaluated() -> None:
    result = checked("Endless", init="Init", next="Next", invariants=["Slow"], max_seconds=0.5)
    assert (result.verdict, result.exit_code) == (Verdict.LIMIT, 3)
    assert result.seconds < 5
