"""Why a formula has the truth value that it has, and why no action can be taken."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from assay.verify.report_reading import read_step
from assay.verify.result import Location, Step
from assay.verify.values import Value, tagged_of, value_of

__all__ = [
    "BlockedAction",
    "Difference",
    "Explanation",
    "FairnessCondition",
    "Loop",
    "MissedAction",
    "NamedValue",
    "Reason",
    "document_of",
    "read_explanation",
    "read_reason",
]


class NamedValue(NamedTuple):
    """A subexpression with its value."""

    text: str
    value: Value
    """None where it has none."""
    error: str | None


class Reason(NamedTuple):
    """A formula with its truth value, and what makes it so."""

    text: str
    """As written, on one line."""
    location: Location
    outcome: str
    """`true` or `false`; `fails` where it cannot be evaluated, `impossible` where it leaves no next value to choose."""
    error: str | None
    """Why it cannot be evaluated."""
    position: tuple[int, int] | None
    """Which part of the formula around it this is, from 1, and how many there are."""
    bindings: Mapping[str, Value]
    """Names that got a value on the way here."""
    values: tuple[NamedValue, ...]
    because: "tuple[Reason, ...]"
    omitted: int
    """Reasons that are not listed."""


class BlockedAction(NamedTuple):
    """An action that cannot be taken."""

    name: str
    location: Location
    guard: Reason | None
    """What keeps it from being taken; of several instances, explained for the first. None: it can be taken."""
    instances: tuple[Mapping[str, Value], ...]
    """Parameters of the instances that the guard keeps from being taken, the first ones."""
    total: int
    """How many instances those are."""


class Explanation(NamedTuple):
    """Why the end of a trace is what it is."""

    reason: Reason | None
    """Why the formula is false."""
    blocked: tuple[BlockedAction, ...]
    """Of a deadlock: every action, with what keeps it from being taken. Of a step that violates `[][A]_v`, where `A`
    consists of several actions: each with what is false, the nearest first. Of a replayed state that does not follow:
    the actions that come nearest, with what is false."""
    nearest: Step | None = None
    """Of a state that does not follow: the step that comes nearest."""
    differences: "tuple[Difference, ...]" = ()
    """In what it differs from the state that this step leads to, or from the nearest initial state."""
    loop: "Loop | None" = None
    """Of a behaviour that repeats states for ever: which fairness would keep it from doing so."""


class MissedAction(NamedTuple):
    """A way to take an action that is possible in a loop, and is never taken there."""

    action: Step
    enabled: tuple[int, ...]
    """Numbers of the states in which it can be taken."""
    always: bool
    """In every state of the loop."""
    condition: str
    """The fairness condition that would forbid the loop, such as `WF_vars(Serve(c1))`."""
    strong: bool
    """It has to be strong fairness: in some states of the loop the action is not enabled."""
    weakly_fair: bool
    """Weak fairness of it is assumed, which demands nothing here."""


class FairnessCondition(NamedTuple):
    """A fairness condition that the specification assumes, and how a loop satisfies it."""

    text: str
    location: Location
    """Of its action."""
    strong: bool
    bindings: Mapping[str, Value]
    """Names that got a value from quantifiers and parameters."""
    enabled: tuple[int, ...]
    """Numbers of the states in which its action is enabled."""
    taken: tuple[tuple[int, int], ...]
    """The steps of the loop that are steps of its action: numbers of the states that each leads from and to."""
    disabled: int | None
    """The first state of the loop in which its action is not enabled."""


class Loop(NamedTuple):
    """What could be done in a loop and never is, and how it satisfies the fairness that is assumed."""

    untaken: tuple[MissedAction, ...]
    """Those that are possible most often come first."""
    omitted: int
    """How many more there are."""
    fairness: tuple[FairnessCondition, ...]
    truncated: bool
    """Whether states, actions or conditions were left out because there are too many."""


class Difference(NamedTuple):
    """A variable of a replayed state that has another value than the specification allows."""

    name: str
    given: Value
    allowed: Value


def read_explanation(found: dict[str, Any]) -> Explanation:
    """Reads what the native half says, see `crates/native/src/verify/explaining.rs`."""
    reason = read_reason(found["reason"]) if found["reason"] else None
    nearest = read_step(found["nearest"]) if found["nearest"] else None
    differences = tuple(map(_difference, found["differences"]))
    loop = _loop(found["around"]) if found["around"] else None
    return Explanation(reason, tuple(map(read_blocked, found["blocked"])), nearest, differences, loop)


def _loop(found: dict[str, Any]) -> Loop:
    return Loop(
        untaken=tuple(map(_missed, found["untaken"])),
        omitted=found["omitted"],
        fairness=tuple(map(_condition, found["fairness"])),
        truncated=found["truncated"],
    )


def _missed(found: dict[str, Any]) -> MissedAction:
    return MissedAction(
        action=read_step(found["step"]),
        enabled=tuple(found["enabled"]),
        always=found["always"],
        condition=found["condition"],
        strong=found["strong"],
        weakly_fair=found["weakly_fair"],
    )


def _condition(found: dict[str, Any]) -> FairnessCondition:
    return FairnessCondition(
        text=found["text"],
        location=Location(**found["place"]),
        strong=found["strong"],
        bindings=_named(found["bindings"]),
        enabled=tuple(found["enabled"]),
        taken=tuple((first, second) for first, second in found["taken"]),
        disabled=found["disabled"],
    )


def _difference(found: dict[str, Any]) -> Difference:
    return Difference(found["name"], value_of(found["given"]), value_of(found["allowed"]))


def read_reason(found: dict[str, Any]) -> Reason:
    """Reads one reason with those below it."""
    return Reason(
        text=found["text"],
        location=Location(**found["place"]),
        outcome=found["outcome"],
        error=found["error"],
        position=tuple(found["position"]) if found["position"] else None,
        bindings=_named(found["bindings"]),
        values=tuple(map(_value, found["values"])),
        because=tuple(map(read_reason, found["because"])),
        omitted=found["omitted"],
    )


def read_blocked(found: dict[str, Any]) -> BlockedAction:
    """Reads what keeps an action from being taken."""
    return BlockedAction(
        name=found["name"],
        location=Location(**found["place"]),
        guard=read_reason(found["guard"]) if found["guard"] else None,
        instances=tuple(map(_named, found["instances"])),
        total=found["count"],
    )


def _named(pairs: list[tuple[str, Any]]) -> dict[str, Value]:
    return {name: value_of(value) for name, value in pairs}


def _value(found: dict[str, Any]) -> NamedValue:
    return NamedValue(found["text"], _optional(found["value"]), found["error"])


def _optional(tagged: Any) -> Value:
    return None if tagged is None else value_of(tagged)


def document_of(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain lists and dictionaries, with values as tagged trees."""
    return {
        "reason": _reason_document(explanation.reason) if explanation.reason else None,
        "blocked": [
            {
                "name": action.name,
                "location": action.location._asdict(),
                "guard": _reason_document(action.guard) if action.guard else None,
                "instances": [_tagged(parameters) for parameters in action.instances],
                "count": action.total,
            }
            for action in explanation.blocked
        ],
        "nearest": _step_document(explanation.nearest) if explanation.nearest else None,
        "differences": [
            {"name": known.name, "given": tagged_of(known.given), "allowed": tagged_of(known.allowed)}
            for known in explanation.differences
        ],
        "loop": _loop_document(explanation.loop) if explanation.loop else None,
    }


