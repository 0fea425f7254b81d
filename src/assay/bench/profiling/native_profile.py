"""Profiles any process with perf, from outside: only what was on the processor."""

import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from assay.bench.profiling.profile import Profile, ProfileTool
from assay.bench.profiling.programs import perf_program, run_program
from assay.bench.profiling.stacks import Stacks
from assay.bench.resources.watched import family_of, parents
from assay.errors import TaskError

__all__ = ["profile_native", "read_perf_script"]

_GRACE_SECONDS = 60.0
_FRAME = re.compile(r"\s+[0-9a-f]+ (?P<symbol>.*) \((?P<object>[^()]*(?:\([^()]*\))?)\)$")
_OFFSET = re.compile(r"\+0x[0-9a-f]+$")
_HEADER = re.compile(r"(?P<command>\S.*?)\s+\d+(?:/\d+)?\s+(?:\[\d+\]\s+)?[\d.]+:")


def profile_native(service: str, pid: int, seconds: float, rate: int) -> Profile:
    """Looks at a process and its children for so long.

    Stacks follow frame pointers; of a program that was compiled without, only the top is right.

    Raises:
        TaskError: perf is missing, is not allowed, or the process is gone.
    """
    program = perf_program()
    family = family_of(pid, parents())
    if not family:
        raise TaskError(f"there is no process {pid}", hint="assay system status shows the services and their numbers")
    began = time.time()
    with tempfile.TemporaryDirectory(prefix="assay-profile-") as name:
        data = Path(name) / "perf.data"
        pids = ",".join(map(str, sorted(family)))
        recording: list[str | Path] = [program, "record", "-F", str(rate), "-g", "-p", pids, "-o", data]
        run_program([*recording, "--", "sleep", f"{seconds:.2f}"], seconds + _GRACE_SECONDS)
        script = run_program([program, "script", "-i", data], _GRACE_SECONDS)
    return Profile(
        service=service,
        pid=pid,
        tool=ProfileTool.PERF,
        began=began,
        seconds=time.time() - began,
        rate=rate,
        on_cpu=read_perf_script(script.splitlines()),
    )


def read_perf_script(lines: Iterable[str]) -> Stacks:
    """From what `perf script` prints: a header for each sample, then its frames from the top to the root."""
    return Stacks.of(_samples(lines))


def _samples(lines: Iterable[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    command: str | None = None
    frames: list[str] = []
    for line in [*lines, ""]:
        if not line.strip():
            if command is not None and frames:
                yield (command, *reversed(frames)), 1
            command, frames = None, []
        elif found := _FRAME.match(line):
            symbol = _OFFSET.sub("", found["symbol"])
            known = symbol if symbol != "[unknown]" else f"[{found['object'].rpartition('/')[2]}]"
            frames.append(known)
        elif header := _HEADER.match(line):
            command = header["command"]
