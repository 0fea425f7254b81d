"""What a Python service allocates, with memray: attached to it while it runs.

memray is loaded into the service: it needs memray in the service's own environment, and a debugger (gdb or lldb) to get
in, below Python 3.14. What was allocated before is not seen; for that, start the service under `memray run`.
"""

import shutil
import tempfile
import time
from pathlib import Path

import msgspec

from assay.bench.profiling.programs import is_python, memray_command, run_program
from assay.errors import TaskError

__all__ = ["LONGEST_SECONDS", "Allocator", "MemoryProfile", "profile_memory"]

LONGEST_SECONDS = 120.0
"""Every allocation is written to a file meanwhile."""

_GRACE_SECONDS = 60.0
_MOST_LINES = 50
_LAST_BYTES_INTERVAL = 0.2


class Allocator(msgspec.Struct, frozen=True):
    """A place in the source that allocated memory."""

    place: str
    """`function:file:line`."""
    allocated_bytes: int
    allocations: int


class MemoryProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a service allocated while it was looked at."""

    service: str
    pid: int
    began: float
    """Seconds since 1970."""
    seconds: float
    peak_bytes: int
    """The most that was allocated since the beginning, and not yet freed, at one time."""
    allocated_bytes: int
    """Over the whole time, freed or not."""
    allocations: int
    largest: tuple[Allocator, ...]
    """By bytes, the largest first."""


def profile_memory(service: str, pid: int, seconds: float) -> MemoryProfile:
    """Watches the allocations of a Python service for so long.

    Args:
        service: What the profile is of.
        pid: Its process; children are not watched.
        seconds: How long, at least one, at most `LONGEST_SECONDS`.

    Raises:
        TaskError: It is no Python, memray or a debugger is missing, or the service does not let it in.
    """
    if not is_python(pid):
        raise TaskError(
            f"process {pid} is not Python, so memray cannot look at it",
            hint="heaptrack and valgrind's massif watch native programs",
        )
    command = memray_command()
    if shutil.which("gdb") is None and shutil.which("lldb") is None:
        raise TaskError(
            "memray needs gdb or lldb to get into a process that runs",
            hint="install gdb, or start the service under `python -m memray run -o FILE ...`",
        )
    began = time.time()
    with tempfile.TemporaryDirectory(prefix="assay-memory-") as name:
        file, stats = Path(name) / "allocations.bin", Path(name) / "stats.json"
        whole = max(1, round(min(seconds, LONGEST_SECONDS)))
        said = run_program([*command, "attach", "--duration", str(whole), "-o", file, str(pid)], _GRACE_SECONDS)
        time.sleep(whole)
        _wait_for_the_end(file, said)
        run_program([*command, "stats", "--json", "-n", str(_MOST_LINES), "-o", stats, file], _GRACE_SECONDS)
        found = msgspec.json.decode(stats.read_bytes(), type=_Stats)
    return MemoryProfile(
        service=service,
        pid=pid,
        began=began,
        seconds=float(whole),
        peak_bytes=found.metadata.peak_memory,
        allocated_bytes=found.total_bytes_allocated,
        allocations=found.total_num_allocations,
        largest=_largest(found),
    )


class _Metadata(msgspec.Struct):
    peak_memory: int


class _ByPlace(msgspec.Struct):
    location: str
    size: int = 0
    count: int = 0


class _Stats(msgspec.Struct):
    total_num_allocations: int
    total_bytes_allocated: int
    metadata: _Metadata
    top_allocations_by_size: list[_ByPlace]
    top_allocations_by_count: list[_ByPlace]


def _largest(stats: _Stats) -> tuple[Allocator, ...]:
    counts = {one.location: one.count for one in stats.top_allocations_by_count}
    return tuple(
        Allocator(one.location, one.size, counts.get(one.location, 0)) for one in stats.top_allocations_by_size
    )


def _wait_for_the_end(file: Path, said: str) -> None:
    """The service writes the file itself, when the time is over; it is done when it grows no more."""
    until = time.monotonic() + _GRACE_SECONDS
    before = -1
    while time.monotonic() < until:
        size = file.stat().st_size if file.exists() else 0
        if size and size == before:
            return
        before = size
        time.sleep(_LAST_BYTES_INTERVAL)
    last = said.strip().splitlines()
    raise TaskError(
        f"memray wrote nothing within {_GRACE_SECONDS:.0f} s: {last[-1] if last else 'it did not say why'}",
        hint="memray has to be installed in the service's own environment too",
    )