def _loop_document(loop: Loop) -> dict[str, Any]:
    return {
        "untaken": [
            {
                "action": _step_document(missed.action),
                "enabled": list(missed.enabled),
                "always": missed.always,
                "condition": missed.condition,
                "strong": missed.strong,
                "weakly_fair": missed.weakly_fair,
            }
            for missed in loop.untaken
        ],
        "omitted": loop.omitted,
        "fairness": [
            {
                "text": known.text,
                "location": known.location._asdict(),
                "strong": known.strong,
                "bindings": _tagged(known.bindings),
                "enabled": list(known.enabled),
                "taken": [list(step) for step in known.taken],
                "disabled": known.disabled,
            }
            for known in loop.fairness
        ],
        "truncated": loop.truncated,
    }


def _step_document(step: Step) -> dict[str, Any]:
    return {"name": step.name, "location": step.location._asdict(), "parameters": _tagged(step.parameters)}


def _reason_document(reason: Reason) -> dict[str, Any]:
    return {
        "text": reason.text,
        "location": reason.location._asdict(),
        "outcome": reason.outcome,
        "error": reason.error,
        "position": list(reason.position) if reason.position else None,
        "bindings": _tagged(reason.bindings),
        "values": [
            {"text": known.text, "value": None if known.value is None else tagged_of(known.value), "error": known.error}
            for known in reason.values
        ],
        "because": [_reason_document(inner) for inner in reason.because],
        "omitted": reason.omitted,
    }


def _tagged(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: tagged_of(value) for name, value in values.items()}
