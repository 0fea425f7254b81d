"""Values of TLA+ as Python objects: immutable, hashable, equal where TLA+ says so.

| TLA+                          | Python                                                |
|-------------------------------|-------------------------------------------------------|
| TRUE, 3, "text"               | `bool`, `int`, `str`                                  |
| a model value                 | `ModelValue`                                          |
| {1, 2}                        | `frozenset`                                           |
| <<1, 2>>                      | `tuple`                                               |
| [name |-> "x"]                | `Record`, a mapping from `str`                        |
| any other function            | `Function`, a mapping                                 |
| a set too large to be listed  | `SymbolicSet`, which knows its text                   |

The native half sends them as tagged JSON, see `value_of`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

__all__ = ["Function", "ModelValue", "Record", "SymbolicSet", "Value", "tla_text", "value_of"]

Value = Any
"""One of the kinds in the table above. Python's type system has no name for "exactly these, nested"."""


class _Named:
    """What is known by a text alone."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._text == self._text

    def __hash__(self) -> int:
        return hash((type(self), self._text))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._text!r})"

    def __str__(self) -> str:
        return self._text


class ModelValue(_Named):
    """A constant that is equal to itself alone, such as `a` in `CONSTANT a = a`."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """As the configuration writes it."""
        return self._text


class SymbolicSet(_Named):
    """A set that is described and not listed, such as `Nat` or `[1..9 -> 1..9]`; equal where the texts are."""

    __slots__ = ()

    @property
    def text(self) -> str:
        """The set in TLA+."""
        return self._text


class Function(Mapping[Value, Value]):
    """A function: an immutable mapping from the elements of its domain.

    Args:
        pairs: Arguments with their values.
    """

    __slots__ = ("_hash", "_values")

    def __init__(self, pairs: Mapping[Value, Value] | Iterable[tuple[Value, Value]] = ()) -> None:
        self._values = dict(pairs)
        self._hash: int | None = None

    def __getitem__(self, argument: Value) -> Value:
        return self._values[argument]

    def __iter__(self) -> Iterator[Value]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._values.items()))
        return self._hash

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._values!r})"


class Record(Function):
    """A function over strings, with at least one field."""

    __slots__ = ()


def value_of(tagged: Any) -> Value:  # noqa: PLR0911 # one for each kind of value
    """Makes a value of the tagged JSON of `crates/native/src/verify/values.rs`.

    Raises:
        ValueError: It is something else.
    """
    match tagged:
        case bool() | int() | str():
            return tagged
        case {"#set": elements}:
            return frozenset(map(value_of, elements))
        case {"#tup": items}:
            return tuple(map(value_of, items))
        case {"#model": str(name)}:
            return ModelValue(name)
        case {"#symbolic": str(text)}:
            return SymbolicSet(text)
        case {"#map": pairs}:
            return function_of((value_of(argument), value_of(value)) for argument, value in pairs)
        case dict():
            return Record({name: value_of(value) for name, value in tagged.items()})
        case _:
            raise ValueError(f"not a value: {tagged!r}")


def function_of(pairs: Iterable[tuple[Value, Value]]) -> Value:
    """The function in its one form: a tuple over 1..n, a record over strings."""
    function = Function(pairs)
    if all(isinstance(argument, str) for argument in function):
        return Record(function) if function else ()
    if set(function) == set(range(1, len(function) + 1)) and not any(isinstance(key, bool) for key in function):
        return tuple(function[index] for index in range(1, len(function) + 1))
    return function


def tagged_of(value: Value) -> Any:  # noqa: PLR0911 # one for each kind of value
    """The inverse of `value_of`.

    Raises:
        TypeError: It is no value of TLA+.
    """
    match value:
        case bool() | int() | str():
            return value
        case ModelValue():
            return {"#model": value.name}
        case SymbolicSet():
            return {"#symbolic": value.text}
        case frozenset() | set():
            return {"#set": [tagged_of(element) for element in in_order(value)]}
        case tuple() | list():
            return {"#tup": [tagged_of(item) for item in value]}
        case Record() if not any(name.startswith("#") for name in value):
            return {name: tagged_of(field) for name, field in value.items()}
        case Mapping():
            return {"#map": [[tagged_of(argument), tagged_of(value[argument])] for argument in value]}
        case _:
            raise TypeError(f"{type(value).__name__} is no value of TLA+")


_IDENTIFIER = re.compile(r"[A-Za-z0-9_]*[A-Za-z][A-Za-z0-9_]*")
# fmt: off
_RESERVED = frozenset({
    "ACTION", "ASSUME", "ASSUMPTION", "AXIOM", "BY", "CASE", "CHOOSE", "CONSTANT", "CONSTANTS", "COROLLARY", "DEF",
    "DEFINE", "DEFS", "DOMAIN", "ELSE", "ENABLED", "EXCEPT", "EXTENDS", "FALSE", "HAVE", "HIDE", "IF", "IN",
    "INSTANCE", "LAMBDA", "LEMMA", "LET", "LOCAL", "MODULE", "NEW", "OBVIOUS", "OMITTED", "ONLY", "OTHER", "PICK",
    "PROOF", "PROPOSITION", "PROVE", "QED", "RECURSIVE", "STATE", "STRONG_FAIRNESS", "SUBSET", "SUFFICES", "TAKE",
    "TEMPORAL", "THEN", "THEOREM", "TRUE", "UNCHANGED", "UNION", "USE", "VARIABLE", "VARIABLES", "WEAK_FAIRNESS",
    "WITH", "WITNESS",
})
# fmt: on
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\f": "\\f"})


def tla_text(value: Value) -> str:  # noqa: PLR0911 # one for each kind of value
    """The value as TLA+ writes it, on one line.

    Raises:
        TypeError: It is no value of TLA+.
    """
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case str():
            return f'"{value.translate(_ESCAPES)}"'
        case ModelValue() | SymbolicSet():
            return str(value)
        case frozenset() | set():
            return "{" + ", ".join(tla_text(element) for element in in_order(value)) + "}"
        case tuple() | list():
            return "<<" + ", ".join(map(tla_text, value)) + ">>"
        case Record() if all(map(is_identifier, value)):
            return "[" + ", ".join(f"{name} |-> {tla_text(field)}" for name, field in value.items()) + "]"
        case Mapping() if value:
            pairs = (f"{tla_text(argument)} :> {tla_text(value[argument])}" for argument in value)
            return "(" + " @@ ".join(pairs) + ")"
        case Mapping():
            return "<<>>"
        case _:
            raise TypeError(f"{type(value).__name__} is no value of TLA+")


def is_identifier(name: str) -> bool:
    """Whether a field of this name can be written as one."""
    return bool(_IDENTIFIER.fullmatch(name)) and name not in _RESERVED and name[:3] not in {"WF_", "SF_"}


def in_order(elements: Iterable[Value]) -> list[Value]:
    """The elements of a set in an order that is the same every time."""
    return sorted(elements, key=_order)


def _order(value: Value) -> tuple[int, Any]:
    match value:
        case bool() | int():
            return 0, value
        case str():
            return 1, value
        case ModelValue() | SymbolicSet():
            return 2, str(value)
        case tuple():
            return 3, (len(value), [_order(item) for item in value])
        case frozenset():
            return 4, (len(value), [_order(element) for element in in_order(value)])
        case Function():
            return 5, sorted((_order(argument), _order(value[argument])) for argument in value)
        case _:
            raise TypeError(f"{type(value).__name__} is no value of TLA+")
