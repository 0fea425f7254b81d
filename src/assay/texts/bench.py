"""What `assay bench` says, one catalogue for each language: not loaded where other commands run."""

from typing import TypedDict

__all__ = ["BENCH_TEXTS", "BenchTexts"]


class BenchTexts(TypedDict):
    """One language."""

    help: str


BENCH_TEXTS: BenchTexts = {
    "help": "Measure how much load a service holds: load, stress, spike, soak and capacity tests.",
}
"""The language in use: English."""
