"""How the comparison of load generators looks: tables for people, Markdown, JSON."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from unicodedata import east_asian_width

import msgspec

from assay.bench.executor import ConstantArrivalRate, ConstantUsers
from assay.bench.load_test import LoadTest
from assay.bench.tools.comparison import QUANTILES, Comparison, Figures
from assay.bench.tools.stall import STALL_QUANTILES, StallComparison
from assay.bench.tools.tool import Tool
from assay.errors import UsageError
from assay.texts.bench_tools import TOOL_TEXTS as _TEXTS

__all__ = ["milliseconds", "show_comparisons", "show_stall"]

Rows = list[tuple[str, ...]]

_MEBIBYTE = 1024**2
_ENOUGH = 0.95
"""Of the rate that was asked for."""


def show_comparisons(
    comparisons: Sequence[Comparison],
    tests: Sequence[LoadTest],
    absent: Sequence[Tool],
    markdown: Path | None,
    *,
    json: bool,
) -> None:
    """Prints a table for each kind of work, with what its figures mean."""
    notes = [*_meanings(comparisons), _TEXTS["cpu_note"], *_absences(absent)]
    tables = [
        (
            _TEXTS["title"].format(executor=comparison.executor, work=_work(test)),
            _rows(comparison),
            _reasons(comparison, test),
        )
        for comparison, test in zip(comparisons, tests, strict=True)
    ]
    _write_markdown(markdown, tables, notes)
    if json:
        document = {"quantiles": QUANTILES, "comparisons": comparisons, "absent": [tool.name for tool in absent]}
        print(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
        return
    _print(tables, notes)


def show_stall(comparison: StallComparison, absent: Sequence[Tool], markdown: Path | None, *, json: bool) -> None:
    """Prints what each tool said beside what was the case."""
    stall = comparison.stall
    title = _TEXTS["stall_title"].format(held=stall.held, period=stall.period, rate=stall.rate)
    true = [*map(milliseconds, comparison.true_quantiles), milliseconds(comparison.true_mean)]
    asked = (f"{stall.rate:,}", f"{round(stall.rate * stall.seconds):,}", "0")
    rows: Rows = [_TEXTS["stall_columns"], (_TEXTS["truth"], _TEXTS["models"]["open"], *true, *asked)]
    for said in comparison.tools:
        figures = said.figures
        values = [*map(milliseconds, said.quantiles), milliseconds(figures.mean)]
        counts = (f"{figures.requests_per_second:,.0f}", f"{figures.answered:,}", _count(figures.dropped))
        rows.append((figures.tool, _TEXTS["models"][said.model], *values, *counts))
    paced = [said.figures for said in comparison.tools if said.model != "closed"]
    reasons = [*_not_reached(paced, stall.rate)]
    reasons += [_TEXTS["failed"].format(tool=tool, reason=why) for tool, why in comparison.failed.items()]
    reasons += [
        f"{said.figures.tool}: {_TEXTS['partial'].format(reason=why)}"
        for said in comparison.tools
        for why in said.figures.partial
    ]
    notes = [*_meanings_of(said.figures for said in comparison.tools), *_absences(absent)]
    tables = [(title, rows, reasons)]
    _write_markdown(markdown, tables, notes)
    if json:
        document = {
            "quantiles": STALL_QUANTILES,
            "stall": comparison.stall,
            "truth": {"quantiles": comparison.true_quantiles, "mean": comparison.true_mean},
            "tools": [
                {"model": said.model, "quantiles": said.quantiles, "figures": said.figures} for said in comparison.tools
            ],
            "failed": comparison.failed,
            "absent": [tool.name for tool in absent],
        }
        print(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
        return
    _print(tables, notes)


def _work(test: LoadTest) -> str:
    match test.executor:
        case ConstantUsers(users, seconds):
            return f"{users} users, {seconds:g} s, {test.target}{test.requests[0].path}"
        case ConstantArrivalRate(rate, seconds):
            return f"{rate:g}/s, {seconds:g} s, {test.target}{test.requests[0].path}"
        case _:
            return test.target


def _rows(comparison: Comparison) -> Rows:
    rows: Rows = [_TEXTS["columns"]]
    for figures in comparison.figures:
        memory = "?" if figures.peak_bytes is None else f"{figures.peak_bytes / _MEBIBYTE:.0f}"
        rows.append(
            (
                f"{figures.tool} {figures.version}",
                f"{figures.requests_per_second:,.0f}",
                *map(milliseconds, figures.quantiles),
                milliseconds(figures.mean),
                _count(figures.failed),
                _count(figures.dropped),
                f"{figures.cpu_microseconds:,.1f}",
                memory,
            )
        )
    return rows


def milliseconds(seconds: float) -> str:
    """With as many digits as say something."""
    value = seconds * 1000
    digits = 0 if value >= 100 else 1 if value >= 10 else 2  # noqa: PLR2004 # three figures
    return f"{value:,.{digits}f}"


def _count(count: int | None) -> str:
    return _TEXTS["not_known"] if count is None else f"{count:,}"


def _reasons(comparison: Comparison, test: LoadTest) -> list[str]:
    rate = test.executor.rate if isinstance(test.executor, ConstantArrivalRate) else 0
    return [
        *_not_reached(comparison.figures, rate),
        *(_TEXTS["refused"].format(tool=tool, reason=why) for tool, why in comparison.refused.items()),
        *(_TEXTS["failed"].format(tool=tool, reason=why) for tool, why in comparison.failed.items()),
        *(
            f"{figures.tool}: {_TEXTS['partial'].format(reason=why)}"
            for figures in comparison.figures
            for why in figures.partial
        ),
    ]


def _not_reached(many: Iterable[Figures], rate: float) -> Iterator[str]:
    """Who kept up with the rate no more than nearly."""
    for figures in many:
        reached = figures.requests_per_second
        if reached < rate * _ENOUGH:
            yield _TEXTS["not_reached"].format(tool=figures.tool, reached=reached, rate=rate)


def _meanings(comparisons: Iterable[Comparison]) -> Iterator[str]:
    return _meanings_of(figures for comparison in comparisons for figures in comparison.figures)


def _meanings_of(many: Iterable[Figures]) -> Iterator[str]:
    """Once for each tool and each way of counting."""
    seen = set()
    for figures in many:
        if (figures.tool, figures.omission) in seen:
            continue
        seen.add((figures.tool, figures.omission))
        clock, omission = _TEXTS["clocks"].get(figures.clock, figures.clock), _TEXTS["omissions"][figures.omission]
        line = _TEXTS["meaning"].format(tool=figures.tool, clock=clock, omission=omission)
        unknown = ", ".join(name.replace("_", " ") for name in figures.unknown)
        said = _TEXTS["cannot_say"].format(tool=figures.tool, unknown=unknown)
        yield f"{line}. {said}" if unknown else line


def _absences(tools: Iterable[Tool]) -> list[str]:
    return [_TEXTS["absent"].format(tool=tool.title, install=tool.install) for tool in tools]


def _print(tables: Sequence[tuple[str, Rows, list[str]]], notes: Sequence[str]) -> None:
    for title, rows, reasons in tables:
        print(f"{title}\n")
        for line in _aligned(rows):
            print(f"  {line}")
        for reason in reasons:
            print(f"  {reason}")
        print()
    for note in notes:
        print(f"- {note}")


def _aligned(rows: Rows) -> Iterator[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [first + " " * (widths[0] - _width(first))]
        cells += [" " * (width - _width(cell)) + cell for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _write_markdown(path: Path | None, tables: Sequence[tuple[str, Rows, list[str]]], notes: Sequence[str]) -> None:
    if path is None:
        return
    lines: list[str] = []
    for title, rows, reasons in tables:
        head, *body = rows
        lines += [f"**{title}**", "", _markdown_row(head), "|---|" + "---:|" * (len(head) - 1)]
        lines += [*map(_markdown_row, body), "", *(f"- {reason}" for reason in reasons), ""]
    lines += [f"- {note}" for note in notes]
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", hint="--markdown names a file") from error


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
