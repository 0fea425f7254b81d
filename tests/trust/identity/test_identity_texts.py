"""The texts of the identity provider: complete in every language, with the same placeholders, and used."""

import re
from pathlib import Path

import assay
from assay.texts.identity import LANGUAGES, IdentityTexts
from assay.trust.identity.clients import SCOPES
from tests.texts.test_catalogue import placeholders

SOURCES = Path(assay.__file__).parent


def test_every_language_has_every_entry_with_the_same_placeholders() -> None:
    assert set(LANGUAGES) == {"en", "zh-Hans"}
    english = LANGUAGES["en"]
    for texts in LANGUAGES.values():
        assert texts.keys() == IdentityTexts.__annotations__.keys()
        assert set(texts["scopes"]) == set(SCOPES)
        for name, text in texts.items():
            assert placeholders(text) == placeholders(english[name]), name  # type: ignore[literal-required] # a key
            assert text, name


def test_every_entry_is_used() -> None:
    files = [path for kind in ("py", "html") for path in SOURCES.rglob(f"*.{kind}") if "texts" not in path.parts]
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    assert [name for name in IdentityTexts.__annotations__ if not re.search(rf"""["']{name}["']""", code)] == []
