"""What of a load test is compared with other results: a few figures for each run, never its single requests.

Requests within one run share its warm-up, its garbage collections and its neighbours on the machine: they are not
independent, and a test that takes them to be so calls every run different. Runs are the sample here.
"""

from enum import StrEnum, unique
from typing import NamedTuple

from assay.bench.result import LoadResult

__all__ = ["MEASURES", "Better", "Measure", "measure", "measures_of"]

_QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}

_SERVER_ERROR = 500
_NO_STATUS = 600


@unique
class Better(StrEnum):
    """In which direction a measure is better."""

    LOWER = "lower"
    HIGHER = "higher"


class Measure(NamedTuple):
    """One figure of a run."""

    name: str
    unit: str
    better: Better


MEASURES = {
    **{name: Measure(name, "seconds", Better.LOWER) for name in (*_QUANTILES, "mean")},
    "rate": Measure("rate", "requests per second", Better.HIGHER),
    "served": Measure("served", "share of iterations", Better.HIGHER),
    "capacity": Measure("capacity", "requests per second", Better.HIGHER),
    "last-good-rate": Measure("last-good-rate", "requests per second", Better.HIGHER),
    "recovery": Measure("recovery", "seconds", Better.LOWER),
}
"""By name. `served` leaves out failures, dropped iterations and server errors; the last three are what a capacity, a
stress and a spike test are for."""


def measure(name: str) -> Measure:
    """The measure of that name; one that somebody else recorded is taken to be better when lower."""
    return MEASURES.get(name, Measure(name, "", Better.LOWER))


def measures_of(result: LoadResult) -> dict[str, float]:
    """The measures of one run; latencies only where there was an answer."""
    figures: dict[str, float] = {}
    if result.latency.buckets:
        figures |= dict(zip(_QUANTILES, result.latency.quantiles(_QUANTILES.values()), strict=True))
        figures["mean"] = result.latency.mean
    figures["rate"] = result.rate
    begun = result.answered + result.failed + (result.dropped or 0)
    if begun:
        errors = sum(count for status, count in result.statuses.items() if _SERVER_ERROR <= status < _NO_STATUS)
        figures["served"] = max(0, result.answered - errors) / begun
    return figures
