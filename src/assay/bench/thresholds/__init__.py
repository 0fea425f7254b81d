"""Thresholds: what a test must show, in k6's words, and whether it did.

    http_req_duration: p(99)<250
    http_req_duration{name:order}: p(95)<300
    http_req_failed: rate<0.01
    http_req_duration: p(99)<250 over 10s after 5s

The syntax is that of k6 (grafana.com/docs/k6/latest/using-k6/thresholds); durations are in milliseconds where no unit
is written. What follows the number is Assay's own: `over 10s` asks it of every ten seconds in a row, `after 5s` and
`until 60s` leave out a beginning and an end.
"""

from assay.bench.thresholds.judging import Judgement, judge
from assay.bench.thresholds.metrics import METRICS, Aggregation, Metric, MetricKind
from assay.bench.thresholds.parsing import ThresholdSyntaxError, parse_threshold
from assay.bench.thresholds.threshold import Threshold

__all__ = [
    "METRICS",
    "Aggregation",
    "Judgement",
    "Metric",
    "MetricKind",
    "Threshold",
    "ThresholdSyntaxError",
    "judge",
    "parse_threshold",
]
