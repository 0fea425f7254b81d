"""Processes that end well, crash, hang, write too much, are stopped, or leave children behind."""

import sys
import threading
import time
from pathlib import Path

import pytest

from assay.bench.result import Ending
from assay.bench.tools.process import Ended, Limits, run_process
from assay.errors import ToolError

LONG = Limits(seconds=60)


def run(script: str, folder: Path, limits: Limits = LONG, stop: threading.Event | None = None) -> Ended:
    return run_process([sys.executable, "-c", script], folder=folder, limits=limits, stop=stop)


def is_alive(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def test_measures_what_a_process_used(tmp_path: Path) -> None:
    peak = 0
    for number, seconds in enumerate((0.4, 2, 5)):
        script = f"x = bytearray(100_000_000)\nimport time\nwhile time.process_time() < {seconds}: pass\nprint('done')"
        folder = tmp_path / str(number)
        folder.mkdir()
        ended = run(script, folder)
        assert (ended.exit_code, ended.ending, ended.explanation) == (0, Ending.COMPLETE, "")
        assert ended.output.read_text() == "done\n"
        assert ended.user_seconds + ended.system_seconds >= seconds
        peak = ended.peak_bytes or 0
        if peak > 100_000_000:
            return
        # On a busy machine it may have ended before it was looked at again.
    pytest.fail(f"{peak} bytes")


def test_memory_is_that_of_the_process_and_not_of_the_one_that_started_it(tmp_path: Path) -> None:
    ballast = bytearray(b"x" * 300_000_000)
    ended = run("import time\ntime.sleep(0.5)", tmp_path)
    assert len(ballast) > (ended.peak_bytes or 0)


def test_a_crash_is_explained_with_the_last_words(tmp_path: Path) -> None:
    ended = run("raise SystemExit('no target')", tmp_path)
    assert (ended.ending, ended.explanation) == (Ending.BROKEN, "it ended with the code 1: no target")
    ended = run("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", tmp_path)
    assert ended.explanation == "it was ended by SIGSEGV"


def test_stopping_gives_a_tool_the_time_to_write_its_result(tmp_path: Path) -> None:
    stop = threading.Event()
    script = (
        "import time, pathlib\n"
        "try:\n  pathlib.Path('on').touch()\n  time.sleep(60)\n"
        "except KeyboardInterrupt: print('kept')"
    )

    def when_it_runs() -> None:
        while not (tmp_path / "on").exists():
            time.sleep(0.01)
        stop.set()

    waiting = threading.Thread(target=when_it_runs)
    waiting.start()
    ended = run(script, tmp_path, stop=stop)
    waiting.join()
    assert (ended.ending, ended.explanation) == (Ending.STOPPED, "it was stopped")
    assert ended.output.read_text() == "kept\n"


def test_what_does_not_heed_an_interruption_is_ended_with_its_children(tmp_path: Path) -> None:
    script = (
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)"
    )
    limits = Limits(seconds=3, patience=0.2)
    ended = run(script, tmp_path, limits)
    while not ended.output.read_text().strip():
        # So busy a machine that Python did not get to its second line in time.
        limits = limits._replace(seconds=limits.seconds * 2)
        ended = run(script, tmp_path, limits)
    assert ended.explanation == f"it did not end within {limits.seconds:.0f} seconds"
    child = int(ended.output.read_text())
    until = time.monotonic() + 30
    while is_alive(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(child)


def test_what_writes_without_end_is_ended(tmp_path: Path) -> None:
    ended = run("while True: print('x' * 1000)", tmp_path, Limits(seconds=60, bytes=1_000_000, patience=1))
    assert ended.ending is Ending.BROKEN
    assert "more than the limit of 1,000,000" in ended.explanation


def test_what_lingers_after_its_result_is_ended_and_complete(tmp_path: Path) -> None:
    ended = run_process(
        [sys.executable, "-c", "import pathlib, time; pathlib.Path('result').touch(); time.sleep(600)"],
        folder=tmp_path,
        limits=Limits(seconds=120, patience=0.2),
        is_done=(tmp_path / "result").exists,
    )
    assert (ended.ending, ended.explanation) == (Ending.COMPLETE, "")


def test_a_program_that_is_not_there_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"cannot start .*nowhere: No such file"):
        run_process([str(tmp_path / "nowhere")], folder=tmp_path, limits=LONG)
