"""Policies and requests by chance, from a seed: mostly well typed, some not, so that every kind of error comes up."""

import json
from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
Made = Callable[[], str]

SCHEMA = """
entity Group in [Group];
entity Team in [Group] = { level: Long, lead?: User };
entity User in [Group, Team] = {
  age: Long, name: String, nick?: String, active: Bool, boss?: User, home: { city: String, zip?: Long },
  words: Set<String>, numbers: Set<Long>, friends: Set<User>, groups: Set<Group>, colour: Colour
} tags String;
entity Folder in [Folder];
entity Doc in [Folder] = { owner: User, size: Long, title: String, open?: Bool, readers: Set<User>, teams: Set<Team> }
  tags Long;
entity Colour enum ["red", "green"];
action all;
action some in [all];
action read in [some] appliesTo {
  principal: [User, Team], resource: [Doc, Folder],
  context: { x: Long, flag?: Bool, note: String, who?: User, more: { a?: Long, b: Bool }, these: Set<Long> }
};
action paint in [all] appliesTo { principal: User, resource: Colour, context: { note: String, where?: Doc } };
"""

LONGS = [0, 1, 2, 3, -1, 7, 2**62, 2**63 - 1, -(2**63), 5_000_000_000]
TEXTS = ["", "a", "ab", "abc", "b*", "\u0431\u0430", "x y", "a\\b", "\u2603 \U0001f600"]
PATTERNS = ["*", "a*", "*b", "*b*", "a\\\\*", "b\\*", "", "*\u2603*", "*\u0430", "a*c"]
POOL = {
    "User": ["u0", "u1", "u2", "u3"],
    "Team": ["t0", "t1"],
    "Group": ["g0", "g1", "g2"],
    "Folder": ["f0", "f1", "f2"],
    "Doc": ["d0", "d1"],
    "Colour": ["red", "green"],
}
PARENTS = {"User": ["Group", "Team"], "Team": ["Group"], "Group": ["Group"], "Folder": ["Folder"], "Doc": ["Folder"]}
ATTRIBUTES = [
    *("age", "name", "nick", "active", "boss", "home", "words", "numbers", "friends", "groups", "colour", "level"),
    *("lead", "owner", "size", "title", "open", "readers", "teams", "x", "flag", "note", "who", "more", "these"),
    *("a", "b", "city", "zip", "where", "nothing"),
]
KINDS = [("read", one, other) for one in ("User", "Team") for other in ("Doc", "Folder")] + [
    ("paint", "User", "Colour")
]


