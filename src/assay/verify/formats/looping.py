"""Why a behaviour can go round for ever: the fairness that is missing, and that which is there and does not help."""

from collections.abc import Iterator

from assay.verify.explanation import FairnessCondition, Loop, MissedAction
from assay.verify.result import Trace
from assay.verify.values import tla_text

__all__ = ["loop_lines"]

_LISTED = 12
"""Actions, and conditions."""
_NUMBERS = 8
"""Numbers of states on a line."""
_WIDTH = 60
"""Characters of a value."""


def loop_lines(trace: Trace, loop: Loop) -> Iterator[str]:
    """What could be done in the loop and never is, then how the loop satisfies what is assumed."""
    first, last = trace.repeats_from or 1, len(trace.states)
    yield f"  why nothing keeps it from {_doing(trace, first, last)}"
    for missed in loop.untaken[:_LISTED]:
        yield f"    {missed.action.label} {_enabled(trace, missed)} and never taken:"
        yield f"      {_remedy(trace, missed)}"
    more = len(loop.untaken) - _LISTED + loop.omitted
    if more > 0:
        yield f"    and {more} more that are never taken"
    if not loop.untaken:
        yield "    whatever changes anything there is also done there: no fairness of an action forbids it"
    if not loop.fairness:
        yield "    the specification assumes no fairness"
    for known in loop.fairness[:_LISTED]:
        yield f"    {known.text}{_bindings(known)} is assumed, and satisfied: {_satisfied(trace, known)}"
    if len(loop.fairness) > _LISTED:
        yield f"    and {len(loop.fairness) - _LISTED} more conditions are assumed and satisfied"
    if loop.truncated:
        yield "    (too much to look at all of it: there may be more)"


def _doing(trace: Trace, first: int, last: int) -> str:
    if trace.stutters:
        return f"stopping in state {last}"
    return f"repeating states {first} to {last} for ever"


def _enabled(trace: Trace, missed: MissedAction) -> str:
    if trace.stutters:
        return "is enabled there"
    if missed.always:
        return f"is enabled in every state of the loop ({trace.repeats_from}..{len(trace.states)})"
    return f"is enabled in {_states(missed.enabled)}"


def _remedy(trace: Trace, missed: MissedAction) -> str:
    what = "stopping here" if trace.stutters else "this loop"
    would = f"{missed.condition} would forbid {what}"
    return f"{would}; the weak fairness that is assumed does not" if missed.weakly_fair else would


def _states(numbers: tuple[int, ...]) -> str:
    listed = ", ".join(map(str, numbers[:_NUMBERS]))
    more = f" and {len(numbers) - _NUMBERS} more" if len(numbers) > _NUMBERS else ""
    return f"{'state' if len(numbers) == 1 else 'states'} {listed}{more}"


def _bindings(known: FairnessCondition) -> str:
    values = [f"{name} = {_short(tla_text(value))}" for name, value in known.bindings.items()]
    return f" with {', '.join(values)}" if values else ""


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


def _satisfied(trace: Trace, known: FairnessCondition) -> str:
    """How the loop satisfies a condition."""
    if known.taken:
        source, target = known.taken[0]
        return f"taken from state {source} to state {target}"
    if not known.enabled:
        return "its action is not enabled there" if trace.stutters else "its action is enabled nowhere in the loop"
    if known.disabled is not None and not known.strong:
        return f"its action is not enabled in state {known.disabled}"
    return "in a way that the states shown do not tell"
