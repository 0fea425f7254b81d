"""A result for people: what was found, what that covers, and how the system gets there."""

from collections.abc import Iterator

from assay.verify.differences import Change, changes_of
from assay.verify.result import (
    ActionCoverage,
    CheckResult,
    ExpressionCoverage,
    PropertyKind,
    PropertyStatus,
    State,
    Trace,
    Verdict,
)
from assay.verify.values import Value, in_order, tla_text

__all__ = ["changed_lines", "coverage_lines", "figures", "trace_lines", "value_lines", "write"]

_WIDTH = 100
"""A longer value is broken into lines."""

_EXPRESSION_WIDTH = 60
"""Of the table of coverage: what is longer is cut; its location says which it is."""

_VIOLATED = {"invariant": "invariant", "step": "property", "liveness": "property"}
"""What the name of a trace is that of, by the trace's kind."""

_MEASURABLE_SECONDS = 0.1
"""The speed of a shorter exploration says nothing."""


def write(result: CheckResult, *, all_variables: bool = False) -> str:
    """The whole result. `all_variables` repeats in each state what the step did not change."""
    return "\n".join(_lines(result, all_variables=all_variables)) + "\n"


def _lines(result: CheckResult, *, all_variables: bool) -> Iterator[str]:
    for warning in result.warnings:
        yield warning.rendered
        yield ""
    yield f"{result.module}: {_headline(result)}"
    for number, trace in enumerate(result.traces, start=1):
        yield ""
        if len(result.traces) > 1:
            what = f"the {_VIOLATED.get(trace.kind, 'property')} {trace.name}" if trace.name else trace.kind
            yield f"counterexample {number} of {len(result.traces)}: {what}"
        yield from trace_lines(trace, all_variables=all_variables)
    if result.violations > len(result.traces):
        yield f"({result.violations - len(result.traces)} more counterexamples were not kept)"
    if result.diagnostics:
        yield ""
        yield from (diagnostic.rendered for diagnostic in result.diagnostics)
    if result.mode == "parse" or (result.states.generated == 0 and result.verdict is Verdict.ERROR):
        return
    yield ""
    yield from figures(result)


def _headline(result: CheckResult) -> str:
    if result.verdict is not Verdict.OK or result.mode in {"parse", "replay"}:
        return result.message
    if result.states.generated == 0:
        return "every assumption holds" if result.properties else "there is nothing to check"
    return "no violation was found"


def figures(result: CheckResult) -> Iterator[str]:
    """What was covered, in a few lines."""
    for label, text in _figures(result):
        yield f"  {label:<11}{text}"


def _figures(result: CheckResult) -> Iterator[tuple[str, str]]:
    states = result.states
    if states.generated:
        waiting = f", {states.queue:,} not explored" if states.queue else ""
        yield "states", f"{states.distinct:,} distinct, {states.generated:,} generated, depth {states.depth}{waiting}"
    yield "covered", _coverage(result)
    if result.bounds.constants:
        yield "constants", ", ".join(f"{name} = {text}" for name, text in result.bounds.constants.items())
    if result.assumed:
        yield "assumed", f"{', '.join(result.assumed)} (there is no .cfg)"
    yield from _properties(result)
    if result.collision and states.generated:
        yield "collision", _probability(result)
    rate = f", {result.states_per_second:,.0f} states/s" if result.exploration_seconds >= _MEASURABLE_SECONDS else ""
    yield "time", f"{result.seconds:.2f} s{rate}"


def _coverage(result: CheckResult) -> str:
    if not result.bounds.complete:
        return f"not everything: {result.bounds.reason}"
    if not result.states.generated:
        return "the assumptions; there is no behaviour"
    return "every reachable state"


def _probability(result: CheckResult) -> str:
    """Both of TLC's estimates that a state was missed."""
    collision = result.collision
    if collision is None:
        return ""
    actual = f", from the fingerprints {collision.actual:.1e}" if collision.actual is not None else ""
    return f"a state was missed with probability {collision.optimistic:.1e}{actual}"


def _properties(result: CheckResult) -> Iterator[tuple[str, str]]:
    for status in PropertyStatus:
        found = [known for known in result.properties if known.status is status]
        named = [_named(known.kind, known.name) for known in found if known.kind is not PropertyKind.ASSUMPTION]
        assumptions = len(found) - len(named)
        if assumptions:
            named.append(f"{assumptions} {'assumption' if assumptions == 1 else 'assumptions'}")
        reasons = sorted({known.reason for known in found if known.reason})
        why = f" ({'; '.join(reasons)})" if reasons else ""
        if named:
            yield str(status), ", ".join(named) + why


def _named(kind: PropertyKind, name: str) -> str:
    return f"{name} ({kind})" if kind in {PropertyKind.TEMPORAL, PropertyKind.POSTCONDITION} else name


def coverage_lines(result: CheckResult) -> Iterator[str]:
    """How often each action was taken; those that never were come with a mark."""
    rows = sorted(result.actions, key=lambda action: (action.location.path, action.location.line))
    width = max((len(action.name) for action in rows), default=0)
    yield "actions"
    yield from (_coverage_line(action, width) for action in rows)
    if result.expressions:
        yield "expressions"
        yield from map(_expression_line, result.expressions)


