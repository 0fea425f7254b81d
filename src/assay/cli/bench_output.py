"""What `assay bench run` shows: a line while it runs, then a summary of each test, or JSON."""

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import msgspec

from assay.bench.conducting import StepProgress
from assay.bench.designs import Measured
from assay.bench.designs.health import failures_text
from assay.bench.histogram import Histogram
from assay.bench.result import LoadResult
from assay.bench.testing import Outcome, document_of
from assay.errors import AssayError, UsageError
from assay.evidence.verdict import Verdict
from assay.exit_codes import ExitCode
from assay.texts.bench_run import BENCH_RUN_TEXTS

__all__ = ["LiveLine", "exit_code_of", "print_documents", "print_outcome", "write_documents"]

_TEXTS = BENCH_RUN_TEXTS
_PLAIN_SECONDS = 10.0
_QUANTILES = (0.5, 0.9, 0.95, 0.99)
_MEBIBYTE = 1024**2
_SLOW_SHOWN = 3


class LiveLine:
    """How far a test is: a line that is written over on a terminal, one every ten seconds elsewhere.

    Args:
        test: Its name.
        stream: Where it is shown.
    """

    def __init__(self, test: str, stream: TextIO) -> None:
        self._test = test
        self._stream = stream
        self._live = stream.isatty()
        self._shown = False
        self._next = time.monotonic() + _PLAIN_SECONDS

    def __enter__(self) -> Self:
        self._write(_TEXTS["waiting"].format(test=self._test, step=_TEXTS["starting"]))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.clear()

    def tell(self, progress: StepProgress) -> None:
        """Shows how far it is."""
        names = {"test": self._test, "step": progress.step.label}
        load = progress.load
        if load is not None:
            line = _TEXTS["live"].format(
                **names,
                seconds=load.seconds,
                rate=load.rate,
                p50=load.p50 * 1000,
                p99=load.p99 * 1000,
                failed=load.failed,
                dropped=load.dropped,
            )
        else:
            line = _TEXTS["live_bare"].format(**names, seconds=progress.seconds)
        self._write(line)

    def clear(self) -> None:
        """Takes the line away."""
        if self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._shown = False

    def _write(self, line: str) -> None:
        if self._live:
            self._stream.write(f"\r\x1b[2K{line}")
            self._stream.flush()
            self._shown = True
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + _PLAIN_SECONDS
            self._stream.write(f"{line}\n")
            self._stream.flush()


def print_outcome(outcome: Outcome, *, first: bool) -> None:
    """The summary of a test."""
    lines = [] if first else [""]
    counted = outcome.counted
    loads = [measured.step.label for measured in counted]
    load = loads[0] if len(loads) == 1 else f"{loads[0]} to {loads[-1]}" if loads else ""
    design = outcome.settings.design
    lines.append(
        _TEXTS["title"].format(test=outcome.settings.name, design=design, load=load, target=outcome.base.target)
    )
    if counted:
        lines += _one(counted[0].result) if len(counted) == 1 else _several(counted)
    lines += _slowest(outcome)
    lines += ["", *_findings(outcome)]
    print("\n".join(lines))


def _one(result: LoadResult) -> Iterable[str]:
    if result.is_partial:
        yield "  " + _TEXTS["partial"].format(explanation=result.explanation or result.ending)
    intended = result.intended_rate
    text = _TEXTS["rate_closed"] if intended is None else _TEXTS["rate_open"]
    yield "  " + text.format(intended=intended, achieved=result.rate)
    counts = _TEXTS["counts"].format(answered=result.answered, failed=result.failed)
    counts += _TEXTS["dropped"].format(count=result.dropped) if result.dropped else ""
    counts += _TEXTS["interrupted"].format(count=result.interrupted) if result.interrupted else ""
    yield f"  {counts}"
    if (errors := failures_text(result)) != "none":
        yield "  " + _TEXTS["errors"].format(errors=errors)
    for name, reason in result.failure_reasons.items():
        yield "  " + _TEXTS["reason"].format(name=name, reason=reason)
    yield from _about_scenario(result)
    yield from _about_generator(result)
    yield ""
    yield from _endpoints(result)


def _about_scenario(result: LoadResult) -> Iterable[str]:
    if result.iterations is not None:
        completed, cut_short = result.iterations.count, result.iterations_cut_short
        yield "  " + _TEXTS["iterations"].format(completed=completed, cut_short=cut_short)
    for check in result.checks:
        total = check.passed + check.failed
        yield "  " + _TEXTS["check"].format(name=check.name, passed=check.passed, total=total)


def _about_generator(result: LoadResult) -> Iterable[str]:
    generator = result.generator
    line = _TEXTS["generator"].format(
        tool=result.tool, version=result.version, seconds=generator.user_seconds + generator.system_seconds
    )
    line += _TEXTS["peak"].format(size=generator.peak_bytes / _MEBIBYTE) if generator.peak_bytes else ""
    yield f"  {line}"
    for limit in generator.limits:
        yield "  " + _TEXTS["limit"].format(limit=limit)
    others = [name for name in result.measurement.unknown if name != "tls"]
    if others:
        yield "  " + _TEXTS["unmeasured"].format(tool=result.tool, fields=", ".join(others))


