"""Values cross the border, and every format, unharmed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.verify import Function, ModelValue, Record, SymbolicSet, Trace, check, tla_text
from assay.verify.differences import changes_of
from assay.verify.formats.itf import document_of, states_in
from assay.verify.result import Location, State, Step
from assay.verify.values import function_of, tagged_of, value_of
from tests.verify.specifications import SPECS

NAMES = st.sampled_from(["a", "b", "n1", "server", "THEN", "x y", "#set", "WF_x", "_1"])
MODEL_VALUES = st.sampled_from(["a", "b", "n1", "server"]).map(ModelValue)
LEAVES = st.booleans() | st.integers() | st.text(max_size=5) | MODEL_VALUES | st.just(SymbolicSet("Nat"))


def _without_mixed(elements: frozenset[Any]) -> bool:
    """Python takes True for 1; TLA+ has no set with both."""
    return not {True, False} & {element for element in elements if isinstance(element, bool)} or not any(
        isinstance(element, int) and not isinstance(element, bool) for element in elements
    )


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.frozensets(inner, max_size=3).filter(_without_mixed)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(NAMES, inner, min_size=1, max_size=3).map(Record)
        | st.dictionaries(MODEL_VALUES | st.integers(), inner, min_size=1, max_size=3).map(
            lambda pairs: function_of(pairs.items())
        )
    )


VALUES = st.recursive(LEAVES, _nested, max_leaves=12)


def same(one: Any, other: Any) -> bool:
    """Equal in kind as well: Python has True == 1."""
    return bool(one == other) and tla_text(one) == tla_text(other)


@given(VALUES)
def test_can_be_tagged_and_read_again(value: Any) -> None:
    assert same(value_of(json.loads(json.dumps(tagged_of(value)))), value)


@given(st.lists(VALUES, min_size=1, max_size=3))
def test_can_be_written_as_itf_and_read_again(values: list[Any]) -> None:
    place = Location("x.tla", 1, 1, 1, 1)
    states = tuple(State(n, Step("Next", place), {"x": value}, ("x",)) for n, value in enumerate(values, start=1))
    document = document_of(Trace("invariant", "Inv", states), SPECS / "x.tla")
    read = [state["x"] for state in states_in(json.loads(json.dumps(document)))]
    assert len(read) == len(values)
    assert all(same(one, other) for one, other in zip(read, values, strict=True))


@given(VALUES)
def test_is_equal_to_itself_and_hashable(value: Any) -> None:
    assert value == value_of(tagged_of(value))
    assert hash(value) == hash(value_of(tagged_of(value)))


def test_come_from_a_specification_as_python_objects() -> None:
    trace = check(SPECS / "Values.tla").trace
    assert trace
    a, b = ModelValue("a"), ModelValue("b")
    assert trace.states[0].variables == {
        "number": -7,
        "text": 'a "quoted" text',
        "flag": True,
        "model": a,
        "set": frozenset({1, 2, 3}),
        "sequence": (1, (2,), "x"),
        "record": Record({"name": "n", "inner": Record({"x": 1})}),
        "function": Function({a: 1, b: 2}),
        "infinite": frozenset(),
        "empty": (),
    }
    assert trace.states[1].changed == ("number", "set", "record", "function")


def test_changes_are_told_down_to_the_part_that_changed() -> None:
    trace = check(SPECS / "Values.tla").trace
    assert trace
    before, after = trace.states[0].variables, trace.states[1].variables
    changes = [change for name in after for change in changes_of(name, before[name], after[name])]
    assert [(change.path, change.kind, change.before, change.after) for change in changes] == [
        ("number", "set", -7, -6),
        ("set", "added", None, 4),
        ("record.inner.x", "set", 1, 2),
        ("function[b]", "set", 2, 3),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "TRUE"),
        (-3, "-3"),
        ('say "hi"\n', '"say \\"hi\\"\\n"'),
        (frozenset({2, 1}), "{1, 2}"),
        ((), "<<>>"),
        (Record({"x": 1, "y": ModelValue("a")}), "[x |-> 1, y |-> a]"),
        (Record({"THEN": 1}), '("THEN" :> 1)'),
        (Function({1: 2, 3: 4}), "(1 :> 2 @@ 3 :> 4)"),
    ],
)
def test_are_written_as_tla_writes_them(value: Any, text: str) -> None:
    assert tla_text(value) == text


def test_refuses_what_is_no_value() -> None:
    with pytest.raises(TypeError):
        tla_text(1.5)
    with pytest.raises(ValueError, match="not a value"):
        value_of(None)
