"""Finds the line of an `assay.toml` that a key is on, which Python's TOML reader does not tell."""

import re
from collections.abc import Sequence

__all__ = ["Key", "line_of"]

Key = tuple[str | int, ...]
"""A way into the document: names of tables and keys, and indices into arrays of tables from 0."""

_HEADER = re.compile(r"^\s*(\[\[?)([^\[\]]+)\]\]?\s*(#.*)?$")
_ASSIGNMENT = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)


def line_of(text: str, key: Key) -> int:
    """The line, from 1, on which `key` is written, else that of the closest table around it; 0 where none is.

    It reads line by line, so a line inside a multi-line string that looks like a key may be taken for one. That costs a
    pointer at a wrong line, nothing else.
    """
    lines = dict(_keys(text.splitlines()))
    while key:
        if key in lines:
            return lines[key]
        key = key[:-1]
    return 0


def _keys(lines: Sequence[str]) -> list[tuple[Key, int]]:
    found: list[tuple[Key, int]] = []
    counts: dict[Key, int] = {}
    table: Key = ()
    for number, line in enumerate(lines, start=1):
        if header := _HEADER.match(line):
            table = _with_indices(_split(header[2]), counts, opens=header[1] == "[[")
            found.append((table, number))
        elif assignment := _ASSIGNMENT.match(line):
            names = _split(assignment[1])
            found.extend(((*table, *names[:length]), number) for length in range(1, len(names) + 1))
    # The first line that names a key wins, so that a second one that overwrites it in the dict comes earlier here.
    return found[::-1]


def _with_indices(names: Sequence[str], counts: dict[Key, int], *, opens: bool) -> Key:
    """The key of a header, with the index of each array of tables that it goes through."""
    key: Key = ()
    for position, name in enumerate(names):
        key = (*key, name)
        if opens and position == len(names) - 1:
            counts[key] = counts.get(key, -1) + 1
        if key in counts:
            key = (*key, counts[key])
    return key


def _split(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""", dotted)]
