"""From a model of z3 to a request with its entities, as Cedar takes them.

A model says what matters to the proof. The rest is filled in: attributes that nothing asks for get plain values, so
that the entities fit the schema.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assay.trust.proofs.compilation import Compiler
from assay.trust.proofs.hierarchy import Question, answer
from assay.trust.proofs.schema import (
    AttributeType,
    Boolean,
    EntityId,
    EntityReference,
    Extension,
    Long,
    RecordOf,
    RequestKind,
    String,
    ValueType,
)
from assay.trust.proofs.smt import Term, Truth, lifted, z3
from assay.trust.proofs.symbols import LARGEST, SMALLEST, Symbols
from assay.trust.proofs.values import Scalar, SymbolicSet

__all__ = ["PLAIN_EXTENSIONS", "Witness", "witness_of"]

_SPARE: Mapping[type, tuple[Any, ...]] = {Long: (0, 1, 2), String: ("", "a", "b"), EntityReference: (10**6, 10**6 + 1)}
"""Elements for sets of which nothing is known but that they are not empty; no entity of a proof has these numbers."""

MOST_ENTITIES = 500
"""Of one witness."""

PLAIN_EXTENSIONS = {"decimal": "0.0", "ip": "192.0.2.1", "datetime": "2025-01-01", "duration": "0ms"}
_CONSTRUCTORS = {"ipaddr": "ip"}


@dataclass(frozen=True, slots=True)
class Witness:
    """One request, and the entities that matter to it."""

    kind: RequestKind
    request: Mapping[str, Any]
    """`principal`, `action`, `resource` (each `type` and `id`) and `context`, as Cedar's JSON has them."""
    entities: tuple[Mapping[str, Any], ...]
    missing: tuple[str, ...] = ()
    """Which of principal and resource the store of entities does not hold, in this example."""


def witness_of(
    model: Any, compiler: Compiler, symbols: Symbols, questions: Iterable[Question], extensions: Mapping[str, str]
) -> Witness:
    """The request that a model describes.

    Args:
        model: Of z3.
        compiler: Of the kind of request.
        symbols: Of the compiler.
        questions: About the hierarchy, to which the model has answers.
        extensions: By constructor, the argument that values of extension types are given.
    """
    return _Writer(model, compiler, symbols, questions, extensions).witness()


