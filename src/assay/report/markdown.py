"""`report.md`: the report as GitHub-flavoured Markdown, for a pull request's comment or a wiki."""

import re
from collections.abc import Iterable, Iterator

from assay.evidence import Evidence, RunFolder
from assay.report import wording
from assay.report.counterexample import Counterexample, State
from assay.report.document import Report, ReportedClaim
from assay.report.exhibits import Exhibits, link_to
from assay.report.standing import Standing
from assay.report.visible import one_line, visible
from assay.report.wording import WORDS

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
    took = ""
    if report.seconds is not None:
        took = ", " + WORDS["took"].format(duration=wording.duration_text(report.seconds))
    yield f"# {escaped(report.system)}: {escaped(wording.headline(report))}"
    yield ""
    started = f"{report.started:%Y-%m-%d %H:%M}"
    yield WORDS["markdown_run"].format(run=_code(report.run), started=started, took=took)
    yield WORDS["markdown_score"].format(
        points=wording.points_text(report.score.points),
        coverage=wording.coverage_text(report.score.coverage),
        claims=wording.tally_text(report.tally),
    )
    if note := wording.completion_note(report):
        yield ""
        yield f"> {escaped(note)}"
    yield ""


def _areas(report: Report) -> Iterator[str]:
    yield f"## {WORDS['areas']}"
    yield ""
    yield _row(WORDS["area"], WORDS["score"], WORDS["coverage"], WORDS["claims"])
    yield "|---|---:|---:|---|"
    for area in report.score.areas:
        claims = wording.area_text(report, area)
        cap = wording.cap_explanation(report, area)
        yield _row(
            WORDS["area_titles"][area.area],
            wording.points_text(area.points),
            wording.coverage_text(area.coverage),
            f"{claims}. {escaped(cap)}" if cap else claims,
        )
    for missing in report.score.not_measured:
        dash = wording.points_text(None)
        yield _row(WORDS["area_titles"][missing], dash, dash, WORDS["not_measured"])
    yield ""


def _details(folder: RunFolder, report: Report) -> Iterator[str]:
    """What calls for action, in full."""
    attention = [reported for reported in report.claims if reported.standing.needs_attention]
    if not attention:
        return
    exhibits = Exhibits(folder)
    yield f"## {WORDS['needs_attention']}"
    yield ""
    for reported in attention:
        yield from _detail(reported, exhibits)


def _detail(reported: ReportedClaim, exhibits: Exhibits) -> Iterator[str]:
    claim = reported.claim
    yield f"### {_SYMBOLS[reported.standing]} {escaped(claim.statement)}"
    yield ""
    yield f"{_code(claim.id)}, {WORDS['standings'][reported.standing]}, {claim.severity}."
    if note := wording.variant_note(reported.standing):
        yield escaped(note)
    yield ""
    if claim.explanation:
        lines = claim.explanation.splitlines()
        yield from _fenced(lines) if len(lines) > 1 else [escaped(claim.explanation)]
        yield ""
    yield f"- {WORDS['covered'].capitalize()}: {wording.scope_sentence(claim.bounds)}{_figures(reported)}"
    yield from (f"- {WORDS['not_covered'].capitalize()}: {escaped(sentence)}" for sentence in claim.bounds.not_covered)
    yield f"- {WORDS['reproduce'].capitalize()}: {_code(claim.reproduce)}"
    for item in claim.evidence:
        yield f"- {WORDS['evidence'].capitalize()}: {_link(item)}, {escaped(item.description)}"
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
        yield wording.plural(WORDS["states_left_out"], len(counterexample.states) - len(states))
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
    yield f"## {WORDS['claims'].capitalize()}"
    yield ""
    yield _row("", WORDS["claim"], WORDS["severity"], WORDS["reproduce"], WORDS["evidence"])
    yield "|---|---|---|---|---|"
    for reported in report.claims:
        claim = reported.claim
        evidence = ", ".join(_link(item) for item in claim.evidence)
        variant = WORDS["broken_variant"] + " " if claim.is_control else ""
        yield _row(
            f"{_SYMBOLS[reported.standing]} {WORDS['standings'][reported.standing]}",
            f"{variant}{escaped(claim.statement)} {_code(claim.id)}",
            claim.severity,
            _code(claim.reproduce, in_table=True),
            evidence,
        )
    yield ""


def _tasks(report: Report) -> Iterator[str]:
    yield f"## {WORDS['tasks']}"
    yield ""
    yield _row(WORDS["task"], WORDS["result"], WORDS["time"])
    yield "|---|---|---:|"
    for task in report.tasks:
        reason = " ".join(escaped(part) for part in (task.message, task.where, task.hint) if part)
        result = f"{WORDS['task_statuses'][task.status]}: {reason}" if reason else WORDS["task_statuses"][task.status]
        seconds = wording.duration_text(task.seconds) if task.seconds is not None else ""
        yield _row(_code(task.id, in_table=True), result, seconds)
    yield ""
    check = _code(f"assay report verify {report.run}")
    yield WORDS["markdown_closing"].format(repeat=_code(report.command), check=check)
    yield ""


def _link(item: Evidence) -> str:
    return f"[{escaped(item.name)}]({link_to(item)})"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


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
