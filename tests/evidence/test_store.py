"""The run folder: what survives, what is refused, what is found again."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assay.errors import EvidenceError, IncompatibleSchemaError, ResumeError, RunNotFoundError
from assay.evidence import Evidence, RunFolder, RunWriter, TaskStatus, find_run
from assay.evidence.artifacts import Artifacts
from assay.evidence.events import RunResumed, TaskFinished, TaskStarted
from assay.evidence.journal import Journal, read_lines
from assay.evidence.records import RecordedClaim
from tests.evidence.recorded import NOW, TASK, MakeClaim, MakeRun, record


def test_run_reads_back_what_was_written(make_run: MakeRun, make_claim: MakeClaim) -> None:
    run = make_run(make_claim())
    assert run.record() == record()
    assert run.claims() == (make_claim(),)
    assert run.state().tasks[TASK].status is TaskStatus.FINISHED


def test_torn_last_line_is_ignored_and_then_cut(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(b'{"a":1}\n{"b":')
    assert list(read_lines(path)) == [(1, b'{"a":1}')]
    journal = Journal(path)
    journal.append({"c": 3})
    journal.close()
    assert path.read_bytes() == b'{"a":1}\n{"c":3}\n'


def test_damaged_line_in_the_middle_is_an_error_that_points(make_run: MakeRun, make_claim: MakeClaim) -> None:
    run = make_run(make_claim())
    events = run.path / "events.ndjson"
    events.write_bytes(events.read_bytes() + b"not json\n")
    with pytest.raises(EvidenceError, match="not an event") as caught:
        run.state()
    assert str(caught.value.where) == f"{events}:4"


def test_claims_of_an_attempt_that_did_not_finish_do_not_count(make_run: MakeRun, make_claim: MakeClaim) -> None:
    path = make_run(make_claim()).path
    with RunWriter.reopen(path) as run:
        run.append_event(RunResumed(at=NOW, plan=record().plan, environment=record().environment))
        run.append_event(TaskStarted(at=NOW, task=TASK, attempt=2))
        run.append_claims([RecordedClaim(task=TASK, attempt=2, claim=make_claim("other"))])
        assert run.claims() == ()
        run.append_event(TaskFinished(at=NOW, task=TASK, attempt=2, inputs="digest", claims=1, seconds=1.0))
        assert [claim.id for claim in run.claims()] == ["verify.lock.other"]


def test_run_of_another_version_is_refused_by_name(make_run: MakeRun) -> None:
    run = make_run()
    path = run.path / "run.json"
    path.write_bytes(path.read_bytes().replace(b'"schema": 1', b'"schema": 99'))
    with pytest.raises(IncompatibleSchemaError, match="version 99"):
        run.record()


def test_second_writer_is_refused_while_the_first_works(make_run: MakeRun) -> None:
    path = make_run().path
    with RunWriter.reopen(path), pytest.raises(ResumeError, match="another process"), RunWriter.reopen(path):
        pass
    with RunWriter.reopen(path):
        pass


def test_killed_writer_leaves_a_folder_that_can_be_reopened(tmp_path: Path) -> None:
    script = f"""
import os, signal, sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from pathlib import Path
from tests.evidence.recorded import NOW, TASK, record
from assay.evidence import RunWriter
from assay.evidence.events import TaskStarted
with RunWriter.create(Path({str(tmp_path)!r}), record()) as run:
    for attempt in range(1000):
        run.append_event(TaskStarted(at=NOW, task=TASK, attempt=attempt))
    os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", script], check=False)
    assert ended.returncode == -signal.SIGKILL
    with RunWriter.reopen(tmp_path / "first") as run:
        assert run.state().tasks[TASK].attempts == 999


def test_equal_contents_are_stored_once(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path)
    first = artifacts.store("a.txt", b"x", media_type="text/plain", description="first")
    second = artifacts.store("b.txt", b"x", media_type="text/plain", description="second")
    assert first.sha256 == second.sha256
    assert [path.name for path in tmp_path.iterdir()] == [first.sha256]
    assert artifacts.read(second) == b"x"


def test_changed_artifact_is_refused(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path)
    evidence: Evidence = artifacts.store("a.txt", b"x", media_type="text/plain", description="first")
    artifacts.path_of(evidence).write_bytes(b"y")
    with pytest.raises(EvidenceError, match="changed after the run"):
        artifacts.read(evidence)


def test_runs_are_found_by_name_beginning_path_or_age(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for day in (1, 2):
        name = datetime(2025, 1, day, tzinfo=UTC).strftime("%Y%m%dT%H%M%SZ")
        with RunWriter.create(runs, record(name)):
            pass
    assert find_run(runs).name == "20250102T000000Z"
    assert find_run(runs, "20250101").name == "20250101T000000Z"
    assert find_run(runs, os.fspath(runs / "20250101T000000Z")).name == "20250101T000000Z"
    with pytest.raises(RunNotFoundError, match="2 runs begin with"):
        find_run(runs, "2025")
    with pytest.raises(RunNotFoundError, match="no run 'x'"):
        find_run(runs, "x")
    with pytest.raises(RunNotFoundError):
        RunFolder(tmp_path)
