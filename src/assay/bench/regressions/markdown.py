"""A comparison as Markdown, for a comment on a pull request: what got worse first, everything else folded away."""

from collections import Counter
from collections.abc import Iterator, Sequence

from assay.bench.regressions.comparison import Finding, Rules, TestComparison
from assay.bench.regressions.wording import commits_of, row_of
from assay.texts.bench_regressions import RegressionTexts

__all__ = ["render_markdown"]

_MARKS = {
    Finding.WORSE: "🔴",
    Finding.BETTER: "🟢",
    Finding.SAME: "⚪",
    Finding.UNKNOWN: "🟡",
    Finding.NOT_COMPARABLE: "⚫",
}

_UNTOLD = (Finding.UNKNOWN, Finding.NOT_COMPARABLE)


def render_markdown(
    comparisons: Sequence[TestComparison],
    without_baseline: Sequence[str],
    *,
    baseline: str,
    rules: Rules,
    texts: RegressionTexts,
) -> str:
    """The whole comparison.

    Args:
        comparisons: One for each test.
        without_baseline: Tests that there was nothing to compare with.
        baseline: What was asked for.
        rules: By which it was compared.
        texts: The language.
    """
    lines = [f"## {texts['title'].format(baseline=f'`{_plain(baseline)}`')}", ""]
    if comparisons:
        lines += [_summary(comparisons, texts), ""]
    for comparison in comparisons:
        lines += _of_test(comparison, texts)
    for test in without_baseline:
        lines += [texts["no_baseline"].format(test=f"**{_plain(test)}**", baseline=f"`{_plain(baseline)}`"), ""]
    lines.append(texts["rules"].format(effect=f"{rules.minimum_effect:.3g}", confidence=f"{rules.confidence:.3g}"))
    return "\n".join(lines) + "\n"


def _summary(comparisons: Sequence[TestComparison], texts: RegressionTexts) -> str:
    counts = Counter(comparison.finding for comparison in comparisons)
    return texts["summary"].format(
        worse=counts[Finding.WORSE],
        better=counts[Finding.BETTER],
        same=counts[Finding.SAME],
        unknown=sum(counts[finding] for finding in _UNTOLD),
    )


def _of_test(comparison: TestComparison, texts: RegressionTexts) -> Iterator[str]:
    before, after = commits_of(comparison, texts)
    told = texts["compared"].format(
        test=f"**{_plain(comparison.test)}**",
        finding=texts["findings"][comparison.finding],
        before=f"`{_plain(before)}`",
        after=f"`{_plain(after)}`",
    )
    opened = " open" if comparison.finding is Finding.WORSE else ""
    yield f"{_MARKS[comparison.finding]} {told}"
    yield ""
    for text in (*comparison.differences, *comparison.cautions):
        yield f"- {_plain(text)}"
    yield from ("", f"<details{opened}><summary>{texts['columns'][0]}</summary>", "")
    yield _row(texts["columns"])
    yield _row(("---", *("---:" for _ in texts["columns"][1:-1]), "---"))
    for one in comparison.measures:
        *figures, finding = row_of(one, texts)
        yield _row((*figures, f"{_MARKS[one.finding]} {finding}"))
    yield from ("", "</details>", "")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _plain(text: str) -> str:
    """What somebody else named, without what Markdown or HTML would take for its own."""
    for letter, instead in (("\\", "\\\\"), ("|", "\\|"), ("`", "'"), ("<", "&lt;"), ("\n", " ")):
        text = text.replace(letter, instead)
    return text
