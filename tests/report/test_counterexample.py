"""Counterexamples: read where they are, and compared state by state."""

import json

from hypothesis import given
from hypothesis import strategies as st

from assay.report.counterexample import Counterexample, State, counterexample_in, steps_of
from tests.report.sample import COUNTEREXAMPLE


def of_values(*values: str) -> Counterexample:
    states = tuple(State(number=number, variables={"x": value}) for number, value in enumerate(values, start=1))
    return Counterexample(kind="invariant", name="Safe", states=states)


def test_reads_what_the_checker_writes() -> None:
    found = counterexample_in(json.dumps({**COUNTEREXAMPLE, "more": 1}).encode())
    assert found is not None
    assert (found.kind, found.name, len(found.states)) == ("invariant", "MutualExclusion", 4)
    assert found.states[1].action is not None
    assert found.states[1].action.location == "Lock.tla:21:3"


def test_other_json_is_no_counterexample() -> None:
    for content in (b"{}", b"[]", b"not json", b'{"kind": "x", "states": []}', b'{"kind": 1, "states": [1]}', b"\xff"):
        assert counterexample_in(content) is None


def test_marks_only_what_differs_within_a_value() -> None:
    _, step = steps_of(of_values('[c1 |-> "idle", c2 |-> "idle"]', '[c1 |-> "idle", c2 |-> "busy"]'))
    (change,) = step.changes
    assert [piece.text for piece in change.before if piece.changed] == ['"idle"']
    assert [piece.text for piece in change.after if piece.changed] == ['"busy"']


def test_finds_a_change_that_the_file_does_not_name() -> None:
    _, second, third = steps_of(of_values("1", "2", "2"))
    assert [change.name for change in second.changes] == ["x"]
    assert (third.changes, third.unchanged) == ((), (("x", "2"),))


def test_shows_a_variable_that_comes_into_being() -> None:
    states = (State(number=1, variables={}), State(number=2, variables={"x": "1"}))
    _, step = steps_of(Counterexample(kind="error", states=states))
    assert [(change.before, change.after[0].changed) for change in step.changes] == [((), True)]


@given(st.text(max_size=40), st.text(max_size=40))
def test_pieces_put_together_are_the_values(old: str, new: str) -> None:
    _, step = steps_of(of_values(old, new))
    for change in step.changes:
        assert "".join(piece.text for piece in change.before) == old
        assert "".join(piece.text for piece in change.after) == new


def test_compares_long_values_in_bounded_time() -> None:
    old, new = ("<<" + ", ".join(map(str, range(start, start + 50_000))) + ">>" for start in (0, 7))
    _, step = steps_of(of_values(old, new))
    assert [piece.changed for piece in step.changes[0].after] == [True]
