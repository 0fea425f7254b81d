"""`assay run` from the outside: progress, result, Ctrl-C, resuming. The tasks are real, small ones."""

import json
import os
import pty
import signal
import subprocess
import time
from pathlib import Path

from assay.evidence import RunFolder, find_run
from tests.cli.conftest import Assay, environment, with_tasks
from tests.run.hashing import wait_until


def runs(folder: Path) -> Path:
    return folder / ".assay" / "runs"


def begun(folder: Path, task: str) -> bool:
    """True once a run in `folder` has started that task."""
    return any(f'"task":"{task}"'.encode() in path.read_bytes() for path in runs(folder).glob("*/events.ndjson"))


def test_run_without_any_task_says_so(assay: Assay) -> None:
    ended = assay("run", "observability")
    assert ended.returncode == 2
    assert "there is nothing to run: shop has no task in observability" in ended.stderr


def test_run_of_a_system_that_names_nothing_says_what_to_name(assay: Assay) -> None:
    assert assay("init").returncode == 0
    ended = assay("run", "all")
    assert ended.returncode == 2
    assert "names neither specifications, protocols nor performance tests\n  --> " in ended.stderr
    assert "assay.toml" in ended.stderr


def test_help_lists_groups_and_tasks(assay_with_tasks: Assay) -> None:
    text = assay_with_tasks("run", "help").stdout
    assert "formal-verification  are the coordination protocols correct" in text
    assert "    b                  the digest of b (needs chaos/a)" in text
    document = json.loads(assay_with_tasks("run", "help", "--json").stdout)
    assert [group["name"] for group in document["groups"] if group["tasks"]] == ["chaos"]


def test_run_shows_progress_and_ends_with_the_score(assay_with_tasks: Assay) -> None:
    ended = assay_with_tasks("run", "all", "--seed", "5")
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[0].endswith("of shop; tasks: 2, cores: 2, seed: 5") or "tasks: 2," in lines[0]
    assert [line.split()[0] for line in lines[1:5]] == ["started", "finished", "started", "finished"]
    assert "Chaos                  100     100 %  2 hold" in ended.stdout
    assert "not measured: formal verification, performance, security, observability" in ended.stdout
    assert lines[-2:] == ["Both claims hold", f"report: .assay/runs/{lines[0].split()[1]}/report.html"]


def test_violation_is_named_and_told_by_the_exit_code(assay_with_tasks: Assay, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("changed")
    ended = assay_with_tasks("run", "chaos")
    assert ended.returncode == 1
    assert "violated        The file b has the digest it should have.  chaos.b.digest" in ended.stdout
    assert "chaos.b.digest (critical) is not as it should be" in ended.stdout


def test_json_is_one_document_and_nothing_else(assay_with_tasks: Assay, tmp_path: Path) -> None:
    (tmp_path / "a.txt").unlink()
    ended = assay_with_tasks("run", "all", "--json")
    document = json.loads(ended.stdout)
    assert (ended.returncode, document["exit_code"], ended.stderr) == (3, 3, "")
    assert [(task["id"], task["status"]) for task in document["tasks"]] == [
        ("chaos/a", "failed"),
        ("chaos/b", "not-run"),
    ]
    assert document["tasks"][0]["error"] == "cannot read: No such file or directory"
    assert RunFolder(Path(document["path"])).name == document["run"]


def test_ctrl_c_leaves_a_run_that_resume_completes(assay_with_tasks: Assay, tmp_path: Path) -> None:
    (tmp_path / "slow").touch()
    process = subprocess.Popen(
        with_tasks("run", "all"),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: begun(tmp_path, "chaos/b"))
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    _, complaint = process.communicate(timeout=30)
    assert time.monotonic() - asked < 5
    assert process.returncode == 130
    name = find_run(runs(tmp_path)).name
    assert f"interrupted; `assay run --resume {name}` goes on from here" in complaint

    (tmp_path / "slow").unlink()
    resumed = assay_with_tasks("run", "--resume", name[:15])
    assert resumed.returncode == 0
    assert "kept      chaos/a" in resumed.stdout
    assert "finished  chaos/b" in resumed.stdout


def test_killed_run_is_completed_by_resume(assay_with_tasks: Assay, tmp_path: Path) -> None:
    (tmp_path / "slow").touch()
    process = subprocess.Popen(
        with_tasks("run", "all"), cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_until(lambda: begun(tmp_path, "chaos/b"))
    process.kill()
    process.wait(timeout=10)
    (tmp_path / "slow").unlink()
    resumed = assay_with_tasks("run", "--resume")
    assert (resumed.returncode, resumed.stderr) == (0, "")
    assert "kept      chaos/a" in resumed.stdout


def test_resume_with_another_target_or_seed_is_refused(assay_with_tasks: Assay) -> None:
    assay_with_tasks("run", "all", "--seed", "5")
    assert "is a run of all, not of chaos" in assay_with_tasks("run", "chaos", "--resume").stderr
    assert "was begun with seed 5" in assay_with_tasks("run", "--resume", "--seed", "6").stderr


def test_terminal_gets_a_live_view(assay_with_tasks: Assay, tmp_path: Path) -> None:
    assert assay_with_tasks("run", "help").returncode == 0
    main, secondary = pty.openpty()
    process = subprocess.Popen(
        with_tasks("run", "all"), cwd=tmp_path, env={**environment(), "TERM": "xterm"}, stdout=secondary
    )
    os.close(secondary)
    shown = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not piece:
            break
        shown += piece
    os.close(main)
    assert process.wait(timeout=30) == 0
    assert b"\x1b[" in shown
    assert b"finished  chaos/b" in shown


def test_reader_that_stops_early_causes_no_complaint(tmp_path: Path) -> None:
    ended = subprocess.run(
        ["bash", "-c", 'set -o pipefail; "$@" | head -c 1 >/dev/null', "-", *with_tasks("run", "help")],  # noqa: S607 # the shell people use
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr == ""
