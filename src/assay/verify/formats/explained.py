"""Explanations for people: what each formula is in a column, reasons below what they explain, values below that."""

from collections.abc import Iterator, Mapping

from assay.verify.differences import Change, changes_of
from assay.verify.explanation import BlockedAction, Explanation, NamedValue, Reason
from assay.verify.result import Trace
from assay.verify.values import Value, tla_text

__all__ = ["explanation_lines", "guard_lines", "reason_lines"]

_VALUE_WIDTH = 100
"""Characters of a value on a line."""
_TEXT_WIDTH = 80
"""Characters of a formula; what is longer is cut, its location says which it is."""
_ALIGNED = 44
"""Characters of a formula up to which the values beside formulas are aligned."""
_OUTCOMES = {"true": "TRUE", "false": "FALSE", "fails": "error", "impossible": "-"}
_COLUMN = 7
"""Width of the column of outcomes."""


def explanation_lines(trace: Trace) -> Iterator[str]:
    """Why the last state of a trace is what it is."""
    if trace.explanation is None:
        return
    last = trace.states[-1].number if trace.states else 0
    if trace.kind == "replay":
        yield from _mismatch_lines(trace.explanation, last)
        return
    if trace.explanation.reason:
        yield f"  why {trace.name or 'it'} is violated {_where(trace, last)}"
        yield from reason_lines(trace.explanation.reason)
    if trace.explanation.loop:
        from assay.verify.formats.looping import loop_lines  # noqa: PLC0415 # few traces have a loop

        yield from loop_lines(trace, trace.explanation.loop)
    if trace.explanation.blocked and trace.kind == "step":
        yield "  why it is none of the steps that are allowed"
        for action in trace.explanation.blocked:
            yield from guard_lines(action, "is not this step")
    elif trace.explanation.blocked:
        yield f"  why no action can be taken in state {last}"
        for action in trace.explanation.blocked:
            yield from guard_lines(action)


def _where(trace: Trace, last: int) -> str:
    if trace.kind == "step" and last > 1:
        return f"by the step from state {last - 1} to state {last}"
    return f"in state {last}"


def _mismatch_lines(explanation: Explanation, last: int) -> Iterator[str]:
    """Of a replayed trace: in what its last state differs from what the specification allows."""
    if explanation.differences:
        step = "the nearest initial state"
        if explanation.nearest:
            step = f"the nearest step, {explanation.nearest.label}  ({explanation.nearest.location})"
        yield f"  state {last} differs from {step}"
        for known in explanation.differences:
            for change in changes_of(known.name, known.allowed, known.given):
                yield f"    {_difference(change)}"
    elif not explanation.reason:
        yield f"  no step leads on from state {last - 1}"
    if explanation.reason:
        yield f"  why state {last} is not initial"
        yield from reason_lines(explanation.reason)
    if explanation.blocked:
        yield f"  why no action leads to state {last}"
        for action in explanation.blocked:
            yield from guard_lines(action, "does not lead there")


def _difference(change: Change) -> str:
    given, allowed = _short(change.after), _short(change.before) if change.kind == "set" else ""
    match change.kind:
        case "added":
            return f"{change.path} has {given} in addition"
        case "removed":
            return f"{change.path} lacks {given}"
        case "set":
            return f"{change.path} = {given}   (not {allowed})"


def reason_lines(reason: Reason, margin: str = "    ") -> Iterator[str]:
    """A reason and those below it. The formula itself is left out where one below it says the same in fewer words."""
    below = reason.because
    if len(below) == 1 and below[0].position and not reason.bindings and not reason.values:
        yield from _lines(below[0], margin, 0, None)
        return
    yield from _lines(reason, margin, 0, None)


def _lines(reason: Reason, margin: str, depth: int, around: Reason | None) -> Iterator[str]:
    indent = "  " * depth
    text = _cut(reason.text, _TEXT_WIDTH)
    yield f"{margin}{_OUTCOMES[reason.outcome]:<{_COLUMN}}{indent}{text}{_notes(reason, around)}"
    inner = f"{margin}{'':<{_COLUMN}}{indent}    "
    if reason.bindings:
        yield f"{inner}with {_named(reason.bindings)}"
    if reason.error:
        yield f"{inner}{reason.error}"
    yield from _value_lines(reason.values, inner)
    for below in reason.because:
        yield from _lines(below, margin, depth + 1, reason)
    if reason.omitted:
        yield f"{inner}and {reason.omitted} more"


def _notes(reason: Reason, around: Reason | None) -> str:
    """What stands behind a formula: where it is, unless that is the line of the formula above."""
    notes = []
    if reason.outcome == "impossible":
        notes.append("leaves no next state")
    if around is None or (around.location.path, around.location.line) != (reason.location.path, reason.location.line):
        notes.append(str(reason.location))
    return f"  ({', '.join(notes)})" if notes else ""


def _value_lines(values: tuple[NamedValue, ...], margin: str) -> Iterator[str]:
    width = min(max((len(known.text) for known in values), default=0), _ALIGNED)
    for known in values:
        value = f"has no value: {known.error}" if known.error else f"= {_short(known.value)}"
        yield f"{margin}{_cut(known.text, _TEXT_WIDTH):<{width}} {value}"


def _short(value: Value) -> str:
    return _cut(tla_text(value), _VALUE_WIDTH)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _named(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{name} = {_short(value)}" for name, value in values.items())


def guard_lines(action: BlockedAction, cannot: str = "cannot be taken") -> Iterator[str]:
    """An action with what keeps it from being taken."""
    first, *others = action.instances or ({},)
    for_first = f" for {_named(first)}" if first else ""
    if action.guard is None:
        yield f"    {action.name} can be taken{for_first}"
        return
    yield f"    {action.name} {cannot}{for_first}"
    yield from _lines(action.guard, "      ", 0, None)
    if action.total > 1:
        listed = [_named(parameters) for parameters in others if parameters]
        more = action.total - 1 - len(listed)
        yield f"      nor for {'; '.join(listed)}{' and ' if listed and more else ''}{f'{more} more' if more else ''}"
