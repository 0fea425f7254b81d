"""A result for programs: everything there is, with values as tagged trees.

The document says which version of this format it has. A version's keys keep their meaning; keys may be added to it.

Values: `true`, `3` and `"text"` stand for themselves; `{"#set": [..]}` is a set, `{"#tup": [..]}` a sequence,
`{"#model": "a"}` a model value, `{"#map": [[argument, value], ..]}` a function, `{"#symbolic": "Nat"}` a set that is
not listed, and any other object a record.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assay.verify.result import CheckResult, Evaluated, State, StateGraph, Step, Trace
from assay.verify.shipped import shown
from assay.verify.values import Value, tagged_of

__all__ = ["FORMAT", "VERSION", "document_of", "trace_document", "write"]

FORMAT = "assay-verify"
VERSION = 1

_APART = {"specification", "configuration", "traces", "graph"}


def write(result: CheckResult) -> str:
    """The document as indented text."""
    return json.dumps(document_of(result), indent=2, ensure_ascii=False) + "\n"


def document_of(result: CheckResult) -> dict[str, Any]:
    """The document as plain lists and dictionaries."""
    plain = {name: _plain(value) for name, value in result._asdict().items() if name not in _APART}
    return {
        "format": FORMAT,
        "version": VERSION,
        "specification": shown(str(result.specification)),
        "configuration": shown(str(result.configuration)) if result.configuration else None,
        **plain,
        "states_per_second": result.states_per_second,
        "traces": [_trace(trace) for trace in result.traces],
        "graph": _graph(result.graph) if result.graph else None,
    }


def trace_document(trace: Trace, specification: Path) -> dict[str, Any]:
    """A document that holds one trace and no result of a check."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "specification": shown(str(specification)),
        "traces": [_trace(trace)],
    }


def _plain(value: Any) -> Any:
    """Named tuples as dictionaries, other tuples as lists."""
    if hasattr(value, "_asdict"):
        return {name: _plain(field) for name, field in value._asdict().items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _graph(graph: StateGraph) -> dict[str, Any]:
    return {
        **{name: _plain(value) for name, value in graph._asdict().items() if name != "states"},
        "states": [_variables(variables) for variables in graph.states],
    }


def _variables(variables: Mapping[str, Value]) -> dict[str, Any]:
    return {name: tagged_of(value) for name, value in variables.items()}


def _trace(trace: Trace) -> dict[str, Any]:
    return {
        "kind": trace.kind,
        "name": trace.name,
        "problem": trace.problem,
        "repeats_from": trace.repeats_from,
        "closing": _step(trace.closing) if trace.closing else None,
        "states": [_state(state) for state in trace.states],
        "explanation": _explanation(trace),
    }


def _explanation(trace: Trace) -> dict[str, Any] | None:
    if trace.explanation is None:
        return None
    from assay.verify import explanation  # noqa: PLC0415 # few checks explain anything

    return explanation.document_of(trace.explanation)


def _state(state: State) -> dict[str, Any]:
    return {
        "number": state.number,
        "action": _step(state.action) if state.action else None,
        "variables": _variables(state.variables),
        "changed": list(state.changed),
        "expressions": [_evaluated(expression) for expression in state.expressions],
    }


def _step(step: Step) -> dict[str, Any]:
    parameters = _variables(step.parameters)
    return {"name": step.name, "location": step.location._asdict(), "parameters": parameters, "bound": step.bound}


def _evaluated(expression: Evaluated) -> dict[str, Any]:
    value = None if expression.value is None else tagged_of(expression.value)
    return {"text": expression.text, "value": value, "error": expression.error}
