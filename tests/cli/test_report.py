"""`assay report` from the outside, on runs that `assay run` made."""

import json
from pathlib import Path

import pytest

from assay.evidence import RunFolder, find_run
from tests.cli.conftest import Assay


@pytest.fixture
def run(assay_with_tasks: Assay, tmp_path: Path) -> RunFolder:
    """A run whose two claims hold."""
    assert assay_with_tasks("run", "all", "--seed", "5").returncode == 0
    return find_run(tmp_path / ".assay" / "runs")


def test_run_writes_every_report(run: RunFolder) -> None:
    written = {path.name for path in run.path.iterdir()}
    assert written >= {"report.html", "report.md", "report.json", "junit.xml", "results.sarif"}


def test_show_prints_the_latest_run(assay: Assay, run: RunFolder) -> None:
    ended = assay("report", "show")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "  holds           The file b has the digest it should have.  chaos.b.digest\n" in ended.stdout
    assert ended.stdout.endswith(f"report: .assay/runs/{run.name}/report.html\n")


def test_show_prints_the_files_of_the_run_folder(assay: Assay, run: RunFolder) -> None:
    for style, name in (("json", "report.json"), ("markdown", "report.md")):
        ended = assay("report", "show", run.name[:12], "--format", style)
        assert ended.returncode == 0
        assert ended.stdout == (run.path / name).read_text(encoding="utf-8")


def test_verify_rehashes_and_names_what_is_wrong(assay: Assay, run: RunFolder) -> None:
    good = assay("report", "verify", str(run.path))
    assert good.returncode == 0
    assert good.stdout.startswith(f"{run.name} verifies; claims: 2, files of evidence: 2 (")

    artifact = next((run.path / "artifacts").iterdir())
    artifact.write_bytes(b"something else")
    bad = assay("report", "verify")
    assert bad.returncode == 1
    assert bad.stdout.startswith("artifact-changed  chaos.")
    assert artifact.name in bad.stdout
    document = json.loads(assay("report", "verify", "--json").stdout)
    assert [finding["kind"] for finding in document["findings"]] == ["artifact-changed"]


def test_verify_finds_a_touched_page(assay: Assay, run: RunFolder) -> None:
    page = run.path / "report.html"
    page.write_text(
        page.read_text(encoding="utf-8").replace("Both claims hold", "Everything is well"), encoding="utf-8"
    )
    ended = assay("report", "verify")
    assert ended.returncode == 1
    assert ended.stdout.startswith("report-changed  report.html: ")


def test_compare_names_what_got_worse(assay_with_tasks: Assay, run: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("changed")
    assert assay_with_tasks("run", "all").returncode == 1
    worse = assay_with_tasks("report", "compare", run.name)
    assert worse.returncode == 1
    assert "broken  holds → violated  The file b has the digest it should have.  chaos.b.digest" in worse.stdout
    assert "1 unchanged" in worse.stdout
    assert "score: 100 before, 40 now (-60.0)" in worse.stdout
    latest = find_run(tmp_path / ".assay" / "runs").name
    better = assay_with_tasks("report", "compare", latest, run.name, "--json")
    assert (better.returncode, json.loads(better.stdout)["outcome"]) == (0, "better")


def test_compare_across_machines_says_why_not_and_shows_no_difference(assay: Assay, run: RunFolder) -> None:
    other = run.path.with_name("0-elsewhere")
    other.mkdir()
    for path in run.path.iterdir():
        if path.is_file():
            (other / path.name).write_bytes(path.read_bytes())
    record = json.loads((run.path / "run.json").read_bytes())
    record["environment"]["cores"] = 999
    (other / "run.json").write_text(json.dumps(record))
    ended = assay("report", "compare", "0-elsewhere", run.name)
    assert ended.returncode == 3
    assert f"not comparable: {run.name} against 0-elsewhere\n  cores: 999 before, " in ended.stdout
    assert "score:" not in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["report", "show"], "error[run-not-found]: no run in"),
        (["report", "show", "gone"], "error[run-not-found]: no run 'gone'"),
        (["report", "show", "--format", "pdf"], "error[usage]: invalid value for '--format'"),
        (["report", "compare"], "error[usage]: missing argument 'BASE'"),
        (["report", "fly"], "error[usage]: no such command 'fly'"),
    ],
)
def test_bad_usage_is_one_complaint(assay: Assay, arguments: list[str], complaint: str) -> None:
    ended = assay(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(complaint)


def test_a_damaged_run_is_one_complaint(assay: Assay, run: RunFolder) -> None:
    with (run.path / "claims.ndjson").open("ab") as file:
        file.write(b"nonsense\n")
    for command in ("show", "verify"):
        ended = assay("report", command)
        assert (ended.returncode, ended.stdout) == (3, "")
        assert ended.stderr.startswith("error[evidence]: not a claim: ")
