"""Whom to watch: services by name, each with its process and all its children."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from assay.system.model import System
from assay.system.services.records import ServiceFolder

__all__ = ["Watched", "family_of", "parents", "watched_services"]

_PROC = Path("/proc")


class Watched(NamedTuple):
    """A service to be watched."""

    name: str
    pid: int
    """Of the process that was started; its children are watched too."""
    metrics_url: str | None = None
    """Where it exposes metrics for Prometheus; None where it is not to be asked."""


def watched_services(system: System, names: Iterable[str] = ()) -> tuple[Watched, ...]:
    """The services of a system that Assay started and that run now.

    Args:
        system: Whose services.
        names: Only these; all where none is named.
    """
    folder = ServiceFolder(system.state)
    wanted = set(names)
    found = []
    for service in system.services:
        record = folder.record(service.name)
        if record is None or record.pid is None or not record.runs or (wanted and service.name not in wanted):
            continue
        speaks_http = service.url.startswith("http")
        found.append(Watched(service.name, record.pid, service.url.rstrip("/") + "/metrics" if speaks_http else None))
    return tuple(found)


def parents(proc: Path = _PROC) -> dict[int, int]:
    """The parent of every process that can be seen."""
    found = {}
    for entry in proc.iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            fields = (entry / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        if fields[0] not in {b"Z", b"X"}:
            found[int(entry.name)] = int(fields[1])
    return found


def family_of(pid: int, parent_of: dict[int, int]) -> set[int]:
    """The process, its children, their children, and so on, as far as they run."""
    children: dict[int, list[int]] = {}
    for child, parent in parent_of.items():
        children.setdefault(parent, []).append(child)
    family: set[int] = set()
    open_ends = [pid] if pid in parent_of else []
    while open_ends:
        member = open_ends.pop()
        if member not in family:
            family.add(member)
            open_ends += children.get(member, ())
    return family
