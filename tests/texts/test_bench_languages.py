"""The catalogues of `assay bench`: every language says everything, with the same figures, and everything is used."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import assay
from assay.texts import bench, bench_profile, bench_run
from tests.texts.test_catalogue import placeholders

SOURCES = Path(assay.__file__).parent
CATALOGUES: list[tuple[Mapping[str, Mapping[str, Any]], type]] = [
    (bench.LANGUAGES, bench.BenchTexts),
    (bench_run.LANGUAGES, bench_run.BenchRunTexts),
    (bench_profile.LANGUAGES, bench_profile.ProfileTexts),
]


@pytest.mark.parametrize(("languages", "entries"), CATALOGUES)
def test_every_language_has_every_entry_with_the_same_placeholders(
    languages: Mapping[str, Mapping[str, Any]], entries: type
) -> None:
    assert set(languages) == {"en", "zh-Hans"}
    english = languages["en"]
    for texts in languages.values():
        assert texts.keys() == entries.__annotations__.keys()
        for name, text in texts.items():
            assert placeholders(text) == placeholders(english[name]), name
            assert type(text) is type(english[name]), name
            if isinstance(text, dict | tuple):
                assert len(text) == len(english[name]), name


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_kind_of_figure_has_its_words(language: str) -> None:
    assert bench.LANGUAGES[language]["titles"].keys() == bench.BENCH_TEXTS["titles"].keys()
    assert bench_profile.LANGUAGES[language]["wait"].keys() == bench_profile.PROFILE_TEXTS["wait"].keys()


@pytest.mark.parametrize("entries", [entries for _, entries in CATALOGUES])
def test_every_entry_is_used(entries: type) -> None:
    code = "".join(path.read_text() for path in SOURCES.rglob("*.py") if "texts" not in path.parts)
    # Names of legends are put together.
    names = [name for name in entries.__annotations__ if not (name.startswith("legend_") and 'f"legend_{' in code)]
    assert [name for name in names if not re.search(rf"""["']{name}["']""", code)] == []
