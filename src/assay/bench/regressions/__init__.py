"""Whether a change made the system slower: results kept by commit, compared, and searched for changes of level."""

from assay.bench.regressions.baseline import baseline_of
from assay.bench.regressions.change_points import ChangePoint, Detection, change_points
from assay.bench.regressions.commit import Commit, current_commit
from assay.bench.regressions.comparison import (
    Finding,
    MeasureComparison,
    Rules,
    TestComparison,
    compare_records,
)
from assay.bench.regressions.history import ResultHistory
from assay.bench.regressions.measures import MEASURES, Better, measures_of
from assay.bench.regressions.records import Record, Repeat, repeat_of

__all__ = [
    "MEASURES",
    "Better",
    "ChangePoint",
    "Commit",
    "Detection",
    "Finding",
    "MeasureComparison",
    "Record",
    "Repeat",
    "ResultHistory",
    "Rules",
    "TestComparison",
    "baseline_of",
    "change_points",
    "compare_records",
    "current_commit",
    "measures_of",
    "repeat_of",
]
