"""The processes of this machine, as far as services are concerned: which of them still run, and what they use.

Read from /proc on Linux, from `ps` elsewhere.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assay.system.services.keeper import MARK_VARIABLE, start_of

__all__ = ["Process", "all_processes", "is_running", "marked_processes", "process", "processes_by_ps", "seconds_spent"]

_PROC = Path("/proc")
_HAS_PROC = (_PROC / "self" / "stat").exists()
_DEAD = {"Z", "X"}
"""A process that ended, and that only its parent still has to take note of, does nothing any more."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process at one moment."""

    pid: int
    group: int
    session: int
    """Where `ps` does not tell the session: the group."""
    state: str
    """The letter that `ps` shows."""
    resident_bytes: int
    cpu_seconds: float
    """User and system time since it was started."""

    @property
    def runs(self) -> bool:
        """False for a process that ended and was not yet taken note of."""
        return self.state not in _DEAD


def is_running(pid: int, began: str | None) -> bool:
    """True where the process `pid` runs and is the one that began then, not a later one of that number."""
    found = process(pid)
    return began is not None and found is not None and found.runs and start_of(pid) == began


def process(pid: int) -> Process | None:
    """The process of this number; None where there is none."""
    if _HAS_PROC:
        return _from_proc(pid)
    return next((one for one in processes_by_ps() if one.pid == pid), None)


def all_processes() -> Iterator[Process]:
    """Every process that can be seen."""
    if not _HAS_PROC:
        yield from processes_by_ps()
        return
    for pid in _pids():
        found = _from_proc(pid)
        if found:
            yield found


def marked_processes(mark: str) -> Iterator[Process]:
    """Running processes that were started with this mark, or whose forebears were. None where there is no /proc."""
    entry = f"{MARK_VARIABLE}={mark}".encode()
    for pid in _pids() if _HAS_PROC else ():
        try:
            environment = (_PROC / str(pid) / "environ").read_bytes()
        except OSError:
            # Gone by now, or of another user.
            continue
        if entry in environment.split(b"\0"):
            found = _from_proc(pid)
            if found and found.runs:
                yield found


def _pids() -> Iterator[int]:
    return (int(path.name) for path in _PROC.iterdir() if path.name.isdecimal())


def _from_proc(pid: int) -> Process | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return Process(
        pid=pid,
        group=int(fields[2]),
        session=int(fields[3]),
        state=fields[0],
        resident_bytes=int(fields[21]) * os.sysconf("SC_PAGE_SIZE"),
        cpu_seconds=(int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
    )


def processes_by_ps() -> Iterator[Process]:
    """Every process that `ps` tells of."""
    asked = subprocess.run(
        ["ps", "-axo", "pid=,pgid=,stat=,rss=,time="],  # noqa: S607 # ps, wherever it is
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    for line in asked.stdout.splitlines():
        pid, group, state, kibibytes, spent = line.split()
        yield Process(int(pid), int(group), int(group), state[0], int(kibibytes) * 1024, seconds_spent(spent))


def seconds_spent(spent: str) -> float:
    """Reads `1-02:03:04`, `02:03:04` and `3:04.56`."""
    days, _, clock = spent.rpartition("-")
    seconds = 0.0
    for part in clock.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds + int(days or 0) * 86_400
