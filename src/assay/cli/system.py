"""`assay system`: starts, stops and watches the services that `assay.toml` describes."""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from assay.exit_codes import ExitCode
from assay.texts import TEXTS

if TYPE_CHECKING:
    from assay.system import System
    from assay.system.services import ServiceStatus

__all__ = ["application"]

application = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

_TEXTS = TEXTS["system"]
_WATCH_SECONDS = 1.0

Names = Annotated[list[str] | None, typer.Argument(metavar="[SERVICE]...", help=_TEXTS["services_help"])]
Config = Annotated[Path | None, typer.Option("--config", help=TEXTS["config_help"])]
Json = Annotated[bool, typer.Option("--json", help=TEXTS["json_help"])]


@application.command(help=_TEXTS["up_help"], epilog=_TEXTS["up_examples"])
def up(
    services: Names = None,
    *,
    keep: Annotated[bool, typer.Option("--keep", help=_TEXTS["keep_help"])] = False,
    json: Json = False,
    config: Config = None,
) -> int:
    """See `up_help` in the catalogue of texts."""
    from assay.cli.system_output import StartPrinter, print_start_json
    from assay.system.services import start_services

    system = _system(config, services)
    printer = StartPrinter(system, silent=json)
    with _stopping_on_signals() as (stop, hurry):
        result = start_services(
            system,
            services or (),
            keep=keep,
            stop=stop,
            hurry=hurry,
            on_start=printer.started,
            on_stop=printer.stopped,
        )
    code = ExitCode.ALL_HOLD if result.is_ready else ExitCode.COULD_NOT_COMPLETE
    if result.is_cancelled:
        code = ExitCode.INTERRUPTED
    if json:
        print_start_json(result, code)
    else:
        printer.ended(result)
    return code


@application.command(help=_TEXTS["down_help"], epilog=_TEXTS["down_examples"])
def down(services: Names = None, *, json: Json = False, config: Config = None) -> int:
    """See `down_help` in the catalogue of texts."""
    from assay.cli.system_output import print_stop_json, print_stops
    from assay.system.services import StopOutcome, stop_services

    system = _system(config, services)
    with _stopping_on_signals(is_stopping=True) as (_, hurry):
        stops = stop_services(system, services or (), hurry=hurry)
    survived = any(stop.outcome is StopOutcome.SURVIVED for stop in stops)
    code = ExitCode.COULD_NOT_COMPLETE if survived else ExitCode.ALL_HOLD
    if json:
        print_stop_json(stops, code)
    else:
        print_stops(stops, named=bool(services))
    return code


@application.command(help=_TEXTS["status_help"], epilog=_TEXTS["status_examples"])
def status(
    services: Names = None,
    *,
    watch: Annotated[bool, typer.Option("--watch", "-w", help=_TEXTS["watch_help"])] = False,
    json: Json = False,
    config: Config = None,
) -> int:
    """See `status_help` in the catalogue of texts."""
    from assay.cli.system_output import print_status, print_status_json, watch_statuses
    from assay.system.services import State, status_of

    system = _system(config, services)
    if watch:
        watch_statuses(_samples(system, services or ()), as_json=json)
    statuses = status_of(system, services or ())
    all_ready = all(one.state is State.READY for one in statuses)
    code = ExitCode.ALL_HOLD if all_ready else ExitCode.COULD_NOT_COMPLETE
    if json:
        print_status_json(statuses, code)
    else:
        print_status(statuses)
    return code


def _samples(system: "System", names: Sequence[str]) -> "Iterator[tuple[ServiceStatus, ...]]":
    """One after another, until Ctrl-C."""
    import time

    from assay.system.services import status_of

    before: tuple[ServiceStatus, ...] = ()
    while True:
        before = status_of(system, names, before=before)
        yield before
        time.sleep(_WATCH_SECONDS)


def _system(config: Path | None, names: Sequence[str] | None) -> "System":
    """The system that is described here or above, else the one that ships; it has services of these names.

    Raises:
        UsageError: It has none, or no such service.
    """
    import difflib

    from assay.errors import Place, UsageError
    from assay.system import find_system

    system = find_system(Path.cwd(), config)
    known = [service.name for service in system.services]
    where = Place(system.source) if system.source else None
    if not known:
        raise UsageError(f"{system.name} has no services", where=where, hint="describe each in a [[service]] entry")
    for name in names or ():
        if name not in known:
            similar = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {similar[0]}?" if similar else f"there are: {', '.join(known)}"
            raise UsageError(f"no service is called {name!r}", where=where, hint=hint)
    return system


@contextmanager
def _stopping_on_signals(*, is_stopping: bool = False) -> Iterator[tuple[threading.Event, threading.Event]]:
    """The first Ctrl-C or SIGTERM asks to stop in order, the second one to hurry.

    Args:
        is_stopping: True where the command stops services anyway: then the first one already asks to hurry.
    """
    stop, hurry = threading.Event(), threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set() or is_stopping:
            hurry.set()
            return
        stop.set()
        print(_TEXTS["stopping"], file=sys.stderr, flush=True)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop, hurry
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
