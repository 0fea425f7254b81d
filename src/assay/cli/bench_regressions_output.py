"""What is printed and written of a comparison and of a history."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import typer

from assay.bench.regressions import Record, ResultHistory, Rules, change_points
from assay.bench.regressions.judging import FailOn, Judged
from assay.bench.regressions.markdown import render_markdown
from assay.bench.regressions.measures import MEASURES, measure
from assay.bench.regressions.wording import change_of, commits_of, in_unit, row_of, worse_measures
from assay.errors import Place, UsageError
from assay.texts.bench_regressions import REGRESSION_TEXTS as _TEXTS

__all__ = [
    "fail_on_of",
    "print_comparison",
    "print_comparison_json",
    "print_history",
    "print_tests",
    "rules_of",
    "write_comparison",
    "write_text",
]


def rules_of(minimum_effect: float, confidence: float, measures: tuple[str, ...] = ()) -> Rules:
    """The rules that the options ask for.

    Raises:
        UsageError: There is no such confidence or effect.
    """
    try:
        return Rules(minimum_effect=minimum_effect, confidence=confidence, measures=measures)
    except ValueError as error:
        raise UsageError(str(error)) from error


def fail_on_of(name: str | None) -> FailOn | None:
    """What `--fail-on` says.

    Raises:
        UsageError: Something else.
    """
    if name is None:
        return None
    try:
        return FailOn(name)
    except ValueError:
        raise UsageError(f"--fail-on {name!r} is none of: {', '.join(FailOn)}") from None


def write_comparison(path: Path, judged: Judged, baseline: str, rules: Rules) -> None:
    """Writes a comparison as Markdown.

    Raises:
        UsageError: It cannot be written.
    """
    comparisons, without = judged
    write_text(path, render_markdown(comparisons, without, baseline=baseline, rules=rules, texts=_TEXTS))


def print_comparison(judged: Judged, baseline: str, rules: Rules, *, github: bool = False) -> None:
    """Prints a comparison, with annotations where they are asked for or GitHub reads them."""
    _print(judged, baseline, rules)
    if github or os.environ.get("GITHUB_ACTIONS") == "true":
        _annotate(judged)


def print_comparison_json(judged: Judged, baseline: str, rules: Rules) -> None:
    """Prints a comparison for programs: one document."""
    document = {
        "baseline": baseline,
        "rules": rules,
        "comparisons": judged.comparisons,
        "without_baseline": judged.without_baseline,
    }
    typer.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))


def write_text(path: Path, text: str) -> None:
    """Writes a file that the command line names.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=Place(path)) from error


def print_tests(kept: ResultHistory, *, json: bool) -> None:
    """Which tests have results."""
    counts = {test: len(kept.records(test)) for test in kept.tests}
    if json:
        typer.echo(msgspec.json.encode(counts).decode())
    elif not counts:
        typer.echo(_TEXTS["no_results"])
    for test, count in counts.items() if not json else ():
        typer.echo(_TEXTS["history_title"].format(test=test, count=count))


def print_history(records: Sequence[Record], measures: tuple[str, ...], *, last: int, json: bool) -> None:
    """The results of one test, and where their level changed."""
    latest = records[-1]
    had = {name for record in records for repeat in record.complete for name in repeat.measures}
    names = measures or tuple(name for name in MEASURES if name in had)
    if missing := [name for name in names if name not in had]:
        raise UsageError(f"no measure {missing[0]!r} in these results", hint=f"there are: {', '.join(sorted(had))}")
    changes = {name: _changes(records, name) for name in names}
    if json:
        document = [
            {
                "run": record.run,
                "recorded": record.recorded,
                "commit": record.commit,
                "comparable": record.compares_with(latest),
                "repeats": len(record.complete),
                "measures": {name: record.mean(name) for name in names},
                "changes": {name: found[record.run] for name, found in changes.items() if record.run in found},
            }
            for record in records[-last:]
        ]
        typer.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))
        return
    typer.echo(_TEXTS["history_title"].format(test=latest.test, count=len(records)))
    recorded, run, commit, repeats, note = _TEXTS["history_columns"]
    rows = [(recorded, run, commit, repeats, *names, note)]
    for record in records[-last:]:
        notes = [
            _TEXTS["change_point"].format(measure=name, change=change_of(found[record.run]))
            for name, found in changes.items()
            if record.run in found
        ]
        notes += [] if record.compares_with(latest) else [_TEXTS["unlike"]]
        figures = (in_unit(record.mean(name), measure(name).unit) for name in names)
        rows.append(
            (
                f"{record.recorded:%Y-%m-%d %H:%M}",
                record.run,
                record.commit.short if record.commit else _TEXTS["no_commit"],
                str(len(record.complete)),
                *figures,
                ", ".join(notes),
            )
        )
    _print_table(rows)


def _changes(records: Sequence[Record], name: str) -> dict[str, float]:
    """By the run that was the first on a new level: that level divided by the one before."""
    alike = [record for record in records if record.compares_with(records[-1])]
    means = [(record.run, mean) for record in alike if (mean := record.mean(name)) is not None]
    points = change_points([mean for _, mean in means])
    return {means[point.first][0]: 1 + point.effect for point in points}


def _print(judged: Judged, baseline: str, rules: Rules) -> None:
    for comparison in judged.comparisons:
        before, after = commits_of(comparison, _TEXTS)
        finding = _TEXTS["findings"][comparison.finding]
        typer.echo(_TEXTS["compared"].format(test=comparison.test, finding=finding, before=before, after=after))
        for text in (*comparison.differences, *comparison.cautions):
            typer.echo(f"  ! {text}")
        _print_table([_TEXTS["columns"], *(row_of(one, _TEXTS) for one in comparison.measures)])
        if comparison.measures:
            one = comparison.measures[0]
            typer.echo("  " + _TEXTS["repeats"].format(before=one.repeats_before, after=one.repeats_after))
    for test in judged.without_baseline:
        typer.echo(_TEXTS["no_baseline"].format(test=test, baseline=baseline))
    if judged.comparisons:
        typer.echo(_TEXTS["rules"].format(effect=f"{rules.minimum_effect:.1%}", confidence=f"{rules.confidence:.3g}"))


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo(f"  {line}".rstrip())


def _annotate(judged: Judged) -> None:
    from assay.verify.formats.github import annotation

    for comparison, one in worse_measures(judged.comparisons):
        low, high = change_of(one.low), change_of(one.high)
        message = _TEXTS["annotation"].format(
            test=comparison.test,
            measure=one.measure,
            before=in_unit(one.before, one.unit),
            after=in_unit(one.after, one.unit),
            change=change_of(one.ratio),
            low=low,
            high=high,
        )
        title = f"{comparison.test}: {one.measure} {_TEXTS['findings'][one.finding]}"
        typer.echo(annotation("error", title, message, None))
