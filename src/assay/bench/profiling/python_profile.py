"""Profiles a Python process with py-spy, from outside: on the processor, all threads, and whoever holds the GIL."""

import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assay.bench.profiling.profile import Profile, ProfileTool
from assay.bench.profiling.programs import py_spy_program, run_program
from assay.bench.profiling.stacks import Stacks, read_folded

__all__ = ["profile_python"]

_VIEWS = {"on-cpu": (), "all-threads": ("--idle",), "holding-gil": ("--gil",)}
_GRACE_SECONDS = 60.0
"""On top of the time asked for: a busy machine starts a profiler late, and lets it write late."""

_BEHIND = re.compile(r"([\d.]+)(m?s) behind in sampling")
_PROCESS_FRAME = re.compile(r"process \d+:.*")


def profile_python(service: str, pid: int, seconds: float, rate: int) -> Profile:
    """Looks at a process and its children for so long.

    The three views are taken at the same time, without stopping the process for each look: a service under load goes
    on as it would without.

    Args:
        service: What the profile is of.
        pid: Its process.
        seconds: How long.
        rate: Looks per second.

    Raises:
        TaskError: py-spy is missing, may not look at the process, or the process is gone.
    """
    program = py_spy_program()
    began = time.time()
    with tempfile.TemporaryDirectory(prefix="assay-profile-") as name, ThreadPoolExecutor(len(_VIEWS)) as pool:
        folder = Path(name)

        def record(view: str) -> tuple[Stacks, str]:
            file = folder / f"{view}.folded"
            command: list[str | Path] = [program, "record", "--pid", str(pid), "--output", file, "--format", "raw"]
            command += ["--rate", str(rate), "--duration", str(max(1, round(seconds)))]
            command += ["--subprocesses", "--nonblocking", "--full-filenames", *_VIEWS[view]]
            said = run_program(command, seconds + _GRACE_SECONDS)
            return _without_process(read_folded(file.read_text(errors="replace") if file.exists() else "")), said

        found = dict(zip(_VIEWS, pool.map(record, _VIEWS), strict=True))
    notes = sorted({note for _, said in found.values() for note in _notes(said)})
    return Profile(
        service=service,
        pid=pid,
        tool=ProfileTool.PY_SPY,
        began=began,
        seconds=time.time() - began,
        rate=rate,
        on_cpu=found["on-cpu"][0],
        all_threads=found["all-threads"][0],
        holding_gil=found["holding-gil"][0],
        looks=max(1, round(seconds)) * rate,
        notes=tuple(notes),
    )


def _without_process(stacks: Stacks) -> Stacks:
    """Without the frame that py-spy adds for each process: it holds the command line, which may hold a secret."""
    return Stacks.of(
        (frames[1:] if _PROCESS_FRAME.fullmatch(frames[0]) and len(frames) > 1 else frames, count)
        for frames, count in stacks.counts
    )


def _notes(said: str) -> list[str]:
    return ["py-spy was behind in sampling: the machine is busy"] if _BEHIND.search(said) else []