class Chance:
    """Everything random, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def one(self, *things: T) -> T:
        return self.random.choice(things)

    def made(self, *ways: Made) -> str:
        return self.random.choice(ways)()

    def yes(self) -> bool:
        return self.random.random() < 0.5

    def entity(self, *types: str) -> tuple[str, str]:
        type_ = self.random.choice(types or tuple(POOL))
        return type_, self.random.choice(POOL[type_])

    def literal(self, *types: str) -> str:
        type_, id_ = self.entity(*types)
        return f'{type_}::"{id_}"'

    def policies(self, count: int) -> str:
        return "\n".join(self.policy() for _ in range(count))

    def policy(self) -> str:
        principal = self.one(
            "principal", "principal", "principal is User", f"principal in {self.literal('Group', 'Team', 'User')}",
            f"principal == {self.literal('User', 'Team')}", f"principal is User in {self.literal('Group')}",
        )  # fmt: skip
        action = self.one(
            "action", "action", 'action == Action::"read"', 'action in Action::"all"',
            'action in [Action::"some", Action::"paint"]',
        )  # fmt: skip
        resource = self.one(
            "resource", "resource", f"resource in {self.literal('Folder', 'Doc')}", "resource is Doc",
            f"resource == {self.literal('Doc', 'Colour')}",
        )  # fmt: skip
        clauses = [f"{self.one('when', 'when', 'unless')} {{ {self.boolean(3)} }}" for _ in range(self.one(0, 1, 1, 2))]
        return f"{self.one('permit', 'permit', 'forbid')}({principal}, {action}, {resource}) {' '.join(clauses)};"

    def boolean(self, depth: int) -> str:
        if depth == 0:
            return self.one("true", "false", "principal.active", "context.flag", "resource.open", "context.more.b")
        down = depth - 1
        made: list[Made] = [
            lambda: f"({self.boolean(down)} && {self.boolean(down)})",
            lambda: f"({self.boolean(down)} || {self.boolean(down)})",
            lambda: f"!({self.boolean(down)})",
            lambda: f"({self.long(down)} {self.one('<', '<=', '>', '>=', '==', '!=')} {self.long(down)})",
            lambda: f"({self.anything(down)} {self.one('==', '!=')} {self.anything(down)})",
            lambda: f"({self.text(down)} == {self.text(down)})",
            lambda: f"({self.reference(down)} == {self.reference(down)})",
            lambda: f"({self.reference(down)} in {self.reference(down)})",
            lambda: f"({self.reference(down)} in {self.collection(down)})",
            lambda: f"({self.reference(down)} is {self.one(*POOL)})",
            lambda: f"({self.one(self.reference, self.record)(down)} has {self.one(*ATTRIBUTES)})",
            lambda: f'({self.text(down)} like "{self.one(*PATTERNS)}")',
            lambda: f"({self.collection(down)}.contains({self.anything(down)}))",
            lambda: f"({self.collection(down)}.{self.one('containsAll', 'containsAny')}({self.collection(down)}))",
            lambda: f"({self.collection(down)}.isEmpty())",
            lambda: f"({self.reference(down)}.hasTag({self.text(down)}))",
            lambda: f"(if {self.boolean(down)} then {self.boolean(down)} else {self.anything(down)})",
        ]
        return self.made(*made)

    def long(self, depth: int) -> str:
        if depth == 0:
            return self.one("principal.age", "context.x", "resource.size", str(self.one(*LONGS)), str(self.one(*LONGS)))
        down = depth - 1
        return self.made(
            lambda: f"({self.long(down)} {self.one('+', '-')} {self.long(down)})",
            lambda: f"({self.long(down)} * {self.one('2', '-1', '0', '4611686018427387904')})",
            lambda: f"(-({self.long(down)}))",
            lambda: f"{self.reference(down)}.{self.one('age', 'size', 'level')}",
            lambda: self.one("principal.home.zip", "context.more.a", 'resource.getTag("a")'),
            lambda: f"(if {self.boolean(down)} then {self.long(down)} else {self.long(down)})",
            lambda: self.long(0),
        )

    def text(self, depth: int) -> str:
        if depth == 0:
            return self.one("principal.name", "context.note", self.quoted(), self.quoted())
        return self.made(
            lambda: f"{self.reference(depth - 1)}.{self.one('name', 'nick', 'title')}",
            lambda: f"{self.reference(depth - 1)}.home.city",
            lambda: f"{self.reference(depth - 1)}.getTag({self.text(0)})",
            lambda: self.text(0),
            lambda: self.text(0),
        )

    def quoted(self) -> str:
        return json.dumps(self.one(*TEXTS), ensure_ascii=False)

    def reference(self, depth: int) -> str:
        if depth == 0:
            return self.one("principal", "resource", "principal", "resource", "action", self.literal())
        return self.made(
            lambda: f"{self.reference(depth - 1)}.{self.one('boss', 'lead', 'owner', 'colour')}",
            lambda: self.one("context.who", "context.where", "context.where.owner", "resource.owner", "principal.boss"),
            lambda: f"(if {self.boolean(0)} then {self.reference(0)} else {self.reference(0)})",
            self.literal,
            lambda: self.reference(0),
        )

    def collection(self, depth: int) -> str:
        if depth == 0:
            return self.one(
                "principal.words", "principal.numbers", "context.these", "principal.friends", "resource.readers"
            )
        down = depth - 1
        return self.made(
            lambda: f"[{', '.join(self.anything(0) for _ in range(self.one(0, 1, 2)))}]",
            lambda: f"[{self.long(0)}, {self.long(0)}]",
            lambda: f"[{self.reference(down)}, {self.reference(0)}]",
            lambda: f"[{self.quoted()}, {self.text(0)}]",
            lambda: f"{self.reference(down)}.{self.one('friends', 'groups', 'readers', 'teams', 'words', 'numbers')}",
            lambda: f"(if {self.boolean(0)} then {self.collection(0)} else {self.collection(0)})",
            lambda: self.collection(0),
        )

    def record(self, depth: int) -> str:
        return self.made(
            lambda: self.one("context", "principal.home", "context.more"),
            lambda: f"{{a: {self.anything(depth - 1 if depth else 0)}, b: {self.boolean(0)}}}",
            lambda: f"(if {self.boolean(0)} then context.more else {{b: {self.boolean(0)}}})",
        )

    def anything(self, depth: int) -> str:
        return self.one(self.boolean, self.long, self.text, self.reference, self.collection, self.record)(depth)

    # What is there.

    def store(self) -> list[dict[str, Any]]:
        """Entities that fit the schema; some that are spoken of are missing."""
        entities = []
        for type_, ids in POOL.items():
            for number, id_ in enumerate(ids):
                if type_ == "Colour" or self.random.random() < 0.2:
                    continue
                above = [
                    (one, other) for one in PARENTS[type_] for other in POOL[one][number + 1 if one == type_ else 0 :]
                ]
                parents = self.random.sample(above, self.random.randint(0, min(2, len(above))))
                entities.append({
                    "uid": _uid(type_, id_),
                    "attrs": getattr(self, f"_{type_.lower()}", dict)(),
                    "tags": self._tags(type_),
                    "parents": [_uid(*parent) for parent in parents],
                })  # fmt: skip
        return entities

    def request(self) -> dict[str, Any]:
        action, principal, resource = self.random.choice(KINDS)
        if action == "read":
            context = {
                "x": self.one(*LONGS), "note": self.one(*TEXTS), "these": self._some(LONGS),
                "more": self._with({"b": self.yes()}, a=self.one(*LONGS)),
            }  # fmt: skip
            context = self._with(context, flag=self.yes(), who=self._reference("User"))
        else:
            context = self._with({"note": self.one(*TEXTS)}, where=self._reference("Doc"))
        return {
            "principal": _uid(principal, self.one(*POOL[principal])),
            "action": _uid("Action", action),
            "resource": _uid(resource, self.one(*POOL[resource])),
            "context": context,
        }

    def _user(self) -> dict[str, Any]:
        attributes = {
            "age": self.one(*LONGS), "name": self.one(*TEXTS), "active": self.yes(),
            "home": self._with({"city": self.one(*TEXTS)}, zip=self.one(*LONGS)),
            "words": self._some(TEXTS), "numbers": self._some(LONGS),
            "friends": [self._reference("User") for _ in range(self.one(0, 1, 2))],
            "groups": [self._reference("Group") for _ in range(self.one(0, 1, 2))],
            "colour": self._reference("Colour"),
        }  # fmt: skip
        return self._with(attributes, nick=self.one(*TEXTS), boss=self._reference("User"))

    def _team(self) -> dict[str, Any]:
        return self._with({"level": self.one(*LONGS)}, lead=self._reference("User"))

    def _doc(self) -> dict[str, Any]:
        attributes = {
            "owner": self._reference("User"), "size": self.one(*LONGS), "title": self.one(*TEXTS),
            "readers": [self._reference("User") for _ in range(self.one(0, 1, 2))],
            "teams": [self._reference("Team") for _ in range(self.one(0, 1))],
        }  # fmt: skip
        return self._with(attributes, open=self.yes())

    def _tags(self, type_: str) -> dict[str, Any]:
        values: dict[str, list[Any]] = {"User": [*TEXTS], "Doc": [*LONGS]}
        if type_ not in values:
            return {}
        return {self.one(*TEXTS): self.one(*values[type_]) for _ in range(self.one(0, 1, 2))}

    def _with(self, base: dict[str, Any], **optional: Any) -> dict[str, Any]:
        return base | {name: value for name, value in optional.items() if self.yes()}

    def _some(self, pool: list[Any]) -> list[Any]:
        return self.random.sample(pool, self.one(0, 1, 2))

    def _reference(self, type_: str) -> dict[str, Any]:
        return {"__entity": _uid(type_, self.one(*POOL[type_]))}


def _uid(type_: str, id_: str) -> dict[str, str]:
    return {"type": type_, "id": id_}
