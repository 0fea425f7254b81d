"""Text from outside cannot move the cursor, turn a line round, or hide."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.report.visible import one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ünïcode → 漢字", "plain, ünïcode → 漢字"),
        ("\x1b[2J\x07", "␛[2J␇"),
        ("a\r\nb\rc\td", "a\nb␍c\td"),
        ("if \u202eevil\u2066", "if \\u202eevil\\u2066"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("\x9b31m \x7f", "\\u009b31m ␡"),
        ("half \ud800", "half \\ud800"),
    ],
)
def test_shows_what_would_not_be_seen(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_nothing_that_is_left_is_a_control(text: str) -> None:
    assert not [each for each in visible(text) if unicodedata.category(each) in {"Cc", "Cs"} and each not in "\n\t"]
    assert "\n" not in one_line(text)
