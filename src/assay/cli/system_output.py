"""What `assay system` prints: a line for each service, a table, or one JSON document."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec
import typer

from assay.exit_codes import ExitCode
from assay.system import System
from assay.system.services import (
    ServiceStart,
    ServiceStatus,
    ServiceStop,
    StartOutcome,
    StartResult,
    State,
    StopOutcome,
)
from assay.texts import TEXTS

__all__ = [
    "StartPrinter",
    "print_start_json",
    "print_status",
    "print_status_json",
    "print_stop_json",
    "print_stops",
    "watch_statuses",
]

_TEXTS = TEXTS["system"]
_INTERNAL = {"mark", "measured_at"}
"""What only Assay itself has a use for."""

_MINUTE = 60
_HOUR = 3600
_DAY = 86_400


class StartPrinter:
    """Says what comes of each service as it comes.

    Args:
        system: Whose services.
        silent: True where nothing is to be said.
    """

    def __init__(self, system: System, *, silent: bool) -> None:
        self._width = max(len(service.name) for service in system.services)
        self._silent = silent

    def started(self, start: ServiceStart) -> None:
        """One service is ready, or will not be."""
        if self._silent:
            return
        text = {
            StartOutcome.READY: _TEXTS["ready"],
            StartOutcome.ALREADY_RUNNING: _TEXTS["already_running" if start.pid else "ready_elsewhere"],
            StartOutcome.FAILED: _TEXTS["failed"],
            StartOutcome.CANCELLED: _TEXTS["cancelled"],
            StartOutcome.NOT_STARTED: _TEXTS["not_started"],
        }[start.outcome]
        self._say(_filled(text, start, self._width), *(_why(start) if start.outcome is StartOutcome.FAILED else ()))

    def stopped(self, stop: ServiceStop) -> None:
        """One that had been started is stopped again."""
        if not self._silent:
            text = _TEXTS["stopped_again"] if stop.outcome is StopOutcome.STOPPED else _stop_text(stop)
            self._say(_filled(text, stop, self._width))

    def ended(self, result: StartResult) -> None:
        """All is said but what remains."""
        if all(start.outcome is StartOutcome.ALREADY_RUNNING for start in result.services):
            self._say(_TEXTS["already_ready"])
        elif not result.is_ready and not result.stopped and any(start.mark for start in result.services):
            self._say(_TEXTS["kept"])

    def _say(self, *lines: str) -> None:
        try:
            if not self._silent:
                print(*lines, sep="\n", flush=True)
        except OSError:
            # Whoever read is gone, or the terminal is. The services are to be started all the same.
            self._silent = True


def _why(start: ServiceStart) -> Iterator[str]:
    if start.last_answer and start.exit_code is None:
        yield _TEXTS["last_answer"].format(answer=start.last_answer)
    if start.hint:
        yield _TEXTS["hint"].format(hint=start.hint)
    if start.log:
        log = os.path.relpath(start.log)
        yield _TEXTS["last_lines" if start.last_lines else "log_is_empty"].format(log=log)
        yield from (f"      | {line}" for line in start.last_lines)


def print_stops(stops: Sequence[ServiceStop], *, named: bool) -> None:
    """Says what was stopped; what did not run only where services were named."""
    width = max((len(stop.name) for stop in stops), default=0)
    shown = [stop for stop in stops if named or stop.outcome is not StopOutcome.NOT_RUNNING]
    for stop in shown:
        print(_filled(_stop_text(stop), stop, width))
    if not shown:
        print(_TEXTS["nothing_to_stop"])


def _stop_text(stop: ServiceStop) -> str:
    return {
        StopOutcome.STOPPED: _TEXTS["stopped"],
        StopOutcome.KILLED: _TEXTS["killed"],
        StopOutcome.SURVIVED: _TEXTS["survived"],
        StopOutcome.NOT_RUNNING: _TEXTS["not_running"],
    }[stop.outcome]


def print_status(statuses: Sequence[ServiceStatus]) -> None:
    """Shows a table, and below it why services are not ready."""
    print(_status_text(statuses))


def watch_statuses(samples: Iterator[Sequence[ServiceStatus]], *, as_json: bool) -> None:
    """Shows one sample after another: in place on a terminal, below each other elsewhere, a line each as JSON."""
    if as_json:
        for statuses in samples:
            print(msgspec.json.encode(_status_document(statuses)).decode(), flush=True)
    elif sys.stdout.isatty():
        from rich.live import Live
        from rich.text import Text

        with Live(auto_refresh=False) as live:
            for statuses in samples:
                live.update(Text(_status_text(statuses)), refresh=True)
    else:
        for statuses in samples:
            print(_status_text(statuses), flush=True)


def print_start_json(result: StartResult, code: ExitCode) -> None:
    """The result of `up` as one document."""
    document = {
        "ready": result.is_ready,
        "interrupted": result.is_cancelled,
        "exit_code": int(code),
        "services": [_public(start) for start in result.services],
        "stopped": [_public(stop) for stop in result.stopped],
    }
    _echo(document)


def print_stop_json(stops: Sequence[ServiceStop], code: ExitCode) -> None:
    """The result of `down` as one document."""
    _echo({"exit_code": int(code), "services": [_public(stop) for stop in stops]})


def print_status_json(statuses: Sequence[ServiceStatus], code: ExitCode) -> None:
    """The result of `status` as one document."""
    _echo({**_status_document(statuses), "exit_code": int(code)})


def _status_document(statuses: Sequence[ServiceStatus]) -> dict[str, object]:
    ready = all(status.state is State.READY for status in statuses)
    return {"ready": ready, "services": [_public(status) for status in statuses]}


def _public(result: ServiceStart | ServiceStop | ServiceStatus) -> dict[str, object]:
    values = {name: value for name, value in asdict(result).items() if name not in _INTERNAL}
    return {name: str(value) if isinstance(value, Path) else value for name, value in values.items()}


def _echo(document: Mapping[str, object]) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))


def _filled(text: str, result: ServiceStart | ServiceStop, width: int) -> str:
    return text.format(width=width, **asdict(result))


def _status_text(statuses: Sequence[ServiceStatus]) -> str:
    rows = [_TEXTS["columns"], *(_row(status) for status in statuses)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    for status in statuses:
        if status.reason:
            lines += ["", _TEXTS["not_well"].format(name=status.name, reason=status.reason)]
        if status.last_line:
            lines.append(_TEXTS["last_line"].format(line=status.last_line))
    return "\n".join(lines)


def _row(status: ServiceStatus) -> tuple[str, ...]:
    state = _TEXTS["states"][status.state]
    return (
        status.name,
        f"{state} ({status.exit_code})" if status.exit_code is not None else state,
        str(status.pid) if status.pid else "-",
        _duration(status.uptime_seconds) if status.uptime_seconds is not None else "-",
        f"{status.resident_bytes / 1024**2:.0f} MiB" if status.resident_bytes is not None else "-",
        f"{status.cpu_cores:.0%}" if status.cpu_cores is not None else "-",
        status.url or "-",
    )


def _duration(seconds: float) -> str:
    """The two largest units: `42 s`, `3 min 12 s`, `5 h 1 min`, `2 d 7 h`."""
    whole = int(seconds)
    for size, name, smaller, smaller_name in (
        (_DAY, "d", _HOUR, "h"),
        (_HOUR, "h", _MINUTE, "min"),
        (_MINUTE, "min", 1, "s"),
    ):
        if whole >= size:
            return f"{whole // size} {name} {whole % size // smaller} {smaller_name}"
    return f"{whole} s"
