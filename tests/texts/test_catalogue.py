"""The catalogues of texts: complete, with the same placeholders, and used."""

import re
import string
from pathlib import Path

import assay
from assay.evidence import Area
from assay.texts import LANGUAGES, Texts
from assay.texts.english import ENGLISH

SOURCES = Path(assay.__file__).parent


def placeholders(text: object) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(str(text)) if name} if isinstance(text, str) else set()


def test_every_language_has_every_entry_with_the_same_placeholders() -> None:
    for texts in LANGUAGES.values():
        assert texts.keys() == Texts.__annotations__.keys()
        for name, text in texts.items():
            assert placeholders(text) == placeholders(ENGLISH[name])  # type: ignore[literal-required] # a checked key


def test_every_area_is_described() -> None:
    for texts in LANGUAGES.values():
        assert list(texts["areas"]) == list(Area)


def test_every_entry_is_used() -> None:
    code = "".join(path.read_text() for path in SOURCES.rglob("*.py") if "texts" not in path.parts)
    unused = [name for name in Texts.__annotations__ if not re.search(rf"""["']{name}["']""", code)]
    assert unused == []
