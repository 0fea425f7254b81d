"""The profilers themselves: where they are, and what to do where one is missing or not allowed."""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from assay.errors import TaskError

__all__ = ["is_python", "memray_command", "perf_program", "py_spy_program", "run_program"]

_PARANOID = Path("/proc/sys/kernel/perf_event_paranoid")
_PTRACE_SCOPE = Path("/proc/sys/kernel/yama/ptrace_scope")
_MOST_PARANOID = 2
"""Above it, Debian's kernels let only root measure."""

_LAST_LINES = 3


def is_python(pid: int) -> bool:
    """Whether a process runs Python: by its program, or by the library that it has loaded."""
    folder = Path(f"/proc/{pid}")
    try:
        if "python" in os.readlink(folder / "exe").rpartition("/")[2]:  # noqa: PTH115 # of /proc, which has no such file
            return True
        return "libpython" in (folder / "maps").read_text(errors="replace")
    except OSError:
        return False


def py_spy_program() -> Path:
    """Where py-spy is.

    Raises:
        TaskError: It is not installed.
    """
    return _program("py-spy", "pip install py-spy; it profiles Python without changing the service")


def perf_program() -> Path:
    """Where perf is.

    Raises:
        TaskError: It is not installed, or the kernel does not let this user measure.
    """
    program = _program("perf", "install the package linux-perf (Debian) or linux-tools-generic (Ubuntu)")
    level = _number(_PARANOID)
    if level is not None and level > _MOST_PARANOID and os.geteuid() != 0:
        raise TaskError(
            f"the kernel lets only root use perf: {_PARANOID} is {level}",
            hint="sudo sysctl kernel.perf_event_paranoid=1, or run as root",
        )
    return program


def memray_command() -> list[str]:
    """How memray is called.

    Raises:
        TaskError: It is not installed beside Assay.
    """
    if importlib.util.find_spec("memray") is None:
        raise TaskError(
            "memray is not installed",
            hint="pip install memray, where Assay is and where the service is: both need it",
        )
    return [sys.executable, "-m", "memray"]


def run_program(command: Sequence[str | Path], seconds: float) -> str:
    """Runs a profiler to its end.

    Args:
        command: The program and its arguments.
        seconds: After which it is given up.

    Returns:
        What it said on both its outputs.

    Raises:
        TaskError: It failed, with what it said last.
    """
    name = Path(command[0]).name
    try:
        ended = subprocess.run(  # noqa: S603 # a profiler that was found, with arguments of our own
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TaskError(f"{name} did not end within {seconds:.0f} s", hint="the machine may be too busy") from error
    except OSError as error:
        raise TaskError(f"{name} cannot be run: {error.strerror}") from error
    said = ended.stdout + ended.stderr
    if ended.returncode != 0:
        raise TaskError(f"{name} failed with {ended.returncode}: {_last(said)}", hint=_hint(said))
    return said


def _program(name: str, hint: str) -> Path:
    beside = Path(sysconfig.get_path("scripts")) / name
    found = beside if beside.exists() else shutil.which(name)
    if found is None:
        raise TaskError(f"{name} is not installed", hint=hint)
    return Path(found)


def _last(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.lstrip()[0].isdecimal()]
    return "; ".join(lines[:_LAST_LINES]) or "it did not say why"


def _hint(said: str) -> str | None:
    lowered = said.lower()
    if "permission denied" not in lowered and "not permitted" not in lowered:
        return None
    scope = _number(_PTRACE_SCOPE)
    if scope:
        return f"{_PTRACE_SCOPE} is {scope}: sudo sysctl kernel.yama.ptrace_scope=0, or run as root"
    return "run as the user that the service runs as, or as root; in a container, with the capability SYS_PTRACE"


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
