"""Profiles of real processes, with the real tools where they are."""

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.bench.profiling import ProfileTool, Wait, profile_service, profiling, waits_in
from assay.bench.profiling.programs import perf_program
from assay.bench.resources import Watched
from assay.errors import TaskError

PROGRAM = Path(__file__).parent / "programs" / "threaded.py"

needs_py_spy = pytest.mark.skipif(
    not (Path(sysconfig.get_path("scripts")) / "py-spy").exists() and shutil.which("py-spy") is None,
    reason="py-spy is not installed",
)


@pytest.fixture(scope="module")
def threaded() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, str(PROGRAM)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    yield process.pid
    process.kill()
    process.wait()
    process.stdout.close()


@needs_py_spy
def test_shows_what_a_python_service_computes_and_what_it_waits_for(threaded: int) -> None:
    with profiling([Watched("orders", threaded)], 2) as progress:
        pass
    if progress.failures and "EPERM" in str(progress.failures):
        pytest.skip(f"py-spy may not look at processes here: {progress.failures}")
    assert progress.failures == {}
    (profile,) = progress.profiles
    assert (profile.service, profile.tool) == ("orders", ProfileTool.PY_SPY)
    computing = next(one for one in profile.on_cpu.functions() if one.frame.name == "compute")
    assert computing.total > 0
    assert profile.all_threads is not None
    waits = waits_in(profile.all_threads, profile.looks)
    lock = next(one for one in waits if one.wait is Wait.LOCK)
    assert (lock.frame.name, lock.text) == ("take_turns", "with turn:")
    # Seven of eight wait for it.
    assert lock.samples > max(one.samples for one in waits if one.wait is Wait.SLEEP)
    assert profile.gil_share is not None
    assert 0 <= profile.gil_share <= 1
    assert not any(
        str(PROGRAM.parent.parent) + "/" in frame and "process " in frame
        for frames, _ in profile.on_cpu.counts
        for frame in frames
    )


@needs_py_spy
def test_says_why_there_is_no_profile() -> None:
    with profiling([Watched("gone", 2**22 - 1)], 1) as progress:
        pass
    assert progress.profiles == []
    assert set(progress.failures) == {"gone"}


def test_profiles_other_programs_with_perf() -> None:
    try:
        perf_program()
    except TaskError as error:
        pytest.skip(f"{error.message}: {error.hint}")
    with subprocess.Popen(["sh", "-c", "while :; do :; done"]) as process:  # noqa: S607 # any shell
        try:
            profile = profile_service("shell", process.pid, 2)
        except TaskError as error:
            if "perf failed" in error.message:
                pytest.skip(f"this kernel does not let perf measure: {error.message}")
            raise
        finally:
            process.kill()
    assert profile.tool is ProfileTool.PERF
    assert profile.on_cpu.samples > 0
    assert profile.on_cpu.counts[0][0][0] == "sh"


def test_a_missing_tool_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TaskError, match="perf is not installed") as complaint:
        perf_program()
    assert complaint.value.hint is not None
    assert "linux-perf" in complaint.value.hint
