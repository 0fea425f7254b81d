"""The words of the reports: one place for every sentence that more than one rendering says.

Each is a function of the report, so that no rendering can phrase a result more kindly than another.
"""

from collections.abc import Iterator

from assay.evidence import Area, AreaScore, Bounds, Change, Claim, Comparison, Outcome, TaskStatus
from assay.report.counterexample import Counterexample
from assay.report.document import Completion, Report
from assay.report.standing import Standing, Tally

__all__ = [
    "AREA_TITLES",
    "CAUGHT_NOTE",
    "CHANGE_WORDS",
    "MISSED_NOTE",
    "OUTCOME_WORDS",
    "STANDING_WORDS",
    "TASK_WORDS",
    "area_tally",
    "bounds_figures",
    "cap_explanation",
    "change_in_points",
    "completion_note",
    "counterexample_caption",
    "coverage_text",
    "duration_text",
    "headline",
    "points_text",
    "scope_sentence",
    "size_text",
    "tally_text",
]

AREA_TITLES = {
    Area.FORMAL_VERIFICATION: "Formal verification",
    Area.PERFORMANCE: "Performance",
    Area.SECURITY: "Security",
    Area.OBSERVABILITY: "Observability",
    Area.CHAOS: "Chaos",
}

STANDING_WORDS = {
    Standing.VIOLATED: "violated",
    Standing.MISSED: "not caught",
    Standing.UNKNOWN: "unknown",
    Standing.HOLDS: "holds",
    Standing.CAUGHT: "caught",
    Standing.NOT_APPLICABLE: "not applicable",
}

TASK_WORDS = {
    TaskStatus.PENDING: "not started",
    TaskStatus.RUNNING: "not finished",
    TaskStatus.FINISHED: "finished",
    TaskStatus.FAILED: "failed",
    TaskStatus.NOT_RUN: "not run",
}

CHANGE_WORDS = {
    Change.MENDED: "mended",
    Change.BROKEN: "broken",
    Change.DECIDED: "decided",
    Change.UNDECIDED: "no longer decided",
    Change.SAME: "unchanged",
    Change.NEW: "new",
    Change.GONE: "gone",
    Change.OTHER_BOUNDS: "other bounds",
    Change.APPLICABILITY: "applicability changed",
}

OUTCOME_WORDS = {
    Outcome.BETTER: "better",
    Outcome.WORSE: "worse",
    Outcome.MIXED: "partly better, partly worse",
    Outcome.SAME: "no verdict changed",
    Outcome.NOT_COMPARABLE: "not comparable",
}

CAUGHT_NOTE = (
    "A deliberately broken variant: the check must refute this statement, and it did. That shows the check can fail."
)
MISSED_NOTE = (
    "A deliberately broken variant: the check must refute this statement, and it did not. "
    "Until that is mended, this check proves nothing about the real system either."
)

_SIXTY = 60
_KIBIBYTE = 1024


def headline(report: Report) -> str:
    """The run in one sentence, without a full stop."""
    tally = report.tally
    if not tally.total:
        return "The run made no claims"
    failures = [
        *([f"{_count(tally.violated, 'claim is', 'claims are')} violated"] if tally.violated else []),
        *([f"{_count(tally.missed, 'broken variant was', 'broken variants were')} not caught"] if tally.missed else []),
    ]
    if failures:
        return " and ".join(failures)
    missing = list(_missing(report))
    if missing:
        return f"Nothing is violated, but {' and '.join(missing)}"
    return _all_well(tally)


def _missing(report: Report) -> Iterator[str]:
    if report.tally.unknown:
        yield _count(report.tally.unknown, "claim is unknown", "claims are unknown")
    if unanswered := len(report.unanswered):
        yield _count(unanswered, "task gave no result", "tasks gave no result")


def _all_well(tally: Tally) -> str:
    parts = []
    if tally.holds:
        parts.append(_every(tally.holds, "claim holds", "claims hold"))
    if tally.caught:
        parts.append(_every(tally.caught, "broken variant was caught", "broken variants were caught"))
    if not parts:
        return "No claim applies to this system"
    sentence = " and ".join(parts)
    return sentence[0].upper() + sentence[1:]


def _every(number: int, one: str, many: str) -> str:
    match number:
        case 1:
            return f"the {one}"
        case 2:
            return f"both {many}"
        case _:
            return f"all {number:,} {many}"


