"""Reads what a service exposes for Prometheus: the text format 0.0.4, and of OpenMetrics 1.0 what is like it.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Sample", "read_exposition"]

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\\n]|\\.)*)"\s*,?')
_ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}
_ESCAPED = re.compile(r"\\.")
_SUFFIXES = ("_total", "_sum", "_count", "_bucket", "_created")


class Sample(NamedTuple):
    """One value of one series."""

    name: str
    labels: tuple[tuple[str, str], ...]
    """In order of their names."""
    value: float
    kind: str
    """`counter`, `gauge`, `histogram`, `summary` or `untyped`."""


def read_exposition(text: str) -> Iterator[Sample]:
    """Every finite sample; lines that are none are passed over, as one bad line says nothing about the others."""
    kinds: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            words = line.split(None, 3)
            if len(words) == 4 and words[1] == "TYPE":  # noqa: PLR2004 # "# TYPE name kind"
                kinds[words[2]] = words[3].strip().lower()
            continue
        sample = _sample(line, kinds)
        if sample is not None:
            yield sample


def _sample(line: str, kinds: dict[str, str]) -> Sample | None:
    named = _NAME.match(line)
    if named is None:
        return None
    name, at = named[0], named.end()
    labels: dict[str, str] = {}
    if line[at : at + 1] == "{":
        at += 1
        while found := _LABEL.match(line, at):
            labels[found[1]] = _ESCAPED.sub(lambda escape: _ESCAPES.get(escape[0], escape[0]), found[2])
            at = found.end()
        if line[at : at + 1] != "}":
            return None
        at += 1
    words = line[at:].split()
    try:
        value = float(words[0])
    except (IndexError, ValueError):
        return None
    if not math.isfinite(value):
        return None
    return Sample(name, tuple(sorted(labels.items())), value, _kind(name, kinds))


def _kind(name: str, kinds: dict[str, str]) -> str:
    stem = next((name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)), name)
    kind = kinds.get(name) or kinds.get(stem) or "untyped"
    return "untyped" if kind in {"unknown", "info", "stateset"} else kind
