"""`Exploration`: a specification that is looked at state by state."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Unpack

from assay import _native
from assay.verify.checking import CheckOptions, request_of
from assay.verify.explanation import BlockedAction, Reason, read_blocked, read_reason
from assay.verify.report_reading import read_diagnostic, read_evaluated, read_step
from assay.verify.result import Diagnostic, Evaluated, Step
from assay.verify.values import Value, value_of

__all__ = ["Answer", "Choice", "Exploration", "InvariantStatus"]


class Choice(NamedTuple):
    """An initial state, or a step that can be taken."""

    state: int
    """The number by which the exploration knows the state."""
    action: Step | None
    """None for an initial state."""
    variables: Mapping[str, Value]


class InvariantStatus(NamedTuple):
    """An invariant in one state."""

    name: str
    holds: bool | None
    """None where it cannot be evaluated."""
    reason: Reason | None
    """Why it does not hold."""
    error: str | None
    """Why it cannot be evaluated."""


class Answer(NamedTuple):
    """What was asked for; the rest is empty. Where there is no answer, the diagnostics say why."""

    choices: tuple[Choice, ...]
    more: bool
    """Whether there are more choices than these."""
    invariants: tuple[InvariantStatus, ...]
    blocked: tuple[BlockedAction, ...]
    evaluated: Evaluated | None
    diagnostics: tuple[Diagnostic, ...]
    exit_code: int
    """Of what the diagnostics say; 0 where there are none."""


class Exploration:
    """Remembers the states that it told of, so that one can ask on.

    Args:
        path: The root module's file.
        **options: Those of `check` that say what the model is.
    """

    def __init__(self, path: str | Path, **options: Unpack[CheckOptions]) -> None:
        self._native = _native.Exploration(json.dumps(request_of(Path(path), options)))

    def initial(self) -> Answer:
        """The initial states."""
        return self._ask(ask="initial")

    def successors(self, state: int) -> Answer:
        """Each way in which a step leads on from a state."""
        return self._ask(ask="successors", state=state)

    def invariants(self, state: int) -> Answer:
        """Which invariants hold in a state, and why the others do not."""
        return self._ask(ask="invariants", state=state)

    def blocked(self, state: int) -> Answer:
        """What keeps each action from being taken in a state."""
        return self._ask(ask="blocked", state=state)

    def evaluate(self, expression: str, state: int, following: int | None = None) -> Answer:
        """The value of an expression in a state, or of one with primes on the step to the state that follows."""
        return self._ask(ask="evaluate", state=state, next=following, expression=expression)

    def _ask(self, **question: Any) -> Answer:
        found = json.loads(self._native.ask(json.dumps(question)))
        return Answer(
            choices=tuple(map(_choice, found["choices"])),
            more=found["more"],
            invariants=tuple(map(_invariant, found["invariants"])),
            blocked=tuple(map(read_blocked, found["blocked"])),
            evaluated=read_evaluated(found["evaluated"]) if found["evaluated"] else None,
            diagnostics=tuple(map(read_diagnostic, found["diagnostics"])),
            exit_code=found["exit_code"],
        )


def _choice(found: dict[str, Any]) -> Choice:
    variables = {name: value_of(value) for name, value in found["variables"]}
    return Choice(found["state"], read_step(found["action"]) if found["action"] else None, variables)


def _invariant(found: dict[str, Any]) -> InvariantStatus:
    reason = read_reason(found["reason"]) if found["reason"] else None
    return InvariantStatus(found["name"], found["holds"], reason, found["error"])
