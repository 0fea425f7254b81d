"""Every fact that is found has a sentence, in every language, with the same figures."""

import re
import string
from pathlib import Path

import assay.bench.bottleneck
from assay.bench.bottleneck import AdviceKind, LittleMeaning, Resource, Verdict, paragraphs
from assay.bench.bottleneck.explaining import explain
from assay.texts.bottleneck import BOTTLENECK_TEXTS
from assay.texts.bottleneck_catalogue import BottleneckTexts
from tests.bench.bottleneck.made_up import idle, level, requests, result, use

SOURCES = Path(assay.bench.bottleneck.__file__).parent


def placeholders(text: object) -> set[str]:
    if isinstance(text, str):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}
    assert isinstance(text, dict)
    return {f"{key}.{name}" for key, part in text.items() for name in placeholders(part)}


def test_every_language_has_every_entry_with_the_same_figures() -> None:
    english = BOTTLENECK_TEXTS["en"]
    for texts in BOTTLENECK_TEXTS.values():
        assert texts.keys() == BottleneckTexts.__annotations__.keys()
        for name, text in texts.items():
            assert placeholders(text) == placeholders(english[name])  # type: ignore[literal-required] # a checked key


def test_every_resource_verdict_and_meaning_has_words() -> None:
    english = BOTTLENECK_TEXTS["en"]
    assert set(english["resources"]) == set(Resource)
    assert set(english["verdicts"]) == set(Verdict)
    assert set(english["kinds"]) == set(AdviceKind)
    assert set(english["little"]) == set(LittleMeaning)


def test_every_fact_that_the_code_names_has_words() -> None:
    code = "".join(path.read_text() for path in SOURCES.glob("*.py"))
    named = set(re.findall(r'Fact\("(\w+)"', code))
    english = BOTTLENECK_TEXTS["en"]
    known = {*english["facts"], *english["advice"], *english["caveats"]}
    assert named <= known
    assert len(named) > 20
    assert {name for name in known if not re.search(rf'"{name}"|f"{name.rpartition("_")[0]}_', code)} == set()


def test_tells_everything_in_every_language() -> None:
    metrics = [
        *requests("gateway", 100, 5),
        level("gateway", "pool_size", 2),
        level("gateway", "pool_in_use", 2),
        level("gateway", "pool_waiting", 8),
    ]
    report = explain([result(100, 0.1)], use({"gateway": idle()}, metrics=metrics))
    for language in BOTTLENECK_TEXTS:
        told = paragraphs(report, language)
        assert len(told) == 5
        assert "gateway" in told[0]
        assert not any("{" in line for line in told)
    assert "等待" in paragraphs(report, "zh-Hans")[0]
