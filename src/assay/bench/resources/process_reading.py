"""One process as /proc shows it, look by look. Counters are read as they are; what ended threads counted stays."""

import os
import resource
import time
from pathlib import Path
from typing import NamedTuple

from assay.bench.resources.control_group import ControlGroup, control_group_of
from assay.bench.resources.measures import ProcessMeasure

__all__ = ["MOST_THREADS", "ProcessReader", "start_ticks"]

MOST_THREADS = 64
"""Threads of one process that are looked at one by one."""

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_NANOSECONDS = 1e9
_LEAST_WINDOW = 0.05
"""Seconds over which a thread's share of a core means something."""


class _Thread(NamedTuple):
    ran: int
    """Nanoseconds on a core."""
    waited: int
    """Nanoseconds in the queue for one."""
    voluntary: int
    involuntary: int


_NEW = _Thread(0, 0, 0, 0)


class ProcessReader:
    """Reads one process again and again.

    Args:
        pid: Of the process; it runs now.
        proc: Where the kernel shows it.
    """

    def __init__(self, pid: int, proc: Path = _PROC) -> None:
        self.pid = pid
        self._folder = proc / str(pid)
        self._began = start_ticks(pid, proc)
        self._group: ControlGroup = control_group_of(pid, proc)
        self._threads: dict[str, _Thread] = {}
        self._sums = [0, 0, 0, 0]
        self._looked: float | None = None
        self.command = self._read_command()
        self.runs_python = _runs_python(self._folder)
        self.descriptor_limit = _descriptor_limit(pid)
        self.cpu_quota = self._group.cpu_quota()
        self.memory_limit = self._group.memory_limit()
        self.has_too_many_threads = False
        self.unreadable: set[str] = set()
        """Files that the system does not let be read."""

    def read(self, *, thorough: bool) -> dict[ProcessMeasure, float] | None:
        """What it used up to now; None where it ended.

        Args:
            thorough: Also what takes longer to find out and changes slowly: descriptors, switches.
        """
        try:
            fields = (self._folder / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return None
        if fields[0] in {b"Z", b"X"} or int(fields[19]) != self._began:
            return None
        found = {
            ProcessMeasure.CPU_USER: int(fields[11]) / _TICKS,
            ProcessMeasure.CPU_SYSTEM: int(fields[12]) / _TICKS,
            ProcessMeasure.THREADS: float(fields[17]),
            ProcessMeasure.RESIDENT: float(int(fields[21]) * _PAGE),
        }
        found |= self._read_disk()
        throttled = self._group.throttled_seconds()
        if throttled is not None:
            found[ProcessMeasure.THROTTLED] = throttled
        found |= self._read_threads(thorough=thorough)
        return found | self._read_descriptors() if thorough else found

    def _read_command(self) -> str:
        try:
            return (self._folder / "comm").read_text(errors="replace").strip()
        except OSError:
            return "?"

    def _read_disk(self) -> dict[ProcessMeasure, float]:
        try:
            lines = (self._folder / "io").read_bytes().split(b"\n")
        except OSError:
            self.unreadable.add("io")
            return {}
        counts = {name: int(value) for name, _, value in (line.partition(b": ") for line in lines) if value}
        written = counts.get(b"write_bytes", 0) - counts.get(b"cancelled_write_bytes", 0)
        return {
            ProcessMeasure.DISK_READ: float(counts.get(b"read_bytes", 0)),
            ProcessMeasure.DISK_WRITTEN: float(max(0, written)),
        }

    def _read_descriptors(self) -> dict[ProcessMeasure, float]:
        try:
            return {ProcessMeasure.DESCRIPTORS: float(len(os.listdir(self._folder / "fd")))}  # noqa: PTH208 # only how many
        except OSError:
            self.unreadable.add("fd")
            return {}

    def _read_threads(self, *, thorough: bool) -> dict[ProcessMeasure, float]:
        now = time.monotonic()
        try:
            numbers = os.listdir(self._folder / "task")  # noqa: PTH208 # names are all that is wanted, ten times a second
        except OSError:
            return {}
        self.has_too_many_threads |= len(numbers) > MOST_THREADS
        states = {"ready": 0, "lock": 0, "disk": 0}
        seen: dict[str, _Thread] = {}
        busiest = wanting = 0
        for number in numbers[:MOST_THREADS]:
            folder = f"{self._folder}/task/{number}"
            known = self._threads.get(number)
            thread = _read_thread(folder, known or _NEW, thorough=thorough or known is None)
            state = _state_of(folder)
            if thread is None or state is None:
                continue
            seen[number] = thread
            if state:
                states[state] += 1
            # A thread that was there at the first look did most of what it counted before.
            before = known or (thread if self._looked is None else _NEW)
            self._sums = [total + new - old for total, new, old in zip(self._sums, thread, before, strict=True)]
            busiest = max(busiest, thread.ran - before.ran)
            wanting = max(wanting, thread.ran + thread.waited - before.ran - before.waited)
        self._threads = seen
        found = {
            ProcessMeasure.RUN_DELAY: self._sums[1] / _NANOSECONDS,
            ProcessMeasure.THREADS_READY: float(states["ready"]),
            ProcessMeasure.THREADS_ON_LOCK: float(states["lock"]),
            ProcessMeasure.THREADS_ON_DISK: float(states["disk"]),
        }
        if thorough:
            found[ProcessMeasure.VOLUNTARY_SWITCHES] = float(self._sums[2])
            found[ProcessMeasure.INVOLUNTARY_SWITCHES] = float(self._sums[3])
        if self._looked is not None and now - self._looked >= _LEAST_WINDOW:
            seconds = (now - self._looked) * _NANOSECONDS
            found[ProcessMeasure.BUSIEST_THREAD] = busiest / seconds
            found[ProcessMeasure.BUSIEST_THREAD_WANTS] = wanting / seconds
        self._looked = now
        return found


def start_ticks(pid: int, proc: Path = _PROC) -> int | None:
    """When the process began, in ticks since the machine did, which tells two of one number apart; None: it is gone."""
    try:
        return int((proc / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()[19])
    except OSError:
        return None


def _runs_python(folder: Path) -> bool:
    """Also where its name is that of a script; a build without the GIL ends in `t`."""
    try:
        program = os.readlink(folder / "exe").rpartition("/")[2]  # noqa: PTH115 # it need not exist here
    except OSError:
        return False
    return program.startswith("python") and not program.endswith("t")


def _read_thread(folder: str, before: _Thread, *, thorough: bool) -> _Thread | None:
    """None where it ended."""
    try:
        ran, waited, _ = _content(f"{folder}/schedstat").split()
        if not thorough:
            return before._replace(ran=int(ran), waited=int(waited))
        switches = [0, 0]
        for line in _content(f"{folder}/status").split(b"\n"):
            if line.startswith(b"voluntary_ctxt_switches:"):
                switches[0] = int(line.split()[1])
            elif line.startswith(b"nonvoluntary_ctxt_switches:"):
                switches[1] = int(line.split()[1])
        return _Thread(int(ran), int(waited), *switches)
    except (OSError, ValueError):
        return None


def _state_of(folder: str) -> str | None:
    """`ready`, `lock`, `disk`, or nothing of these; None where the thread ended."""
    try:
        state = _content(f"{folder}/stat").rpartition(b")")[2].split()[0]
        if state == b"R":
            return "ready"
        if state == b"D":
            return "disk"
        return "lock" if state == b"S" and _content(f"{folder}/wchan").startswith(b"futex") else ""
    except (OSError, IndexError):
        return None


def _content(path: str) -> bytes:
    # Half the time of pathlib's, and this is done for each thread ten times a second.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 8192)
    finally:
        os.close(descriptor)


def _descriptor_limit(pid: int) -> int | None:
    try:
        soft, _ = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    except (OSError, AttributeError):
        return None
    return None if soft == resource.RLIM_INFINITY else soft
