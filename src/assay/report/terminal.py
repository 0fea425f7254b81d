"""The report on a terminal: one line a claim, more for those that call for action.

Colour is rich's business: it leaves it out where the output is no terminal, or `NO_COLOR` is set.
"""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from assay.evidence import AreaScore
from assay.report import wording
from assay.report.document import Report, ReportedClaim
from assay.report.standing import Standing
from assay.report.visible import one_line, visible
from assay.report.wording import WORDS

__all__ = ["print_report"]

_STYLES = {
    Standing.VIOLATED: "bold red",
    Standing.MISSED: "bold red",
    Standing.UNKNOWN: "yellow",
    Standing.HOLDS: "green",
    Standing.CAUGHT: "cyan",
    Standing.NOT_APPLICABLE: "dim",
}
_WORD_WIDTH = max(len(word) for word in WORDS["standings"].values())
_INDENT = " " * (_WORD_WIDTH + 4)


def print_report(console: Console, report: Report, folder: Path) -> None:
    """Prints the whole report.

    Args:
        console: Where to.
        report: What it says.
        folder: The run folder, to say where `report.html` is.
    """
    for area in report.score.areas:
        if report.claims_of(area.area):
            _print_area(console, report, area)
    _print_tasks(console, report)
    _print_summary(console, report, folder)


def _print_area(console: Console, report: Report, area: AreaScore) -> None:
    _line(console, Text.assemble((WORDS["area_titles"][area.area], "bold")))
    for reported in report.claims_of(area.area):
        _print_claim(console, reported)
    console.print()


def _print_claim(console: Console, reported: ReportedClaim) -> None:
    claim = reported.claim
    word = WORDS["standings"][reported.standing].ljust(_WORD_WIDTH)
    variant = WORDS["broken_variant"].lower() + " " if claim.is_control else ""
    style = _STYLES[reported.standing]
    line = Text.assemble(
        "  ", (word, style), "  ", (variant, "dim"), one_line(claim.statement), "  ", (one_line(claim.id), "dim")
    )
    _line(console, line)
    if not reported.standing.needs_attention:
        return
    why = claim.explanation or wording.variant_note(reported.standing)
    for text in visible(why).splitlines():
        console.print(Text(_INDENT + text), soft_wrap=True)
    console.print(Text.assemble(_INDENT, (f"{WORDS['reproduce']}: ", "dim"), one_line(claim.reproduce)), soft_wrap=True)


def _print_tasks(console: Console, report: Report) -> None:
    for task in report.unanswered:
        where = f" ({task.where})" if task.where else ""
        status = WORDS["task_statuses"][task.status]
        console.print(
            Text.assemble(
                (f"{one_line(task.id)} {status}", "bold yellow"), f": {visible(task.message)}{visible(where)}"
            ),
            soft_wrap=True,
        )
        if task.hint:
            console.print(Text.assemble((f"  {WORDS['hint']}: ", "dim"), visible(task.hint)), soft_wrap=True)
    if report.unanswered:
        console.print()


def _print_summary(console: Console, report: Report, folder: Path) -> None:
    for row in _summary_rows(report):
        console.print(row, soft_wrap=True)
    for area in report.score.areas:
        if cap := wording.cap_explanation(report, area):
            console.print(Text(f"{WORDS['area_titles'][area.area]}: {cap}", "dim"), soft_wrap=True)
    if report.score.not_measured:
        missing = ", ".join(WORDS["area_titles"][area].lower() for area in report.score.not_measured)
        console.print(Text(WORDS["areas_not_measured"].format(areas=missing), "dim"), soft_wrap=True)
    console.print()
    console.print(Text(wording.headline(report), _headline_style(report)), soft_wrap=True)
    if note := wording.completion_note(report):
        console.print(Text(note, "yellow"), soft_wrap=True)
    page = folder / "report.html"
    if page.is_file():
        console.print(f"{WORDS['report']}: {escape(str(page))}", soft_wrap=True, highlight=False)


def _summary_rows(report: Report) -> Iterator[Text]:
    """The scores as a table. Its last column is as long as it has to be: no line of it is broken."""
    width = max(len(title) for title in WORDS["area_titles"].values())
    header = f"{WORDS['area']:<{width}}  {WORDS['score']:>5}  {WORDS['coverage']:>8}  {WORDS['claims']}"
    yield Text(header, "dim")
    for area in report.score.areas:
        claims = wording.area_text(report, area)
        yield Text(_row(WORDS["area_titles"][area.area].ljust(width), area.points, area.coverage, claims))
    claims = wording.tally_text(report.tally)
    yield Text(_row(WORDS["all_areas"].ljust(width), report.score.points, report.score.coverage, claims), "bold")


def _row(title: str, points: float | None, coverage: float, claims: str) -> str:
    return f"{title}  {wording.points_text(points):>5}  {wording.coverage_text(coverage):>8}  {claims}"


def _headline_style(report: Report) -> str:
    if report.tally.violated or report.tally.missed:
        return "bold red"
    return "bold yellow" if report.unanswered or report.tally.unknown or not report.claims else "bold green"


def _line(console: Console, text: Text) -> None:
    """One line: cut to a terminal's width, whole where a file or another program reads it."""
    if console.is_terminal:
        text.truncate(console.width, overflow="ellipsis")
    console.print(text, soft_wrap=True)
