"""Random walks, and going on from a checkpoint."""

import json
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from assay.verify import Checkpoint, CheckProgress, Simulation, Verdict, check
from tests.verify.exploring import wait_for_workers
from tests.verify.specifications import SPECS


def test_walks_find_a_violation_and_can_be_repeated() -> None:
    found = [
        check(
            SPECS / "Counter.tla", config=SPECS / "CounterSmall.cfg", simulate=Simulation(depth=10), seed=7, workers=n
        )
        for n in (1, 2)
    ]
    assert [result.verdict for result in found] == [Verdict.SAFETY, Verdict.SAFETY]
    assert found[0].trace
    assert len(found[0].trace.states) == 4
    assert found[0].trace == found[1].trace


def test_walks_without_a_finding_prove_nothing() -> None:
    result = check(SPECS / "Counter.tla", simulate=Simulation(depth=10, walks=20), workers=1)
    assert (result.verdict, result.exit_code, result.states.walks) == (Verdict.OK, 0, 20)
    assert not result.bounds.complete
    assert result.bounds.reason == "20 random walks"
    assert {found.status for found in result.properties} == {"unknown"}


def test_can_go_on_from_a_checkpoint_in_another_process(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    stopped = check(SPECS / "Messages.tla", workers=1, max_states=2000, checkpoint=Checkpoint(folder, seconds=3600))
    assert (stopped.verdict, (folder / "checkpoint").is_file()) == (Verdict.LIMIT, True)
    script = (
        "import sys; from pathlib import Path\n"
        "from assay.verify import Checkpoint, check\n"
        "result = check(sys.argv[1], workers=1, checkpoint=Checkpoint(Path(sys.argv[2]), resume=True))\n"
        "print(result.verdict, result.states.distinct, result.states.generated, result.message)"
    )
    command = [sys.executable, "-c", script, str(SPECS / "Messages.tla"), str(folder)]
    resumed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    whole = check(SPECS / "Messages.tla", workers=1)
    assert whole.states.distinct > 2000
    expected = f"{whole.verdict} {whole.states.distinct} {whole.states.generated} {whole.message}"
    assert resumed.stdout.strip() == expected
    assert not folder.exists()


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    check(SPECS / "Messages.tla", workers=1, max_states=100, checkpoint=Checkpoint(folder))
    other = check(SPECS / "Counter.tla", workers=1, checkpoint=Checkpoint(folder, resume=True))
    assert (other.verdict, other.exit_code) == (Verdict.ERROR, 153)
    assert "made for another model" in other.message


def test_can_go_on_from_the_command_line_after_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from assay.cli import main; main()", "verify", str(SPECS / "Endless.cfg")]
    command += ["--workers", "1", "--checkpoint", str(tmp_path / "kept"), "--timeout"]
    first = subprocess.run([*command, "1s"], capture_output=True, text=True, check=False, timeout=60)
    second = subprocess.run([*command, "1s", "--resume"], capture_output=True, text=True, check=False, timeout=60)
    assert (first.returncode, second.returncode) == (3, 3)
    counts = [int(re.findall(r"([0-9,]+) distinct", ended.stdout)[0].replace(",", "")) for ended in (first, second)]
    assert counts[1] > counts[0] > 1000


def test_can_go_on_after_being_killed(tmp_path: Path) -> None:
    """SIGKILL at some moment after the second checkpoint: the counts are those of a run that was left alone."""
    folder = tmp_path / "kept"
    command = [sys.executable, "-c", "from assay.cli import main; main()", "verify", str(SPECS / "Counters.cfg")]
    command += ["--workers", "2", "--json", "--checkpoint", str(folder)]
    with subprocess.Popen([*command, "--checkpoint-every", "0.1s"], stdout=subprocess.DEVNULL) as killed:
        try:
            wait_until_replaced(folder / "checkpoint", killed)
        finally:
            killed.kill()
    assert killed.returncode == -signal.SIGKILL
    resumed = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=True, timeout=120)
    found = json.loads(resumed.stdout)
    size = 26**4
    assert (found["verdict"], found["states"]["distinct"], found["states"]["generated"]) == ("ok", size, 4 * size + 1)
    assert not folder.exists()


def wait_until_replaced(path: Path, process: subprocess.Popen[bytes]) -> None:
    seen: set[int] = set()
    deadline = time.monotonic() + 60
    while len(seen) < 2:
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline, "no second checkpoint within a minute"
        with suppress(FileNotFoundError):
            seen.add(path.stat().st_mtime_ns)


def test_memory_is_bounded_by_files() -> None:
    result = check(SPECS / "Messages.tla", workers=1, memory_limit=100_000)
    assert result.states == check(SPECS / "Messages.tla", workers=1).states
    assert result.spilled_bytes > 0


def test_ctrl_c_interrupts_a_program_that_checks() -> None:
    script = (
        "from assay.verify import check\n"
        "try:\n"
        f"    check({str(SPECS / 'Endless.tla')!r}, init='Init', next='Next')\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        wait_for_workers(process)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert (output, process.returncode) == ("interrupted\n", 0)


def test_progress_is_told_and_can_stop_the_check() -> None:
    told: list[CheckProgress] = []

    def listen(progress: CheckProgress) -> bool:
        told.append(progress)
        return progress.distinct == 0

    result = check(SPECS / "Endless.tla", init="Init", next="Next", workers=1, on_progress=listen)
    assert (result.verdict, result.exit_code) == (Verdict.INTERRUPTED, 130)
    assert told[-1].distinct > 0
    assert result.states.distinct >= told[-1].distinct


def test_what_progress_raises_comes_back() -> None:
    def listen(_progress: CheckProgress) -> bool:
        raise LookupError("from the listener")

    with pytest.raises(LookupError, match="from the listener"):
        check(SPECS / "Endless.tla", init="Init", next="Next", workers=1, on_progress=listen)