def _coverage_line(action: ActionCoverage, width: int) -> str:
    never = "   never taken" if action.generated == 0 else ""
    counts = f"{action.distinct:>12,} distinct {action.generated:>12,} generated"
    return f"  {action.name:<{width}} {counts}  {action.location}{never}"


def _expression_line(expression: ExpressionCoverage) -> str:
    never = "   never evaluated" if expression.evaluations == 0 else ""
    whole = expression.text
    text = whole if len(whole) <= _EXPRESSION_WIDTH else f"{whole[: _EXPRESSION_WIDTH - 3]}..."
    return f"  {expression.evaluations:>15,}  {expression.location}  {text}{never}"


def trace_lines(trace: Trace, *, all_variables: bool = False) -> Iterator[str]:
    """The states of a trace: the first and the last in full, the others by what changed."""
    if trace.problem:
        yield f"  the beginning is missing: {trace.problem}"
    before: State | None = None
    for state in trace.states:
        yield _title(state)
        if before is None or all_variables:
            yield from _full(state, marked=before is not None)
        else:
            yield from changed_lines(before, state)
        yield from _expressions(state)
        before = state
    if before and len(trace.states) > 1 and not all_variables and len(before.changed) < len(before.variables):
        yield f"  state {before.number} in full"
        yield from _full(before, marked=False)
    if trace.repeats_from:
        yield _closing(trace)
    if trace.explanation:
        from assay.verify.formats.explained import explanation_lines  # noqa: PLC0415 # few checks explain anything

        yield from explanation_lines(trace)


def _closing(trace: Trace) -> str:
    """What follows the last state of a behaviour that never ends."""
    if trace.stutters:
        return "  stuttering: nothing happens any more"
    by = f": {trace.closing.label}  ({trace.closing.location})" if trace.closing else ""
    return f"  back to state {trace.repeats_from}{by}"


def _expressions(state: State) -> Iterator[str]:
    """What was asked for, below the variables."""
    for expression in state.expressions:
        if expression.value is not None:
            yield from value_lines(f"    > {expression.text} = ", expression.value)
        elif expression.error:
            yield f"    > {expression.text}: {expression.error}"


def _title(state: State) -> str:
    if state.action is None:
        return f"  state {state.number}: initial state"
    return f"  state {state.number}: {state.action.label}  ({state.action.location})"


def _full(state: State, *, marked: bool) -> Iterator[str]:
    for name, value in state.variables.items():
        mark = "*" if marked and name in state.changed else " "
        yield from value_lines(f"   {mark}{name} = ", value)


def changed_lines(before: State, state: State) -> Iterator[str]:
    """What differs from the state before, part by part."""
    for name in state.changed:
        if name not in before.variables:
            yield from value_lines(f"    {name} = ", state.variables[name])
            continue
        for change in changes_of(name, before.variables[name], state.variables[name]):
            yield from _change_lines(change)
    unchanged = [name for name in state.variables if name not in state.changed]
    if not state.changed:
        yield "    nothing changed"
    elif unchanged:
        yield f"    unchanged: {', '.join(unchanged)}"


def _change_lines(change: Change) -> Iterator[str]:
    match change.kind:
        case "added":
            yield from value_lines(f"    {change.path} gains ", change.after)
        case "removed":
            yield from value_lines(f"    {change.path} loses ", change.after)
        case _:
            *lines, last = value_lines(f"    {change.path} = ", change.after)
            yield from lines
            was = tla_text(change.before)
            if not lines and len(last) + len(was) <= _WIDTH:
                yield f"{last}   (was {was})"
            else:
                yield last
                yield from value_lines("      was ", change.before)


def value_lines(head: str, value: Value) -> Iterator[str]:
    """A value after `head`, on one line where it fits."""
    text = tla_text(value)
    parts = _parts(value)
    if len(head) + len(text) <= _WIDTH or parts is None:
        yield head + text
        return
    opening, members, separator, closing = parts
    margin = " " * (len(head) - len(head.lstrip()) + 2)
    yield head + opening
    for index, (name, member) in enumerate(members):
        *lines, last = value_lines(margin + name, member)
        yield from lines
        yield last + (separator if index + 1 < len(members) else "")
    yield margin[:-2] + closing


def _parts(value: Value) -> tuple[str, list[tuple[str, Value]], str, str] | None:
    """Brackets and members of a value that has some."""
    match value:
        case frozenset() if value:
            return "{", [("", element) for element in in_order(value)], ",", "}"
        case tuple() if value:
            return "<<", [("", item) for item in value], ",", ">>"
        case dict() | _ if hasattr(value, "items") and value:
            is_record = tla_text(value).startswith("[")
            pairs = [(f"{key} |-> " if is_record else f"{tla_text(key)} :> ", item) for key, item in value.items()]
            return ("[", pairs, ",", "]") if is_record else ("(", pairs, " @@", ")")
        case _:
            return None
