"""The commands and the Python of chapter 44, run as they stand there, on a process that computes."""

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.bench.bottleneck import Resource
from assay.bench.profiling.files import profile_files
from assay.bench.resources import MachineMeasure, ProcessMeasure
from tests.bench.bottleneck.made_up import profile
from tests.repo.files import ROOT

TEXT = (ROOT / "docs" / "44-bottlenecks.md").read_text(encoding="utf-8")
PROGRAM = ROOT / "tests" / "bench" / "profiling" / "programs" / "threaded.py"

MEASURED = """
from assay.bench.resources import ProcessMeasure
from tests.bench.bottleneck import made_up

busy = {ProcessMeasure.BUSIEST_THREAD: 0.92, ProcessMeasure.BUSIEST_THREAD_WANTS: 0.99}
lookups = made_up.growing("catalog", "shop_cache_lookups_total", 100, cache="prices", result="miss")
metrics = [*made_up.requests("catalog", 100, 7), lookups]
use = made_up.use({"gateway": made_up.idle(), "catalog": busy}, metrics=metrics)
results, tests = [made_up.result(100, 0.08)], [made_up.asking("/items")]
"""

SPAN_BEGAN = 1735689600.0
SPAN = (
    '{"name": "GET /items", "context": {"trace_id": "0xabc", "span_id": "0x1", "trace_state": "[]"}, '
    '"parent_id": null, "start_time": "2025-01-01T00:00:01.000000Z", "end_time": "2025-01-01T00:00:01.250000Z", '
    '"status": {"status_code": "UNSET"}, "resource": {"attributes": {"service.name": "catalog"}, "schema_url": ""}}\n'
)

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux shows what processes use")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def pid() -> Iterator[int]:
    with subprocess.Popen([sys.executable, str(PROGRAM)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process.pid
        process.kill()


def run(code: str, *arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)


@linux_only
def test_sampling_works_as_the_chapter_says(pid: int, tmp_path: Path) -> None:
    ended = run(f"pid = {pid}\n{blocks('python')[0]}", folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.fullmatch(r"[\d.]+ cores, sampled for [\d.]+ cores\n\d+ MB, at most \d+ MB\n", ended.stdout)


@pytest.mark.skipif(not (Path(sysconfig.get_path("scripts")) / "py-spy").exists(), reason="py-spy is not installed")
def test_profiling_works_as_the_chapter_says(pid: int, tmp_path: Path) -> None:
    (commands,) = blocks("sh")
    for command in commands.replace("PID", str(pid)).splitlines():
        program, *arguments = command.split()
        assert program == "assay"
        ended = run("from assay.cli import main; main()", *arguments, folder=tmp_path)
        if "PTRACE" in ended.stderr.upper():
            pytest.skip("py-spy may not look at processes here")
        assert ended.returncode == 0, ended.stderr
        assert "compute" in ended.stdout


def test_the_analysis_says_what_the_chapter_shows() -> None:
    ended = run(MEASURED + blocks("python")[1], folder=ROOT)
    assert (ended.returncode, ended.stderr) == (0, "")
    shown = re.findall(r"^    (\S.*)$", TEXT, re.MULTILINE)
    assert ended.stdout.splitlines()[:2] == [line for line in shown if line.startswith(("catalog does", "cache: let"))]


def test_the_slowest_requests_are_told_as_the_chapter_says(tmp_path: Path) -> None:
    logs = tmp_path / ".assay" / "system" / "logs"
    logs.mkdir(parents=True)
    (logs / "catalog.log").write_text(SPAN)
    before = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom tests.bench.bottleneck import made_up\n"
    ended = run(f"{before}result = made_up.result(1, 1, began={SPAN_BEGAN})\n{blocks('python')[2]}", folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "0.250 s  abc  0.250 s of it in catalog: GET /items\n"


def test_the_chapter_names_every_resource_every_measure_and_every_file() -> None:
    named = set(re.findall(r"`([a-z-]+)`", TEXT))
    assert {*ProcessMeasure, *MachineMeasure} <= named
    # A full accept queue is listed among resources, and never what is used up.
    assert set(Resource) - {Resource.ACCEPT_QUEUE} <= named
    written = profile_files(profile("x"), profile("x"))
    assert [name for name in written if f"`{name.removeprefix('x')}`" not in TEXT] == []
