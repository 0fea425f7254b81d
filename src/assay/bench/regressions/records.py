"""What is kept of a performance test: one record for each time that it was run, with all its repeats."""

import math
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from assay.bench.regressions.commit import Commit
from assay.bench.regressions.measures import measures_of
from assay.bench.result import LoadResult
from assay.evidence.environment import Environment

__all__ = ["HISTORY_SCHEMA_VERSION", "Record", "Repeat", "mean_of", "repeat_of"]

HISTORY_SCHEMA_VERSION = 1
"""Of a line of a history. Raised by a change that an older reader would misunderstand."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Repeat(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the test."""

    began: Annotated[float, msgspec.Meta(ge=0)]
    """Seconds since 1970."""
    measures: dict[str, float]
    """By the names of `MEASURES`; others may be added."""
    partial: bool = False
    """It ended before its schedule: kept, and left out of every comparison."""
    limits: tuple[str, ...] = ()
    """Why the figures tell about the load generator and not about the system alone."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a history.

    Raises:
        ValueError: The test's name is none for a file, or there is no repeat.
    """

    schema: int = HISTORY_SCHEMA_VERSION
    test: str
    """Letters, digits, `.`, `_` and `-`; at most 100 of them."""
    run: str
    """A name of its own, by which it is found again: when it began in UTC, and four digits."""
    recorded: datetime
    commit: Commit | None
    """None where the system is in no git repository."""
    environment: Environment
    settings: str
    """A digest of what was sent and measured with what: records with another one are of another test."""
    tool: str
    tool_version: str
    repeats: tuple[Repeat, ...]
    waiting: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    """The share of the time just before the run in which something waited for a processor; None where not known."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.test) or self.test.endswith(".older"):
            raise ValueError(f"{self.test!r} cannot be the name of a test: letters, digits, `.`, `_`, `-`, at most 100")
        if not self.repeats:
            raise ValueError("a record without a repeat")

    @property
    def complete(self) -> tuple[Repeat, ...]:
        """The repeats that count."""
        return tuple(repeat for repeat in self.repeats if not repeat.partial)

    def compares_with(self, other: "Record") -> bool:
        """Whether a difference to `other` says something of the system: same test, same machine, same tool."""
        return (
            self.test == other.test
            and self.settings == other.settings
            and self.tool == other.tool
            and self.environment.fingerprint == other.environment.fingerprint
        )

    def mean(self, measure: str) -> float | None:
        """The geometric mean over the repeats, the arithmetic one where a value is zero; None where none has it."""
        return mean_of(self.values(measure))

    def values(self, measure: str) -> tuple[float, ...]:
        """What each complete repeat has of a measure; those that lack it are left out."""
        return tuple(repeat.measures[measure] for repeat in self.complete if measure in repeat.measures)


def mean_of(values: Sequence[float]) -> float | None:
    """The geometric mean, since what disturbs a run multiplies; the arithmetic one where a value is zero."""
    if not values:
        return None
    if min(values) <= 0:
        return math.fsum(values) / len(values)
    return math.exp(math.fsum(math.log(value) for value in values) / len(values))


def repeat_of(result: LoadResult) -> Repeat:
    """What is kept of a load test's result."""
    return Repeat(
        began=result.began,
        measures=measures_of(result),
        partial=result.is_partial,
        limits=result.generator.limits,
    )
