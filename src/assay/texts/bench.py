"""What `assay bench` says, one catalogue for each language: not loaded where other commands run."""

from typing import TypedDict

__all__ = ["BENCH_TEXTS", "BenchTexts"]


class BenchTexts(TypedDict):
    """One language."""

    help: str
    examples: str

    # tasks and claims
    titles: dict[str, str]
    users: str
    chart_description: str
    document_description: str
    resources_description: str
    bottleneck_description: str
    not_covered_partial: str
    not_covered_omission: str
    not_covered_censored: str

    # charts
    chart_over_time: str
    chart_over_rate: str
    axis_seconds: str
    axis_rate: str
    axis_latency: str
    axis_answers: str
    legend_answered: str
    legend_failed: str
    legend_dropped: str
    legend_kept: str
    legend_not_kept: str


BENCH_TEXTS: BenchTexts = {
    "help": (
        "Measure how much load a service holds: load, stress, spike, soak and capacity tests.\n\n"
        "Without a command, `run` is meant: `assay bench http://localhost:8080`. `assay bench run --help` says more."
    ),
    "examples": (
        "\b\nExamples:\n"
        "  assay bench                                     every test of assay.toml\n"
        "  assay bench http://localhost:8080 --rate 100    one service, without a file"
    ),
    "titles": {
        "load": "does {target} do its work under {load}?",
        "stress": "where between {low:g}/s and {high:g}/s does {target} break, and how?",
        "spike": "how long does {target} take to recover from a burst of {rate:g}/s?",
        "soak": "does something grow in {seconds:g} s of {rate:g}/s to {target}?",
        "capacity": "which is the largest rate at which {target} keeps its SLO?",
    },
    "users": "{count} users",
    "chart_description": "Load and latency of the test.",
    "document_description": "Everything that was measured in each step, and what follows from it.",
    "resources_description": "What each service and the machine used during each step.",
    "bottleneck_description": "What limits the system: utilisation, saturation, errors, and what follows from them.",
    "not_covered_partial": "What the test would have shown if it had gone to its end without a limit of the generator.",
    "not_covered_omission": "Requests that {tool} did not send in time while the service stalled.",
    "not_covered_censored": "How long answers took beyond {seconds:g} s, where {tool} gives up.",
    "chart_over_time": "Answers per second and latency over time",
    "chart_over_rate": "Latency and answers over the rate of requests",
    "axis_seconds": "seconds",
    "axis_rate": "requests per second",
    "axis_latency": "latency, ms",
    "axis_answers": "per second",
    "legend_answered": "answered",
    "legend_failed": "failed",
    "legend_dropped": "dropped",
    "legend_kept": "kept",
    "legend_not_kept": "not kept",
}
"""The language in use: English."""
