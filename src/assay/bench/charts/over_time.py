"""Latency, and answers per second, over the seconds of a test."""

from collections.abc import Sequence

from assay.bench.charts.canvas import Canvas, Panel, decades, round_steps
from assay.bench.result import LoadResult, Second
from assay.texts.bench import BENCH_TEXTS

__all__ = ["MAXIMUM_POINTS", "chart_over_time"]

MAXIMUM_POINTS = 360
"""Of a longer test several seconds become one point: the worst latency, the mean count."""

_HEIGHT = 372
_MILLISECONDS = 1000.0


def chart_over_time(result: LoadResult) -> str | None:
    """The chart; None where the load generator keeps no record of each second, or there is none."""
    seconds = result.seconds
    if not seconds or not any(second.longest for second in seconds):
        return None
    width = -(-len(seconds) // MAXIMUM_POINTS)
    groups = [seconds[begin : begin + width] for begin in range(0, len(seconds), width)]
    canvas = Canvas(BENCH_TEXTS["chart_over_time"], _HEIGHT)
    end = float(len(groups) * width)
    _latency(canvas, groups, width, end)
    _counts(canvas, groups, width, end)
    return canvas.text()


def _latency(canvas: Canvas, groups: Sequence[Sequence[Second]], width: int, end: float) -> None:
    points = {
        name: [
            ((number + 0.5) * width, worst * _MILLISECONDS)
            for number, group in enumerate(groups)
            if (worst := max(getattr(second, name) for second in group)) > 0
        ]
        for name in ("p50", "p95", "p99")
    }
    values = [value for line in points.values() for _, value in line]
    bounds, ticks = decades(min(values), max(values))
    panel = canvas.panel(28, 160, x=(0.0, end), y=bounds, log="y")
    panel.axes([], ticks, x_label="", y_label=BENCH_TEXTS["axis_latency"])
    for name, line in points.items():
        panel.line(line, name)
    panel.legend([(f"key-{name}", name) for name in points])


def _counts(canvas: Canvas, groups: Sequence[Sequence[Second]], width: int, end: float) -> None:
    highest = max(_mean(group, "answered") + _mean(group, "failed") + _mean(group, "dropped") for group in groups)
    ticks = round_steps(highest, 3)
    panel = canvas.panel(228, 100, x=(0.0, end), y=(0.0, ticks[-1]), log="")
    x_ticks = [tick for tick in round_steps(end, 8) if tick <= end]
    panel.axes(x_ticks, ticks, x_label=BENCH_TEXTS["axis_seconds"], y_label=BENCH_TEXTS["axis_answers"])
    for number, group in enumerate(groups):
        _stack(panel, number * width, width, group)
    panel.legend([(name, BENCH_TEXTS[f"legend_{name}"]) for name in _COUNTS])  # type: ignore[literal-required] # a test holds them


_COUNTS = ("answered", "failed", "dropped")


def _stack(panel: Panel, begin: int, width: int, group: Sequence[Second]) -> None:
    low = 0.0
    for name in _COUNTS:
        high = low + _mean(group, name)
        panel.bar(begin + 0.08 * width, begin + 0.92 * width, low, high, name)
        low = high


def _mean(group: Sequence[Second], name: str) -> float:
    return float(sum(getattr(second, name) for second in group)) / len(group)
