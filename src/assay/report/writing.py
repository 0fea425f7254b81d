"""Writes the reports beside the evidence that they link to."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from assay.errors import EvidenceError, Place
from assay.evidence import RunFolder
from assay.evidence.artifacts import write_atomically
from assay.report.document import Report, read_report
from assay.report.junit import render_junit
from assay.report.markdown import render_markdown
from assay.report.page import render_page
from assay.report.sarif import render_sarif

__all__ = ["RENDERINGS", "render_json", "write_reports"]


def render_json(folder: RunFolder, report: Report) -> bytes:
    """`report.json`, indented.

    Args:
        folder: Unused: every rendering takes it.
        report: What it says.
    """
    del folder
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


RENDERINGS: Mapping[str, Callable[[RunFolder, Report], bytes]] = MappingProxyType(
    {
        "report.json": render_json,
        "report.html": lambda folder, report: render_page(folder, report).encode(),
        "report.md": lambda folder, report: render_markdown(folder, report).encode(),
        "junit.xml": render_junit,
        "results.sarif": render_sarif,
    }
)
"""Each file of the run folder that is a report, and what makes it."""


def write_reports(folder: RunFolder) -> Report:
    """Reads the run and writes every rendering into its folder, each complete or not at all.

    Raises:
        EvidenceError: A file of the folder is damaged, or a report cannot be written.
    """
    report = read_report(folder)
    for name, render in RENDERINGS.items():
        try:
            write_atomically(folder.path / name, render(folder, report))
        except OSError as error:
            raise EvidenceError(f"cannot write {name}: {error.strerror}", where=Place(folder.path)) from error
    return report
