"""`report.html`: one file that needs no network, no server and no script.

Nothing from outside reaches the page but as escaped text: the templates escape by default, and the page's own content
security policy allows no style and no script but the two whose digests it names.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from types import MappingProxyType, SimpleNamespace
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assay.evidence import Area, AreaScore, RunFolder
from assay.report import wording
from assay.report.counterexample import Counterexample, Step, steps_of
from assay.report.document import Report, ReportedClaim
from assay.report.exhibits import MAXIMUM_SHOWN_BYTES, Exhibit, Exhibits, link_to
from assay.report.performance import rows_of
from assay.report.standing import Standing, Tally
from assay.report.visible import visible
from assay.report.wording import WORDS

__all__ = ["MAXIMUM_PAGE_BYTES", "render_page"]

MAXIMUM_PAGE_BYTES = 8 * 1024**2
"""For the claims, which are all but the page's frame. What calls for action is shown first, so it is cut last."""

_MAXIMUM_LISTED = 20
_FIRST_STATES, _LAST_STATES = 20, 180

_OTHER_FORMS = ("report.md", "report.json", "junit.xml", "results.sarif")


@dataclass(frozen=True, slots=True)
class _AreaRow:
    area: Area
    score: AreaScore
    tally: Tally
    cap: str
    shares: tuple[tuple[str, float], ...]
    fragments: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class _Trace:
    steps: tuple[Step, ...]
    last: int
    gap_before: int | None
    left_out: int


def render_page(folder: RunFolder, report: Report) -> str:
    """The whole page.

    Args:
        folder: Where the evidence is, some of which the page shows.
        report: What it says.
    """
    style, script = _asset("report.css"), _asset("report.js")
    fragments, left_out = _fragments(folder, report)
    attention = [
        reported for reported in report.claims if reported.standing.needs_attention and reported not in left_out
    ]
    return (
        _templates()
        .get_template("page.html")
        .render(
            report=report,
            headline=wording.headline(report),
            tone=_tone(report),
            completion_note=wording.completion_note(report),
            started=f"{report.started:%-d %B %Y, %H:%M} UTC",
            shown_counts=[(each, report.tally.count(each)) for each in Standing if report.tally.count(each)],
            attention=attention[:_MAXIMUM_LISTED],
            attention_left_out=max(0, len(attention) - _MAXIMUM_LISTED),
            areas=[_row(report, score, fragments) for score in report.score.areas],
            left_out_note=_left_out_note(len(left_out)),
            machine=_machine(report),
            other_forms=_OTHER_FORMS,
            policy=_policy(style, script),
            # The two files are Assay's own; a test holds that neither can end its element.
            style=Markup(style),  # noqa: S704
            script=Markup(script),  # noqa: S704
        )
    )


def _left_out_note(count: int) -> str:
    limit = wording.size_text(MAXIMUM_PAGE_BYTES)
    one, many = (form.replace("{limit}", limit) for form in WORDS["claims_left_out"])
    return wording.plural((one, many), count) if count else ""


def _machine(report: Report) -> str:
    environment = report.environment
    return WORDS["machine_value"].format(
        processor=environment.processor,
        cores=environment.cores,
        memory=environment.memory_gibibytes,
        system=environment.operating_system,
        kernel=environment.kernel,
        architecture=environment.architecture,
    )


def _tone(report: Report) -> str:
    if any(reported.standing.is_failure for reported in report.claims):
        return "bad"
    in_doubt = report.unanswered or report.tally.unknown or not report.claims
    return "doubt" if in_doubt else "good"


def _row(report: Report, score: AreaScore, fragments: Mapping[Area, tuple[Markup, ...]]) -> _AreaRow:
    tally = wording.area_tally(report, score.area)
    shown = [standing for standing in Standing if standing is not Standing.NOT_APPLICABLE]
    total = sum(tally.count(standing) for standing in shown) or 1
    return _AreaRow(
        area=score.area,
        score=score,
        tally=tally,
        cap=wording.cap_explanation(report, score),
        shares=tuple((standing.value, tally.count(standing) / total) for standing in shown if tally.count(standing)),
        fragments=fragments.get(score.area, ()),
    )


def _fragments(
    folder: RunFolder, report: Report
) -> tuple[Mapping[Area, tuple[Markup, ...]], tuple[ReportedClaim, ...]]:
    """The claims as HTML, by area, and those that did not fit."""
    exhibits = Exhibits(folder)
    rendered: dict[Area, list[Markup]] = {}
    left, left_out = MAXIMUM_PAGE_BYTES, []
    for reported in report.claims:
        fragment = _claim(reported, [exhibits.show(item) for item in reported.claim.evidence], bare=False)
        if _size(fragment) > left:
            fragment = _claim(reported, [Exhibit(item, link_to(item)) for item in reported.claim.evidence], bare=True)
        if _size(fragment) > left:
            left_out.append(reported)
            continue
        left -= _size(fragment)
        rendered.setdefault(reported.area, []).append(fragment)
    return MappingProxyType({area: tuple(each) for area, each in rendered.items()}), tuple(left_out)


def _size(fragment: Markup) -> int:
    return len(fragment.encode())


def _claim(reported: ReportedClaim, exhibits: Iterable[Exhibit], *, bare: bool) -> Markup:
    template = _templates().get_template("claim.html")
    # What the template gives back is escaped already.
    return Markup(template.render(reported=reported, exhibits=list(exhibits), bare=bare))  # noqa: S704


def _trace_of(counterexample: Counterexample) -> _Trace:
    """The steps to show: all, or the first and the last of a long one."""
    total = len(counterexample.states)
    last = counterexample.states[-1].number
    if total <= _FIRST_STATES + _LAST_STATES:
        return _Trace(tuple(steps_of(counterexample)), last, None, 0)
    left_out = total - _FIRST_STATES - _LAST_STATES
    steps = (
        *islice(steps_of(counterexample), _FIRST_STATES),
        *islice(steps_of(counterexample), total - _LAST_STATES, None),
    )
    return _Trace(steps, last, steps[_FIRST_STATES].number, left_out)


def _policy(style: str, script: str) -> str:
    """The page's content security policy (CSP level 3, `hash-source`)."""
    return (
        f"default-src 'none'; style-src {_hash_source(style)}; script-src {_hash_source(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash_source(content: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"


@cache
def _asset(name: str) -> str:
    return files("assay.report").joinpath("assets", name).read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("assay.report", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    templates.globals.update(
        words=wording,
        # As attributes: `texts.copy` must not be the method of a dictionary.
        texts=SimpleNamespace(**WORDS),
        trace_of=_trace_of,
        measured_rows=rows_of,
        maximum_page_bytes=MAXIMUM_PAGE_BYTES,
        maximum_shown_bytes=MAXIMUM_SHOWN_BYTES,
    )
    templates.globals["bar"] = templates.get_template("bar.html").module.bar  # type: ignore[attr-defined]
    return templates


def _finalize(value: Any) -> Any:
    """Text on its way into a template, before it is escaped."""
    return visible(str(value)) if isinstance(value, str) and not isinstance(value, Markup) else value
