"""Waiting for a process to explore."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess


def wait_for_workers(process: "subprocess.Popen[str]") -> None:
    """Until the exploration has begun, and with it what a signal is to stop. Where there is no /proc, two seconds."""
    tasks = Path("/proc") / str(process.pid) / "task"
    until = time.monotonic() + (60 if tasks.is_dir() else 2)
    while time.monotonic() < until:
        assert process.poll() is None, process.communicate()
        if any(name.read_text().startswith("explorer") for name in tasks.glob("*/comm")):
            return
        time.sleep(0.01)
