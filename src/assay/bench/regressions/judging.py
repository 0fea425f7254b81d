"""A run's results, kept and compared with a baseline: what `assay bench --baseline` does after its tests."""

from collections.abc import Sequence
from enum import StrEnum, unique
from pathlib import Path
from typing import NamedTuple

from assay.bench.regressions.baseline import baseline_of
from assay.bench.regressions.comparison import Finding, Rules, TestComparison, compare_records
from assay.bench.regressions.history import ResultHistory
from assay.bench.regressions.records import Record
from assay.errors import RunNotFoundError

__all__ = ["FailOn", "Judged", "history_folder", "judge", "run_of"]


@unique
class FailOn(StrEnum):
    """What a comparison fails on."""

    REGRESSION = "regression"
    UNKNOWN = "unknown"
    """As well as on a regression: on what cannot be told."""


class Judged(NamedTuple):
    """The results of a run, compared."""

    comparisons: tuple[TestComparison, ...]
    without_baseline: tuple[str, ...]
    """Tests that there is nothing to compare with, as of a new test."""

    def fails(self, on: FailOn | None) -> bool:
        """Whether something was found that is to be failed on. A test without a baseline is not."""
        failing = {
            None: set[Finding](),
            FailOn.REGRESSION: {Finding.WORSE},
            FailOn.UNKNOWN: {Finding.WORSE, Finding.UNKNOWN, Finding.NOT_COMPARABLE},
        }[on]
        return any(comparison.finding in failing for comparison in self.comparisons)


def history_folder(root: Path) -> Path:
    """Where the results of the system in `root` are kept."""
    return root / ".assay" / "history"


def run_of(history: ResultHistory, name: str | None) -> tuple[Record, ...]:
    """The records of a run; of the latest where no name is given.

    Raises:
        RunNotFoundError: There is none of that name.
        EvidenceError: The history is damaged.
    """
    if name is None:
        everything = [record for test in history.tests for record in history.records(test)]
        name = max(everything, key=lambda record: record.recorded).run if everything else ""
    found = history.find(name)
    if not found:
        raise RunNotFoundError(
            f"no results of a run {name!r}" if name else "no results yet",
            hint="`assay bench history TEST` lists the runs of a test"
            if name
            else "`assay bench` keeps those of a test",
        )
    return found


def judge(history: ResultHistory, records: Sequence[Record], *, baseline: str, folder: Path, rules: Rules) -> Judged:
    """Compares each record with the nearest results of `baseline`.

    Raises:
        UsageError: The baseline is neither a run nor a commit.
        EvidenceError: The history is damaged.
    """
    comparisons, without = [], []
    for record in records:
        before = baseline_of(history, record, baseline, folder)
        if before:
            comparisons.append(compare_records(before, record, rules))
        else:
            without.append(record.test)
    return Judged(tuple(comparisons), tuple(without))
