"""The native half's report, read into a `CheckResult`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay.verify.result import (
    ActionCoverage,
    Bounds,
    CheckResult,
    Collision,
    Diagnostic,
    Evaluated,
    ExpressionCoverage,
    GraphStep,
    Location,
    OutDegree,
    Property,
    PropertyKind,
    PropertyStatus,
    State,
    StateCounts,
    StateGraph,
    Step,
    Trace,
    Verdict,
)
from assay.verify.values import value_of

if TYPE_CHECKING:
    from assay.verify.explanation import Explanation
    from assay.verify.profile import Profile

__all__ = ["read_diagnostic", "read_evaluated", "read_report", "read_step"]


def read_report(text: str, request: dict[str, Any]) -> CheckResult:
    """Makes a result of the report that answers `request`."""
    report = json.loads(text)
    configuration = request["configuration"]
    return CheckResult(
        verdict=Verdict(report["verdict"]),
        exit_code=report["exit_code"],
        message=report["message"],
        module=report["module"],
        specification=Path(request["specification"]),
        configuration=Path(configuration) if configuration else None,
        mode=request["mode"],
        workers=request["workers"],
        seed=request["seed"],
        states=StateCounts(**report["counts"]),
        bounds=Bounds(**report["bounds"]),
        collision=Collision(**report["collision"]) if report["collision"] else None,
        out_degree=OutDegree(**report["out_degree"]) if report["out_degree"] else None,
        actions=tuple(map(_action, report["actions"])),
        expressions=tuple(map(_expression, report["expressions"])),
        properties=tuple(map(_property, report["properties"])),
        traces=tuple(map(_trace, report["traces"])),
        graph=_graph(report["graph"]),
        violations=report["violations"],
        printed=tuple(report["printed"]),
        diagnostics=tuple(map(read_diagnostic, report["diagnostics"])),
        warnings=tuple(map(read_diagnostic, report["warnings"])),
        assumed=tuple(report["assumed"]),
        seconds=report["seconds"],
        exploration_seconds=report["exploration_seconds"],
        held_bytes=report["held_bytes"],
        spilled_bytes=report["spilled_bytes"],
        profile=_profile(report["profile"]),
    )


def _profile(found: dict[str, Any] | None) -> "Profile | None":
    if found is None:
        return None
    from assay.verify.profile import read_profile  # noqa: PLC0415 # few checks are profiled

    return read_profile(found)


def _location(place: dict[str, Any]) -> Location:
    return Location(**place)


def _where(place: dict[str, Any] | None) -> Location | None:
    return _location(place) if place else None


def _action(action: dict[str, Any]) -> ActionCoverage:
    return ActionCoverage(action["name"], _location(action["place"]), action["generated"], action["distinct"])


def _expression(found: dict[str, Any]) -> ExpressionCoverage:
    return ExpressionCoverage(found["text"], _location(found["place"]), found["evaluations"])


def _property(found: dict[str, Any]) -> Property:
    return Property(
        name=found["name"],
        kind=PropertyKind(found["kind"]),
        status=PropertyStatus(found["status"]),
        reason=found["reason"],
        location=_where(found["place"]),
    )


def _trace(trace: dict[str, Any]) -> Trace:
    return Trace(
        kind=trace["kind"],
        name=trace["property"],
        states=tuple(map(_state, trace["states"])),
        problem=trace["problem"],
        explanation=_explanation(trace["explanation"]),
        repeats_from=trace["repeats_from"],
        closing=read_step(trace["closing"]) if trace["closing"] else None,
    )


def _explanation(found: dict[str, Any] | None) -> "Explanation | None":
    if found is None:
        return None
    from assay.verify.explanation import read_explanation  # noqa: PLC0415 # few checks explain anything

    return read_explanation(found)


def _state(state: dict[str, Any]) -> State:
    action = state["action"]
    return State(
        number=state["number"],
        action=read_step(action) if action else None,
        variables={name: value_of(value) for name, value in state["variables"]},
        changed=tuple(state["changed"]),
        expressions=tuple(map(read_evaluated, state["expressions"])),
    )


def read_step(action: dict[str, Any]) -> Step:
    """The action of a step, with its parameters."""
    parameters = {name: value_of(value) for name, value in action["parameters"]}
    return Step(action["name"], _location(action["place"]), parameters, action["bound"])


def read_evaluated(found: dict[str, Any]) -> Evaluated:
    """An expression on one state or step."""
    value = found["value"]
    return Evaluated(found["text"], None if value is None else value_of(value), found["error"])


def _graph(graph: dict[str, Any] | None) -> StateGraph | None:
    if graph is None:
        return None
    return StateGraph(
        states=tuple({name: value_of(value) for name, value in state} for state in graph["states"]),
        initial=tuple(graph["initial"]),
        steps=tuple(GraphStep(step["from"], step["to"], step["action"]) for step in graph["steps"]),
        truncated=graph["truncated"],
    )


def read_diagnostic(shown: dict[str, Any]) -> Diagnostic:
    """A diagnostic as the native half reports it."""
    return Diagnostic(
        code=shown["code"],
        message=shown["message"],
        location=_where(shown["place"]),
        line=shown["line"],
        hint=shown["hint"],
        rendered=shown["rendered"],
    )
