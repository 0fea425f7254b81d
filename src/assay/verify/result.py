"""What a check found and what it covered, as typed Python objects.

Named tuples and not dataclasses: to define so many of those takes longer than to check a small model.
"""

from collections.abc import Mapping
from enum import StrEnum, unique
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assay.verify.shipped import shown
from assay.verify.values import Value, tla_text

if TYPE_CHECKING:
    from assay.verify.explanation import Explanation
    from assay.verify.profile import Profile

__all__ = [
    "ActionCoverage",
    "Bounds",
    "CheckResult",
    "Collision",
    "Diagnostic",
    "Evaluated",
    "ExpressionCoverage",
    "GraphStep",
    "Location",
    "OutDegree",
    "Property",
    "PropertyKind",
    "PropertyStatus",
    "State",
    "StateCounts",
    "StateGraph",
    "Step",
    "Trace",
    "Verdict",
]


@unique
class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    """Nothing was found. What that covers is in the bounds; what is unknown all the same, in the properties."""
    SAFETY = "safety"
    """An invariant or an `Assert` is violated."""
    DEADLOCK = "deadlock"
    """A state without successors is reachable."""
    ASSUMPTION = "assumption"
    """An ASSUME or a POSTCONDITION is false."""
    LIVENESS = "liveness"
    """A temporal property is violated: by a behaviour that never ends, by a step, or by an initial state."""
    ERROR = "error"
    """The specification cannot be read, or an expression of it cannot be evaluated."""
    INTERRUPTED = "interrupted"
    """Stopped before the end, with nothing found so far."""
    LIMIT = "limit"
    """A limit of the check was reached, with nothing found so far."""


class Location(NamedTuple):
    """A range in a text; lines and columns count from 1, the end belongs to it."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        """As editors and terminals link it."""
        return f"{shown(self.path)}:{self.line}:{self.column}"


_LONGEST = 60
"""Characters of a parameter in an action's label."""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


class Step(NamedTuple):
    """The action that leads to a state."""

    name: str
    location: Location
    parameters: Mapping[str, Value] = {}
    r"""What tells this step from others of the action: its parameters, or the names that its `\E` binds."""
    bound: bool = False
    r"""The parameters are names bound by `\E`: the definition has none of its own."""

    @property
    def label(self) -> str:
        r"""The action as one would call it: `Acquire(c1)`, or `Next(c = c1)` where `\E` binds the name."""
        shown = [(name, _short(tla_text(value))) for name, value in self.parameters.items()]
        texts = [f"{name} = {text}" if self.bound else text for name, text in shown]
        return f"{self.name}({', '.join(texts)})" if texts else self.name


class State(NamedTuple):
    """One state of a trace."""

    number: int
    """From 1."""
    action: Step | None
    """None for the initial state."""
    variables: Mapping[str, Value]
    """By name, in the order of their declaration; with ALIAS, what that makes of them."""
    changed: tuple[str, ...]
    """Names whose value is another one than in the state before."""
    expressions: "tuple[Evaluated, ...]" = ()
    """What was asked to be evaluated on each state."""


class Evaluated(NamedTuple):
    """An expression on one state, or on the step that leads on from it."""

    text: str
    value: Value
    """None where it has none: there is an error, or no step leads on."""
    error: str | None


class Trace(NamedTuple):
    """A behaviour of the specification from an initial state to what was found."""

    kind: str
    """`invariant`, `deadlock` or `error`: what the last state shows; `step`: what the last step, or the initial state,
    violates; `liveness`: what the whole behaviour violates, which never ends."""
    name: str | None
    """The invariant or temporal property that is violated."""
    states: tuple[State, ...]
    problem: str | None = None
    """Why the beginning is missing, where it is."""
    explanation: "Explanation | None" = None
    """Where it was asked for."""
    repeats_from: int | None = None
    """Of a behaviour that never ends: the number of the state after the last one. The states from there on repeat
    for ever; where it is the last state itself, nothing happens any more: the behaviour stutters."""
    closing: Step | None = None
    """The action that leads from the last state back there; None where nothing happens."""

    @property
    def stutters(self) -> bool:
        """Whether nothing happens after the last state."""
        return self.repeats_from is not None and self.repeats_from == len(self.states)


class GraphStep(NamedTuple):
    """A step of the state graph."""

    source: int
    target: int
    """Indices of states."""
    action: str


