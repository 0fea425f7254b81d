"""The keeper: starts one service, outlives the command that asked for it, and records how the service ended.

Only the parent of a process learns its exit code, and the command that started a service has long ended when the
service dies. So each service has a keeper for its parent. It is run as a script, with the service's folder, environment
and log for its own: `python -I -S keeper.py RECORD MARK COMMAND...`. It imports nothing of Assay, so it costs 9 MB and
no time.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

__all__ = ["MARK_VARIABLE", "RECORD_FORMAT", "start_by_ps", "start_of"]

MARK_VARIABLE = "ASSAY_SERVICE_MARK"
"""The variable by which a service and all its children are known, whatever session they moved to."""

RECORD_FORMAT = 1

_RESET = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


def start_of(pid: int) -> str | None:
    """When a process began, as text that no other process of that pid ever has; None where there is none.

    On Linux it counts from the start of the machine, so that setting the clock does not change it.
    """
    try:
        # The name of the program, in parentheses, may hold anything; after it come numbers (proc(5)).
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None if Path("/proc/self/stat").exists() else start_by_ps(pid)
    return f"{boot}:{fields[19]}"


def start_by_ps(pid: int) -> str | None:
    """As `start_of`, where there is no /proc: to the second only, by the clock."""
    asked = subprocess.run(  # noqa: S603 # the only argument is a number
        ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607 # ps, wherever it is
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    return " ".join(asked.stdout.split()) or None


def _write(path: Path, record: dict[str, object]) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(record, file)
    beside.replace(path)


def _is_ours(path: Path, mark: str) -> bool:
    """False once the service was started anew, or forgotten."""
    try:
        return bool(json.loads(path.read_text(encoding="utf-8")).get("mark") == mark)
    except (OSError, ValueError):
        return False


def _keep(path: Path, mark: str, command: list[str]) -> None:
    # What is ignored here would be ignored by the service as well, and it could not be stopped by it.
    for number in _RESET:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    record: dict[str, object] = {"format": RECORD_FORMAT, "mark": mark, "keeper": os.getpid(), "at": time.time()}
    try:
        service = subprocess.Popen(  # noqa: S603 # the command of assay.toml is what is to be run
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, MARK_VARIABLE: mark},
        )
    except OSError as error:
        _write(path, {**record, "refused": error.strerror or str(error)})
        return
    record |= {"pid": service.pid, "began": start_of(service.pid)}
    try:
        _write(path, record)
    except OSError:
        # Nobody could find it again to stop it.
        service.kill()
        raise
    code = service.wait()
    if _is_ours(path, mark):
        _write(path, {**record, "code": code, "ended": time.time()})


if __name__ == "__main__":
    # Whoever started the keeper need not wait for its end: that is left to process 1.
    if os.fork() == 0:
        _keep(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
