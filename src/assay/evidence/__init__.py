"""What is known and how: claims, the files that back them, run folders, the score, comparisons.

Pillars build `Claim`; `assay.run` records it; `assay.report` reads it. Nothing here prints or starts anything.
"""

from assay.evidence.claim import Bounds, Claim, Evidence
from assay.evidence.environment import Environment
from assay.evidence.verdict import Area, Severity, Verdict

__all__ = ["Area", "Bounds", "Claim", "Environment", "Evidence", "Severity", "Verdict"]
