"""Histories with change points that are known, to measure how many of them are found and how many are invented.

A history is a series of results around a level of 100. Its noise is one of three kinds, each of one per cent: normal;
with heavy tails (Student's t with three degrees of freedom), as one slow run in fifty has them; or drifting (normal,
around a level that wanders by 0.05% a result), as machines that age have it.
"""

import math
import random
from collections.abc import Iterator, Sequence
from enum import StrEnum, unique
from typing import NamedTuple

import msgspec

__all__ = ["History", "Noise", "Score", "histories", "history", "score"]

_LEVEL = 100.0
_DECIMALS = 3
"""Written and read back, a history is the same."""

_HEAVY_DEGREES = 3
_HEAVY_SCALE = math.sqrt((_HEAVY_DEGREES - 2) / _HEAVY_DEGREES)
"""Makes the standard deviation of Student's t one."""

_DRIFT = 0.0005


@unique
class Noise(StrEnum):
    """What results of an unchanged system differ by."""

    NORMAL = "normal"
    HEAVY_TAILED = "heavy-tailed"
    DRIFTING = "drifting"


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Results, and where their level changes."""

    noise: Noise
    changes: tuple[int, ...]
    """Indices of the first result on each new level."""
    values: tuple[float, ...]


class Score(NamedTuple):
    """How well change points were found, counted over histories."""

    planted: int
    found: int
    """Of those that were planted."""
    reported: int
    """All that were reported, rightly or not."""
    alarmed_histories: int
    """Histories with at least one report that is not right."""
    histories: int

    @property
    def recall(self) -> float:
        """The share of what was planted that was found; 1 where nothing was planted."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def false_share(self) -> float:
        """The share of what was reported that is not right; 0 where nothing was reported."""
        return (self.reported - self.found) / self.reported if self.reported else 0.0

    @property
    def false_alarms(self) -> float:
        """The share of histories in which something was reported that is not right."""
        return self.alarmed_histories / self.histories if self.histories else 0.0

    def __add__(self, other: object) -> "Score":
        """Both together."""
        if not isinstance(other, Score):
            return NotImplemented
        return Score(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def histories(
    count: int, *, noise: Noise, seed: int, changes: Sequence[int] = (0, 1, 2), length: int = 120, step: float = 0.05
) -> Iterator[History]:
    """So many histories; the `i`-th has `changes[i % len(changes)]` change points. The same for the same seed."""
    generator = random.Random(f"{noise}/{seed}")  # noqa: S311 # repeatable, which is the point
    for number in range(count):
        yield history(generator, noise=noise, changes=changes[number % len(changes)], length=length, step=step)


def history(
    generator: random.Random, *, noise: Noise, changes: int, length: int = 120, step: float = 0.05, spread: float = 0.01
) -> History:
    """One history, whose level goes up or down by `step` at each of its change points.

    Change points are at least a twelfth of the history apart from each other, and from its ends.
    """
    margin = max(1, length // 12)
    indices: list[int] = []
    for earlier in range(changes):
        lowest = (indices[-1] if indices else 0) + margin
        indices.append(generator.randint(lowest, length - margin * (changes - earlier)))
    level, values = _LEVEL, []
    for index in range(length):
        if index in indices:
            level = level * (1 + step) if generator.random() < 0.5 else level / (1 + step)  # noqa: PLR2004 # a coin
        if noise is Noise.DRIFTING:
            level *= 1 + generator.gauss(0, _DRIFT)
        values.append(round(level * (1 + spread * _deviation(generator, noise)), _DECIMALS))
    return History(noise=noise, changes=tuple(indices), values=tuple(values))


def score(history: History, reported: Sequence[int], *, tolerance: int = 2) -> Score:
    """Compares what was reported with what was planted; a report may be `tolerance` results off, and counts once."""
    left = sorted(reported)
    found = 0
    for planted in history.changes:
        near = [index for index in left if abs(index - planted) <= tolerance]
        if near:
            left.remove(min(near, key=lambda index: abs(index - planted)))
            found += 1
    return Score(len(history.changes), found, len(reported), int(bool(left)), 1)


def _deviation(generator: random.Random, noise: Noise) -> float:
    """In standard deviations."""
    normal = generator.gauss(0, 1)
    if noise is not Noise.HEAVY_TAILED:
        return normal
    chi_square = math.fsum(generator.gauss(0, 1) ** 2 for _ in range(_HEAVY_DEGREES))
    return normal / math.sqrt(chi_square / _HEAVY_DEGREES) * _HEAVY_SCALE
