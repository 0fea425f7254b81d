"""Two sets of repeats side by side: is the second better, worse, the same, or is there no telling?

A change counts where the interval of the ratio leaves out 1 *and* the ratio is at least the minimum effect: the first
without the second is a change that nobody feels, the second without the first is noise. Two sets are called the same
only where the whole interval lies within the minimum effect. Everything else is unknown, with the number of repeats
that would tell.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from enum import StrEnum, unique

import msgspec

from assay.bench.regressions.bootstrap import MOST_REPEATS, ratio_interval, repeats_for
from assay.bench.regressions.measures import MEASURES, Better, measure
from assay.bench.regressions.quietness import BUSY
from assay.bench.regressions.records import Record, mean_of

__all__ = ["Finding", "MeasureComparison", "Rules", "TestComparison", "compare_records", "compare_values"]


@unique
class Finding(StrEnum):
    """What a comparison found."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    UNKNOWN = "unknown"
    """The interval is too wide to say, or there is none: too few repeats."""
    NOT_COMPARABLE = "not-comparable"
    """Another machine, another test or another tool: a difference would say nothing of the system."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """When a difference counts.

    Raises:
        ValueError: A confidence or an effect that is none.
    """

    minimum_effect: float = 0.05
    """The smallest change that counts: 0.05 is 5% more, or its undoing."""
    confidence: float = 0.99
    """Of each interval. Several measures are judged at a time, so that 0.95 would raise an alarm too often."""
    seed: int = 0
    measures: tuple[str, ...] = ()
    """Which measures are judged; all that both have where this is empty."""

    def __post_init__(self) -> None:
        if not 0.5 <= self.confidence < 1:  # noqa: PLR2004 # below, an interval leaves out more than it holds
            raise ValueError("a confidence lies between 0.5 and 1, such as 0.99")
        if not 0 < self.minimum_effect < math.inf:
            raise ValueError("a minimum effect is a share above zero, such as 0.05")


_USUAL = Rules()


class MeasureComparison(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of two sets of repeats."""

    measure: str
    unit: str
    better: Better
    repeats_before: int
    repeats_after: int
    before: float | None
    """The geometric mean; None where there is none."""
    after: float | None
    ratio: float | None
    low: float | None
    """The interval of the ratio begins here."""
    high: float | None
    finding: Finding
    repeats_needed: int | None = None
    """Of each set, for a finding that is not unknown; an estimate. None where it is known, or no number would do."""


class TestComparison(msgspec.Struct, frozen=True, kw_only=True):
    """One test, compared with its baseline."""

    # pytest takes a class of this name for tests.
    __test__ = False

    test: str
    before: tuple[str, ...]
    """The runs of the baseline."""
    after: str
    commit_before: str | None
    commit_after: str | None
    finding: Finding
    """The gravest of its measures: worse, then unknown, then better, then the same."""
    differences: tuple[str, ...] = ()
    """Why the two do not compare."""
    cautions: tuple[str, ...] = ()
    """What weakens the comparison without forbidding it."""
    measures: tuple[MeasureComparison, ...] = ()


_GRAVEST = (Finding.WORSE, Finding.UNKNOWN, Finding.BETTER, Finding.SAME)


def compare_records(before: Sequence[Record], after: Record, rules: Rules = _USUAL) -> TestComparison:
    """Compares a test's latest record with those of its baseline, whose repeats are taken together.

    Raises:
        ValueError: There is no record to compare with, or one is of another test.
    """
    if not before or any(record.test != after.test for record in before):
        raise ValueError("a comparison is between records of one test")
    differences = tuple(dict.fromkeys(text for record in before for text in _differences(record, after)))
    names = rules.measures or _in_order({name for repeat in after.complete for name in repeat.measures})
    compared = tuple(
        compare_values(name, [value for record in before for value in record.values(name)], after.values(name), rules)
        for name in names
    )
    if differences:
        compared = tuple(
            msgspec.structs.replace(one, finding=Finding.NOT_COMPARABLE, repeats_needed=None) for one in compared
        )
    elif any(record.waiting is not None and record.waiting >= BUSY for record in (*before, after)):
        compared = tuple(_doubted(one) for one in compared)
    found = {one.finding for one in compared}
    gravest = next((finding for finding in _GRAVEST if finding in found), Finding.UNKNOWN)
    return TestComparison(
        test=after.test,
        before=tuple(record.run for record in before),
        after=after.run,
        commit_before=before[-1].commit.short if before[-1].commit else None,
        commit_after=after.commit.short if after.commit else None,
        finding=Finding.NOT_COMPARABLE if differences else gravest,
        differences=differences,
        cautions=tuple(_cautions(before, after)),
        measures=compared,
    )


