"""The commands about kept results, run as `assay` runs them, in a folder with a history and a repository."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import msgspec
import pytest

from assay.bench.regressions import ResultHistory, current_commit
from assay.bench.regressions.judging import history_folder
from assay.cli import main
from tests.bench.regressions.recorded import COMMIT, recorded
from tests.bench.regressions.test_history import changed, git


class Ended(NamedTuple):
    code: int
    out: str
    error: str


Assay = Callable[..., Ended]


@pytest.fixture
def assay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Assay:
    """Runs `assay` in `tmp_path`, within this process: starting one for each command would take most of the time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["assay", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, error = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, out, error)

    return run


@pytest.fixture
def history(tmp_path: Path) -> ResultHistory:
    """Two commits of `main` with results: the second makes the checkout slower, and the search not."""
    git(tmp_path, "init", "--initial-branch=main")
    (tmp_path / "service.py").write_text("0")
    git(tmp_path, "add", "service.py")
    git(tmp_path, "commit", "--message", "First")
    first, second = changed(tmp_path, "1"), changed(tmp_path, "2")
    kept = ResultHistory(history_folder(tmp_path))
    kept.append(recorded("checkout", seed=1, commit=first))
    kept.append(recorded("search", seed=1, commit=first))
    kept.append(recorded("checkout", seed=2, commit=second, factor=1.25))
    kept.append(recorded("search", seed=2, commit=second))
    return kept


LATEST = "20260101T000002Z-0001"


def test_a_regression_fails_where_that_is_asked_for(assay: Assay, history: ResultHistory) -> None:
    assert assay("bench", "compare", "main").code == 0
    ended = assay("bench", "compare", "main", "--fail-on", "regression")
    assert (ended.code, ended.error) == (1, "")
    commit = current_commit(history.folder)
    assert commit is not None
    assert "checkout: worse, from 20260101T000001Z-0001" in ended.out
    assert f"{LATEST} ({commit.short})" in ended.out
    assert re.search(r"p99 .* \+2\d\.\d% .* worse", ended.out)
    assert re.search(r"rate .* the same", ended.out)
    assert "search: the same" in ended.out


def test_nothing_fails_where_nothing_got_worse(assay: Assay, history: ResultHistory) -> None:
    history.append(recorded("search", seed=3, commit=current_commit(history.folder)))
    ended = assay("bench", "compare", "main", "20260101T000003Z-0001", "--fail-on", "unknown")
    assert (ended.code, ended.error) == (0, "")


def test_what_cannot_be_told_fails_only_where_that_is_asked_for(assay: Assay, history: ResultHistory) -> None:
    history.append(recorded("search", seed=3, count=2, commit=current_commit(history.folder)))
    for fail_on, code in (("regression", 0), ("unknown", 1)):
        ended = assay("bench", "compare", "main", "20260101T000003Z-0001", "--fail-on", fail_on)
        assert (ended.code, ended.error) == (code, "")
        assert "unknown; about 5 repeats each would tell" in ended.out


def test_a_new_test_has_no_baseline_and_fails_nothing(assay: Assay, history: ResultHistory) -> None:
    history.append(recorded("new", seed=7, commit=current_commit(history.folder)))
    ended = assay("bench", "compare", "main", "20260101T000007Z-0001", "--fail-on", "unknown")
    assert (ended.code, ended.error) == (0, "")
    assert ended.out == "new: there are no results of main to compare with yet\n"


def test_a_comparison_is_written_as_json(assay: Assay, history: ResultHistory) -> None:
    del history
    document = json.loads(assay("bench", "compare", "main", "--json", "--measure", "p99").out)
    assert document["baseline"] == "main"
    findings = {one["test"]: one["finding"] for one in document["comparisons"]}
    assert findings == {"checkout": "worse", "search": "same"}
    [measure] = document["comparisons"][0]["measures"]
    assert measure["low"] < measure["ratio"] < measure["high"]
    assert (measure["measure"], measure["unit"], measure["better"]) == ("p99", "seconds", "lower")