def completion_note(report: Report) -> str:
    """A sentence where the run did not come to its end, else nothing."""
    match report.completion:
        case Completion.FINISHED:
            return ""
        case Completion.INTERRUPTED:
            return "The run was interrupted. `assay run --resume` continues it; until then this report is not complete."
        case Completion.UNFINISHED:
            return "The run has not ended. This report shows what was known when it was written."


def tally_text(tally: Tally) -> str:
    """The counts of what is there, in reading order: `2 violated, 1 unknown, 30 hold, 8 caught`."""
    words = {**STANDING_WORDS, Standing.HOLDS: "hold" if tally.holds != 1 else "holds"}
    parts = [f"{tally.count(standing):,} {words[standing]}" for standing in Standing if tally.count(standing)]
    return ", ".join(parts) or "no claims"


def area_tally(report: Report, area: Area) -> Tally:
    """The counts of one area."""
    return Tally.of(reported.claim for reported in report.claims_of(area))


def points_text(points: float | None) -> str:
    """`87.5`, `100`, or a dash where there is nothing to judge."""
    return "–" if points is None else f"{points:.1f}".removesuffix(".0")  # noqa: RUF001 # a dash, not a minus


def coverage_text(coverage: float) -> str:
    """`93 %`. Rounded down: 100 % means that everything is decided."""
    return f"{int(coverage * 100 + 1e-9)} %"


def cap_explanation(report: Report, score: AreaScore) -> str:
    """Why an area's points are held down, or nothing where they are not."""
    if not score.capped_by:
        return ""
    gravest = score.capped_by[0]
    others = len(score.capped_by) - 1
    also = f" ({_count(others, 'more claim caps', 'more claims cap')} it too)" if others else ""
    return (
        f"Held at {points_text(score.points)} whatever else is well: "
        f"{gravest} ({report.severity_of(gravest)}) is not as it should be{also}."
    )


def change_in_points(comparison: Comparison) -> str:
    """The two scores and their difference; nothing where the runs are not comparable, because it would mislead."""
    before, after = comparison.points_before, comparison.points_after
    if comparison.outcome is Outcome.NOT_COMPARABLE or before is None or after is None:
        return ""
    return f"score: {points_text(before)} before, {points_text(after)} now ({after - before:+.1f})"


def counterexample_caption(counterexample: Counterexample) -> str:
    """What the last state of a counterexample shows."""
    last = counterexample.states[-1].number
    name = counterexample.name or ""
    match counterexample.kind:
        case "deadlock":
            return f"Counterexample: deadlock, no action is possible in state {last}"
        case "invariant" if name:
            return f"Counterexample: the invariant {name} is false in state {last}"
        case kind:
            return f"Counterexample: {kind} {name}".rstrip()


def scope_sentence(bounds: Bounds) -> str:
    """Whether everything was covered."""
    if bounds.complete:
        return "Complete: everything within these bounds was covered."
    return "Not complete: a limit ended the work before everything was covered."


def bounds_figures(claim: Claim) -> Iterator[tuple[str, str]]:
    """What was covered, as names and values."""
    bounds = claim.bounds
    yield from bounds.constants.items()
    for name, amount in (
        ("distinct states", bounds.distinct_states),
        ("generated states", bounds.generated_states),
        ("depth", bounds.depth),
        ("repetitions", bounds.repetitions),
    ):
        if amount is not None:
            yield name, f"{amount:,}"
    if bounds.duration_seconds is not None:
        yield "duration", duration_text(bounds.duration_seconds)
    if claim.seed is not None:
        yield "seed", str(claim.seed)


def duration_text(seconds: float) -> str:
    """`0.4 s`, `42 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 10:  # noqa: PLR2004 # below, tenths matter
        return f"{seconds:.1f} s" if seconds >= 0.05 else f"{seconds * 1000:.0f} ms"  # noqa: PLR2004
    minutes, rest = divmod(round(seconds), _SIXTY)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, _SIXTY)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def size_text(size: int) -> str:
    """`812 bytes`, `3.4 KiB`, `1.2 GiB`."""
    if size < _KIBIBYTE:
        return _count(size, "byte", "bytes")
    amount, units = size / _KIBIBYTE, ["KiB", "MiB", "GiB"]
    while amount >= _KIBIBYTE and len(units) > 1:
        amount, units = amount / _KIBIBYTE, units[1:]
    return f"{amount:.1f} {units[0]}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
