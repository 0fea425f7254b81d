"""Which results a run is compared with: those of a run that is named, or of the commit nearest to one that is."""

from collections.abc import Sequence
from pathlib import Path

from assay.bench.regressions.commit import ancestors
from assay.bench.regressions.history import ResultHistory
from assay.bench.regressions.records import Record

__all__ = ["baseline_of"]


def baseline_of(history: ResultHistory, record: Record, name: str, folder: Path) -> tuple[Record, ...]:
    """The records of the test of `record` to compare it with; nothing where there is none.

    Args:
        history: All that is known.
        record: What is compared; never part of its own baseline.
        name: A run, or the beginning of its name; else a branch, a tag or a commit. Of a commit without results, the
            nearest before it that has some stands in.
        folder: In the git repository that the commits are of.

    Returns:
        All the records of one commit that compare with `record`; where none of the test does, the nearest that do not.

    Raises:
        UsageError: The name is neither a run's nor a commit's.
        EvidenceError: The history is damaged.
    """
    others = [other for other in history.records(record.test) if other.run != record.run]
    named = history.find(name)
    if named:
        return tuple(other for other in named if other.test == record.test and other.run != record.run)
    of_commits = [_of_commit(others, commit, record) for commit in ancestors(folder, name)]
    measured = [records for records in of_commits if records]
    comparable = (tuple(one for one in records if one.compares_with(record)) for records in measured)
    return next((records for records in comparable if records), measured[0] if measured else ())


def _of_commit(records: Sequence[Record], commit: str, of: Record) -> tuple[Record, ...]:
    """What was measured of a commit as it is. A clean commit is no baseline of itself: that compares nothing."""
    if of.commit is not None and of.commit.hash == commit and not of.commit.dirty:
        return ()
    return tuple(one for one in records if one.commit and one.commit.hash == commit and not one.commit.dirty)
