"""The catalogues of texts: complete, with the same placeholders, and used."""

import re
import string
from pathlib import Path

import assay
from assay.evidence import Area, Change, Outcome, TaskStatus
from assay.report import Standing
from assay.system.services import State
from assay.texts import LANGUAGES, Texts
from assay.texts.english import ENGLISH
from assay.texts.report_catalogue import ReportTexts
from assay.texts.report_english import REPORT_ENGLISH
from assay.texts.system_catalogue import SystemTexts
from assay.texts.system_english import SYSTEM_ENGLISH

SOURCES = Path(assay.__file__).parent


def placeholders(text: object) -> set[str]:
    """The placeholders in a text, or in all the texts that an entry consists of."""
    if isinstance(text, str):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}
    parts = text.values() if isinstance(text, dict) else text if isinstance(text, tuple) else ()
    return {name for part in parts for name in placeholders(part)}


def test_every_language_has_every_entry_with_the_same_placeholders() -> None:
    for texts in LANGUAGES.values():
        assert texts.keys() == Texts.__annotations__.keys()
        for name, text in texts.items():
            assert placeholders(text) == placeholders(ENGLISH[name])  # type: ignore[literal-required] # a checked key


def test_every_language_has_every_entry_of_the_reports() -> None:
    for texts in LANGUAGES.values():
        report = texts["report"]
        assert report.keys() == ReportTexts.__annotations__.keys()
        for name, text in report.items():
            english = REPORT_ENGLISH[name]  # type: ignore[literal-required] # a checked key
            assert placeholders(text) == placeholders(english)
        for name, names in (
            ("area_titles", Area),
            ("standings", Standing),
            ("counted", Standing),
            ("task_statuses", TaskStatus),
            ("changes", Change),
            ("outcomes", Outcome),
        ):
            assert set(report[name]) == set(names)  # type: ignore[literal-required] # a checked key


def test_every_area_is_described() -> None:
    for texts in LANGUAGES.values():
        assert list(texts["areas"]) == list(Area)


def test_every_entry_is_used() -> None:
    code = "".join(path.read_text() for path in SOURCES.rglob("*.py") if "texts" not in path.parts)
    unused = [name for name in Texts.__annotations__ if not re.search(rf"""["']{name}["']""", code)]
    assert unused == []


def test_every_entry_of_the_reports_is_used() -> None:
    code = "".join(path.read_text() for path in (SOURCES / "report").rglob("*.py"))
    templates = "".join(path.read_text() for path in (SOURCES / "report").rglob("*.html"))
    unused = [
        name
        for name in ReportTexts.__annotations__
        if not re.search(rf"""["']{name}["']""", code) and not re.search(rf"texts\.{name}\b", templates)
    ]
    assert unused == []


def test_every_language_has_every_entry_of_the_services_and_each_is_used() -> None:
    code = "".join(path.read_text() for path in (SOURCES / "cli").rglob("*.py"))
    assert [name for name in SystemTexts.__annotations__ if not re.search(rf"""["']{name}["']""", code)] == []
    for texts in LANGUAGES.values():
        system = texts["system"]
        assert system.keys() == SystemTexts.__annotations__.keys()
        assert set(system["states"]) == set(State)
        for name, text in system.items():
            assert placeholders(text) == placeholders(SYSTEM_ENGLISH[name])  # type: ignore[literal-required] # a checked key
