"""Latency, and answers per second, over the rate at which requests were sent: of tests that try several."""

from collections.abc import Sequence

from assay.bench.charts.canvas import Canvas, decades, round_steps
from assay.bench.result import LoadResult
from assay.texts.bench import BENCH_TEXTS

__all__ = ["chart_over_rate"]

_HEIGHT = 372
_MILLISECONDS = 1000.0


def chart_over_rate(trials: Sequence[tuple[float, bool, LoadResult]]) -> str | None:
    """The chart; None where nothing was answered.

    Args:
        trials: Each with its rate, whether the service kept up with it, and what was measured.
    """
    answered = sorted((trial for trial in trials if trial[2].answered), key=lambda trial: trial[0])
    if not answered:
        return None
    canvas = Canvas(BENCH_TEXTS["chart_over_rate"], _HEIGHT)
    highest = round_steps(answered[-1][0], 6)
    x = (0.0, highest[-1])
    latencies = [(rate, kept, result.latency.quantile(0.95) * _MILLISECONDS) for rate, kept, result in answered]
    bounds, ticks = decades(min(each for *_, each in latencies), max(each for *_, each in latencies))
    panel = canvas.panel(28, 160, x=x, y=bounds, log="y")
    panel.axes([], ticks, x_label="", y_label=f"p95 {BENCH_TEXTS['axis_latency']}")
    panel.line([(rate, latency) for rate, _, latency in latencies], "p95")
    for rate, kept, latency in latencies:
        panel.dot(rate, latency, "kept" if kept else "lost")
    panel.legend([("kept", BENCH_TEXTS["legend_kept"]), ("lost", BENCH_TEXTS["legend_not_kept"])])
    # What came until the last answer: beyond its limit, a service answers the rest after the requests have ended.
    rates = [
        (rate, result.answered / max(result.elapsed_seconds, result.scheduled_seconds)) for rate, _, result in answered
    ]
    counts = round_steps(max(each for _, each in rates), 3)
    panel = canvas.panel(228, 100, x=x, y=(0.0, counts[-1]), log="")
    panel.axes(highest, counts, x_label=BENCH_TEXTS["axis_rate"], y_label=BENCH_TEXTS["axis_answers"])
    both = min(highest[-1], counts[-1])
    panel.line([(0.0, 0.0), (both, both)], "intended")
    panel.line(rates, "p50")
    return canvas.text()
