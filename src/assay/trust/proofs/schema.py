"""A Cedar schema: which entities there are, what they hold, and which requests can be made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = [
    "Action",
    "AttributeType",
    "Boolean",
    "EntityId",
    "EntityKind",
    "EntityReference",
    "Extension",
    "Long",
    "RecordOf",
    "RequestKind",
    "Schema",
    "SetOf",
    "String",
    "ValueType",
]


class EntityId(NamedTuple):
    """`User::"alice"`: the type with its namespace, and the identifier."""

    type: str
    id: str

    def __str__(self) -> str:
        """As Cedar writes it."""
        escaped = self.id.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.type}::"{escaped}"'


@dataclass(frozen=True, slots=True)
class Boolean:
    """`Bool`."""


@dataclass(frozen=True, slots=True)
class Long:
    """`Long`: 64 bits, signed."""


@dataclass(frozen=True, slots=True)
class String:
    """`String`."""


@dataclass(frozen=True, slots=True)
class Extension:
    """`decimal`, `ipaddr`, `datetime` or `duration`."""

    name: str


@dataclass(frozen=True, slots=True)
class EntityReference:
    """An entity of one type."""

    type: str


@dataclass(frozen=True, slots=True)
class SetOf:
    """`Set<…>`."""

    element: "ValueType"


@dataclass(frozen=True, slots=True)
class RecordOf:
    """`{ name: Type, other?: Type }`, by name and in order."""

    attributes: tuple[tuple[str, "AttributeType"], ...] = ()


ValueType = Boolean | Long | String | Extension | EntityReference | SetOf | RecordOf


class AttributeType(NamedTuple):
    """What an attribute holds, and whether it is always there."""

    type: ValueType
    required: bool


@dataclass(frozen=True, slots=True)
class EntityKind:
    """One entity type."""

    name: str
    parents: tuple[str, ...] = ()
    """The types of which it can be a direct member."""
    attributes: Mapping[str, AttributeType] = field(default_factory=dict)
    tags: ValueType | None = None
    """What its tags hold; None where it has none."""
    identifiers: tuple[str, ...] | None = None
    """The only ones there are, for an enumerated type."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action, and what it applies to. One that applies to nothing is a group of actions."""

    id: EntityId
    parents: tuple[EntityId, ...] = ()
    principals: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    context: RecordOf = RecordOf()


class RequestKind(NamedTuple):
    """Requests of one action, one type of principal and one type of resource: what is proved in one go."""

    action: EntityId
    principal: str
    resource: str

    def __str__(self) -> str:
        """For people."""
        return f"{self.principal} → {self.action} → {self.resource}"


@dataclass(frozen=True, slots=True)
class Schema:
    """Entity types by name, actions by identifier. `text` is what it was read from, as Cedar writes it."""

    kinds: Mapping[str, EntityKind]
    actions: Mapping[EntityId, Action]
    text: str

    def request_kinds(self) -> Iterator[RequestKind]:
        """Every kind of request that the schema lets through, in order."""
        for action in sorted(self.actions.values(), key=lambda one: one.id):
            for principal in sorted(action.principals):
                for resource in sorted(action.resources):
                    yield RequestKind(action.id, principal, resource)

    def ancestor_types(self, name: str) -> frozenset[str]:
        """The types of which an entity of this type can be a member, directly or not."""
        found: set[str] = set()
        open_ones = [name]
        while open_ones:
            kind = self.kinds.get(open_ones.pop())
            new = set(kind.parents) - found if kind else set()
            found |= new
            open_ones += new
        return frozenset(found)

    def ancestor_actions(self, action: EntityId) -> frozenset[EntityId]:
        """The groups of actions that this one is in, directly or not."""
        found: set[EntityId] = set()
        open_ones = [action]
        while open_ones:
            known = self.actions.get(open_ones.pop())
            new = set(known.parents) - found if known else set()
            found |= new
            open_ones += new
        return frozenset(found)
