"""The symbols of a proof: what a request, its entities and their attributes are called in z3, and what is true of them.

An entity is a number: those that policies name are 0, 1, 2…, in one numbering for all types. Each attribute of a type
is a function of the entity; each pair of types that the schema lets be member and group has a function from the member
to the set of its ancestors. Whatever is asserted here is true of every store of entities that fits the schema, so a
proof covers them all.
"""

from typing import TYPE_CHECKING, Any

from assay.trust.proofs.schema import (
    AttributeType,
    Boolean,
    EntityId,
    EntityReference,
    Long,
    RecordOf,
    Schema,
    SetOf,
    String,
    ValueType,
)
from assay.trust.proofs.smt import Term, Truth, all_of, lifted, z3
from assay.trust.proofs.values import BOOLEAN, LONG, Field, Opaque, Outcome, Record, Scalar, SymbolicSet, just

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["LARGEST", "SMALLEST", "Symbols"]

Key = Any
"""Of a term: the value where it is known, else a tuple that names the term."""

SMALLEST, LARGEST = -(2**63), 2**63 - 1


class Symbols:
    """Makes terms for one schema, each once, and collects what is known of them.

    Attributes:
        facts: What is true of the terms made so far: ranges of numbers, identifiers of enumerated types.
        entity_terms: By type, every term for an entity that was made.
        touched: Names of the functions that terms were made of.
        elements: By type, terms of which it was asked whether they are in a set.
        tag_keys: By type, the keys under which it was looked for a tag.
        asked: By the types of member and group, of which pairs it was asked whether one is in the other.
        asked_all: By the types of member and group, for which members all groups matter.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.facts: list[Truth] = []
        self.entity_terms: dict[str, dict[Key, Any]] = {}
        self.touched: set[str] = set()
        self.elements: dict[str, dict[Key, Any]] = {"Long": {}, "String": {}}
        self.asked: dict[tuple[str, str], dict[tuple[Key, Key], None]] = {}
        self.asked_all: dict[tuple[str, str], dict[Key, None]] = {}
        self.tag_keys: dict[str, dict[Key, Any]] = {}
        self._numbers: dict[EntityId, int] = {}
        self._ids: list[EntityId] = []
        self._made: dict[Hashable, Any] = {}
        self._functions: dict[str, Any] = {}

    def number(self, entity: EntityId) -> int:
        """The number of an entity that is named somewhere."""
        known = self._numbers.get(entity)
        if known is None:
            known = self._numbers[entity] = len(self._ids)
            self._ids.append(entity)
        return known

    def named(self, number: int) -> EntityId | None:
        """The entity of a number; None for one that nothing names."""
        return self._ids[number] if 0 <= number < len(self._ids) else None

    def entity(self, type_: str, term: Any) -> Scalar:
        """An entity, noted as one that the proof speaks of."""
        key = _key(term)
        self.entity_terms.setdefault(type_, {}).setdefault(key, term)
        kind = self.schema.kinds.get(type_)
        if (
            not isinstance(term, int)
            and kind
            and kind.identifiers is not None
            and ("enumerated", key) not in self._made
        ):
            self._made["enumerated", key] = term
            numbers = [self.number(EntityId(type_, one)) for one in kind.identifiers]
            self.facts.append(z3.Or(*(term == number for number in numbers)))
        return Scalar(EntityReference(type_), term)

    def exists(self, entity: Scalar) -> Truth:
        """Whether the store holds it. It holds nothing of a type that the schema does not know."""
        type_ = self._type(entity)
        kind = self.schema.kinds.get(type_)
        if not kind or (kind.identifiers is not None):
            return False
        return self.applied(f"exists {type_}", z3.BoolSort(), entity.term)

    def attribute(self, entity: Scalar, name: str) -> Field | None:
        """An attribute of an entity that exists; None where its type has none of this name."""
        type_ = self._type(entity)
        kind = self.schema.kinds.get(type_)
        declared = kind.attributes.get(name) if kind else None
        if declared is None:
            return None
        return self.field(f"{type_}.{name}", declared, (entity.term,))

    def tag(self, entity: Scalar, key: Scalar) -> Field | None:
        """A tag of an entity; None where its type has none."""
        type_ = self._type(entity)
        kind = self.schema.kinds.get(type_)
        if not kind or kind.tags is None:
            return None
        self.element(key)
        self.tag_keys.setdefault(type_, {})[_key(key.term)] = key.term
        present = self.applied(f"{type_} has tag", z3.BoolSort(), entity.term, key.term)
        value = self.value(f"{type_} tag", kind.tags, (entity.term, key.term))
        return Field(all_of((self.exists(entity), present)), value)

    def ancestors(self, entity: Scalar, type_: str) -> Term | None:
        """The set of its ancestors of a type; None where the schema lets it have none."""
        own = self._type(entity)
        if type_ not in self.schema.ancestor_types(own):
            return None
        return self.applied(f"ancestors {own} {type_}", z3.SetSort(z3.IntSort()), entity.term)

    def field(self, name: str, declared: AttributeType, arguments: tuple[Any, ...]) -> Field:
        """An attribute, by the name of its function and what that is applied to."""
        present = True if declared.required else self.applied(f"{name}?", z3.BoolSort(), *arguments)
        return Field(present, self.value(name, declared.type, arguments))

    def value(self, name: str, type_: ValueType, arguments: tuple[Any, ...] = ()) -> Outcome:
        """Any value of a type, under a name."""
        match type_:
            case RecordOf(attributes):
                fields = {one: self.field(f"{name}.{one}", declared, arguments) for one, declared in attributes}
                return just(Record(fields))
            case SetOf(Boolean() | Long() | String() | EntityReference() as element):
                return just(SymbolicSet(element, self.applied(name, z3.SetSort(sort_of(element)), *arguments)))
            case EntityReference(entity_type):
                return just(self.entity(entity_type, self.applied(name, z3.IntSort(), *arguments)))
            case Boolean() | Long() | String():
                return just(Scalar(type_, self._ranged(type_, self.applied(name, sort_of(type_), *arguments))))
        return just(Opaque(type_))

    def applied(self, name: str, sort: Any, *arguments: Any) -> Term:
        """The function of a name, applied."""
        key = (name, *map(_key, arguments))
        known = self._made.get(key)
        if known is None:
            self.touched.add(name)
            terms = [lifted(one) for one in arguments]
            function = self._functions.get(name)
            if function is None:
                function = z3.Function(name, *(one.sort() for one in terms), sort) if terms else z3.Const(name, sort)
                self._functions[name] = function
            known = self._made[key] = function(*terms) if terms else function
        return known

    def known_action(self, entity: Scalar) -> EntityId | None:
        """The action that an entity is; None where it is none of the schema's."""
        named = self.named(entity.term) if isinstance(entity.term, int) else None
        return named if named in self.schema.actions else None

    def ask_ancestor(self, entity: Scalar, group: Scalar) -> None:
        """Notes that the proof asks whether an entity is in a group."""
        self.entity(self._type(entity), entity.term)
        self.entity(self._type(group), group.term)
        pairs = self.asked.setdefault((self._type(entity), self._type(group)), {})
        pairs[_key(entity.term), _key(group.term)] = None

    def ask_all_ancestors(self, entity: Scalar, type_: str) -> None:
        """Notes that the proof asks for any ancestor of a type that an entity has."""
        self.entity(self._type(entity), entity.term)
        self.asked_all.setdefault((self._type(entity), type_), {})[_key(entity.term)] = None

    def element(self, scalar: Scalar) -> None:
        """Notes a value that may be an element of a set, so that a witness looks whether it is."""
        name = type(scalar.type).__name__
        if name in self.elements:
            self.elements[name].setdefault(_key(scalar.term), scalar.term)

    def _ranged(self, type_: ValueType, term: Term) -> Term:
        if type_ == LONG and ("range", term.get_id()) not in self._made:
            self._made["range", term.get_id()] = term
            self.facts.append(z3.And(term >= SMALLEST, term <= LARGEST))
        return term

    @staticmethod
    def _type(entity: Scalar) -> str:
        assert isinstance(entity.type, EntityReference)  # noqa: S101 # for mypy: callers have looked
        return entity.type.type


def _key(term: Any) -> Key:
    return term if isinstance(term, int | str) else ("term", term.get_id())


def sort_of(type_: ValueType) -> Any:
    """The z3 sort of a scalar type."""
    if type_ == BOOLEAN:
        return z3.BoolSort()
    return z3.StringSort() if type_ == String() else z3.IntSort()
