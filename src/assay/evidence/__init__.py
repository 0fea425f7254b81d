"""What is known and how: claims, the files that back them, run folders, the score, comparisons.

Pillars build `Claim`; `assay.run` records it; `assay.report` reads it. Nothing here prints or starts anything.
"""

from assay.evidence.claim import Bounds, Claim, Evidence
from assay.evidence.comparison import Change, ClaimChange, Comparison, Outcome, compare
from assay.evidence.environment import Environment
from assay.evidence.rubric import CURRENT_RUBRIC, RUBRICS, Rubric
from assay.evidence.score import AreaScore, Score, derive_score
from assay.evidence.state import RunState, TaskState, TaskStatus
from assay.evidence.store import RunFolder, RunWriter, find_run, runs_in
from assay.evidence.verdict import Area, Severity, Verdict
from assay.evidence.verification import Finding, FindingKind, RunVerification, verify_run

__all__ = [
    "CURRENT_RUBRIC",
    "RUBRICS",
    "Area",
    "AreaScore",
    "Bounds",
    "Change",
    "Claim",
    "ClaimChange",
    "Comparison",
    "Environment",
    "Evidence",
    "Finding",
    "FindingKind",
    "Outcome",
    "Rubric",
    "RunFolder",
    "RunState",
    "RunVerification",
    "RunWriter",
    "Score",
    "Severity",
    "TaskState",
    "TaskStatus",
    "Verdict",
    "compare",
    "derive_score",
    "find_run",
    "runs_in",
    "verify_run",
]
