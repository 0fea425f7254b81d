"""`report.md`: the report as GitHub-flavoured Markdown, for a pull request's comment or a wiki."""

import re
from collections.abc import Iterable, Iterator

from assay.evidence import RunFolder, Severity
from assay.report import wording
from assay.report.counterexample import Counterexample, State
from assay.report.document import Report, ReportedClaim
from assay.report.exhibits import Exhibits, link_to
from assay.report.standing import Standing
from assay.report.visible import one_line, visible

__all__ = ["render_markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#$&!])")
_LIST_MARK = re.compile(r"^(\d+(?=[.)])|[-+=])")
_AUTOLINK = re.compile(r"(?<=[a-z])(://)|@(?=\w)|(?<=\bwww)\.", re.IGNORECASE)

_SYMBOLS = {
    Standing.VIOLATED: "❌",
    Standing.MISSED: "❌",
    Standing.UNKNOWN: "❔",
    Standing.HOLDS: "✅",
    Standing.CAUGHT: "🛡️",
    Standing.NOT_APPLICABLE: "➖",  # noqa: RUF001 # a pictogram, as its neighbours
}

_MAXIMUM_STATES = 50


def render_markdown(folder: RunFolder, report: Report) -> str:
    """The whole document.

    Args:
        folder: Where the evidence is; counterexamples are shown.
        report: What it says.
    """
    return "\n".join([*_head(report), *_areas(report), *_details(folder, report), *_claims(report), *_tasks(report)])


def _head(report: Report) -> Iterator[str]:
    took = f", took {wording.duration_text(report.seconds)}" if report.seconds is not None else ""
    yield f"# {escaped(report.system)}: {escaped(wording.headline(report))}"
    yield ""
    yield f"Run {_code(report.run)}, {report.started:%Y-%m-%d %H:%M} UTC{took}."
    yield f"Score **{wording.points_text(report.score.points)}** of 100,"
    yield f"with **{wording.coverage_text(report.score.coverage)}** covered: {wording.tally_text(report.tally)}."
    if note := wording.completion_note(report):
        yield ""
        yield f"> {escaped(note)}"
    yield ""


def _areas(report: Report) -> Iterator[str]:
    yield "## Areas"
    yield ""
    yield "| area | score | coverage | claims |"
    yield "|---|---:|---:|---|"
    for area in report.score.areas:
        claims = wording.tally_text(wording.area_tally(report, area.area))
        tasks = f", {area.unanswered_tasks} without a result" if area.unanswered_tasks else ""
        cap = wording.cap_explanation(report, area)
        yield (
            f"| {wording.AREA_TITLES[area.area]} | {wording.points_text(area.points)} "
            f"| {wording.coverage_text(area.coverage)} | {claims}{tasks}{f'. {escaped(cap)}' if cap else ''} |"
        )
    for missing in report.score.not_measured:
        yield f"| {wording.AREA_TITLES[missing]} | – | – | not measured in this run |"  # noqa: RUF001 # a dash
    yield ""


def _details(folder: RunFolder, report: Report) -> Iterator[str]:
    """What calls for action, in full."""
    attention = [reported for reported in report.claims if reported.standing.needs_attention]
    if not attention:
        return
    exhibits = Exhibits(folder)
    yield "## Needs attention"
    yield ""
    for reported in attention:
        yield from _detail(reported, exhibits)


def _detail(reported: ReportedClaim, exhibits: Exhibits) -> Iterator[str]:
    claim = reported.claim
    yield f"### {_SYMBOLS[reported.standing]} {escaped(claim.statement)}"
    yield ""
    yield f"{_code(claim.id)}, {wording.STANDING_WORDS[reported.standing]}, {_severity(claim.severity)}."
    if reported.standing is Standing.MISSED:
        yield escaped(wording.MISSED_NOTE)
    yield ""
    if claim.explanation:
        lines = claim.explanation.splitlines()
        yield from _fenced(lines) if len(lines) > 1 else [escaped(claim.explanation)]
        yield ""
    yield f"- Covered: {wording.scope_sentence(claim.bounds)}{_figures(reported)}"
    yield from (f"- Not covered: {escaped(sentence)}" for sentence in claim.bounds.not_covered)
    yield f"- Reproduce: {_code(claim.reproduce)}"
    yield from (
        f"- Evidence: [{escaped(item.name)}]({link_to(item)}), {escaped(item.description)}" for item in claim.evidence
    )
    yield ""
    if counterexample := exhibits.counterexample(claim.evidence):
        yield f"{escaped(wording.counterexample_caption(counterexample))}:"
        yield ""
        yield from _fenced(_states(counterexample))
        yield ""


