"""Annotations for GitHub Actions: each finding at the line it is about, in the diff of a pull request.

The runner reads *workflow commands* from the output of a step: `::error file=..,line=..,title=..::message`. What must
be escaped, and how, is what GitHub's own toolkit does (`packages/core/src/command.ts` of `actions/toolkit`): of a
message `%`, carriage return and line feed, of a property `:` and `,` as well.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from assay.verify.formats.text import trace_lines
from assay.verify.result import CheckResult, Diagnostic, Location, PropertyStatus, Trace, Verdict

__all__ = ["annotation", "write"]

_MOST_LINES = 60
"""Of a counterexample within an annotation; the log of the step has the whole."""

_FINDINGS = {Verdict.SAFETY, Verdict.DEADLOCK, Verdict.LIVENESS, Verdict.ASSUMPTION, Verdict.ERROR}


def write(result: CheckResult) -> str:
    """One line for each finding; nothing where there is none."""
    return "".join(f"{line}\n" for line in _annotations(result))


def annotation(level: str, title: str, message: str, location: Location | None) -> str:
    """A workflow command.

    Args:
        level: `error`, `warning` or `notice`.
        title: Its first line, in bold.
        message: What is said; may have lines.
        location: What it is about; without one, it is shown with the summary of the run.
    """
    place = {}
    if location is not None:
        place = {"file": _in_repository(location.path), "line": location.line, "endLine": location.end_line}
        if location.line == location.end_line:
            # GitHub shows columns of one line only.
            place |= {"col": location.column, "endColumn": location.end_column}
    properties = ",".join(
        f"{name}={_escaped_property(str(value))}" for name, value in (place | {"title": title}).items()
    )
    return f"::{level} {properties}::{_escaped(message)}"


def _annotations(result: CheckResult) -> Iterator[str]:
    for diagnostic in result.warnings:
        yield _of_diagnostic("warning", diagnostic)
    for diagnostic in result.diagnostics:
        yield _of_diagnostic("error", diagnostic)
    for trace in result.traces:
        yield annotation("error", _title(result, trace), _told(result, trace), _place(result, trace))
    if result.verdict in _FINDINGS and not result.diagnostics and not result.traces:
        yield annotation("error", result.module, result.message, None)
    if result.verdict is Verdict.LIMIT:
        yield annotation("warning", result.module, f"not every state was checked: {result.message}", None)


def _of_diagnostic(level: str, diagnostic: Diagnostic) -> str:
    message = f"{diagnostic.message}\n{diagnostic.hint}" if diagnostic.hint else diagnostic.message
    return annotation(level, diagnostic.code, message, diagnostic.location)


def _title(result: CheckResult, trace: Trace) -> str:
    if trace.name:
        return f"{result.module}: {trace.name} is violated"
    return f"{result.module}: {'deadlock' if trace.kind == 'deadlock' else result.message}"


def _told(result: CheckResult, trace: Trace) -> str:
    lines = list(trace_lines(trace, all_variables=False))
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"({len(lines) - _MOST_LINES} lines more in the log)"]
    configuration = f" with {result.configuration.name}" if result.configuration else ""
    return "\n".join([f"{result.specification.name}{configuration}", *lines])


def _place(result: CheckResult, trace: Trace) -> Location | None:
    """Where what is violated is defined; of a deadlock, the action that led into it."""
    for known in result.properties:
        if known.name == trace.name and known.status is PropertyStatus.VIOLATED:
            return known.location
    action = trace.states[-1].action if trace.states else None
    return action.location if action else None


def _in_repository(path: str) -> str:
    """Relative to the checkout, which is how GitHub knows files."""
    workspace = os.environ.get("GITHUB_WORKSPACE", "")
    absolute = Path(path).absolute()
    return str(absolute.relative_to(workspace)) if workspace and absolute.is_relative_to(workspace) else path


def _escaped(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(value: str) -> str:
    return _escaped(value).replace(":", "%3A").replace(",", "%2C")
