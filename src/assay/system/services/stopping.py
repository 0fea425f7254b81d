"""Stops services: what needs others first, by their signal, and by force where that is not enough."""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum, unique

from assay.system.model import System
from assay.system.needs import layers_of_needs
from assay.system.service import Service
from assay.system.services.processes import Process, all_processes
from assay.system.services.records import Record, ServiceFolder
from assay.system.services.status import processes_of

__all__ = ["KILL_SECONDS", "ServiceStop", "StopOutcome", "end_processes", "stop_all", "stop_services"]

KILL_SECONDS = 5.0
"""How long a killed process may take to be gone; one that waits for a device can take longer than anybody waits."""

_INTERVAL = 0.02
_MOST_AT_ONCE = 32


@unique
class StopOutcome(StrEnum):
    """What came of stopping a service."""

    STOPPED = "stopped"
    KILLED = "killed"
    """It, or one of its children, did not stop by its signal in time."""
    NOT_RUNNING = "not-running"
    SURVIVED = "survived"
    """Even killing did not end it within `KILL_SECONDS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStop:
    """What came of stopping one service."""

    name: str
    outcome: StopOutcome
    pid: int | None = None
    signal: str | None = None
    """That it was sent first."""
    seconds: float = 0.0
    killed: int = 0
    """How many of its processes had to be killed."""


OnStop = Callable[[ServiceStop], None]


def stop_services(
    system: System,
    names: Sequence[str] = (),
    *,
    hurry: threading.Event | None = None,
    on_stop: OnStop = lambda _stop: None,
) -> tuple[ServiceStop, ...]:
    """Stops services that Assay started; what needs others is stopped before them.

    Args:
        system: Whose services.
        names: Of services; all where none is named, those included that are not described any more.
        hurry: Once it is set, what still runs is killed at once.
        on_stop: Told of each as it stops, from several threads.

    Raises:
        ServiceError: Another command works on the services for too long.
    """
    folder = ServiceFolder(system.state)
    if not folder.path.exists():
        return tuple(
            ServiceStop(name=service.name, outcome=StopOutcome.NOT_RUNNING)
            for service in system.services
            if service.start and (not names or service.name in names)
        )
    hurry = hurry or threading.Event()
    with folder.locked(hurry.is_set):
        return stop_all(system, names, folder, hurry, on_stop)


def stop_all(
    system: System, names: Sequence[str], folder: ServiceFolder, hurry: threading.Event, on_stop: OnStop
) -> tuple[ServiceStop, ...]:
    """As `stop_services`, for who holds the lock already."""
    described = {service.name: service for service in system.services}
    # Of what is not described any more nothing is known; the defaults stop it.
    forgotten = [
        Service(name=name, url="tcp://127.0.0.1:1", start=name) for name in folder.names() if name not in described
    ]
    wanted = [
        service
        for service in (*system.services, *forgotten)
        if (service.name in names if names else service.start or folder.record(service.name))
    ]
    jobs: list[Future[ServiceStop]] = []
    with ThreadPoolExecutor(max_workers=_MOST_AT_ONCE) as pool:
        for layer in reversed(layers_of_needs(wanted)):
            of_layer = [pool.submit(_stop, service, folder, hurry, on_stop) for service in layer]
            # One that fails does not keep the others running: what it raised is raised when all are done.
            wait(of_layer)
            jobs += of_layer
    return tuple(job.result() for job in jobs)


def _stop(service: Service, folder: ServiceFolder, hurry: threading.Event, on_stop: OnStop) -> ServiceStop:
    record = folder.record(service.name)
    if record is None:
        folder.forget(service.name)
        return ServiceStop(name=service.name, outcome=StopOutcome.NOT_RUNNING)
    stop = end_processes(service, record, hurry)
    if stop.outcome is not StopOutcome.SURVIVED:
        # Its last word must not come after the record is forgotten.
        folder.last_record(service.name, record)
        folder.forget(service.name)
    on_stop(stop)
    return stop


def end_processes(service: Service, record: Record, hurry: threading.Event) -> ServiceStop:
    """Ends the processes of one start of a service, as far as there are any; the record stays."""
    began = time.monotonic()
    # While any process of a session is left, the system gives its number to no other.
    is_session = record.runs
    left = _left(record, is_session=is_session)
    if not left:
        return ServiceStop(name=service.name, outcome=StopOutcome.NOT_RUNNING)
    number = signal.Signals[f"SIG{service.stop_signal}"]
    for one in left:
        _send(one, number)
    until = began + service.stop_seconds
    while left and time.monotonic() < until and not hurry.is_set():
        time.sleep(_INTERVAL)
        left = _left(record, is_session=is_session)
    killed: set[int] = set()
    until = time.monotonic() + KILL_SECONDS
    while left and time.monotonic() < until:
        for one in left:
            _send(one, signal.SIGKILL)
        killed |= {one.pid for one in left}
        time.sleep(_INTERVAL)
        left = _left(record, is_session=is_session)
    outcome = StopOutcome.SURVIVED if left else StopOutcome.KILLED if killed else StopOutcome.STOPPED
    return ServiceStop(
        name=service.name,
        outcome=outcome,
        pid=record.pid,
        signal=number.name,
        seconds=time.monotonic() - began,
        killed=len(killed),
    )


def _left(record: Record, *, is_session: bool) -> tuple[Process, ...]:
    return processes_of(record, tuple(all_processes()), is_session=is_session)


def _send(one: Process, number: signal.Signals) -> None:
    try:
        os.kill(one.pid, number)
    except ProcessLookupError:
        # It ended since it was seen.
        return
    except PermissionError:
        # It became another user's: it stays among those that are left, and is reported so.
        return
