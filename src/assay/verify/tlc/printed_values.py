"""Values as TLC prints them, read into those of `assay.verify.values`."""

import re
from collections.abc import Callable
from typing import TypeVar

from assay.verify.values import ModelValue as Named
from assay.verify.values import Record, SymbolicSet, Value, function_of

__all__ = ["value_of_text"]

Item = TypeVar("Item")

_TOKEN = re.compile(
    r"""\s*(?: (?P<number>-?\d+) | (?P<string>"(?:[^"\\]|\\.)*") | (?P<name>\w+)
    | (?P<symbol><<|>>|\|->|:>|@@|\.\.|[{}()\[\],]) )""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}
_MOST_NESTED = 200
_MOST_OF_INTERVAL = 1_000_000


def value_of_text(text: str) -> Value:
    """The value; a `SymbolicSet` of the text where it is none that could be listed, such as `[{1, 2} -> {1, 2}]`."""
    try:
        tokens = _tokens(text)
        reader = _Reader(tokens)
        value = reader.value(0)
        reader.end()
    except ValueError:
        return SymbolicSet(" ".join(text.split()))
    return value


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if not match or match.lastgroup is None:
            raise ValueError(f"not a token at {position}")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._next = 0

    def end(self) -> None:
        if self._next != len(self._tokens):
            raise ValueError("there is more")

    def value(self, depth: int) -> Value:  # noqa: PLR0911 # one for each kind of value
        if depth > _MOST_NESTED:
            raise ValueError("nests too deep")
        kind, text = self._take()
        match kind, text:
            case "number", _:
                return self._interval(int(text)) if self._skip("..") else int(text)
            case "string", _:
                return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text[1:-1])
            case "name", "TRUE" | "FALSE":
                return text == "TRUE"
            case "name", _:
                return Named(text)
            case "symbol", "{":
                return frozenset(self._list("}", lambda: self.value(depth + 1)))
            case "symbol", "<<":
                return tuple(self._list(">>", lambda: self.value(depth + 1)))
            case "symbol", "[":
                return self._record(depth)
            case "symbol", "(":
                return self._function(depth)
            case _:
                raise ValueError(f"not the beginning of a value: {text}")

    def _interval(self, low: int) -> Value:
        kind, text = self._take()
        if kind != "number" or int(text) - low >= _MOST_OF_INTERVAL:
            raise ValueError("not an interval that could be listed")
        return frozenset(range(low, int(text) + 1))

    def _record(self, depth: int) -> Value:
        def field() -> tuple[str, Value]:
            kind, name = self._take()
            if kind != "name" or not self._skip("|->"):
                raise ValueError("not a record")
            return name, self.value(depth + 1)

        return Record(self._list("]", field))

    def _function(self, depth: int) -> Value:
        """`(a :> 1 @@ b :> 2)`."""
        pairs = []
        while True:
            argument = self.value(depth + 1)
            if not self._skip(":>"):
                raise ValueError("not a function")
            pairs.append((argument, self.value(depth + 1)))
            if self._skip(")"):
                return function_of(pairs)
            if not self._skip("@@"):
                raise ValueError("not a function")

    def _list(self, closing: str, item: Callable[[], Item]) -> list[Item]:
        items: list[Item] = []
        if self._skip(closing):
            return items
        while True:
            items.append(item())
            if self._skip(closing):
                return items
            if not self._skip(","):
                raise ValueError("not a list")

    def _skip(self, symbol: str) -> bool:
        found = self._next < len(self._tokens) and self._tokens[self._next] == ("symbol", symbol)
        self._next += found
        return found

    def _take(self) -> tuple[str, str]:
        if self._next == len(self._tokens):
            raise ValueError("ends too early")
        self._next += 1
        return self._tokens[self._next - 1]
