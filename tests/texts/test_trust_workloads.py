"""The texts of `assay trust ca` and `assay trust svid`: complete, with the same placeholders, and used."""

import re
from pathlib import Path

import assay
from assay.texts.trust_workloads import LANGUAGES, WORKLOAD_TEXTS, WorkloadTexts
from tests.texts.test_catalogue import placeholders

SOURCE = Path(assay.__file__).parent / "cli" / "trust_workloads.py"


def test_every_language_has_every_entry_with_the_same_placeholders() -> None:
    assert set(LANGUAGES) == {"en", "zh-Hans"}
    for texts in LANGUAGES.values():
        assert texts.keys() == WorkloadTexts.__annotations__.keys()
        for name, text in texts.items():
            assert placeholders(text) == placeholders(WORKLOAD_TEXTS[name]), name  # type: ignore[literal-required]
            assert text, name


def test_every_entry_is_used() -> None:
    code = SOURCE.read_text(encoding="utf-8")
    assert [name for name in WorkloadTexts.__annotations__ if not re.search(rf'"{name}"', code)] == []
