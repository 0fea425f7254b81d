"""`assay bench compare-tools` as people call it."""

import json
from pathlib import Path

import pytest

from assay.texts.bench_tools import LANGUAGES, ToolTexts
from tests.cli.conftest import Assay
from tests.texts.test_catalogue import placeholders

ALONE = (
    "bench",
    "compare-tools",
    "--tool",
    "assay",
    "--seconds",
    "1",
    "--repeats",
    "1",
    "--users",
    "2",
    "--rate",
    "20",
)


def test_compares_and_writes_markdown(assay: Assay, tmp_path: Path) -> None:
    ended = assay(*ALONE, "--markdown", "tools.md")
    assert ended.returncode == 0, ended.stderr
    assert "constant-vus: assay, run 1 of 1\nconstant-arrival-rate: assay, run 1 of 1\n" in ended.stderr
    assert "requests/s" in ended.stdout
    assert "- assay: from the intended start to the last byte" in ended.stdout
    markdown = (tmp_path / "tools.md").read_text()
    assert markdown.count("| assay ") == 2
    assert "| tool | requests/s | p50 ms |" in markdown


def test_json_has_every_figure(assay: Assay) -> None:
    ended = assay(*ALONE, "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    closed, opened = json.loads(ended.stdout)["comparisons"]
    assert (closed["executor"], opened["executor"]) == ("constant-vus", "constant-arrival-rate")
    (figures,) = closed["figures"]
    assert figures["tool"] == "assay"
    assert figures["answered"] > 0
    assert len(figures["quantiles"]) == 4


def test_shows_the_truth_of_a_stall_beside_what_was_said(assay: Assay) -> None:
    ended = assay(*ALONE[:4], "--stall", "--held", "0.2", "--period", "1", "--periods", "1", "--rate", "50")
    assert ended.returncode == 0, ended.stderr
    assert "a server held up 0.2 s in every 1 s, 50 requests/s" in ended.stdout
    truth = next(line for line in ended.stdout.splitlines() if line.startswith("  the truth"))
    assert truth.split()[2:] == ["open", "0.00", "100", "150", "190", "20.0", "50", "50", "0"]
    assert any(line.startswith("  assay ") for line in ended.stdout.splitlines())


@pytest.mark.parametrize(
    ("arguments", "complaint", "hint"),
    [
        (["--tool", "ab"], "there is no load generator 'ab'", "there are: assay, wrk, hey, k6, artillery"),
        (["--stall", "http://localhost:1"], "only a server that Assay started is held up", "leave out the URL"),
        (["--stall", "--held", "3", "--period", "2"], "the server is held for a whole period", "see --held"),
        (["localhost:80"], "localhost:80 is no URL of a service", "write it as http://localhost:8080/path"),
        (["http://localhost:x/"], "is no URL: ", ""),
        (["http://localhost/a b"], "the path of http://localhost/a b is not encoded", "write %20 for a space"),
    ],
)
def test_what_makes_no_sense_is_refused(assay: Assay, arguments: list[str], complaint: str, hint: str) -> None:
    ended = assay("bench", "compare-tools", *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert complaint in ended.stderr
    assert hint in ended.stderr


def test_a_target_where_nobody_listens_is_no_success(assay: Assay) -> None:
    ended = assay(*ALONE, "http://127.0.0.1:1/")
    assert ended.returncode == 3
    assert "assay failed: Assay gave no result" in ended.stdout
    assert "connection refused" in ended.stdout


def test_every_language_has_every_text_with_the_same_placeholders() -> None:
    for texts in LANGUAGES.values():
        assert texts.keys() == ToolTexts.__annotations__.keys()
        for name, text in texts.items():
            english = LANGUAGES["en"][name]  # type: ignore[literal-required] # a checked key
            assert placeholders(text) == placeholders(english)
            assert isinstance(text, dict) is isinstance(english, dict)
            if isinstance(text, dict):
                assert text.keys() == english.keys()
