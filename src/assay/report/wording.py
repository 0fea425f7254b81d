"""How the reports put things: one place for every sentence that more than one rendering says.

Each is a function of the report, so that no rendering can phrase a result more kindly than another. The words
themselves are in the catalogue of texts.
"""

from collections.abc import Iterator

from assay.evidence import Area, AreaScore, Bounds, Claim, Comparison, Outcome
from assay.report.counterexample import Counterexample
from assay.report.document import Completion, Report
from assay.report.standing import Standing, Tally
from assay.texts import TEXTS

__all__ = [
    "WORDS",
    "area_tally",
    "area_text",
    "bounds_figures",
    "cap_explanation",
    "change_in_points",
    "completion_note",
    "counterexample_caption",
    "coverage_text",
    "duration_text",
    "headline",
    "plural",
    "points_text",
    "scope_sentence",
    "size_text",
    "tally_text",
    "variant_note",
]

WORDS = TEXTS["report"]

_SIXTY = 60
_KIBIBYTE = 1024


def plural(forms: tuple[str, str], count: int) -> str:
    """The form for that number, filled with it."""
    return forms[0 if count == 1 else 1].format(count=count)


def headline(report: Report) -> str:
    """The run in one sentence, without a full stop."""
    tally = report.tally
    if not tally.total:
        return WORDS["no_claims_made"]
    failures = [
        *([plural(WORDS["claims_violated"], tally.violated)] if tally.violated else []),
        *([plural(WORDS["variants_missed"], tally.missed)] if tally.missed else []),
    ]
    if failures:
        return _both(failures)
    missing = list(_missing(report))
    if missing:
        return WORDS["nothing_violated"].format(missing=_both(missing))
    return _all_well(tally)


def _missing(report: Report) -> Iterator[str]:
    if report.tally.unknown:
        yield plural(WORDS["claims_unknown"], report.tally.unknown)
    if report.unanswered:
        yield plural(WORDS["tasks_without_result"], len(report.unanswered))


def _all_well(tally: Tally) -> str:
    parts = [
        forms[min(count, 3) - 1].format(count=count)
        for forms, count in ((WORDS["every_claim_holds"], tally.holds), (WORDS["every_variant_caught"], tally.caught))
        if count
    ]
    sentence = _both(parts) if parts else WORDS["nothing_applies"]
    return sentence[0].upper() + sentence[1:]


def _both(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else WORDS["both"].format(first=parts[0], second=parts[1])


def completion_note(report: Report) -> str:
    """A sentence where the run did not come to its end, else nothing."""
    match report.completion:
        case Completion.FINISHED:
            return ""
        case Completion.INTERRUPTED:
            return WORDS["run_interrupted"]
        case Completion.UNFINISHED:
            return WORDS["run_unfinished"]


def variant_note(standing: Standing) -> str:
    """What a broken variant is there for and whether it was of use; nothing for other claims."""
    return {Standing.CAUGHT: WORDS["caught_note"], Standing.MISSED: WORDS["missed_note"]}.get(standing, "")


def tally_text(tally: Tally) -> str:
    """The counts of what is there, in reading order: `2 violated, 1 unknown, 30 hold, 8 caught`."""
    counts = ((standing, tally.count(standing)) for standing in Standing)
    parts = [plural(WORDS["counted"][standing], count) for standing, count in counts if count]
    return ", ".join(parts) or WORDS["none_counted"]


def area_tally(report: Report, area: Area) -> Tally:
    """The counts of one area."""
    return Tally.of(reported.claim for reported in report.claims_of(area))


def area_text(report: Report, score: AreaScore) -> str:
    """The counts of one area, and its tasks that gave no result."""
    parts = [tally_text(area_tally(report, score.area))]
    if score.unanswered_tasks:
        parts.append(plural(WORDS["unanswered_tasks"], score.unanswered_tasks))
    return ", ".join(parts)


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
    return WORDS["cap"].format(
        points=points_text(score.points),
        claim=gravest,
        severity=report.severity_of(gravest),
        also=plural(WORDS["cap_also"], others) if others else "",
    )


def change_in_points(comparison: Comparison) -> str:
    """The two scores and their difference; nothing where the runs are not comparable, because it would mislead."""
    before, after = comparison.points_before, comparison.points_after
    if comparison.outcome is Outcome.NOT_COMPARABLE or before is None or after is None:
        return ""
    return WORDS["points_changed"].format(
        before=points_text(before), after=points_text(after), difference=after - before
    )


def counterexample_caption(counterexample: Counterexample) -> str:
    """What the last state of a counterexample shows, or its states for ever."""
    last = counterexample.states[-1].number
    name = counterexample.name or ""
    if (back := counterexample.repeats_from) is not None:
        form = WORDS["counterexample_stuttering"] if back == last else WORDS["counterexample_liveness"]
        return form.format(name=name, state=back)
    match counterexample.kind:
        case "step":
            return WORDS["counterexample_step"].format(name=name, state=last)
        case "deadlock":
            return WORDS["counterexample_deadlock"].format(state=last)
        case "invariant" if name:
            return WORDS["counterexample_invariant"].format(name=name, state=last)
        case kind:
            return WORDS["counterexample_other"].format(kind=kind, name=name).rstrip()


def scope_sentence(bounds: Bounds) -> str:
    """Whether everything was covered."""
    return WORDS["scope_complete" if bounds.complete else "scope_incomplete"]


def bounds_figures(claim: Claim) -> Iterator[tuple[str, str]]:
    """What was covered, as names and values."""
    bounds, names = claim.bounds, WORDS["figures"]
    yield from bounds.constants.items()
    for name in ("distinct_states", "generated_states", "depth", "repetitions"):
        amount = getattr(bounds, name)
        if amount is not None:
            yield names[name], f"{amount:,}"
    if bounds.duration_seconds is not None:
        yield names["duration"], duration_text(bounds.duration_seconds)
    if claim.seed is not None:
        yield names["seed"], str(claim.seed)


def duration_text(seconds: float) -> str:
    """`40 ms`, `0.4 s`, `42 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 10:  # noqa: PLR2004 # below, tenths matter
        return f"{seconds:.1f} s" if seconds >= 0.05 else f"{seconds * 1000:.0f} ms"  # noqa: PLR2004
    minutes, rest = divmod(round(seconds), _SIXTY)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, _SIXTY)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def size_text(size: int) -> str:
    """`812 B`, `3.4 KiB`, `1.2 GiB`."""
    if size < _KIBIBYTE:
        return f"{size} B"
    amount, units = size / _KIBIBYTE, ["KiB", "MiB", "GiB"]
    while amount >= _KIBIBYTE and len(units) > 1:
        amount, units = amount / _KIBIBYTE, units[1:]
    return f"{amount:.1f} {units[0]}"
