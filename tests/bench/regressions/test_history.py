import subprocess
from pathlib import Path

import msgspec
import pytest

from assay.bench import Ending, Endpoint, Histogram, LoadResult
from assay.bench.regressions import Commit, Record, ResultHistory, baseline_of, current_commit, repeat_of
from assay.bench.result import ClockEnd, ClockStart, Generator, Measurement, Omission
from assay.errors import EvidenceError, IncompatibleSchemaError, UsageError
from tests.bench.regressions.recorded import COMMIT, ENVIRONMENT, recorded


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--initial-branch=main")
    (folder / "service.py").write_text("1")
    git(folder, "add", ".")
    git(folder, "commit", "--message", "First")
    return folder


def changed(folder: Path, content: str) -> Commit:
    (folder / "service.py").write_text(content)
    git(folder, "commit", "--all", "--message", f"Now {content}")
    commit = current_commit(folder)
    assert commit is not None
    return commit


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    history = ResultHistory(tmp_path / "history")
    assert (history.tests, history.records("checkout")) == ((), ())
    records = tuple(recorded("checkout", seed=number) for number in range(3))
    for record in (*records, recorded("search", seed=9)):
        history.append(record)
    assert history.records("checkout") == records
    assert history.tests == ("checkout", "search")
    assert sorted(path.name for path in history.folder.iterdir()) == ["checkout.ndjson", "lock", "search.ndjson"]


def test_a_run_is_found_by_the_beginning_of_its_name(tmp_path: Path) -> None:
    history = ResultHistory(tmp_path)
    for number in (1, 12):
        history.append(recorded("checkout", seed=number))
    assert [record.run for record in history.find("20260101T000012")] == ["20260101T000012Z-0001"]
    assert history.find("20260101T0000") == ()
    assert history.find("nothing") == ()


def test_a_line_that_was_cut_off_is_ignored_and_then_replaced(tmp_path: Path) -> None:
    history = ResultHistory(tmp_path)
    history.append(recorded("checkout", seed=1))
    path = tmp_path / "checkout.ndjson"
    path.write_bytes(path.read_bytes() + b'{"schema":1,"te')
    assert len(history.records("checkout")) == 1
    history.append(recorded("checkout", seed=2))
    assert [record.run for record in history.records("checkout")] == [
        recorded("checkout", seed=number).run for number in (1, 2)
    ]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    history = ResultHistory(tmp_path)
    history.append(recorded("checkout", seed=1))
    path = tmp_path / "checkout.ndjson"
    path.write_bytes(path.read_bytes() + b'{"schema":1,"test":"checkout"}\n')
    with pytest.raises(EvidenceError, match="not a result") as raised:
        history.records("checkout")
    assert str(raised.value.where) == f"{path}:2"
    path.write_bytes(b'{"schema":7}\n')
    with pytest.raises(IncompatibleSchemaError, match="version 7"):
        history.records("checkout")


def test_a_history_does_not_grow_without_end(tmp_path: Path) -> None:
    history = ResultHistory(tmp_path, largest_file=3000)
    for number in range(20):
        history.append(recorded("checkout", seed=number))
    kept = history.records("checkout")
    assert 2 <= len(kept) < 20
    assert kept[-1] == recorded("checkout", seed=19)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 4 * 3000
    assert history.tests == ("checkout",)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError, match="cannot keep results"):
        ResultHistory(tmp_path / "file" / "history").append(recorded("checkout", seed=1))


@pytest.mark.parametrize("name", ["", "../checkout", "a b", "-x", "x" * 101, "checkout.older"])
def test_a_test_needs_a_name_that_a_file_can_have(name: str) -> None:
    with pytest.raises(ValueError, match="name of a test"):
        recorded(name, seed=1)


def test_a_record_needs_a_repeat() -> None:
    with pytest.raises(ValueError, match="without a repeat"):
        recorded("checkout", seed=1, count=0)


def test_the_commit_is_read_from_git_and_a_changed_tree_marked(repository: Path) -> None:
    commit = current_commit(repository)
    assert commit is not None
    assert (commit.branch, commit.subject, commit.dirty, len(commit.hash)) == ("main", "First", False, 40)
    assert commit.short == commit.hash[:10]
    (repository / ".assay" / "history").mkdir(parents=True)
    (repository / ".assay" / "history" / "x.ndjson").write_text("")
    assert current_commit(repository) == commit
    (repository / "service.py").write_text("2")
    dirty = current_commit(repository)
    assert dirty is not None
    assert (dirty.dirty, dirty.short) == (True, commit.hash[:10] + "+")