def _endpoints(result: LoadResult) -> Iterable[str]:
    merged: dict[str, tuple[int, int, Histogram]] = {}
    for endpoint in result.endpoints:
        answered, failed, latency = merged.get(endpoint.name, (0, 0, Histogram()))
        merged[endpoint.name] = (
            answered + endpoint.answered,
            failed + endpoint.failed,
            latency.merged(endpoint.latency),
        )
    rows = [_row(name, *figures) for name, figures in merged.items()]
    if len(rows) != 1:
        rows.append(_row(_TEXTS["all_endpoints"], result.answered, result.failed, result.latency))
    return _table(_TEXTS["endpoint_columns"], rows)


def _row(name: str, answered: int, failed: int, latency: Histogram) -> list[str]:
    figures = (latency.mean, *latency.quantiles(_QUANTILES), latency.maximum)
    return [name, f"{answered:,}", f"{failed:,}", *map(_milliseconds, figures)]


def _several(counted: Sequence[Measured]) -> Iterable[str]:
    rows = []
    for measured in counted:
        result = measured.result
        p50, p95, p99 = result.latency.quantiles((0.5, 0.95, 0.99))
        achieved = result.answered / max(result.elapsed_seconds, result.scheduled_seconds, 1e-9)
        dropped = "?" if result.dropped is None else f"{result.dropped:,}"
        figures = map(_milliseconds, (p50, p95, p99, result.latency.maximum))
        rows.append([measured.step.label, f"{achieved:,.1f}", f"{result.failed:,}", dropped, *figures])
    yield ""
    yield from _table(_TEXTS["step_columns"], rows)
    for measured in counted:
        if measured.result.is_partial:
            explanation = measured.result.explanation or measured.result.ending
            yield "  " + _TEXTS["partial_step"].format(step=measured.step.label, explanation=explanation)
    limits = dict.fromkeys(limit for measured in counted for limit in measured.result.generator.limits)
    for limit in list(limits)[:3]:
        yield "  " + _TEXTS["limit"].format(limit=limit)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Rows below their columns; the last of those is the unit that the durations have."""
    *names, unit = columns
    widths = [max(len(row[index]) for row in [names, *rows]) for index in range(len(names))]
    for number, row in enumerate([names, *rows]):
        first = row[0].ljust(widths[0])
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  " + "  ".join([first, *cells]) + (f"  {unit}" if number == 0 else "")


def _slowest(outcome: Outcome) -> Iterable[str]:
    """The slowest of the requests that began a trace, and where their time went where that is known."""
    traces = {trace.trace: trace for trace in outcome.traces}
    traced = [request for request in outcome.slowest if request.trace][:_SLOW_SHOWN]
    if traced:
        yield ""
    for request in traced:
        yield "  " + _TEXTS["slow"].format(
            latency=_milliseconds(request.seconds), endpoint=request.endpoint, end=request.end, trace=request.trace
        )
        if trace := traces.get(request.trace or ""):
            span = trace.largest
            own = _milliseconds(span.own_seconds)
            yield "  " + _TEXTS["slow_span"].format(own=own, service=span.service, name=span.name)


def _findings(outcome: Outcome) -> Iterable[str]:
    for finding in outcome.findings:
        yield f"  {finding.verdict:<14}  {finding.statement}"
        yield f"  {'':<14}  {finding.explanation}"


def _milliseconds(seconds: float) -> str:
    value = seconds * 1000
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"  # noqa: PLR2004 # digits


def exit_code_of(outcomes: Sequence[Outcome], failures: Sequence[AssayError], *, stopped: bool) -> ExitCode:
    """What the command ends with."""
    if stopped:
        return ExitCode.INTERRUPTED
    verdicts = {finding.verdict for outcome in outcomes for finding in outcome.findings}
    if Verdict.VIOLATED in verdicts:
        return ExitCode.SOME_VIOLATED
    if not outcomes and failures:
        return failures[0].exit_code
    return ExitCode.COULD_NOT_COMPLETE if failures or Verdict.UNKNOWN in verdicts else ExitCode.ALL_HOLD


def print_documents(outcomes: Sequence[Outcome], code: ExitCode) -> None:
    """For programs: one document."""
    sys.stdout.write(_documents(outcomes, code))


def write_documents(outcomes: Sequence[Outcome], code: ExitCode, path: Path) -> None:
    """The same, into a file.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        path.write_text(_documents(outcomes, code), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def _documents(outcomes: Sequence[Outcome], code: ExitCode) -> str:
    document = {"exit_code": int(code), "tests": [document_of(outcome) for outcome in outcomes]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
