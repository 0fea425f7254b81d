"""memray, attached to a real process where memray and a debugger are installed."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assay.bench.profiling import profile_memory
from assay.errors import TaskError

PROGRAM = Path(__file__).parent / "programs" / "allocating.py"


def test_finds_the_line_that_allocates_most() -> None:
    if importlib.util.find_spec("memray") is None or not (shutil.which("gdb") or shutil.which("lldb")):
        pytest.skip("memray, and gdb or lldb, are needed for it")
    with subprocess.Popen(
        [sys.executable, str(PROGRAM)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        try:
            profile = profile_memory("catalog", process.pid, 2)
        except TaskError as error:
            pytest.skip(f"the debugger does not get in here: {error.message}")
        finally:
            process.kill()
    assert profile.allocated_bytes > 0
    assert profile.allocations > 0
    assert "allocating.py" in profile.largest[0].place
    assert profile.peak_bytes <= profile.allocated_bytes


def test_says_that_only_python_can_be_looked_at() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:  # noqa: S607 # any program
        with pytest.raises(TaskError, match="is not Python") as complaint:
            profile_memory("shell", process.pid, 1)
        process.kill()
    assert complaint.value.hint is not None
