"""The chapters of the protocols: their commands run as they stand, and they name every model, property and count."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from assay.system import parse_system
from assay.verify import tasks
from assay.verify.manifest import Manifest, read_manifest
from assay.verify.shipped import SPECIFICATIONS

DOCS = Path(__file__).parents[2] / "docs"

CHAPTERS = {
    "lock": DOCS / "22-lock.md",
    "two-phase-commit": DOCS / "23-two-phase-commit.md",
    "raft": DOCS / "24-raft.md",
    "discovery": DOCS / "25-discovery.md",
    "saga": DOCS / "27-saga.md",
    "outbox": DOCS / "28-outbox.md",
    "leader-lease": DOCS / "29-leader-lease.md",
    "circuit-breaker": DOCS / "30-circuit-breaker.md",
}

COMMANDS = [
    line
    for chapter in CHAPTERS.values()
    for block in re.findall(r"^```sh\n(.*?)^```$", chapter.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
]


@pytest.fixture(params=CHAPTERS)
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def text(protocol: str) -> str:
    return CHAPTERS[protocol].read_text(encoding="utf-8")


@pytest.fixture
def manifest(protocol: str) -> Manifest:
    return read_manifest(SPECIFICATIONS / protocol)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_works_as_the_chapter_says(command: str, tmp_path: Path) -> None:
    program, *arguments = shlex.split(command)
    assert program == "assay"
    ended = subprocess.run(
        [sys.executable, "-c", "from assay.cli import main; main()", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (ended.returncode, "error" in ended.stderr) == (expected_exit_code(command), False), ended.stderr


def expected_exit_code(command: str) -> int:
    """That of the model which is named last, as its manifest expects it to end."""
    config = Path(shlex.split(command)[-1]).with_suffix(".cfg")
    entries = read_manifest(SPECIFICATIONS / config.parts[1]).models
    expected = next(entry.expect for entry in entries if entry.config == config.name)
    return {"ok": 0, "deadlock": 11, "safety": 12, "liveness": 13}[expected]


def test_assay_toml_is_accepted_as_it_stands(protocol: str, text: str, manifest: Manifest, tmp_path: Path) -> None:
    entries = re.findall(r"^```toml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert len(entries) == bool(manifest.parameters)
    for entry in entries:
        made = tasks(parse_system(f'[system]\nname = "shop"\n{entry}', tmp_path / "assay.toml"))
        assert [task.id for task in made] == [f"formal-verification/{protocol}"]


def test_chapter_explains_every_property(text: str, manifest: Manifest) -> None:
    properties = {claim.property for model in manifest.models for claim in model.claims}
    assert [name for name in properties if f"| `{name}` |" not in text] == []


def test_chapter_explains_every_parameter(text: str, manifest: Manifest) -> None:
    rows = [
        f"| `{one.name}` | {str(one.default).lower()} | {one.range} | {one.meaning} |" for one in manifest.parameters
    ]
    assert [row for row in rows if row not in text] == []


def test_chapter_shows_every_broken_variant_with_what_it_breaks(text: str, manifest: Manifest) -> None:
    shown = re.findall(r"^\| `(\w+\.cfg)` \|.*\| `(\w+)` \|$", text, re.MULTILINE)
    assert shown == [(model.config, model.claims[0].property) for model in manifest.models if model.is_broken_variant]


def test_chapter_states_the_exact_counts(text: str, manifest: Manifest) -> None:
    counts = [f"{model.distinct_states:,}" for model in manifest.models if model.distinct_states]
    assert counts
    assert [count for count in counts if count not in text] == []