def _figures(reported: ReportedClaim) -> str:
    figures = [f"{escaped(name)} {_code(value)}" for name, value in wording.bounds_figures(reported.claim)]
    return f" {', '.join(figures)}." if figures else ""


def _states(counterexample: Counterexample) -> Iterator[str]:
    """The last states, each with what changed; unchanged variables are left out."""
    states = counterexample.states[-_MAXIMUM_STATES:]
    if len(states) < len(counterexample.states):
        yield f"({len(counterexample.states) - len(states)} states before these are in the artefact)"
    for state in states:
        yield from _state(state, whole=state is states[0])


def _state(state: State, *, whole: bool) -> Iterator[str]:
    action = state.action
    location = f" {action.location}" if action and action.location else ""
    yield one_line(f"{state.number}: {action.name if action else ''}{location}")
    for name, value in state.variables.items():
        if whole or name in state.changed:
            yield f"    {one_line(name)} = {one_line(value)}"


def _claims(report: Report) -> Iterator[str]:
    yield "## Claims"
    yield ""
    yield "| | claim | severity | reproduce | evidence |"
    yield "|---|---|---|---|---|"
    for reported in report.claims:
        claim = reported.claim
        evidence = ", ".join(f"[{escaped(item.name)}]({link_to(item)})" for item in claim.evidence)
        variant = "Broken variant: " if claim.is_control else ""
        yield (
            f"| {_SYMBOLS[reported.standing]} {wording.STANDING_WORDS[reported.standing]} "
            f"| {variant}{escaped(claim.statement)} {_code(claim.id)} | {_severity(claim.severity)} "
            f"| {_code(claim.reproduce, in_table=True)} | {evidence} |"
        )
    yield ""


def _tasks(report: Report) -> Iterator[str]:
    yield "## Tasks"
    yield ""
    yield "| task | result | time |"
    yield "|---|---|---:|"
    for task in report.tasks:
        reason = " ".join(escaped(part) for part in (task.message, task.where, task.hint) if part)
        result = f"{wording.TASK_WORDS[task.status]}: {reason}" if reason else wording.TASK_WORDS[task.status]
        seconds = wording.duration_text(task.seconds) if task.seconds is not None else ""
        yield f"| {_code(task.id, in_table=True)} | {result} | {seconds} |"
    yield ""
    check = _code(f"assay report verify {report.run}")
    yield f"Repeat the run with {_code(report.command)}; check this report with {check}."
    yield ""


def _severity(severity: Severity) -> str:
    return severity.value


def escaped(text: str) -> str:
    """One line of text that Markdown shows as it is: no emphasis, link, mention, HTML or table cell comes of it."""
    backslashed = _SPECIAL.sub(r"\\\1", one_line(text))
    unlinked = _AUTOLINK.sub(lambda match: "".join(f"&#{ord(letter)};" for letter in match.group()), backslashed)
    return _LIST_MARK.sub(lambda match: f"&#{ord(match.group()[0])};{match.group()[1:]}", unlinked)


def _code(text: str, *, in_table: bool = False) -> str:
    """A code span. Its fence is longer than any run of backticks in it."""
    line = one_line(text)
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    span = f"{fence}{padding}{line}{padding}{fence}"
    return span.replace("|", "\\|") if in_table else span


def _fenced(lines: Iterable[str]) -> Iterator[str]:
    body = [visible(line) for line in lines]
    longest = max((len(run) for line in body for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}text"
    yield from body
    yield fence