def test_without_a_repository_there_is_no_commit(tmp_path: Path) -> None:
    assert current_commit(tmp_path) is None
    git(tmp_path, "init")
    assert current_commit(tmp_path) is None


def of_commit(commit: Commit, seed: int) -> Record:
    return recorded("checkout", seed=seed, commit=commit)


def test_the_baseline_is_the_nearest_commit_that_was_measured(repository: Path) -> None:
    history = ResultHistory(repository / ".assay" / "history")
    commits = [changed(repository, str(number)) for number in range(4)]
    first = [of_commit(commits[0], 1), of_commit(commits[0], 2)]
    second, third = of_commit(commits[1], 3), of_commit(commits[3], 4)
    for record in (*first, second, third):
        history.append(record)
    # What was measured with changes that are in no commit is not that commit.
    history.append(of_commit(msgspec.structs.replace(commits[2], dirty=True), 6))
    assert baseline_of(history, third, "main", repository) == (second,)
    assert baseline_of(history, third, "main~3", repository) == tuple(first)
    assert baseline_of(history, third, commits[2].short, repository) == (second,)
    dirty = of_commit(msgspec.structs.replace(commits[3], dirty=True), 5)
    assert baseline_of(history, dirty, "main", repository) == (third,)


def test_a_comparable_result_is_preferred_to_a_nearer_one(repository: Path) -> None:
    history = ResultHistory(repository / ".assay" / "history")
    commits = [changed(repository, str(number)) for number in range(3)]
    here = of_commit(commits[0], 1)
    elsewhere = msgspec.structs.replace(
        of_commit(commits[1], 2), environment=msgspec.structs.replace(ENVIRONMENT, cores=64)
    )
    history.append(here)
    history.append(elsewhere)
    latest = of_commit(commits[2], 3)
    assert baseline_of(history, latest, "main", repository) == (here,)
    on_another = msgspec.structs.replace(latest, environment=msgspec.structs.replace(ENVIRONMENT, cores=8))
    assert baseline_of(history, on_another, "main", repository) == (elsewhere,)


def test_a_run_can_be_the_baseline(tmp_path: Path) -> None:
    history = ResultHistory(tmp_path)
    first, second = (recorded("checkout", seed=number, commit=None) for number in (1, 2))
    history.append(first)
    assert baseline_of(history, second, first.run, tmp_path) == (first,)
    assert baseline_of(history, first, first.run, tmp_path) == ()


@pytest.mark.parametrize("name", ["nowhere", "--all", ""])
def test_a_baseline_that_is_nothing_is_refused(repository: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no commit"):
        baseline_of(ResultHistory(repository), of_commit(COMMIT, 1), name, repository)


def result(**changes: object) -> LoadResult:
    whole = LoadResult(
        tool="assay",
        version="1",
        executor="constant-arrival-rate",
        ending=Ending.COMPLETE,
        began=1000.0,
        scheduled_seconds=10,
        elapsed_seconds=10,
        intended=100,
        answered=90,
        failed=6,
        dropped=4,
        rate=9.0,
        latency=Histogram.of([0.01] * 50 + [0.02] * 45 + [1.0] * 5),
        endpoints=(Endpoint(name="/", answered=90, failed=6, statuses={200: 80, 404: 5, 503: 5}),),
        measurement=Measurement(ClockStart.SCHEDULED, ClockEnd.LAST_BYTE, Omission.COUNTED),
        generator=Generator(user_seconds=1, system_seconds=1, limits=("one core was not enough",)),
    )
    return msgspec.structs.replace(whole, **changes)


def test_a_load_test_is_kept_as_a_few_figures() -> None:
    repeat = repeat_of(result())
    assert repeat.measures == {
        "p50": 0.01,
        "p90": 0.02,
        "p95": 0.02,
        "p99": 1.0,
        "mean": pytest.approx(0.064),
        "rate": 9.0,
        "served": 0.85,
    }
    assert (repeat.began, repeat.partial, repeat.limits) == (1000.0, False, ("one core was not enough",))


def test_a_test_that_nothing_answered_has_no_latency() -> None:
    silent = result(answered=0, failed=0, dropped=None, latency=Histogram(), endpoints=(), ending=Ending.STOPPED)
    repeat = repeat_of(silent)
    assert repeat.measures == {"rate": 9.0}
    assert repeat.partial
