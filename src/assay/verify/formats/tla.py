"""The counterexample as a TLA+ module: a sequence of records, for TLA+ tools and for specifications that replay it."""

from assay.verify.result import CheckResult, Trace
from assay.verify.values import Function, ModelValue, Value, is_identifier, tla_text

__all__ = ["write"]

_RULE = "-" * 32


def write(result: CheckResult) -> str:
    """A module `<Module>Trace`: `Trace` holds the variables of each state, `Actions` what led there.

    Of a behaviour that never ends, `RepeatsFrom` is the index of the state that follows the last one.
    """
    name = f"{result.module}Trace"
    trace = result.trace
    model_values = sorted(_model_values(trace))
    lines = [f"{_RULE} MODULE {name} {_RULE}"]
    lines += [f"\\* {line}" for line in result.message.splitlines()]
    lines += ["EXTENDS Integers, Sequences, TLC", ""]
    if model_values:
        lines += [f"CONSTANTS {', '.join(model_values)}", ""]
    lines += _definition(_free("Trace", model_values), _states(trace))
    lines += _definition(_free("Actions", model_values), _actions(trace))
    if trace and trace.repeats_from:
        lines += [f"{_free('RepeatsFrom', model_values)} == {trace.repeats_from}", ""]
    return "\n".join([*lines, "=" * (2 * len(_RULE) + len(name) + 9)]) + "\n"


def _definition(name: str, items: list[str]) -> list[str]:
    if not items:
        return [f"{name} == <<>>", ""]
    *most, last = items
    return [f"{name} ==", "  <<", *(f"    {item}," for item in most), f"    {last}", "  >>", ""]


def _states(trace: Trace | None) -> list[str]:
    states = trace.states if trace else ()
    return [_record(dict(state.variables)) for state in states]


def _record(variables: dict[str, Value]) -> str:
    if not variables:
        return "<<>>"
    if not all(map(is_identifier, variables)):
        return tla_text(Function(variables))
    return "[" + ", ".join(f"{name} |-> {tla_text(value)}" for name, value in variables.items()) + "]"


def _actions(trace: Trace | None) -> list[str]:
    states = trace.states if trace else ()
    return [tla_text(state.action.name if state.action else "Initial predicate") for state in states]


def _free(name: str, taken: list[str]) -> str:
    """The name, or one like it that no model value has."""
    while name in taken:
        name += "_"
    return name


def _model_values(trace: Trace | None) -> set[str]:
    found: set[str] = set()
    waiting: list[Value] = [value for state in (trace.states if trace else ()) for value in state.variables.values()]
    while waiting:
        match waiting.pop():
            case ModelValue() as value:
                found.add(value.name)
            case frozenset() | tuple() as value:
                waiting.extend(value)
            case Function() as value:
                waiting.extend(value.keys())
                waiting.extend(value.values())
    return found
