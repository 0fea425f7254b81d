"""The analysis of bottlenecks, of what came of a performance test."""

from assay.bench.bottleneck import BottleneckReport, Verdict, conclusion, explain
from assay.bench.designs import Finding
from assay.bench.testing import Outcome
from assay.evidence.verdict import Verdict as ClaimVerdict

__all__ = ["explained", "explanation_with"]

_ABOUT_LIMITS = {"stress", "capacity"}
"""Designs that look for the end of what a system can do, so that what limits it is part of their first answer."""


def explained(outcome: Outcome) -> BottleneckReport | None:
    """What limited the system in the heaviest step; None where no service was watched."""
    if not any(outcome.conducted.use):
        return None
    counted = outcome.counted
    return explain(
        [measured.result for measured in counted],
        outcome.conducted.use,
        tests=[measured.step.test for measured in counted],
        traces=outcome.traces,
    )


def explanation_with(report: BottleneckReport | None, outcome: Outcome, finding: Finding) -> str:
    """The explanation of a finding, with what limits the system where that belongs to it."""
    is_about_limits = outcome.settings.design in _ABOUT_LIMITS and finding == outcome.findings[0]
    asks = is_about_limits or finding.verdict is ClaimVerdict.VIOLATED
    if report is None or not asks or report.verdict is Verdict.NOT_SATURATED:
        return finding.explanation
    return "\n".join(line for line in (finding.explanation, conclusion(report)) if line)
