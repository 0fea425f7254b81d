import re
from pathlib import Path

import assay
from assay.evidence.verdict import Verdict
from assay.texts import trust
from assay.texts.trust_proofs import LANGUAGES, PROOF_TEXTS, ProofTexts
from assay.trust.proofs.difference import Direction
from assay.trust.proofs.rules import Standing
from tests.texts.test_catalogue import placeholders

SOURCES = Path(assay.__file__).parent


def test_every_language_has_every_entry_with_the_same_placeholders() -> None:
    assert set(LANGUAGES) == set(trust.LANGUAGES) == {"en", "zh-Hans"}
    for texts in LANGUAGES.values():
        assert texts.keys() == ProofTexts.__annotations__.keys()
        assert set(texts["verdicts"]) == set(Verdict)
        assert set(texts["standings"]) == set(Standing)
        assert set(texts["directions"]) == set(Direction)
        for name, text in texts.items():
            english = PROOF_TEXTS[name]  # type: ignore[literal-required] # a checked key
            assert placeholders(text) == placeholders(english), name
            assert text, name


def test_every_entry_is_used() -> None:
    code = "".join(path.read_text() for path in SOURCES.rglob("*.py") if "texts" not in path.parts)
    assert [name for name in ProofTexts.__annotations__ if not re.search(rf"""["']{name}["']""", code)] == []
