"""A request and its entities as facts about the symbols of a proof: what Cedar is given, told to z3."""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from assay.trust.proofs.compilation import Compiler
from assay.trust.proofs.schema import EntityId, EntityReference
from assay.trust.proofs.smt import Truth, lifted, opposite, same, z3
from assay.trust.proofs.symbols import Symbols, sort_of
from assay.trust.proofs.values import STRING, Field, Outcome, Record, Scalar, SymbolicSet


def facts_of(
    request: dict[str, Any], entities: list[dict[str, Any]], compiler: Compiler, symbols: Symbols, keys: Iterable[str]
) -> Iterator[Truth]:
    """What is known of one request, as far as the policies that were compiled ask for it.

    Args:
        request: As Cedar takes it.
        entities: As Cedar takes them.
        compiler: For its kind.
        symbols: Of the compiler.
        keys: Every key that a tag can have.
    """
    asked = frozenset(symbols.touched)
    for name in ("principal", "resource"):
        ((_, value),) = compiler.variable(name)
        assert isinstance(value, Scalar)
        yield value.term == _number(request[name], symbols)
    ((_, context),) = compiler.variable("context")
    assert isinstance(context, Record)
    yield from _record(request["context"], context, symbols)
    store = {_id(entity["uid"]): entity for entity in entities}
    for id_ in store:
        symbols.number(id_)
    # An attribute may name an entity that nothing has named before.
    for number in count():
        named = symbols.named(number)
        if named is None:
            return
        yield from _entity(named, store, symbols, keys, asked)


def _entity(
    id_: EntityId, store: dict[EntityId, dict[str, Any]], symbols: Symbols, keys: Iterable[str], asked: frozenset[str]
) -> Iterator[Truth]:
    entity = store.get(id_)
    scalar = Scalar(EntityReference(id_.type), symbols.number(id_))
    if f"exists {id_.type}" in asked:
        exists = symbols.exists(scalar)
        yield exists if entity else opposite(exists)
    yield from _membership(id_, store, symbols, asked)
    if not entity:
        return
    for name in symbols.schema.kinds[id_.type].attributes:
        full = f"{id_.type}.{name}"
        if full not in asked and not any(one.startswith((f"{full}.", f"{full}?")) for one in asked):
            continue
        field = symbols.attribute(scalar, name)
        assert field
        yield from _field(entity["attrs"], name, field, symbols)
    for key in keys if f"{id_.type} has tag" in asked else ():
        field = symbols.tag(scalar, Scalar(STRING, key))
        if field:
            yield from _field(entity["tags"], key, field, symbols)


def _membership(
    id_: EntityId, store: dict[EntityId, dict[str, Any]], symbols: Symbols, asked: frozenset[str]
) -> Iterator[Truth]:
    scalar = Scalar(EntityReference(id_.type), symbols.number(id_))
    ancestors = _ancestors(id_, store)
    for type_ in symbols.schema.ancestor_types(id_.type):
        if f"ancestors {id_.type} {type_}" not in asked:
            continue
        term = z3.EmptySet(z3.IntSort())
        for one in ancestors:
            if one.type == type_:
                term = z3.SetAdd(term, symbols.number(one))
        yield symbols.ancestors(scalar, type_) == term


def _field(values: dict[str, Any], name: str, field: Field, symbols: Symbols) -> Iterator[Truth]:
    if name not in values:
        yield opposite(field.present)
        return
    yield field.present
    yield from _value(values[name], field.outcome, symbols)


def _value(given: Any, outcome: Outcome, symbols: Symbols) -> Iterator[Truth]:
    ((_, value),) = outcome
    match value:
        case Record():
            yield from _record(given, value, symbols)
        case SymbolicSet():
            term = z3.EmptySet(sort_of(value.element))
            for one in given:
                term = z3.SetAdd(term, lifted(_plain(one, symbols)))
            yield value.term == term
        case Scalar():
            yield same(value.term, _plain(given, symbols))


def _record(given: dict[str, Any], record: Record, symbols: Symbols) -> Iterator[Truth]:
    for name, field in record.fields.items():
        yield from _field(given, name, field, symbols)


def _plain(given: Any, symbols: Symbols) -> Any:
    return _number(given["__entity"], symbols) if isinstance(given, dict) else given


def _number(uid: dict[str, str], symbols: Symbols) -> int:
    return symbols.number(_id(uid))


def _id(uid: dict[str, str]) -> EntityId:
    return EntityId(uid["type"], uid["id"])


def _ancestors(id_: EntityId, store: dict[EntityId, dict[str, Any]]) -> set[EntityId]:
    found: set[EntityId] = set()
    open_ones = [id_]
    while open_ones:
        parents = {_id(one) for one in store.get(open_ones.pop(), {"parents": []})["parents"]}
        open_ones += parents - found
        found |= parents
    return found
