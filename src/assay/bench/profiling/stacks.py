"""Stacks of calls with counts: what every profiler finds, in the folded form that every flame graph reads."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import NamedTuple

import msgspec

__all__ = ["DEEPEST", "Frame", "FunctionShare", "Stacks", "read_folded"]

DEEPEST = 256
"""Frames of a stack; of a deeper one the frames at the root are left out."""

MOST_STACKS = 100_000
"""Different ones; further ones are counted under `…`."""

_PYTHON_FRAME = re.compile(r"(?P<name>.*) \((?P<file>.*?)(?::(?P<line>\d+))?\)")
_MORE = ("…",)


class Frame(NamedTuple):
    """One call: where the program was."""

    name: str
    """Of the function."""
    file: str | None = None
    line: int | None = None

    @classmethod
    def parsed(cls, text: str) -> "Frame":
        """From `function (file:line)`, as py-spy writes it; another text is the name of a function."""
        found = _PYTHON_FRAME.fullmatch(text)
        if found is None:
            return cls(text)
        return cls(found["name"], found["file"], int(found["line"]) if found["line"] else None)

    def short(self) -> str:
        """With the last two parts of the file's path: what a person needs to find it."""
        if self.file is None:
            return self.name
        place = "/".join(PurePath(self.file).parts[-2:])
        return f"{self.name} ({place}:{self.line})" if self.line else f"{self.name} ({place})"


class FunctionShare(NamedTuple):
    """How much of a profile one function is."""

    frame: Frame
    """Without line."""
    own: float
    """Share, from 0 to 1, of the samples in which it was at the top itself."""
    total: float
    """Share of the samples in which it was called, itself or from it."""


class Stacks(msgspec.Struct, frozen=True):
    """How often each stack was seen."""

    counts: tuple[tuple[tuple[str, ...], int], ...] = ()
    """Frames from the root to where the program was, and how often."""

    @classmethod
    def of(cls, seen: Iterable[tuple[tuple[str, ...], int]]) -> "Stacks":
        """Adds up stacks that are alike."""
        counts: Counter[tuple[str, ...]] = Counter()
        for frames, count in seen:
            key = frames[-DEEPEST:]
            counts[key if key in counts or len(counts) < MOST_STACKS else _MORE] += count
        return cls(tuple(sorted(counts.items())))

    @property
    def samples(self) -> int:
        """How many there are together."""
        return sum(count for _, count in self.counts)

    def folded(self) -> str:
        """One line for each stack: `root;…;top count`, as flamegraph.pl, speedscope and others read it."""
        lines = (f"{';'.join(frame.replace(';', ',') for frame in frames)} {count}\n" for frames, count in self.counts)
        return "".join(lines)

    def functions(self) -> list[FunctionShare]:
        """Every function, the one with the largest share of its own first."""
        own: Counter[Frame] = Counter()
        total: Counter[Frame] = Counter()
        for frames, count in self.counts:
            called = [Frame.parsed(frame)._replace(line=None) for frame in frames]
            own[called[-1]] += count
            for frame in set(called):
                total[frame] += count
        whole = max(1, self.samples)
        found = [FunctionShare(frame, own[frame] / whole, count / whole) for frame, count in total.items()]
        return sorted(found, key=lambda one: (-one.own, -one.total, one.frame.name))


def read_folded(text: str) -> Stacks:
    """From folded lines; a line that is none is passed over."""
    return Stacks.of(_lines(text))


def _lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    for line in text.splitlines():
        stack, _, count = line.rpartition(" ")
        if stack and count.isdecimal():
            yield tuple(stack.split(";")), int(count)
