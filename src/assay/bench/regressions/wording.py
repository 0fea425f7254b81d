"""Figures and findings in words: the same in the terminal, in Markdown and in annotations."""

from collections.abc import Sequence

from assay.bench.regressions.comparison import Finding, MeasureComparison, TestComparison
from assay.texts.bench_regressions import RegressionTexts

__all__ = ["change_of", "commits_of", "finding_of", "in_unit", "interval_of", "row_of", "worse_measures"]

_DIGITS = 4


def in_unit(value: float | None, unit: str) -> str:
    """A figure with its unit, such as `12.3 ms`; `-` where there is none."""
    if value is None:
        return "-"
    if unit == "seconds":
        scale, name = next(
            ((scale, name) for scale, name in ((1.0, "s"), (1e-3, "ms")) if value >= scale), (1e-6, "µs")
        )
        return f"{value / scale:.3g} {name}" if value else "0 s"
    if unit.startswith("share"):
        return f"{value:.2%}"
    return f"{value:,.{_DIGITS}g}{'/s' if unit.endswith('per second') else ''}" if value < 1e4 else f"{value:,.0f}"  # noqa: PLR2004 # past it, `g` would round


def change_of(ratio: float | None) -> str:
    """`+5.0%` for 1.05; `-` where there is none."""
    return "-" if ratio is None else f"{ratio - 1:+.1%}"


def interval_of(one: MeasureComparison, texts: RegressionTexts) -> str:
    """The interval of a change."""
    if one.low is None or one.high is None:
        return texts["no_interval"]
    return texts["interval"].format(low=change_of(one.low), high=change_of(one.high))


def finding_of(one: MeasureComparison, texts: RegressionTexts) -> str:
    """The finding, with the number of repeats that would tell where it is unknown."""
    finding = texts["findings"][one.finding]
    if one.repeats_needed is None:
        return finding
    return texts["needed"].format(finding=finding, count=one.repeats_needed)


def row_of(one: MeasureComparison, texts: RegressionTexts) -> tuple[str, ...]:
    """What stands in the columns of a comparison."""
    return (
        one.measure,
        in_unit(one.before, one.unit),
        in_unit(one.after, one.unit),
        change_of(one.ratio),
        interval_of(one, texts),
        finding_of(one, texts),
    )


def commits_of(comparison: TestComparison, texts: RegressionTexts) -> tuple[str, str]:
    """What was measured before and after: a run and its commit."""
    several = f" (+{len(comparison.before) - 1})" if len(comparison.before) > 1 else ""
    return (
        f"{comparison.before[-1]}{several} ({comparison.commit_before or texts['no_commit']})",
        f"{comparison.after} ({comparison.commit_after or texts['no_commit']})",
    )


def worse_measures(comparisons: Sequence[TestComparison]) -> list[tuple[TestComparison, MeasureComparison]]:
    """Everything that got worse."""
    return [(whole, one) for whole in comparisons for one in whole.measures if one.finding is Finding.WORSE]