class StateGraph(NamedTuple):
    """States and steps of a small model."""

    states: tuple[Mapping[str, Value], ...]
    """The variables of each."""
    initial: tuple[int, ...]
    """Indices of initial states."""
    steps: tuple[GraphStep, ...]
    truncated: bool
    """Whether there are more states than were asked for."""


@unique
class PropertyKind(StrEnum):
    """What a property is about."""

    ASSUMPTION = "assumption"
    INVARIANT = "invariant"
    DEADLOCK = "deadlock"
    TEMPORAL = "temporal"
    POSTCONDITION = "postcondition"


@unique
class PropertyStatus(StrEnum):
    """What is known of a property."""

    HOLDS = "holds"
    VIOLATED = "violated"
    UNKNOWN = "unknown"


class Property(NamedTuple):
    """One thing that was to be checked."""

    name: str
    kind: PropertyKind
    status: PropertyStatus
    reason: str
    """Why it is unknown; empty otherwise."""
    location: Location | None


class StateCounts(NamedTuple):
    """How many states."""

    generated: int
    """Produced, repetitions included."""
    distinct: int
    initial: int
    """Initial states, repetitions included."""
    queue: int
    """Found and not explored."""
    depth: int
    """Levels of the state graph, the initial states being the first; of a simulation, states of the longest walk."""
    walks: int
    """Of a simulation."""


class Bounds(NamedTuple):
    """What the verdict covers."""

    complete: bool
    """True where every state that can be reached within the constraints was checked."""
    reason: str
    """Why not; empty where it is complete."""
    constants: Mapping[str, str]
    """The model's size: names and the text of their values."""


class Collision(NamedTuple):
    """The probability that two states had one fingerprint, so that one was missed."""

    optimistic: float
    actual: float | None
    """From the fingerprints themselves; None where it was not computed, because negligible or on disk."""


class OutDegree(NamedTuple):
    """New successors per state."""

    minimum: int
    maximum: int
    average: float
    percentile_95: int


class ActionCoverage(NamedTuple):
    """How often an action was taken."""

    name: str
    location: Location
    generated: int
    distinct: int


class ExpressionCoverage(NamedTuple):
    """How often an expression was evaluated."""

    text: str
    """Its first line, as written."""
    location: Location
    evaluations: int


class Diagnostic(NamedTuple):
    """Something that is wrong with the specification or its configuration."""

    code: str
    message: str
    location: Location | None
    line: str
    """The text of the line it is about."""
    hint: str | None
    rendered: str
    """For people: with the line, a caret and the hint."""


class CheckResult(NamedTuple):
    """The outcome of one check of one model."""

    verdict: Verdict
    exit_code: int
    """TLC's, see `assay.exit_codes`."""
    message: str
    """The verdict in one sentence."""
    module: str
    specification: Path
    configuration: Path | None
    mode: str
    """`check`, `simulate` or `parse`."""
    workers: int
    seed: int
    states: StateCounts
    bounds: Bounds
    collision: Collision | None
    out_degree: OutDegree | None
    actions: tuple[ActionCoverage, ...]
    expressions: tuple[ExpressionCoverage, ...]
    """Of the user's modules, in the order of the text, where coverage was asked for."""
    properties: tuple[Property, ...]
    traces: tuple[Trace, ...]
    """Counterexamples, the decisive one first."""
    graph: StateGraph | None
    """Where it was asked for."""
    violations: int
    """Counterexamples that were seen; some of them may not have been kept."""
    printed: tuple[str, ...]
    """Lines that the specification printed."""
    diagnostics: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]
    assumed: tuple[str, ...]
    """What was taken for granted because there is no configuration, for example `INIT Init`."""
    seconds: float
    """Of the whole check."""
    exploration_seconds: float
    """Of the exploration alone."""
    held_bytes: int
    """Most that fingerprints and waiting states held in memory."""
    spilled_bytes: int
    """Written to files for lack of memory."""
    profile: "Profile | None" = None
    """Where the time went, where that was asked for and states were explored."""

    @property
    def trace(self) -> Trace | None:
        """The counterexample, where there is one."""
        return self.traces[0] if self.traces else None

    @property
    def states_per_second(self) -> float:
        """Distinct states per second of exploration."""
        return self.states.distinct / self.exploration_seconds if self.exploration_seconds else 0.0
