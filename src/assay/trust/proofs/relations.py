"""Equality and membership: `==`, `in`, `contains` and its kin, over values with terms in them."""

from collections.abc import Iterable
from typing import Any

from assay.trust.proofs.schema import EntityReference, SetOf
from assay.trust.proofs.smt import Term, Truth, all_of, any_of, lifted, opposite, same, z3
from assay.trust.proofs.symbols import Symbols, sort_of
from assay.trust.proofs.values import ListedSet, Opaque, Outcome, Record, Scalar, SymbolicSet, Value

__all__ = ["NotModelledError", "Relations", "all_entities"]


class NotModelledError(Exception):
    """What is compared is not modelled; the expression that asked becomes an unknown."""


class Relations:
    """Over the symbols of one proof."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols

    def equal_outcomes(self, left: Outcome, right: Outcome) -> Truth:
        """Whether two expressions have equal values, where both have one."""
        return any_of(
            all_of((one.when, other.when, self.equal(one.value, other.value))) for one in left for other in right
        )

    def equal(self, left: Value, right: Value) -> Truth:
        """Cedar's `==`: values of different types are unequal, and comparing them is no error.

        Raises:
            NotModelledError: An extension value, a set of sets or a set of records is compared with its like.
        """
        match left, right:
            case Scalar(), Scalar():
                return left.type == right.type and same(left.term, right.term)
            case Record(), Record():
                return self._equal_records(left, right)
            case Opaque(), Opaque() if left.type == right.type or (_is_set(left) and _is_set(right)):
                raise NotModelledError
            case (Opaque(), SymbolicSet() | ListedSet()) | (SymbolicSet() | ListedSet(), Opaque()):
                raise NotModelledError
            case SymbolicSet(), SymbolicSet():
                if left.element == right.element:
                    return left.term == right.term
                return all_of((self.is_empty(left), self.is_empty(right)))
            case SymbolicSet() | ListedSet(), SymbolicSet() | ListedSet():
                return all_of((self.contains_all(left, right), self.contains_all(right, left)))
        return False

    def _equal_records(self, left: Record, right: Record) -> Truth:
        conditions: list[Truth] = []
        for name in left.fields.keys() | right.fields.keys():
            one, other = left.fields.get(name), right.fields.get(name)
            if one is None or other is None:
                conditions.append(opposite((one or other).present))  # type: ignore[union-attr] # one of them is there
                continue
            values = self.equal_outcomes(one.outcome, other.outcome)
            conditions.append(same(one.present, other.present))
            conditions.append(any_of((opposite(one.present), values)))
        return all_of(conditions)

    def is_empty(self, subject: Value) -> Truth:
        """Whether a set has no element."""
        match subject:
            case ListedSet():
                return not subject.elements
            case SymbolicSet():
                return subject.term == z3.EmptySet(sort_of(subject.element))
        raise NotModelledError

    def contains(self, subject: Value, element: Outcome) -> Truth:
        """Whether a value is in a set."""
        match subject:
            case ListedSet():
                return any_of(self.equal_outcomes(one, element) for one in subject.elements)
            case SymbolicSet():
                return any_of(all_of((case.when, self._within(subject, case.value))) for case in element)
        raise NotModelledError

    def contains_all(self, subject: Value, elements: Value) -> Truth:
        """Whether every element of a set is in the other."""
        match subject, elements:
            case _, ListedSet():
                return all_of(self.contains(subject, one) for one in elements.elements)
            case SymbolicSet(), SymbolicSet() if subject.element == elements.element:
                return _subset(elements.term, subject.term)
            case SymbolicSet(), SymbolicSet():
                return self.is_empty(elements)
            case ListedSet(), SymbolicSet():
                return _subset(elements.term, self._listed(subject, elements.element))
        raise NotModelledError

    def contains_any(self, subject: Value, elements: Value) -> Truth:
        """Whether two sets share an element."""
        match subject, elements:
            case _, ListedSet():
                return any_of(self.contains(subject, one) for one in elements.elements)
            case ListedSet(), SymbolicSet():
                return any_of(self.contains(elements, one) for one in subject.elements)
            case SymbolicSet(), SymbolicSet():
                return subject.element == elements.element and _intersect(subject.term, elements.term)
        raise NotModelledError

    def within(self, entity: Scalar, group: Scalar) -> Truth:
        """Cedar's `in` for two entities: the same, or an ancestor. Actions are known; others the store decides."""
        return any_of((self.equal(entity, group), self._has_ancestor(entity, group)))

    def within_any(self, entity: Scalar, groups: SymbolicSet) -> Truth:
        """Whether an entity is in one of a set."""
        assert isinstance(groups.element, EntityReference)  # noqa: S101 # for mypy: the caller has looked
        ancestors = self._symbols.ancestors(entity, groups.element.type)
        conditions = [self._within(groups, entity)]
        if ancestors is not None:
            self._symbols.ask_all_ancestors(entity, groups.element.type)
            conditions.append(_intersect(ancestors, groups.term))
        return any_of(conditions)

    def _has_ancestor(self, entity: Scalar, group: Scalar) -> Truth:
        assert isinstance(entity.type, EntityReference)  # noqa: S101 # for mypy: the caller has looked
        assert isinstance(group.type, EntityReference)  # noqa: S101 # for mypy: the caller has looked
        action = self._symbols.known_action(entity)
        if action is not None:
            above = self._symbols.schema.ancestor_actions(action)
            if not isinstance(group.term, int):
                return any_of(
                    same(group.term, self._symbols.number(one)) for one in above if one.type == group.type.type
                )
            return self._symbols.named(group.term) in above
        ancestors = self._symbols.ancestors(entity, group.type.type)
        if ancestors is None:
            return False
        self._symbols.ask_ancestor(entity, group)
        return z3.IsMember(lifted(group.term), ancestors)

    def _within(self, subject: SymbolicSet, value: Value) -> Truth:
        if not isinstance(value, Scalar) or value.type != subject.element:
            return False
        self._symbols.element(value)
        return z3.IsMember(lifted(value.term), subject.term)

    def _listed(self, subject: ListedSet, element: Any) -> Term:
        """The elements of a listed set that have a type, as a z3 set."""
        term = z3.EmptySet(sort_of(element))
        for outcome in subject.elements:
            for case in outcome:
                if isinstance(case.value, Scalar) and case.value.type == element:
                    self._symbols.element(case.value)
                    term = z3.If(lifted(case.when), z3.SetAdd(term, lifted(case.value.term)), term)
        return term


def _is_set(value: Opaque) -> bool:
    return isinstance(value.type, SetOf)


def _subset(part: Term, whole: Term) -> Truth:
    return z3.SetDifference(part, whole) == z3.EmptySet(part.sort().domain())


def _intersect(left: Term, right: Term) -> Truth:
    empty = z3.EmptySet(left.sort().domain())
    return z3.SetIntersect(left, right) != empty


def all_entities(elements: Iterable[Outcome]) -> Truth:
    """Whether every element is an entity, whichever case applies."""
    return all_of(
        any_of(
            case.when
            for case in outcome
            if isinstance(case.value, Scalar) and isinstance(case.value.type, EntityReference)
        )
        for outcome in elements
    )
