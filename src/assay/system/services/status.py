"""How the services of a system are at this moment."""

import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path

from assay.system.masking import Masking
from assay.system.model import System
from assay.system.service import Service
from assay.system.services.health import check_health
from assay.system.services.log import last_lines
from assay.system.services.processes import Process, all_processes, marked_processes
from assay.system.services.records import Record, ServiceFolder

__all__ = ["ServiceStatus", "State", "environment_of", "how_it_ended", "masking_of", "processes_of", "status_of"]

_MOST_CHECKS_AT_ONCE = 32


@unique
class State(StrEnum):
    """How a service is."""

    READY = "ready"
    STARTING = "starting"
    """It runs, was not ready yet, and still has time to become so."""
    NOT_READY = "not-ready"
    """It runs, or something else runs it, and its check fails."""
    STOPPED = "stopped"
    DIED = "died"
    """It ended without having been stopped by Assay."""
    NOT_DESCRIBED = "not-described"
    """It runs, and `assay.toml` has no such service any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatus:
    """How one service is at one moment."""

    name: str
    state: State
    url: str | None
    pid: int | None = None
    """None where it does not run, or something else started it."""
    uptime_seconds: float | None = None
    processes: int = 0
    """The service and its children."""
    resident_bytes: int | None = None
    """Of all its processes; memory that they share is counted for each."""
    cpu_seconds: float | None = None
    """User and system time of all its processes that run."""
    cpu_cores: float | None = None
    """How many cores it kept busy: since the sample before where there is one, else since it was started."""
    exit_code: int | None = None
    """Of a service that died; the negative of the signal where one ended it; None where it is not known."""
    reason: str | None = None
    """Why it is not ready: what its last check answered, or how it ended."""
    last_line: str | None = None
    """The last line of its log, where it is not ready."""
    log: Path | None = None
    """Its log; None where there is none."""
    measured_at: float = 0.0
    """On the monotonic clock, in seconds."""


def status_of(
    system: System, names: Sequence[str] = (), *, before: Sequence[ServiceStatus] = ()
) -> tuple[ServiceStatus, ...]:
    """How the services are that have these names; all where none is named.

    Args:
        system: Whose services.
        names: Of services that are described; others are passed over.
        before: The samples before these, from which on the use of the processor is counted.

    Returns:
        In the order of `assay.toml`; after them what still runs and is not described any more.
    """
    folder = ServiceFolder(system.state)
    services = [service for service in system.services if not names or service.name in names]
    earlier = {sample.name: sample for sample in before}
    # One walk through all processes, not one for each service.
    everything = tuple(all_processes())
    with ThreadPoolExecutor(max_workers=_MOST_CHECKS_AT_ONCE) as pool:
        jobs = [pool.submit(_status, service, folder, everything, earlier.get(service.name)) for service in services]
        found = [job.result() for job in jobs]
    described = {service.name for service in system.services}
    for name in folder.names() if not names else ():
        record = folder.record(name)
        if name not in described and record and record.runs:
            figures = _figures(record, everything, earlier.get(name))
            found.append(
                ServiceStatus(name=name, state=State.NOT_DESCRIBED, url=None, log=folder.log_path(name), **figures)  # type: ignore[arg-type] # figures by name
            )
    return tuple(found)


def environment_of(service: Service) -> dict[str, str]:
    """The environment in which a service is started."""
    own = {name: str(value) for name, value in service.environment.items()}
    # Output that a dying program had not yet written out would be missing from its last lines.
    return {"PYTHONUNBUFFERED": "1", **os.environ, **own}


def masking_of(service: Service) -> Masking:
    """What hides the secrets of a service."""
    return Masking(environment_of(service), service.secrets)


def processes_of(record: Record, everything: Sequence[Process], *, is_session: bool) -> tuple[Process, ...]:
    """The running processes of a service.

    Args:
        record: What is known of the service.
        everything: All processes of the machine.
        is_session: True where the session of its number is known to be its own. Where the service itself is gone, a
            later process may have made a session of that number; then only the mark tells its children.
    """
    mine = {one.pid: one for one in everything if is_session and one.runs and one.session == record.pid}
    mine |= {one.pid: one for one in marked_processes(record.mark)}
    return tuple(mine.values())


def how_it_ended(record: Record) -> str:
    """In words, of a service that does not run any more."""
    import signal  # noqa: PLC0415 # seldom needed

    if record.refused:
        return f"could not be started: {record.refused}"
    if record.code is None:
        return "died, and nothing recorded how: the machine was restarted, or its keeper was killed"
    if record.code >= 0:
        return f"died with exit code {record.code}"
    try:
        return f"was ended by {signal.Signals(-record.code).name}"
    except ValueError:
        return f"was ended by signal {-record.code}"


def _status(
    service: Service,
    folder: ServiceFolder,
    everything: Sequence[Process],
    before: ServiceStatus | None,
) -> ServiceStatus:
    record = folder.record(service.name)
    log = folder.log_path(service.name)
    about = {"name": service.name, "url": service.url, "log": log if service.start and log.exists() else None}
    if service.start is None and not (record and record.runs):
        answer = check_health(service)
        state = State.READY if answer.ready else State.NOT_READY
        reason = None if answer.ready else masking_of(service)(answer.text)
        return ServiceStatus(state=state, reason=reason, **about)  # type: ignore[arg-type] # by name
    if record is None:
        return ServiceStatus(state=State.STOPPED, **about)  # type: ignore[arg-type]
    if not record.runs:
        record = folder.last_record(service.name, record)
        ended = {"exit_code": record.code, "reason": how_it_ended(record), "last_line": _last_line(service, log)}
        return ServiceStatus(state=State.DIED, **about, **ended)  # type: ignore[arg-type]
    answer = check_health(service)
    figures = _figures(record, everything, before)
    if answer.ready:
        folder.note_ready(service.name, record)
        return ServiceStatus(state=State.READY, **about, **figures)  # type: ignore[arg-type]
    young = time.time() - record.at < service.ready_seconds
    state = State.STARTING if young and not folder.was_ready(service.name, record) else State.NOT_READY
    reason = masking_of(service)(answer.text)
    return ServiceStatus(state=state, reason=reason, last_line=_last_line(service, log), **about, **figures)  # type: ignore[arg-type]


def _last_line(service: Service, log: Path) -> str | None:
    return next(iter(last_lines(log, masking_of(service), 1)), None)


def _figures(record: Record, everything: Sequence[Process], before: ServiceStatus | None) -> Mapping[str, object]:
    mine = processes_of(record, everything, is_session=record.runs)
    now = time.monotonic()
    uptime = max(0.0, time.time() - record.at)
    spent = sum(one.cpu_seconds for one in mine)
    since, already = uptime, 0.0
    if before and before.pid == record.pid and before.cpu_seconds is not None and before.cpu_seconds <= spent:
        since, already = now - before.measured_at, before.cpu_seconds
    return {
        "pid": record.pid,
        "uptime_seconds": uptime,
        "processes": len(mine),
        "resident_bytes": sum(one.resident_bytes for one in mine),
        "cpu_seconds": spent,
        "cpu_cores": (spent - already) / since if since > 0 else None,
        "measured_at": now,
    }
