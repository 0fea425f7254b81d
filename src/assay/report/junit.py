"""`junit.xml`: one test case a claim, as CI systems show test results.

`unknown` is an error, never a pass and never a skip: a CI system that is told "skipped" turns green.
"""

import re
from xml.etree import ElementTree as ET

from assay.evidence import Area, RunFolder, TaskStatus
from assay.report import wording
from assay.report.document import Report, ReportedClaim, ReportedTask
from assay.report.exhibits import link_to
from assay.report.standing import Standing
from assay.report.wording import WORDS

__all__ = ["render_junit"]

# What XML 1.0 (section 2.2, production Char) has no way to write, not even as a character reference.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(folder: RunFolder, report: Report) -> bytes:
    """The whole document, UTF-8, with one test suite an area.

    Args:
        folder: Unused: every rendering takes it.
        report: What it says.
    """
    del folder
    root = ET.Element("testsuites", name=_text(f"assay {report.system}"))
    areas = [area.area for area in report.score.areas]
    suites = [_suite(report, area) for area in areas]
    root.extend(suites)
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _suite(report: Report, area: Area) -> ET.Element:
    tasks = [task for task in report.tasks if task.area is area]
    cases = [
        *(_claim_case(reported) for reported in report.claims_of(area)),
        *(_task_case(task) for task in tasks if task.status is not TaskStatus.FINISHED),
    ]
    suite = ET.Element(
        "testsuite",
        name=area.value,
        timestamp=f"{report.started:%Y-%m-%dT%H:%M:%S}",
        tests=str(len(cases)),
        time=f"{sum(task.seconds or 0 for task in tasks):.3f}",
    )
    for count, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(element) is not None for case in cases)))
    properties = ET.SubElement(suite, "properties")
    for name, value in (("run", report.run), ("seed", str(report.seed)), ("command", report.command)):
        ET.SubElement(properties, "property", name=name, value=_text(value))
    suite.extend(cases)
    return suite


def _claim_case(reported: ReportedClaim) -> ET.Element:
    claim = reported.claim
    subject, _, name = claim.id.rpartition(".")
    case = ET.Element("testcase", classname=f"assay.{subject}", name=name, time=_seconds(reported))
    message = _text(f"{claim.statement} ({claim.severity}: {WORDS['standings'][reported.standing]})")
    detail = _text(claim.explanation or claim.statement)
    match reported.standing:
        case Standing.VIOLATED | Standing.MISSED:
            failure = ET.SubElement(case, "failure", type=reported.standing.value, message=message)
            failure.text = detail
        case Standing.UNKNOWN:
            error = ET.SubElement(case, "error", type=reported.standing.value, message=message)
            error.text = detail
        case Standing.NOT_APPLICABLE:
            ET.SubElement(case, "skipped", message=_text(claim.explanation or message))
        case Standing.HOLDS | Standing.CAUGHT:
            pass
    ET.SubElement(case, "system-out").text = _text("\n".join(_account(reported)))
    return case


def _account(reported: ReportedClaim) -> list[str]:
    claim = reported.claim
    figures = ", ".join(f"{name} {value}" for name, value in wording.bounds_figures(claim))
    return [
        claim.statement,
        f"{WORDS['covered']}: {wording.scope_sentence(claim.bounds)} {figures}".rstrip(),
        *(f"{WORDS['not_covered']}: {sentence}" for sentence in claim.bounds.not_covered),
        f"{WORDS['reproduce']}: {claim.reproduce}",
        # The convention by which Jenkins and GitLab find files that belong to a test case.
        *(f"[[ATTACHMENT|{link_to(item)}]]" for item in claim.evidence),
    ]


def _task_case(task: ReportedTask) -> ET.Element:
    group, _, name = task.id.partition("/")
    case = ET.Element("testcase", classname=f"assay.{group}", name=_text(name), time=f"{task.seconds or 0:.3f}")
    error = ET.SubElement(case, "error", type=task.status.value, message=_text(task.message or task.title))
    error.text = _text("\n".join(part for part in (task.message, task.where, task.hint) if part))
    return case


def _seconds(reported: ReportedClaim) -> str:
    return f"{reported.claim.bounds.duration_seconds or 0:.3f}"


def _text(text: str) -> str:
    """Text that XML can carry: what it cannot is written as Python would escape it."""
    return _NOT_XML.sub(lambda match: match.group().encode("unicode_escape", "surrogatepass").decode("ascii"), text)
