"""Charts of a test as SVG: files that stand alone, in light and in dark, with a description for who cannot see them."""

from assay.bench.charts.over_rate import chart_over_rate
from assay.bench.charts.over_time import chart_over_time
from assay.bench.designs.capacity import CapacityAnalysis
from assay.bench.designs.stress import StressAnalysis
from assay.bench.testing import Outcome

__all__ = ["chart_of", "chart_over_rate", "chart_over_time"]


def chart_of(outcome: Outcome) -> str | None:
    """The chart that says most about a test; None where there is nothing to draw."""
    analysis = outcome.analysis
    if isinstance(analysis, StressAnalysis):
        return chart_over_rate([(step.rate, not step.troubles, step.measured.result) for step in analysis.steps])
    if isinstance(analysis, CapacityAnalysis):
        return chart_over_rate([(trial.rate, trial.kept, trial.measured.result) for trial in analysis.trials])
    return chart_over_time(outcome.counted[0].result) if outcome.counted else None
