"""Markdown: what a claim says is shown as it is, and every link opens."""

import re
from pathlib import Path

import pytest

from assay.evidence import RunFolder, Verdict
from assay.report import read_report
from assay.report.markdown import escaped, render_markdown
from tests.report.sample import claim, write_run


def rendered(folder: RunFolder) -> str:
    return render_markdown(folder, read_report(folder))


def test_every_link_opens(sample: RunFolder) -> None:
    links = re.findall(r"\]\(([^)]*)\)", rendered(sample))
    assert links
    for link in links:
        assert (sample.path / link).is_file()


def test_says_what_a_manager_asks(sample: RunFolder) -> None:
    text = rendered(sample)
    assert text.startswith("# shop: 1 claim is violated and 1 broken variant was not caught\n")
    assert "Score **40** of 100, with **60 %** covered: 1 violated" in text
    assert "| Formal verification | 40 | 81 % | 1 violated, 1 not caught" in text
    assert "| Performance | – | – | not measured in this run: nothing is known about it |" in text  # noqa: RUF001 # dashes
    assert '    client = [c1 |-> "holding", c2 |-> "holding"]\n```' in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a_b *c* `d`", r"a\_b \*c\* \`d\`"),
        ("<img src=x onerror=y>", r"\<img src=x onerror=y\>"),
        ("[x](javascript:y)", r"\[x\](javascript:y)"),
        ("cell | cell", r"cell \| cell"),
        ("two\nlines", "two lines"),
        ("1. one", "&#49;. one"),
        ("- one", "&#45; one"),
        ("see https://example.org", "see https&#58;&#47;&#47;example.org"),
        ("ask @someone", "ask &#64;someone"),
        ("&lt;b&gt;", r"\&lt;b\&gt;"),
    ],
)
def test_text_is_never_markup(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_a_table_keeps_its_columns_whatever_a_command_holds(tmp_path: Path) -> None:
    text = rendered(write_run(tmp_path, claim("verify.lock.safe", Verdict.HOLDS, reproduce="a | b `c` ``d``\n|")))
    (row,) = [line for line in text.splitlines() if "verify.lock.safe" in line]
    assert len(re.findall(r"(?<!\\)\|", row)) == 6
    assert "```a \\| b `c` ``d`` \\|```" in row


def test_an_explanation_of_several_lines_keeps_them(tmp_path: Path) -> None:
    text = rendered(write_run(tmp_path, claim("verify.lock.safe", Verdict.UNKNOWN, explanation="one\n```\ntwo")))
    assert "````text\none\n```\ntwo\n````" in text