def test_a_comparison_is_written_as_markdown(assay: Assay, history: ResultHistory, tmp_path: Path) -> None:
    odd = msgspec.structs.replace(COMMIT, hash="f" * 40)
    history.append(msgspec.structs.replace(recorded("x", seed=2, commit=odd)))
    ended = assay("bench", "compare", "main", "--markdown", "comment.md")
    assert (ended.code, ended.error) == (0, "")
    text = (tmp_path / "comment.md").read_text()
    assert text.startswith("## Performance compared with `main`\n\n1 worse, 0 better, 1 the same, 0 unknown\n")
    assert "🔴 **checkout**: worse" in text
    assert "<details open>" in text
    assert text.count("<details>") == 1
    assert "**x**: there are no results of `main`" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} == {7}
    assert len(tables) == 2 * (2 + 4)


def test_github_is_given_annotations(assay: Assay, history: ResultHistory, monkeypatch: pytest.MonkeyPatch) -> None:
    del history
    lines = assay("bench", "compare", "main", "--github").out.splitlines()
    annotations = [line for line in lines if line.startswith("::")]
    assert [line.split("::")[1] for line in annotations] == [
        f"error title=checkout%3A {measure} worse" for measure in ("p50", "p95", "p99")
    ]
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert annotations == [line for line in assay("bench", "compare", "main").out.splitlines() if "::error" in line]


def test_a_history_shows_where_its_level_changed(assay: Assay, tmp_path: Path) -> None:
    kept = ResultHistory(history_folder(tmp_path))
    assert assay("bench", "history").out.startswith("no results yet")
    for number in range(16):
        kept.append(recorded("checkout", seed=number, factor=1.0 if number < 9 else 1.2))
    assert assay("bench", "history").out == "checkout: 16 results\n"
    assert json.loads(assay("bench", "history", "--json").out) == {"checkout": 16}
    lines = assay("bench", "history", "checkout", "--measure", "p99").out.splitlines()
    assert lines[0] == "checkout: 16 results"
    marked = [line for line in lines if "p99 +" in line]
    assert len(marked) == 1
    assert "20260101T000009Z-0001" in marked[0]
    document = json.loads(assay("bench", "history", "checkout", "--json", "--last", "7").out)
    assert len(document) == 7
    assert document[0]["changes"].keys() == {"p50", "p95", "p99"}
    assert document[0]["changes"]["p99"] == pytest.approx(1.2, rel=0.02)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("history", "nothing"), "no results of a test 'nothing'"),
        (("history", "checkout", "--measure", "p1"), "no measure 'p1'"),
        (("compare", "nowhere"), "no commit 'nowhere'"),
        (("compare", "main", "nothing"), "no results of a run 'nothing'"),
        (("compare", "main", "--confidence", "1.5"), "a confidence lies between"),
        (("compare", "main", "--fail-on", "everything"), "--fail-on 'everything' is none of: regression, unknown"),
        (("compare", "main", "--markdown", "nowhere/x.md"), "cannot write"),
        (("metrics", "--textfile", "x.txt"), "would not be read"),
        (("serve-metrics", "--host", "192.0.2.1"), "cannot serve"),
    ],
)
def test_a_mistake_is_named(assay: Assay, history: ResultHistory, arguments: tuple[str, ...], message: str) -> None:
    del history
    ended = assay("bench", *arguments)
    assert ended.code == 2
    assert message in ended.error


def test_metrics_and_dashboard_are_printed_and_written(assay: Assay, history: ResultHistory, tmp_path: Path) -> None:
    del history
    assert assay("bench", "metrics").out.endswith("# EOF\n")
    assert assay("bench", "metrics", "--textfile", "assay.prom").code == 0
    assert 'assay_bench_results{test="checkout"} 2.0' in (tmp_path / "assay.prom").read_text()
    assert json.loads(assay("bench", "dashboard").out)["title"] == "Assay: performance"
    assert assay("bench", "dashboard", "--output", "dashboard.json").code == 0
    assert json.loads((tmp_path / "dashboard.json").read_text())["uid"] == "assay-bench"


def test_metrics_are_served_until_ctrl_c(history: ResultHistory, tmp_path: Path) -> None:
    del history
    command = [sys.executable, "-c", "from assay.cli import main; main()", "bench", "serve-metrics", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdout is not None
        [address] = re.findall(r"http://\S+", process.stdout.readline())
        with urlopen(address.rstrip(";"), timeout=60) as answer:  # noqa: S310 # our own server
            assert b"assay_bench_results" in answer.read()
        process.send_signal(2)
        assert process.wait(60) == 130
