"""Graphs for Graphviz: the counterexample, or the state graph of a small model.

`assay verify Spec.tla --format dot | dot -Tsvg > trace.svg`; with `--graph 500` the graph of up to 500 states.
"""

from itertools import pairwise

from assay.verify.differences import changes_of
from assay.verify.result import CheckResult, State, StateGraph, Trace
from assay.verify.values import tla_text

__all__ = ["write"]

_LONGEST = 80
"""Characters of a line in a node."""


def write(result: CheckResult) -> str:
    """A node for each state, an edge for each step: of the state graph where it was asked for, else of the trace."""
    lines = [f"digraph {_quoted(result.module)} {{", "  node [shape=box, fontname=monospace];"]
    if result.graph:
        lines += _graph(result.graph)
    elif result.trace:
        lines += _nodes(result.trace)
    return "\n".join([*lines, "}"]) + "\n"


def _graph(graph: StateGraph) -> list[str]:
    lines = ["  // There are more states than these."] if graph.truncated else []
    for index, variables in enumerate(graph.states):
        label = "".join(_line(f"{name} = {tla_text(value)}") for name, value in variables.items())
        first = ", penwidth=3" if index in graph.initial else ""
        lines.append(f'  s{index + 1} [label="{label}"{first}];')
    steps = (f"  s{step.source + 1} -> s{step.target + 1} [label={_quoted(step.action)}];" for step in graph.steps)
    return [*lines, *steps]


def _line(text: str) -> str:
    """A line of a label, aligned to the left."""
    return f"{_escaped(text[:_LONGEST])}\\l"


def _nodes(trace: Trace) -> list[str]:
    first, *_ = trace.states or [None]
    if first is None:
        return []
    full = [f"{name} = {tla_text(value)}" for name, value in first.variables.items()]
    lines = [_node(first, full, trace)]
    for before, state in pairwise(trace.states):
        lines.append(_node(state, _changed(before, state), trace))
        label = _quoted(state.action.label if state.action else "")
        lines.append(f"  s{before.number} -> s{state.number} [label={label}];")
    if trace.repeats_from:
        label = _quoted("stuttering" if trace.stutters else "and again")
        lines.append(f"  s{trace.states[-1].number} -> s{trace.repeats_from} [label={label}, color=red];")
    return lines


def _node(state: State, lines: list[str], trace: Trace) -> str:
    label = "".join(_line(line) for line in [f"state {state.number}", *lines])
    last = ", color=red" if state is trace.states[-1] else ""
    return f'  s{state.number} [label="{label}"{last}];'


def _changed(before: State, state: State) -> list[str]:
    signs = {"set": "=", "added": "gains", "removed": "loses"}
    return [
        f"{change.path} {signs[change.kind]} {tla_text(change.after)}"
        for name in state.changed
        for change in changes_of(name, before.variables.get(name), state.variables[name])
    ]


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