def compare_values(name: str, before: Sequence[float], after: Sequence[float], rules: Rules) -> MeasureComparison:
    """Compares what the repeats of two sets had of one measure. The same for the same seed."""
    known = measure(name)
    fewest = min(len(before), len(after))
    needed = repeats_for(rules.confidence)
    comparison = MeasureComparison(
        measure=name,
        unit=known.unit,
        better=known.better,
        repeats_before=len(before),
        repeats_after=len(after),
        before=mean_of(before),
        after=mean_of(after),
        ratio=None,
        low=None,
        high=None,
        finding=Finding.UNKNOWN,
        repeats_needed=needed if fewest < needed else None,
    )
    if not before or not after:
        return comparison
    if min(*before, *after) <= 0:
        # Without a ratio there is no telling, unless nothing differs at all.
        alike = fewest >= needed and len({*before, *after}) == 1
        return msgspec.structs.replace(comparison, finding=Finding.SAME) if alike else comparison
    if fewest < needed:
        ratio = (comparison.after or 0) / (comparison.before or 1)
        return msgspec.structs.replace(comparison, ratio=ratio)
    interval = ratio_interval(
        before[-MOST_REPEATS:],
        after[-MOST_REPEATS:],
        confidence=rules.confidence,
        seed=_seed_of(name, rules.seed),
    )
    finding = _finding(interval.ratio, interval.low, interval.high, known.better, rules.minimum_effect)
    return msgspec.structs.replace(
        comparison,
        ratio=interval.ratio,
        low=interval.low,
        high=interval.high,
        finding=finding,
        repeats_needed=_enough(fewest, interval.low, interval.high, rules) if finding is Finding.UNKNOWN else None,
    )


def _doubted(one: MeasureComparison) -> MeasureComparison:
    """What else the machine did may be the difference."""
    if one.finding in {Finding.BETTER, Finding.WORSE}:
        return msgspec.structs.replace(one, finding=Finding.UNKNOWN)
    return one


def _finding(ratio: float, low: float, high: float, better: Better, minimum_effect: float) -> Finding:
    smallest, largest = 1 / (1 + minimum_effect), 1 + minimum_effect
    if low > 1 and ratio >= largest:
        return Finding.WORSE if better is Better.LOWER else Finding.BETTER
    if high < 1 and ratio <= smallest:
        return Finding.BETTER if better is Better.LOWER else Finding.WORSE
    return Finding.SAME if smallest <= low and high <= largest else Finding.UNKNOWN


def _enough(repeats: int, low: float, high: float, rules: Rules) -> int | None:
    """The width of an interval shrinks with the root of the repeats; half the minimum effect on each side tells."""
    width = math.log(high) - math.log(low)
    wanted = math.log(1 + rules.minimum_effect)
    count = max(repeats + 1, math.ceil(repeats * (width / wanted) ** 2))
    return count if count <= MOST_REPEATS else None


def _differences(before: Record, after: Record) -> Iterable[str]:
    yield from before.environment.differences(after.environment)
    if before.settings != after.settings:
        yield "the test itself: other requests, load, or limits"
    if before.tool != after.tool:
        yield f"tool: {before.tool} before, {after.tool} now"


def _cautions(before: Sequence[Record], after: Record) -> Iterable[str]:
    if any(record.commit is not None and record.commit.dirty for record in (*before, after)):
        yield "measured with changes that are in no commit"
    if any(record.tool_version != after.tool_version for record in before):
        yield f"another version of {after.tool}"
    busiest = max((record.waiting or 0.0 for record in (*before, after)), default=0.0)
    if busiest >= BUSY:
        yield (
            f"the machine was busy with something else (before a run, something waited for a processor {busiest:.0%} "
            "of the time), so no difference is told; measure again when it is quiet"
        )
    limits = {text for record in (*before, after) for repeat in record.complete for text in repeat.limits}
    yield from (f"the load generator was a limit: {text}" for text in sorted(limits))
    partial = sum(repeat.partial for record in (*before, after) for repeat in record.repeats)
    if partial:
        yield f"repeats that ended early and were left out: {partial}"


def _in_order(names: set[str]) -> tuple[str, ...]:
    return (*(name for name in MEASURES if name in names), *sorted(names - MEASURES.keys()))


def _seed_of(name: str, seed: int) -> int:
    """Each measure draws other resamples, the same ones every time."""
    return int.from_bytes(hashlib.sha256(f"{name}/{seed}".encode()).digest()[:8])
