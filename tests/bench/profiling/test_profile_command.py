"""`assay bench profile`, run as people run it."""

import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.exit_codes import ExitCode

PROGRAM = Path(__file__).parent / "programs" / "threaded.py"

needs_py_spy = pytest.mark.skipif(
    not (Path(sysconfig.get_path("scripts")) / "py-spy").exists(), reason="py-spy is not installed"
)


@pytest.fixture
def threaded() -> Iterator[int]:
    with subprocess.Popen([sys.executable, str(PROGRAM)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process.pid
        process.kill()


def assay(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from assay.cli import main; main()", "bench", "profile", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)


@needs_py_spy
def test_shows_a_profile_and_compares_it_with_an_earlier_one(threaded: int, tmp_path: Path) -> None:
    first = assay(str(threaded), "--seconds", "1", folder=tmp_path)
    if "ptrace" in first.stderr or "SYS_PTRACE" in first.stderr:
        pytest.skip("py-spy may not look at processes here")
    assert first.returncode == ExitCode.ALL_HOLD, first.stderr
    assert "compute (programs/threaded.py)" in first.stdout
    assert "for a lock: take_turns" in first.stdout
    folder = tmp_path / ".assay" / "profiles"
    assert {path.name.removeprefix(str(threaded)) for path in folder.iterdir()} == {
        ".json",
        ".folded",
        ".speedscope.json",
        ".svg",
        "-waiting.svg",
    }
    again = assay(
        str(threaded), "--seconds", "1", "--json", "--against", str(folder / f"{threaded}.json"), folder=tmp_path
    )
    assert again.returncode == ExitCode.ALL_HOLD, again.stderr
    told = json.loads(again.stdout)
    assert told["profile"]["pid"] == threaded
    assert any(name.endswith("-difference.svg") for name in told["files"])
    assert all(Path(name).exists() for name in told["files"])


def test_says_which_services_there_are_and_what_is_no_profile(tmp_path: Path) -> None:
    (tmp_path / "assay.toml").write_text(
        '[system]\nname = "shop"\n[[service]]\nname = "catalog"\nurl = "http://127.0.0.1:1"\nstart = "sleep 60"\n'
    )
    absent = assay("catalog", folder=tmp_path)
    assert absent.returncode == ExitCode.BAD_USAGE
    assert "no service or process 'catalog' runs here" in absent.stderr
    assert "assay system up" in absent.stderr
    (tmp_path / "old.json").write_text("{}")
    damaged = assay("1", "--against", "old.json", folder=tmp_path)
    assert damaged.returncode == ExitCode.BAD_USAGE
    assert "this is no profile" in damaged.stderr
    both = assay("1", "--memory", "--against", "old.json", folder=tmp_path)
    assert both.returncode == ExitCode.BAD_USAGE
