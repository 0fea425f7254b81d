"""A comparison of two runs on a terminal: what changed its verdict, and the scores where they may be compared."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from assay.evidence import Change, ClaimChange, Comparison, Outcome
from assay.exit_codes import ExitCode
from assay.report.visible import one_line
from assay.report.wording import WORDS, change_in_points, plural

__all__ = ["exit_code_of", "print_comparison"]

_STYLES = {
    Change.BROKEN: "bold red",
    Change.UNDECIDED: "yellow",
    Change.GONE: "yellow",
    Change.OTHER_BOUNDS: "yellow",
    Change.MENDED: "green",
    Change.DECIDED: "green",
}

_OUTCOME_STYLES = {
    Outcome.BETTER: "bold green",
    Outcome.SAME: "bold",
    Outcome.MIXED: "bold red",
    Outcome.WORSE: "bold red",
    Outcome.NOT_COMPARABLE: "bold yellow",
}

_EXIT_CODES = {
    Outcome.BETTER: ExitCode.ALL_HOLD,
    Outcome.SAME: ExitCode.ALL_HOLD,
    Outcome.MIXED: ExitCode.SOME_VIOLATED,
    Outcome.WORSE: ExitCode.SOME_VIOLATED,
    Outcome.NOT_COMPARABLE: ExitCode.COULD_NOT_COMPLETE,
}


def exit_code_of(comparison: Comparison) -> ExitCode:
    """0 where nothing got worse, 1 where something did, 3 where that cannot be said."""
    return _EXIT_CODES[comparison.outcome]


def print_comparison(console: Console, comparison: Comparison) -> None:
    """Prints what changed; claims that are as they were are only counted."""
    for line in _lines(comparison):
        console.print(line, soft_wrap=True)


def _lines(comparison: Comparison) -> Iterator[Text]:
    changed = [change for change in comparison.changes if change.change is not Change.SAME]
    width = max((len(WORDS["changes"][change.change]) for change in changed), default=0)
    for change in changed:
        yield _line(change, width)
    if unchanged := len(comparison.changes) - len(changed):
        yield Text(plural(WORDS["unchanged"], unchanged), "dim")
    yield Text()
    yield Text(
        WORDS["compared"].format(
            outcome=WORDS["outcomes"][comparison.outcome],
            after=one_line(comparison.after),
            before=one_line(comparison.before),
        ),
        _OUTCOME_STYLES[comparison.outcome],
    )
    for reason in comparison.reasons:
        yield Text(f"  {one_line(reason)}", "yellow")
    if difference := change_in_points(comparison):
        yield Text(difference)


def _line(change: ClaimChange, width: int) -> Text:
    verdicts = f"{change.before or WORDS['absent']} → {change.after or WORDS['absent']}"
    return Text.assemble(
        (WORDS["changes"][change.change].ljust(width), _STYLES.get(change.change, "")),
        f"  {verdicts}  {one_line(change.statement)}  ",
        (one_line(change.id), "dim"),
    )
