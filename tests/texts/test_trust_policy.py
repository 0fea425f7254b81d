"""The texts of `assay trust test` and `decide`: complete in each language, with the same placeholders, and used."""

import re
from pathlib import Path

import assay
from assay.texts.trust_policy import LANGUAGES, POLICY_TEXTS, PolicyTexts
from assay.trust.policy import Outcome, Reason
from tests.texts.test_catalogue import placeholders

SOURCES = Path(assay.__file__).parent


def test_every_language_has_every_entry_with_the_same_placeholders() -> None:
    assert set(LANGUAGES) == {"en", "zh-Hans"}
    for texts in LANGUAGES.values():
        assert texts.keys() == PolicyTexts.__annotations__.keys()
        assert set(texts["reasons"]) == set(Reason)
        assert set(texts["outcomes"]) == set(Outcome)
        for name, text in texts.items():
            english = POLICY_TEXTS[name]  # type: ignore[literal-required] # a checked key
            assert placeholders(text) == placeholders(english), name
            assert text, name


def test_every_entry_is_used() -> None:
    code = "".join(path.read_text() for path in (SOURCES / "cli").glob("trust_policy*.py"))
    code += (SOURCES / "cli" / "trust_policy.py").read_text()
    assert [name for name in PolicyTexts.__annotations__ if not re.search(rf"""["']{name}["']""", code)] == []
