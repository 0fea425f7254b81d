"""Schema text, as Cedar itself prints it, to a `Schema`.

cedarpy gives no tree of a schema, but reads both of its forms, refuses what is wrong, and prints the result in one
form: types before use or after, names as they were written, one declaration for one name. Only that form is read here.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from assay.errors import PolicyError
from assay.trust.proofs.schema import (
    Action,
    AttributeType,
    Boolean,
    EntityId,
    EntityKind,
    EntityReference,
    Extension,
    Long,
    RecordOf,
    Schema,
    SetOf,
    String,
    ValueType,
)

__all__ = ["read_schema_text"]

_TOKEN = re.compile(r'\s+|//[^\n]*|"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*|::|[{}\[\]<>():,;=?@]')
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}
_BUILT_IN: dict[str, ValueType] = {
    "Bool": Boolean(),
    "Boolean": Boolean(),
    "Long": Long(),
    "String": String(),
    **{name: Extension(name) for name in ("decimal", "ipaddr", "datetime", "duration")},
}

Unresolved = Callable[["_Names"], ValueType]


class _Names(NamedTuple):
    """What is declared: common types, entity types and actions, by full name."""

    common: "dict[str, Unresolved]"
    entities: set[str]
    actions: set[EntityId]


def read_schema_text(text: str) -> Schema:
    """The schema of a text that `str(cedarpy.Schema)` gave.

    Raises:
        PolicyError: Something is in it that is not known here, such as a feature of a newer Cedar.
    """
    reader = _Reader(text)
    reader.declarations("")
    names = _Names(reader.common, {kind.name for kind in reader.entities}, {action.id for action in reader.actions})
    kinds = {kind.name: kind.resolved(names) for kind in reader.entities}
    actions = {action.id: action.resolved(names) for action in reader.actions}
    return Schema(kinds, actions, text)


class _Entity(NamedTuple):
    name: str
    namespace: str
    parents: tuple[str, ...]
    shape: Unresolved
    tags: Unresolved | None
    identifiers: tuple[str, ...] | None

    def resolved(self, names: _Names) -> EntityKind:
        parents = tuple(_entity(name, self.namespace, names) for name in self.parents)
        shape = self.shape(names)
        attributes = dict(shape.attributes) if isinstance(shape, RecordOf) else {}
        return EntityKind(self.name, parents, attributes, self.tags(names) if self.tags else None, self.identifiers)


class _Action(NamedTuple):
    id: EntityId
    namespace: str
    parents: tuple[EntityId, ...]
    principals: tuple[str, ...]
    resources: tuple[str, ...]
    context: Unresolved

    def resolved(self, names: _Names) -> Action:
        context = self.context(names)
        if not isinstance(context, RecordOf):
            raise _unknown(f"the context of {self.id} is not a record")
        return Action(
            self.id,
            tuple(_action(parent, self.namespace, names) for parent in self.parents),
            tuple(_entity(name, self.namespace, names) for name in self.principals),
            tuple(_entity(name, self.namespace, names) for name in self.resources),
            context,
        )


class _Reader:
    """Reads by recursive descent; Cedar has refused what nests too deep."""

    def __init__(self, text: str) -> None:
        self.common: dict[str, Unresolved] = {}
        self.entities: list[_Entity] = []
        self.actions: list[_Action] = []
        self._tokens = _tokens(text)
        self._next = 0

    def declarations(self, namespace: str) -> None:
        while self._next < len(self._tokens) and self._peek() != "}":
            self._annotations()
            match self._take():
                case "namespace":
                    name = self._take()
                    self._expect("{")
                    self.declarations(name)
                    self._expect("}")
                case "type":
                    name = self._take()
                    self._expect("=")
                    self.common[_full(name, namespace)] = self._type(namespace)
                    self._expect(";")
                case "entity":
                    self._entity(namespace)
                case "action":
                    self._action(namespace)
                case other:
                    raise _unknown(f"`{other}` begins no declaration")

    def _entity(self, namespace: str) -> None:
        name = _full(self._take(), namespace)
        parents: tuple[str, ...] = ()
        shape: Unresolved = lambda _: RecordOf()  # noqa: E731 # as the readers of types are
        tags: Unresolved | None = None
        identifiers: tuple[str, ...] | None = None
        while (token := self._take()) != ";":
            match token:
                case "in":
                    parents = self._listed()
                case "enum":
                    identifiers = tuple(_unquoted(one) for one in self._listed())
                case "=":
                    shape = self._type(namespace)
                case "{":
                    self._next -= 1
                    shape = self._type(namespace)
                case "tags":
                    tags = self._type(namespace)
                case other:
                    raise _unknown(f"`{other}` in the declaration of {name}")
        self.entities.append(_Entity(name, namespace, parents, shape, tags, identifiers))

    def _action(self, namespace: str) -> None:
        type_name = _full("Action", namespace)
        id_ = EntityId(type_name, self._name())
        parents: tuple[EntityId, ...] = ()
        applies: dict[str, tuple[str, ...]] = {}
        context: Unresolved = lambda _: RecordOf()  # noqa: E731 # as the readers of types are
        while (token := self._take()) != ";":
            match token:
                case "in":
                    parents = self._action_references()
                case "appliesTo":
                    self._expect("{")
                    while self._peek() != "}":
                        key = self._take()
                        self._expect(":")
                        if key == "context":
                            context = self._type(namespace)
                        else:
                            applies[key] = self._listed()
                        self._skip(",")
                    self._expect("}")
                case other:
                    raise _unknown(f"`{other}` in the declaration of {id_}")
        principals, resources = applies.get("principal", ()), applies.get("resource", ())
        self.actions.append(_Action(id_, namespace, parents, principals, resources, context))

    def _action_references(self) -> tuple[EntityId, ...]:
        bracketed = self._skip("[")
        found = []
        while True:
            token = self._take()
            if self._skip("::"):
                found.append(EntityId(token, self._name()))
            else:
                found.append(EntityId("Action", _unquoted(token)))
            if not self._skip(","):
                break
        if bracketed:
            self._expect("]")
        return tuple(found)

    def _type(self, namespace: str) -> Unresolved:
        word = self._take()
        if word == "{":
            return self._record(namespace)
        if word == "Set" and self._skip("<"):
            element = self._type(namespace)
            self._expect(">")
            return lambda names: SetOf(element(names))
        return lambda names: _resolved(word, namespace, names)

    def _record(self, namespace: str) -> Unresolved:
        attributes: list[tuple[str, bool, Unresolved]] = []
        while self._peek() != "}":
            self._annotations()
            name = self._name()
            required = not self._skip("?")
            self._expect(":")
            attributes.append((name, required, self._type(namespace)))
            self._skip(",")
        self._expect("}")
        return lambda names: RecordOf(
            tuple((name, AttributeType(type_(names), required)) for name, required, type_ in attributes)
        )

    def _listed(self) -> tuple[str, ...]:
        if not self._skip("["):
            return (self._take(),)
        found = []
        while not self._skip("]"):
            found.append(self._take())
            self._skip(",")
        return tuple(found)

    def _annotations(self) -> None:
        while self._skip("@"):
            self._take()
            if self._skip("("):
                self._take()
                self._expect(")")

    def _name(self) -> str:
        return _unquoted(self._take())

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        if not token:
            raise _unknown("it ends in the middle of a declaration")
        self._next += 1
        return token

    def _skip(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self._next += 1
        return True

    def _expect(self, token: str) -> None:
        if not self._skip(token):
            raise _unknown(f"`{self._peek()}` stands where `{token}` belongs")


def _tokens(text: str) -> list[str]:
    found = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise _unknown(f"`{text[at]}` is not known")
        if not match[0].isspace() and not match[0].startswith("//"):
            found.append(match[0])
        at = match.end()
    return found


def _resolved(name: str, namespace: str, names: _Names) -> ValueType:
    """The type of a name: Cedar looks in the namespace, then outside it, then among its own."""
    if name.startswith("__cedar::"):
        return _BUILT_IN[name.removeprefix("__cedar::")]
    for full in (_full(name, namespace), name) if "::" not in name else (name,):
        if full in names.common:
            return names.common[full](names)
        if full in names.entities:
            return EntityReference(full)
    if name not in _BUILT_IN:
        raise _unknown(f"there is no type `{name}`")
    return _BUILT_IN[name]


def _entity(name: str, namespace: str, names: _Names) -> str:
    full = _full(name, namespace)
    return full if "::" not in name and full in names.entities else name


def _action(action: EntityId, namespace: str, names: _Names) -> EntityId:
    here = EntityId(_full(action.type, namespace), action.id)
    return here if "::" not in action.type and here in names.actions else action


def _full(name: str, namespace: str) -> str:
    return f"{namespace}::{name}" if namespace else name


def _unquoted(token: str) -> str:
    if not token.startswith('"'):
        return token

    def character(match: "re.Match[str]") -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _CONTROLS.get(match[3], match[3])

    return _ESCAPE.sub(character, token[1:-1])


def _unknown(what: str) -> PolicyError:
    return PolicyError(f"this schema cannot be read for a proof: {what}")
