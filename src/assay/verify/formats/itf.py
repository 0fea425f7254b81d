"""The counterexample in Apalache's Informal Trace Format (ADR-015 of Apalache), which trace viewers read.

The format knows no model values: they become strings, and `#meta` lists which strings those are. One that is also the
text of a string is written as `#unserializable`, and listed apart.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assay.verify.result import CheckResult, State, Trace
from assay.verify.values import Function, ModelValue, Record, SymbolicSet, Value, function_of, in_order

__all__ = ["document_of", "states_in", "write"]

_MODEL_VALUES = "model-values"
_AMBIGUOUS = "ambiguous-model-values"


def write(result: CheckResult) -> str:
    """The decisive counterexample; without one, a document without states."""
    return json.dumps(document_of(result.trace, result.specification), indent=2, ensure_ascii=False) + "\n"


def document_of(trace: Trace | None, specification: Path) -> dict[str, Any]:
    """The document as plain lists and dictionaries.

    Of a behaviour that never ends, `loop` is the index of the state that follows the last one.
    """
    states = trace.states if trace else ()
    names = _Names(state.variables.values() for state in states)
    description = f"{trace.kind} {trace.name}" if trace and trace.name else trace.kind if trace else "no counterexample"
    return {
        "#meta": {
            "format": "ITF",
            "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
            "source": specification.name,
            "description": f"made by assay verify: {description}",
            _MODEL_VALUES: sorted(names.model_values - names.strings),
            _AMBIGUOUS: sorted(names.model_values & names.strings),
        },
        "vars": list(states[0].variables) if states else [],
        **({"loop": trace.repeats_from - 1} if trace and trace.repeats_from else {}),
        "states": [_state(state, names) for state in states],
    }


def states_in(document: dict[str, Any]) -> list[dict[str, Value]]:
    """The variables of each state of a document in this format.

    Raises:
        ValueError: A value is none of the format.
    """
    meta = document.get("#meta", {})
    reading = _Reading(frozenset(meta.get(_MODEL_VALUES, ())), frozenset(meta.get(_AMBIGUOUS, ())))
    return [
        {name: reading.value_of(value) for name, value in state.items() if not name.startswith("#")}
        for state in document["states"]
    ]


class _Names:
    """The model values and the strings that occur, to tell which of them look alike."""

    def __init__(self, groups: Iterator[Any]) -> None:
        self.model_values: set[str] = set()
        self.strings: set[str] = set()
        for values in groups:
            for value in values:
                self._add(value)

    def _add(self, value: Value) -> None:
        match value:
            case ModelValue():
                self.model_values.add(value.name)
            case str():
                self.strings.add(value)
            case frozenset() | tuple():
                for member in value:
                    self._add(member)
            case Function():
                for argument, result in value.items():
                    # The names of a record's fields are taken for nothing else, unless it is written as a map.
                    if not isinstance(value, Record) or _looks_tagged(value):
                        self._add(argument)
                    self._add(result)


def _state(state: State, names: _Names) -> dict[str, Any]:
    meta: dict[str, Any] = {"index": state.number - 1}
    if state.action:
        meta |= {"action": state.action.name, "location": str(state.action.location)}
        if state.action.parameters:
            meta["parameters"] = {name: _itf(value, names) for name, value in state.action.parameters.items()}
    return {"#meta": meta, **{name: _itf(value, names) for name, value in state.variables.items()}}


def _itf(value: Value, names: _Names) -> Any:  # noqa: PLR0911 # one for each kind of value
    match value:
        case bool() | str():
            return value
        case int():
            return {"#bigint": str(value)}
        case ModelValue():
            return {"#unserializable": value.name} if value.name in names.strings else value.name
        case SymbolicSet():
            return {"#unserializable": value.text}
        case frozenset():
            return {"#set": [_itf(element, names) for element in in_order(value)]}
        case tuple():
            return {"#tup": [_itf(item, names) for item in value]}
        case Record() if not _looks_tagged(value):
            return {name: _itf(field, names) for name, field in value.items()}
        case Function():
            return {"#map": [[_itf(key, names), _itf(result, names)] for key, result in value.items()]}
        case _:
            raise TypeError(f"{type(value).__name__} is no value of TLA+")


def _looks_tagged(record: Record) -> bool:
    return any(name.startswith("#") for name in record)


class _Reading:
    def __init__(self, model_values: frozenset[str], ambiguous: frozenset[str]) -> None:
        self._model_values = model_values
        self._ambiguous = ambiguous

    def value_of(self, value: Any) -> Value:  # noqa: PLR0911 # as above
        match value:
            case bool() | int():
                return value
            case str():
                return ModelValue(value) if value in self._model_values else value
            case list() | {"#tup": list()}:
                return tuple(map(self.value_of, value if isinstance(value, list) else value["#tup"]))
            case {"#bigint": str(digits)}:
                return int(digits)
            case {"#set": list(elements)}:
                return frozenset(map(self.value_of, elements))
            case {"#unserializable": str(text)}:
                return ModelValue(text) if text in self._ambiguous else SymbolicSet(text)
            case {"#map": list(pairs)}:
                return function_of((self.value_of(argument), self.value_of(result)) for argument, result in pairs)
            case dict():
                return Record({name: self.value_of(field) for name, field in value.items()})
            case _:
                raise ValueError(f"not a value of ITF: {value!r}")