class _Writer:
    def __init__(
        self,
        model: Any,
        compiler: Compiler,
        symbols: Symbols,
        questions: Iterable[Question],
        extensions: Mapping[str, str],
    ) -> None:
        self._model = model
        self._compiler = compiler
        self._symbols = symbols
        self._extensions = extensions
        self._made_up: dict[str, list[int]] = {}
        self._members = self._entity_numbers()
        self._groups = self._answers(questions)

    def witness(self) -> Witness:
        kind = self._compiler.kind
        principal, resource = (self._of_variable(name) for name in ("principal", "resource"))
        declared = self._symbols.schema.actions[kind.action].context
        request = {
            "principal": _uid(principal),
            "action": _uid(kind.action),
            "resource": _uid(resource),
            "context": self._record(declared, "context", ()),
        }
        entities = self._entities((principal, resource))
        there = {(one["uid"]["type"], one["uid"]["id"]) for one in entities}
        missing = tuple(
            name for name, one in (("principal", principal), ("resource", resource)) if self._is_missing(one, there)
        )
        return Witness(kind, request, tuple(entities), missing)

    def _is_missing(self, entity: EntityId, there: set[tuple[str, str]]) -> bool:
        kind = self._symbols.schema.kinds.get(entity.type)
        return (entity.type, entity.id) not in there and bool(kind and kind.identifiers is None)

    def _of_variable(self, name: str) -> EntityId:
        value = self._compiler.variable(name)[0].value
        assert isinstance(value, Scalar)  # noqa: S101 # for mypy: it is an entity
        assert isinstance(value.type, EntityReference)  # noqa: S101 # as above
        return self._id(value.type.type, self._number(value.term))

    def _entity_numbers(self) -> dict[str, list[int]]:
        """By type, the numbers of the entities that the proof speaks of."""
        return {
            type_: sorted({self._number(term) for term in terms.values()})
            for type_, terms in self._symbols.entity_terms.items()
        }

    def _entities(self, always: Iterable[EntityId]) -> list[dict[str, Any]]:
        named = {(one.type, one.id) for one in always}
        found = []
        for type_, numbers in self._members.items():
            kind = self._symbols.schema.kinds.get(type_)
            if not kind or kind.identifiers is not None:
                continue
            is_asked = f"exists {type_}" in self._symbols.touched
            for number in numbers:
                id_ = self._id(type_, number)
                scalar = Scalar(EntityReference(type_), number)
                is_there = self._is_true(self._symbols.exists(scalar)) if is_asked else tuple(id_) in named
                entity = self._entity(id_, number) if is_there else {}
                # One that holds nothing and is in nothing decides nothing.
                is_told = tuple(id_) in named or any(entity.get(part) for part in ("attrs", "parents", "tags"))
                if is_there and is_told:
                    found.append(entity)
                if len(found) >= MOST_ENTITIES:
                    return found
        return found

    def _entity(self, id_: EntityId, number: int) -> dict[str, Any]:
        kind = self._symbols.schema.kinds[id_.type]
        entity: dict[str, Any] = {
            "uid": _uid(id_),
            "attrs": self._record(RecordOf(tuple(kind.attributes.items())), id_.type, (number,)),
            "parents": [_uid(one) for one in self._parents(id_.type, number)],
        }
        if kind.tags is not None:
            entity["tags"] = self._tags(id_.type, kind.tags, number)
        return entity

    def _answers(self, questions: Iterable[Question]) -> dict[tuple[str, int], set[tuple[str, int]]]:
        """By member, the groups that it is in. Of what was not asked a model says anything, so that is left out."""
        groups: dict[tuple[str, int], set[tuple[str, int]]] = {}
        for question in questions:
            if self._is_true(answer(self._symbols, question)):
                member = (question.member_type, self._number(question.member))
                groups.setdefault(member, set()).add((question.group_type, self._number(question.group)))
        for (member_type, group_type), keys in self._symbols.asked_all.items():
            for key in keys:
                number = self._number(self._symbols.entity_terms[member_type][key])
                term = self._symbols.ancestors(Scalar(EntityReference(member_type), number), group_type)
                found = self._elements(term, EntityReference(group_type), self._members.get(group_type, ()))
                groups.setdefault((member_type, number), set()).update((group_type, one) for one in found)
        return groups

    def _parents(self, type_: str, number: int) -> list[EntityId]:
        return sorted(self._id(*group) for group in self._groups.get((type_, number), ()))

    def _tags(self, type_: str, declared: ValueType, number: int) -> dict[str, Any]:
        tags = {}
        for term in list(self._symbols.tag_keys.get(type_, {}).values()):
            key = self._plain(String(), term)
            field = self._symbols.tag(Scalar(EntityReference(type_), number), Scalar(String(), key))
            if field and self._is_true(field.present):
                tags[key] = self._value(declared, f"{type_} tag", (number, key))
        return tags

    def _record(self, declared: RecordOf, name: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
        values = {}
        for attribute, type_ in declared.attributes:
            full = f"{name}.{attribute}"
            if type_.required or self._is_there(full, type_, arguments):
                values[attribute] = self._value(type_.type, full, arguments)
        return values

    def _is_there(self, name: str, declared: AttributeType, arguments: tuple[Any, ...]) -> bool:
        if f"{name}?" not in self._symbols.touched:
            return False
        return self._is_true(self._symbols.field(name, declared, arguments).present)

    def _value(self, type_: ValueType, name: str, arguments: tuple[Any, ...]) -> Any:
        match type_:
            case RecordOf():
                return self._record(type_, name, arguments)
            case Extension():
                function = _CONSTRUCTORS.get(type_.name, type_.name)
                return {"__extn": {"fn": function, "arg": self._extensions[function]}}
        if name not in self._symbols.touched:
            return self._plain_value(type_)
        outcome = self._symbols.value(name, type_, arguments)
        value = outcome[0].value
        if isinstance(value, SymbolicSet):
            return [self._json(value.element, one) for one in self._elements(value.term, value.element, ())]
        assert isinstance(value, Scalar)  # noqa: S101 # for mypy: the others are handled above
        return self._json(value.type, self._plain(value.type, value.term))

    def _plain_value(self, type_: ValueType) -> Any:
        match type_:
            case Boolean():
                return False
            case Long():
                return 0
            case String():
                return ""
            case EntityReference():
                kind = self._symbols.schema.kinds.get(type_.type)
                known = kind.identifiers if kind else None
                return {"__entity": _uid(EntityId(type_.type, known[0] if known else "any"))}
        return []

    def _elements(self, term: Term, element: ValueType, candidates: Iterable[Any]) -> list[Any]:
        """The elements of a set that the model names, and those of the candidates that are in it."""
        value = self._model.eval(term, model_completion=True)
        told: dict[Any, bool] = {}
        while z3.is_store(value):
            told.setdefault(self._plain(element, value.arg(1)), z3.is_true(value.arg(2)))
            value = value.arg(0)
        if z3.is_K(value) and z3.is_false(value.arg(0)):
            return [one for one, is_in in told.items() if is_in]
        # A set of z3 may hold nearly everything; a few elements of it do, since any that matter are candidates.
        pool = [*candidates, *self._candidates(element), *told, *_SPARE.get(type(element), ())]
        return [one for one in dict.fromkeys(pool) if self._is_true(z3.IsMember(lifted(one), term))]

    def _candidates(self, element: ValueType) -> list[Any]:
        match element:
            case EntityReference():
                return self._members.get(element.type, [])
            case Boolean():
                return [False, True]
        terms = self._symbols.elements.get(type(element).__name__, {})
        return [self._plain(element, term) for term in terms.values()]

    def _json(self, type_: ValueType, plain: Any) -> Any:
        if isinstance(type_, EntityReference):
            return {"__entity": _uid(self._id(type_.type, plain))}
        return plain

    def _plain(self, type_: ValueType, term: Any) -> Any:
        if isinstance(term, bool | int | str):
            return term
        if isinstance(type_, Boolean):
            return self._is_true(term)
        value = self._model.eval(term, model_completion=True)
        if isinstance(type_, String):
            return _text(value)
        number = value.as_long() if z3.is_int_value(value) else 0
        if isinstance(type_, Long):
            return number if SMALLEST <= number <= LARGEST else 0
        return number

    def _number(self, term: Any) -> int:
        return int(self._plain(EntityReference(""), term))

    def _is_true(self, truth: Truth) -> bool:
        return bool(z3.is_true(self._model.eval(lifted(truth), model_completion=True)))

    def _id(self, type_: str, number: int) -> EntityId:
        named = self._symbols.named(number)
        if named is not None and named.type == type_:
            return named
        kind = self._symbols.schema.kinds.get(type_)
        if kind and kind.identifiers:
            return EntityId(type_, kind.identifiers[0])
        numbers = self._made_up.setdefault(type_, [])
        if number not in numbers:
            numbers.append(number)
        base = type_.rpartition("::")[2].lower()
        return EntityId(type_, f"some-{base}-{numbers.index(number) + 1}")


def _text(value: Any) -> str:
    """A string of z3; what is no character of Unicode text becomes a question mark, and Cedar then judges that."""
    text = value.as_string() if z3.is_string_value(value) else ""

    def character(match: "re.Match[str]") -> str:
        one = chr(min(int(match[1], 16), sys.maxunicode))
        return "?" if unicodedata.category(one) == "Cs" else one

    return re.sub(r"\\u\{([0-9a-fA-F]+)\}", character, text)


def _uid(entity: EntityId) -> dict[str, str]:
    return {"type": entity.type, "id": entity.id}
