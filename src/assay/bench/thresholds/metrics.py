"""What a threshold may be about: k6's built-in metrics, as far as a load test of Assay has them."""

from enum import StrEnum
from typing import NamedTuple

__all__ = ["AGGREGATIONS", "METRICS", "Aggregation", "Metric", "MetricKind"]


class MetricKind(StrEnum):
    """k6's kinds of metrics; each has aggregations of its own."""

    TREND = "trend"
    """Durations: avg, min, max, med, p(N)."""
    RATE = "rate"
    """A share from 0 to 1: rate."""
    COUNTER = "counter"
    """count, and rate: per second."""


class Aggregation(StrEnum):
    """How many values become one."""

    AVERAGE = "avg"
    MINIMUM = "min"
    MAXIMUM = "max"
    MEDIAN = "med"
    PERCENTILE = "p"
    RATE = "rate"
    COUNT = "count"


class Metric(NamedTuple):
    """One metric."""

    kind: MetricKind
    tags: tuple[str, ...] = ()
    """By which it can be narrowed down: `{name:order}`."""
    by_second: bool = False
    """Whether it is known for parts of a test, so that `over`, `after` and `until` go with it."""


AGGREGATIONS = {
    MetricKind.TREND: (
        Aggregation.AVERAGE,
        Aggregation.MINIMUM,
        Aggregation.MAXIMUM,
        Aggregation.MEDIAN,
        Aggregation.PERCENTILE,
    ),
    MetricKind.RATE: (Aggregation.RATE,),
    MetricKind.COUNTER: (Aggregation.COUNT, Aggregation.RATE),
}
"""Which aggregations a kind of metric has."""

METRICS = {
    "http_req_duration": Metric(MetricKind.TREND, ("name",), by_second=True),
    "http_req_waiting": Metric(MetricKind.TREND, ("name",)),
    "http_req_receiving": Metric(MetricKind.TREND, ("name",)),
    "http_req_connecting": Metric(MetricKind.TREND),
    "http_req_tls_handshaking": Metric(MetricKind.TREND),
    "http_req_failed": Metric(MetricKind.RATE, ("name",), by_second=True),
    "checks": Metric(MetricKind.RATE, ("check",)),
    "http_reqs": Metric(MetricKind.COUNTER, ("name", "status"), by_second=True),
    "iterations": Metric(MetricKind.COUNTER, by_second=True),
    "dropped_iterations": Metric(MetricKind.COUNTER, by_second=True),
    "data_received": Metric(MetricKind.COUNTER, by_second=True),
}
"""By name.

`http_req_duration` runs from the intended start to the last byte, and counts what timed out and what was never sent:
k6's own leaves out connecting and waiting for a connection. `http_req_failed` is the share of requests without an
answer, or with one whose status is not 200 to 399.
"""
