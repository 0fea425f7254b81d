"""Brings one service up: from its command to its first good answer, or to the reason why there is none."""

import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path

from assay.system.model import System
from assay.system.service import Service
from assay.system.services import keeper
from assay.system.services.health import CHECK_SECONDS, Answer, check_health, is_taken
from assay.system.services.listeners import how_to_find_listener, listener_on
from assay.system.services.log import last_lines, open_new_log
from assay.system.services.processes import process
from assay.system.services.records import Record, ServiceFolder
from assay.system.services.status import environment_of, how_it_ended, masking_of
from assay.system.services.stopping import end_processes

__all__ = ["Cancellation", "ServiceStart", "StartOutcome", "bring_up"]

_FIRST_INTERVAL = 0.02
_LONGEST_INTERVAL = 0.25
_KEEPER_SECONDS = 10.0
"""How long a keeper may take to record that it started the service."""


@unique
class StartOutcome(StrEnum):
    """What came of starting a service."""

    READY = "ready"
    ALREADY_RUNNING = "already-running"
    """It was running, and is ready. So is a service that something else starts."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    """It was given up before it was ready, for a reason that is not its own."""
    NOT_STARTED = "not-started"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStart:
    """What came of starting one service."""

    name: str
    outcome: StartOutcome
    url: str
    pid: int | None = None
    """None where it does not run, or something else started it."""
    mark: str | None = None
    """Of the start that was made here; None where it was not started here."""
    seconds: float = 0.0
    """Until it was ready, or it was clear that it will not be."""
    reason: str | None = None
    """Why it is not ready."""
    hint: str | None = None
    """What to do about that."""
    exit_code: int | None = None
    """Of a service that died; the negative of the signal where one ended it."""
    last_answer: str | None = None
    """What its last check came to, where it is not ready."""
    last_lines: tuple[str, ...] = ()
    """Of its log, where it is not ready."""
    log: Path | None = None


class Cancellation:
    """Why to stop waiting: it was asked for, or something else failed.

    Args:
        asked: Set by who asks for it.
    """

    def __init__(self, asked: threading.Event) -> None:
        self._asked = asked
        self._given_up = threading.Event()

    @property
    def is_asked(self) -> bool:
        """True where somebody asked for it."""
        return self._asked.is_set()

    def is_set(self) -> bool:
        """True where there is nothing to wait for any more."""
        return self._asked.is_set() or self._given_up.is_set()

    def give_up(self) -> None:
        """Makes every waiting end."""
        self._given_up.set()

    def sleep(self, seconds: float) -> None:
        """Sleeps at most that long."""
        self._given_up.wait(seconds)


class _FailedError(Exception):
    """The service cannot be made ready."""

    def __init__(self, reason: str, hint: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


@dataclass(slots=True)
class _Attempt:
    """What is known so far."""

    service: Service
    system: System
    folder: ServiceFolder
    cancellation: Cancellation
    began: float
    record: Record | None = None
    is_started_here: bool = False
    answer: Answer | None = None

    def result(self, outcome: StartOutcome, reason: str | None = None, hint: str | None = None) -> ServiceStart:
        service, record = self.service, self.record
        well = outcome in {StartOutcome.READY, StartOutcome.ALREADY_RUNNING}
        log = self.folder.log_path(service.name) if record else None
        masking = masking_of(service)
        return ServiceStart(
            name=service.name,
            outcome=outcome,
            url=service.url,
            pid=record.pid if record else None,
            mark=record.mark if record and self.is_started_here else None,
            seconds=time.monotonic() - self.began,
            reason=masking(reason) if reason else None,
            hint=hint,
            exit_code=record.code if record else None,
            last_answer=masking(self.answer.text) if self.answer and not well else None,
            last_lines=last_lines(log, masking) if log and not well else (),
            log=log,
        )


def bring_up(service: Service, system: System, folder: ServiceFolder, cancellation: Cancellation) -> ServiceStart:
    """Makes one service ready whose needs are ready. Whoever calls it holds the lock of `folder`. Never raises."""
    attempt = _Attempt(service, system, folder, cancellation, time.monotonic())
    try:
        found = folder.record(service.name)
        if found and found.runs:
            attempt.record = found
        elif service.start is not None:
            _prepare(service, folder, found)
            attempt.record, attempt.is_started_here = _start(service, system, folder), True
        if not _await_ready(attempt):
            return attempt.result(StartOutcome.CANCELLED, "stopped before it was ready")
    except _FailedError as error:
        return attempt.result(StartOutcome.FAILED, error.reason, error.hint)
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        return attempt.result(StartOutcome.FAILED, f"cannot be started:{place} {error.strerror or error}".lower())
    if attempt.record:
        folder.note_ready(service.name, attempt.record)
    return attempt.result(StartOutcome.READY if attempt.is_started_here else StartOutcome.ALREADY_RUNNING)


def _prepare(service: Service, folder: ServiceFolder, stale: Record | None) -> None:
    """Clears away what an earlier start left behind, and sees that nothing is in the way."""
    if stale:
        # Children of a service that died: nothing looks after them, and they may hold its port.
        end_processes(service, stale, threading.Event())
    folder.forget(service.name)
    if is_taken(service.address):
        raise _in_the_way(service, folder)


def _in_the_way(service: Service, folder: ServiceFolder) -> _FailedError:
    port = service.address.port
    listener = listener_on(port)
    if listener is None or listener.pid is None:
        by = str(listener) if listener else "something that this user may not see"
        return _FailedError(
            f"port {port} is in use by {by}",
            hint=f"`sudo {how_to_find_listener(port)}` shows by what; stop that, or give the service another port",
        )
    found = process(listener.pid)
    for name in folder.names():
        record = folder.record(name)
        if found and record and record.runs and found.session == record.pid:
            return _FailedError(
                f"port {port} is in use by {name}, a service of this system (pid {listener.pid})",
                hint="give one of them another port",
            )
    return _FailedError(
        f"port {port} is in use by {listener}",
        hint=f"stop that, or give the service another port; `{how_to_find_listener(port)}` shows what listens",
    )


def _start(service: Service, system: System, folder: ServiceFolder) -> Record:
    environment = environment_of(service)
    workplace = system.root / service.folder
    program, *arguments = service.command
    # As the system looks for it: with a slash from the service's folder, else in the folders of PATH.
    path = str(workplace / program) if "/" in program else program
    if shutil.which(path, path=environment.get("PATH", os.defpath)) is None:
        raise _FailedError(
            f"there is no program {program}",
            hint=f"`start` is run in {workplace}, without a shell; PATH is searched for names without a slash",
        )
    mark = secrets.token_hex(8)
    log = folder.log_path(service.name)
    with open_new_log(log) as output:
        # The keeper sees to it that the record is written, whatever becomes of this process.
        subprocess.run(  # noqa: S603 # what assay.toml says is what is to be run
            [
                *(sys.executable, "-I", "-S", keeper.__file__),
                *(str(folder.record_path(service.name)), mark, program, *arguments),
            ],
            cwd=workplace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            check=False,
        )
    until = time.monotonic() + _KEEPER_SECONDS
    while time.monotonic() < until:
        record = folder.record(service.name)
        if record and record.mark == mark:
            return record
        time.sleep(0.002)
    raise _FailedError(f"its keeper recorded nothing within {_KEEPER_SECONDS:.0f} s", hint=f"see {log}")


def _await_ready(attempt: _Attempt) -> bool:
    """Waits for a good answer.

    Returns:
        False where it was cancelled.
    """
    service, interval = attempt.service, _FIRST_INTERVAL
    until = attempt.began + service.ready_seconds
    while True:
        _refuse_dead(attempt)
        if attempt.cancellation.is_set():
            return False
        attempt.answer = check_health(service, max(0.05, min(CHECK_SECONDS, until - time.monotonic())))
        if attempt.answer.ready:
            # Something else may have answered in its place.
            _refuse_dead(attempt)
            return True
        if time.monotonic() > until:
            _refuse_dead(attempt)
            what = "it is not started by Assay, and " if attempt.record is None else ""
            raise _FailedError(
                f"{what}not ready within {service.ready_seconds:g} s",
                hint="`ready-seconds` in assay.toml gives it longer"
                if attempt.record
                else "start it, or give it a `start` command in assay.toml",
            )
        attempt.cancellation.sleep(interval)
        interval = min(interval * 1.5, _LONGEST_INTERVAL)


def _refuse_dead(attempt: _Attempt) -> None:
    """Raises where the service does not run any more."""
    record = attempt.record
    if record is None or record.runs:
        return
    attempt.record = attempt.folder.last_record(attempt.service.name, record)
    in_background = "a service runs in the foreground: what it leaves behind in the background is ended with it"
    raise _FailedError(how_it_ended(attempt.record), hint=in_background if attempt.record.code == 0 else None)
