"""What an expression can evaluate to: values with terms in them, and the cases under which each comes out.

Types are known, since a request and its entities fit the schema; so a value's type never needs a term. Where the
branches of an `if` differ in type there are two cases. Where no case applies, evaluation is an error, and Cedar skips
the policy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from assay.trust.proofs.schema import Boolean, EntityReference, Long, String, ValueType
from assay.trust.proofs.smt import Term, Truth, all_of, any_of, chosen

__all__ = [
    "BOOLEAN",
    "LONG",
    "STRING",
    "Case",
    "Field",
    "ListedSet",
    "Opaque",
    "Outcome",
    "Record",
    "Scalar",
    "SymbolicSet",
    "Value",
    "holds_in",
    "joined",
    "just",
    "truth_of",
]

BOOLEAN, LONG, STRING = Boolean(), Long(), String()


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A Bool, Long, String or entity. `term` is a Python value where it is known; entities are numbers."""

    type: Boolean | Long | String | EntityReference
    term: Any


@dataclass(frozen=True, slots=True, eq=False)
class SymbolicSet:
    """A set of an attribute: a z3 set of scalars."""

    element: Boolean | Long | String | EntityReference
    term: Term


@dataclass(frozen=True, slots=True, eq=False)
class ListedSet:
    """A set that a policy lists. Each element has at least one case that applies, where the set has a value."""

    elements: "tuple[Outcome, ...]"


class Field(NamedTuple):
    """An attribute of a record: whether it is there, and its value if it is."""

    present: Truth
    outcome: "Outcome"


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Attributes by name."""

    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True, eq=False)
class Opaque:
    """A value that is not modelled: of an extension type, or a set of sets or records. Only its type is known."""

    type: ValueType


Value = Scalar | SymbolicSet | ListedSet | Record | Opaque


class Case(NamedTuple):
    """Where `when` is true, this is the value."""

    when: Truth
    value: Value


Outcome = tuple[Case, ...]
"""The cases of an expression. No two apply at once."""


def just(value: Value, when: Truth = True) -> Outcome:
    """One value, and an error where `when` is not true."""
    return () if when is False else (Case(when, value),)


def holds_in(outcome: Outcome) -> Truth:
    """Whether there is a value, and no error."""
    return any_of(case.when for case in outcome)


def truth_of(outcome: Outcome) -> tuple[Truth, Truth]:
    """Whether it evaluates to a Boolean, and which (to be asked only where it does)."""
    fitting = [case for case in outcome if isinstance(case.value, Scalar) and case.value.type == BOOLEAN]
    if not fitting:
        return False, False
    value = fitting[-1].value.term  # type: ignore[union-attr] # only scalars are left
    for case in reversed(fitting[:-1]):
        value = chosen(case.when, case.value.term, value)  # type: ignore[union-attr] # only scalars are left
    return any_of(case.when for case in fitting), value


def joined(cases: Iterable[Case]) -> Outcome:
    """The cases with scalars of one type made one, so that they do not multiply."""
    kept: list[Case] = []
    scalars: dict[ValueType, Case] = {}
    for case in cases:
        if case.when is False:
            continue
        if not isinstance(case.value, Scalar):
            kept.append(case)
            continue
        type_ = case.value.type
        before = scalars.get(type_)
        if before is None:
            scalars[type_] = case
            continue
        assert isinstance(before.value, Scalar)  # noqa: S101 # for mypy: only scalars are put there
        term = chosen(before.when, before.value.term, case.value.term)
        scalars[type_] = Case(any_of((before.when, case.when)), Scalar(type_, term))
    return (*scalars.values(), *kept)


def under(condition: Truth, outcome: Outcome) -> Outcome:
    """The cases that are left where a condition has to be true as well."""
    if condition is True:
        return outcome
    return tuple(Case(all_of((condition, case.when)), case.value) for case in outcome if condition is not False)
