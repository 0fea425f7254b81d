"""What a step changed, down to the element of a function, a record, a sequence or a set."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from assay.verify.values import Function, Value, in_order, is_identifier, tla_text

__all__ = ["Change", "changes_of"]

_MOST_PARTS = 12
"""Where more parts of one variable changed, the whole value says it better."""


class Change(NamedTuple):
    """One part of a variable that a step changed."""

    path: str
    """Such as `pc[p1]` or `message.term`, as TLA+ would write it."""
    kind: Literal["set", "added", "removed"]
    after: Value
    """The new value; of `added` and `removed`, the element."""
    before: Value = None
    """Of `set`: the value that the step replaced; None where there was none."""


def changes_of(name: str, before: Value, after: Value) -> list[Change]:
    """The parts of the variable `name` that differ, or the whole where that is shorter."""
    parts = list(_changes(name, before, after))
    return parts if len(parts) <= _MOST_PARTS else [Change(name, "set", after, before)]


def _changes(path: str, before: Value, after: Value) -> Iterator[Change]:
    if type(before) is type(after) and before == after:
        return
    match before, after:
        case frozenset(), frozenset() if before and after:
            yield from (Change(path, "removed", element) for element in in_order(before - after))
            yield from (Change(path, "added", element) for element in in_order(after - before))
        case tuple(), tuple() if before and len(before) == len(after):
            for index, (old, new) in enumerate(zip(before, after, strict=True), start=1):
                yield from _changes(f"{path}[{index}]", old, new)
        case Function(), Function() if before.keys() == after.keys():
            for argument in after:
                yield from _changes(f"{path}{_selector(argument)}", before[argument], after[argument])
        case _:
            yield Change(path, "set", after, before)


def _selector(argument: Value) -> str:
    if isinstance(argument, str) and is_identifier(argument):
        return f".{argument}"
    return f"[{tla_text(argument)}]"
