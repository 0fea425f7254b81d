"""Traces that were written down, to be compared with a specification: Assay's own JSON, or the Informal Trace Format.

Reading checks the form alone; whether the trace has the variables of the specification, the native half says.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from assay.errors import Place, TraceError
from assay.verify.formats.itf import states_in
from assay.verify.values import tagged_of, value_of

__all__ = ["MAXIMUM_BYTES", "MAXIMUM_STATES", "GivenState", "GivenTrace", "read_trace"]

MAXIMUM_BYTES = 64 * 2**20
"""A larger file is refused."""
MAXIMUM_STATES = 10_000
"""A trace with more states is refused."""


class GivenState(NamedTuple):
    """A state of a trace, as it was written down."""

    variables: dict[str, Any]
    """Values as tagged trees, see `assay.verify.values`."""
    action: str | None
    """The action that is said to lead here."""


class GivenTrace(NamedTuple):
    """A behaviour that may be one of a specification's."""

    states: tuple[GivenState, ...]
    texts_are_model_values: bool
    """Whether model values are written as their names, as traces of other tools do."""


def read_trace(path: Path) -> GivenTrace:
    """Reads a trace from a file.

    Raises:
        TraceError: There is no such file, it is too large, or it holds no trace.
    """
    document = _document(path)
    try:
        return _trace(document, path)
    except (KeyError, ValueError) as error:
        _refuse(path, f"the trace cannot be read: {_said(error)}")
    except (AttributeError, TypeError):
        _refuse(path, "the trace cannot be read: it has not the form of its format")
    except RecursionError:
        _refuse(path, "the trace cannot be read: a value is nested too deep")


def _document(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            data = file.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise TraceError(f"cannot read {path}: {error.strerror}") from error
    if len(data) > MAXIMUM_BYTES:
        _refuse(path, f"the file is larger than {MAXIMUM_BYTES // 2**20} MB")
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        place = Place(path, error.lineno, error.colno)
        message = error.msg[:1].lower() + error.msg[1:]
        raise TraceError(f"the trace is not JSON: {message}", where=place) from error
    except UnicodeDecodeError:
        _refuse(path, "the trace is not UTF-8 text")
    except RecursionError:
        _refuse(path, "the trace is nested too deep")


def _trace(document: Any, path: Path) -> GivenTrace:
    if isinstance(document, list):
        _refuse(path, "the file holds the results of several models", "write one model's with --output")
    if not isinstance(document, dict):
        _refuse(path, "the file holds no trace")
    if document.get("format") == "assay-verify":
        trace = _from_json(document, path)
    elif "states" in document:
        trace = _from_itf(document)
    else:
        _refuse(path, "the file holds no trace")
    if not trace.states:
        _refuse(path, "the trace has no states")
    if len(trace.states) > MAXIMUM_STATES:
        _refuse(path, f"the trace has more than {MAXIMUM_STATES:,} states")
    return trace


def _from_json(document: dict[str, Any], path: Path) -> GivenTrace:
    if document.get("version") != 1:
        _refuse(path, f"version {document.get('version')} of Assay's format is not known")
    traces = document["traces"]
    if not traces:
        _refuse(path, "the result has no counterexample")
    states = tuple(
        GivenState(
            # Read and written again: what is no value is found here, with its name.
            {name: _checked(name, value) for name, value in state["variables"].items()},
            _text(state["action"]["name"]) if state.get("action") else None,
        )
        for state in traces[0]["states"]
    )
    return GivenTrace(states, texts_are_model_values=False)


def _checked(name: str, value: Any) -> Any:
    try:
        return tagged_of(value_of(value))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}") from error


def _from_itf(document: dict[str, Any]) -> GivenTrace:
    meta = document.get("#meta", {})
    variables = [{name: tagged_of(value) for name, value in state.items()} for state in states_in(document)]
    actions = [_text(state.get("#meta", {}).get("action")) for state in document["states"]]
    states = tuple(map(GivenState, variables, actions))
    return GivenTrace(states, texts_are_model_values="model-values" not in meta)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _said(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"there is no {error.args[0]!r}"
    return str(error)


def _refuse(path: Path, message: str, hint: str | None = None) -> NoReturn:
    hint = hint or "a trace is what --format json or --format itf wrote, or a trace of another tool in ITF"
    raise TraceError(message, where=Place(path), hint=hint)
