"""The same work done by every load generator that is installed, in turns, and what each said of it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import NamedTuple

import msgspec

from assay.bench.load_test import LoadTest
from assay.bench.result import LoadResult
from assay.bench.tools.schedule import executor_name
from assay.bench.tools.tool import Tool
from assay.errors import ToolError, UnsupportedByToolError

__all__ = ["QUANTILES", "Comparison", "Figures", "Turn", "compare", "figures_of"]

QUANTILES = (0.5, 0.9, 0.99, 0.999)
_MICROSECONDS = 1e6


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What one tool said; the median of its runs where nothing else is written."""

    tool: str
    version: str
    runs: int
    requests_per_second: float
    mean: float
    """Seconds, as the quantiles."""
    quantiles: tuple[float, ...]
    """At `QUANTILES`."""
    answered: int
    """In all runs."""
    failed: int | None
    """In all runs; None where the tool does not know."""
    dropped: int | None
    cpu_microseconds: float
    """Of the generator for each answer, over all runs."""
    peak_bytes: int | None
    """The most of all runs."""
    clock: str
    """From when to when a latency counts."""
    omission: str
    unknown: tuple[str, ...]
    partial: tuple[str, ...] = ()
    """Why runs are partial, where they are."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of work, and every tool that did it."""

    executor: str
    target: str
    figures: tuple[Figures, ...]
    refused: dict[str, str]
    """Tools that cannot do this, each with why."""
    failed: dict[str, str]
    """Tools that should have been able to, each with what went wrong."""


class Turn(NamedTuple):
    """What is about to be run."""

    tool: str
    executor: str
    number: int
    """From 1."""
    of: int


def compare(
    test: LoadTest,
    tools: Sequence[Tool],
    repeats: int,
    *,
    on_turn: Callable[[Turn], None] | None = None,
    stop: threading.Event | None = None,
) -> Comparison:
    """Runs the test with each tool in turn, `repeats` times, beginning with another one each time.

    So what changes on the machine meanwhile meets all alike. Where `stop` is set, what was measured is the result.
    """
    refused = {tool.name: str(error) for tool in tools if (error := tool.refusal(test))}
    able = [tool for tool in tools if tool.name not in refused]
    results: dict[str, list[LoadResult]] = {tool.name: [] for tool in able}
    failed: dict[str, str] = {}
    for number, tool in _turns(able, repeats):
        if stop and stop.is_set():
            break
        if tool.name in failed:
            continue
        if on_turn:
            on_turn(Turn(tool.name, executor_name(test.executor), number, repeats))
        try:
            results[tool.name].append(tool.run(test, stop=stop))
        except UnsupportedByToolError as error:
            refused[tool.name] = str(error)
        except ToolError as error:
            if not (stop and stop.is_set()):
                failed[tool.name] = str(error)
    return Comparison(
        executor=executor_name(test.executor),
        target=test.target,
        figures=tuple(figures_of(runs) for runs in results.values() if runs),
        refused=refused,
        failed=failed,
    )


def _turns(tools: Sequence[Tool], repeats: int) -> Iterator[tuple[int, Tool]]:
    for number in range(repeats):
        first = number % len(tools) if tools else 0
        for tool in (*tools[first:], *tools[:first]):
            yield number + 1, tool


def figures_of(runs: Sequence[LoadResult]) -> Figures:
    """Several results of one tool as one; at least one."""
    last = runs[-1]
    unknown = last.measurement.unknown
    answered = sum(run.answered for run in runs)
    spent = sum(run.generator.user_seconds + run.generator.system_seconds for run in runs)
    each = [run.latency.quantiles(QUANTILES) for run in runs]
    memory = [run.generator.peak_bytes for run in runs if run.generator.peak_bytes is not None]
    return Figures(
        tool=last.tool,
        version=last.version,
        runs=len(runs),
        requests_per_second=median(run.rate for run in runs),
        mean=median(run.latency.mean for run in runs),
        quantiles=tuple(median(of_run[at] for of_run in each) for at in range(len(QUANTILES))),
        answered=answered,
        failed=None if "failed" in unknown else sum(run.failed for run in runs),
        dropped=None if last.dropped is None else sum(run.dropped or 0 for run in runs),
        cpu_microseconds=spent / answered * _MICROSECONDS if answered else 0.0,
        peak_bytes=max(memory, default=None),
        clock=f"{last.measurement.clock_start} to {last.measurement.clock_end}",
        omission=str(last.measurement.omission),
        unknown=unknown,
        partial=tuple(dict.fromkeys(run.explanation for run in runs if run.explanation)),
    )
