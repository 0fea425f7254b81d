import re
from pathlib import Path

import assay
from assay.bench.regressions import Finding
from assay.texts.bench_regressions import LANGUAGES, REGRESSION_TEXTS, RegressionTexts
from tests.texts.test_catalogue import placeholders

SOURCES = Path(assay.__file__).parent


def test_every_language_has_every_entry_with_the_same_placeholders() -> None:
    assert set(LANGUAGES) == {"en", "zh-Hans"}
    for texts in LANGUAGES.values():
        assert texts.keys() == RegressionTexts.__annotations__.keys()
        assert set(texts["findings"]) == set(Finding)
        for name, text in texts.items():
            english = REGRESSION_TEXTS[name]  # type: ignore[literal-required] # a checked key
            assert placeholders(text) == placeholders(english), name
            assert text, name


def test_every_entry_is_used() -> None:
    code = "".join(path.read_text() for path in SOURCES.rglob("*.py") if "texts" not in path.parts)
    assert [name for name in RegressionTexts.__annotations__ if not re.search(rf"""["']{name}["']""", code)] == []
