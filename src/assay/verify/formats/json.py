"""A result for programs: everything there is, with values as tagged trees.

The document says which version of this format it has. A version's keys keep their meaning; keys may be added to it.

Values: `true`, `3` and `"text"` stand for themselves; `{"#set": [..]}` is a set, `{"#tup": [..]}` a sequence,
`{"#model": "a"}` a model value, `{"#map": [[argument, value], ..]}` a function, `{"#symbolic": "Nat"}` a set that is
not listed, and any other object a record.
"""

import json
from dataclasses import asdict
from typing import Any

from assay.verify.result import CheckResult, State, Trace
from assay.verify.values import tagged_of

__all__ = ["FORMAT", "VERSION", "document_of", "write"]

FORMAT = "assay-verify"
VERSION = 1

_APART = {"specification", "configuration", "traces"}


def write(result: CheckResult) -> str:
    """The document as indented text."""
    return json.dumps(document_of(result), indent=2, ensure_ascii=False) + "\n"


def document_of(result: CheckResult) -> dict[str, Any]:
    """The document as plain lists and dictionaries."""
    plain = {name: asdict_of(getattr(result, name)) for name in result.__slots__ if name not in _APART}
    return {
        "format": FORMAT,
        "version": VERSION,
        "specification": str(result.specification),
        "configuration": str(result.configuration) if result.configuration else None,
        **plain,
        "states_per_second": result.states_per_second,
        "traces": [_trace(trace) for trace in result.traces],
    }


def asdict_of(value: Any) -> Any:
    """Dataclasses as dictionaries, tuples of them as lists."""
    if isinstance(value, tuple):
        return [asdict_of(item) for item in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value


def _trace(trace: Trace) -> dict[str, Any]:
    return {
        "kind": trace.kind,
        "name": trace.name,
        "problem": trace.problem,
        "states": [_state(state) for state in trace.states],
    }


def _state(state: State) -> dict[str, Any]:
    return {
        "number": state.number,
        "action": asdict_of(state.action),
        "variables": {name: tagged_of(value) for name, value in state.variables.items()},
        "changed": list(state.changed),
    }
