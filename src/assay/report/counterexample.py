"""Counterexamples: how the system gets from its start into the state that refutes a claim, and what each step changed.

The artefact is what `assay verify` writes: JSON with `kind`, `name` and numbered `states`, each with the action that
led to it, the text of every variable, and the names of those that changed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

import msgspec

__all__ = ["Action", "Counterexample", "Piece", "State", "Step", "VariableChange", "counterexample_in", "steps_of"]

_TOKEN = re.compile(r"\s+|\w+|\"[^\"]*\"|<<|>>|\|->|:>|@@|.", re.DOTALL)
_MAXIMUM_COMPARED_TOKENS = 400
"""Comparing takes the product of both lengths; a longer value is marked as changed as a whole."""


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """The action that led to a state."""

    name: str
    location: str | None = None
    """Such as `Lock.tla:10:3`; None where it is not known."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One state of a counterexample."""

    number: int
    action: Action | None = None
    variables: dict[str, str]
    """The text of each variable's value, as TLA+ writes it."""
    changed: tuple[str, ...] = ()


class Counterexample(msgspec.Struct, frozen=True, kw_only=True):
    """A behaviour that ends in what must not happen, or never ends and must not go on so."""

    kind: str
    """What was found, such as `invariant` or `deadlock`."""
    name: str | None = None
    """What was violated, where it has a name."""
    states: tuple[State, ...]
    repeats_from: int | None = None
    """Of a behaviour that never ends, the number of the state after the last one; the last itself where nothing happens
    any more."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value's text."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class VariableChange:
    """A variable that has another value than in the state before."""

    name: str
    before: tuple[Piece, ...]
    """Empty in the first state, and for a variable that the state before does not have."""
    after: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A state as a reader needs it: what happened, what it changed, and what stayed as it was."""

    number: int
    action: Action | None
    changes: tuple[VariableChange, ...]
    unchanged: tuple[tuple[str, str], ...]


def counterexample_in(content: bytes) -> Counterexample | None:
    """The counterexample that a JSON artefact holds, or None where it holds something else."""
    try:
        found = msgspec.json.decode(content, type=Counterexample)
    except msgspec.MsgspecError:
        return None
    return found if found.states else None


def steps_of(counterexample: Counterexample) -> Iterator[Step]:
    """The states in order, each compared with the one before."""
    first = counterexample.states[0]
    yield Step(
        number=first.number,
        action=first.action,
        changes=tuple(
            VariableChange(name, (), (Piece(text, changed=False),)) for name, text in first.variables.items()
        ),
        unchanged=(),
    )
    for before, after in pairwise(counterexample.states):
        yield _step(before, after)


def _step(before: State, after: State) -> Step:
    changes: list[VariableChange] = []
    unchanged: list[tuple[str, str]] = []
    for name, text in after.variables.items():
        old = before.variables.get(name)
        if old is None:
            changes.append(VariableChange(name, (), (Piece(text, changed=True),)))
        elif old != text or name in after.changed:
            changes.append(VariableChange(name, *_pieces(old, text)))
        else:
            unchanged.append((name, text))
    return Step(number=after.number, action=after.action, changes=tuple(changes), unchanged=tuple(unchanged))


def _pieces(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, those marked that the other one does not have in their place."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) * len(after) > _MAXIMUM_COMPARED_TOKENS**2:
        return (Piece(old, changed=True),), (Piece(new, changed=True),)
    operations = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    removed = [Piece("".join(before[start:end]), tag != "equal") for tag, start, end, _, _ in operations if end > start]
    added = [Piece("".join(after[start:end]), tag != "equal") for tag, _, _, start, end in operations if end > start]
    return tuple(removed), tuple(added)
