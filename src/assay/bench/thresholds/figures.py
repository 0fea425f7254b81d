"""The figure that a threshold is about, from the result of a whole test."""

from collections.abc import Iterable
from functools import reduce

from assay.bench.histogram import Histogram
from assay.bench.result import Endpoint, LoadResult
from assay.bench.thresholds.metrics import Aggregation, MetricKind
from assay.bench.thresholds.threshold import Threshold

__all__ = ["LOWEST_ERROR_STATUS", "UnknownFigureError", "figure_of"]

LOWEST_ERROR_STATUS = 400
"""From here on, and below 200, an answer counts as failed, as k6 counts."""
_LOWEST_GOOD_STATUS = 200
_MILLISECONDS = 1000.0


class UnknownFigureError(Exception):
    """The result does not tell; the message says why."""


def figure_of(threshold: Threshold, result: LoadResult) -> float:
    """The figure over the whole test: milliseconds, a share, a count, or a count per second.

    Raises:
        UnknownFigureError: The tool does not measure it, or nothing happened that could be measured.
    """
    match threshold.kind:
        case MetricKind.TREND:
            return _of_durations(threshold, _durations(threshold, result))
        case MetricKind.RATE:
            return _share(threshold, result)
        case MetricKind.COUNTER:
            count = _count(threshold, result)
            return _per_second(count, result) if threshold.aggregation is Aggregation.RATE else float(count)


def failed_count(endpoints: tuple[Endpoint, ...]) -> int:
    """Requests without an answer, and answers whose status says that it is none."""
    return sum(endpoint.failed + _error_statuses(endpoint) for endpoint in endpoints)


def _of_durations(threshold: Threshold, durations: Histogram) -> float:
    if not durations.count:
        raise UnknownFigureError(f"no {threshold.subject} was measured")
    match threshold.aggregation:
        case Aggregation.AVERAGE:
            seconds = durations.mean
        case Aggregation.MINIMUM:
            seconds = durations.minimum
        case Aggregation.MAXIMUM:
            seconds = durations.maximum
        case Aggregation.MEDIAN:
            seconds = durations.quantile(0.5)
        case _:
            seconds = durations.quantile(threshold.percentile / 100)
    return seconds * _MILLISECONDS


def _durations(threshold: Threshold, result: LoadResult) -> Histogram:
    match threshold.metric:
        case "http_req_duration":
            if not threshold.tags:
                return result.latency
            found = _merged(endpoint.latency for endpoint in _chosen(threshold, result))
        case "http_req_connecting":
            found = result.connect
        case "http_req_tls_handshaking":
            found = result.tls
        case "http_req_waiting":
            found = _merged(endpoint.wait for endpoint in _chosen(threshold, result))
        case _:
            found = _merged(endpoint.receive for endpoint in _chosen(threshold, result))
    if found is None:
        raise UnknownFigureError(f"{result.tool} does not measure {threshold.metric}")
    return found


def _merged(histograms: Iterable[Histogram | None]) -> Histogram | None:
    """What all of them counted; None where a tool measures none."""
    known = [histogram for histogram in histograms if histogram is not None]
    return reduce(Histogram.merged, known) if known else None


def _share(threshold: Threshold, result: LoadResult) -> float:
    if threshold.metric == "checks":
        wanted = threshold.tag("check")
        checks = [check for check in result.checks if wanted in {None, check.name}]
        if not checks:
            raise UnknownFigureError("the test made no such check" if wanted else "the test made no checks")
        passed = sum(check.passed for check in checks)
        total = passed + sum(check.failed for check in checks)
        if not total:
            raise UnknownFigureError("no check was made")
        return passed / total
    endpoints = _chosen(threshold, result)
    total = sum(endpoint.answered + endpoint.failed for endpoint in endpoints)
    if not total:
        raise UnknownFigureError("no request was made")
    return failed_count(endpoints) / total


def _count(threshold: Threshold, result: LoadResult) -> int:
    match threshold.metric:
        case "dropped_iterations":
            if result.dropped is None:
                raise UnknownFigureError(f"{result.tool} does not count what it did not send")
            return result.dropped
        case "data_received":
            return result.bytes_received
        case "iterations":
            return result.answered + result.failed
        case _:
            endpoints = _chosen(threshold, result)
            status = threshold.tag("status")
            if status is not None:
                return sum(endpoint.statuses.get(int(status), 0) for endpoint in endpoints if status.isdecimal())
            return sum(endpoint.answered + endpoint.failed for endpoint in endpoints)


def _per_second(count: int, result: LoadResult) -> float:
    seconds = max(result.scheduled_seconds, 0.0) or result.elapsed_seconds
    # Answers per second of the result itself are true in a short test too: scale by them.
    if result.answered and result.rate:
        seconds = result.answered / result.rate
    if not seconds:
        raise UnknownFigureError("the test took no time")
    return count / seconds


def _chosen(threshold: Threshold, result: LoadResult) -> tuple[Endpoint, ...]:
    name = threshold.tag("name")
    chosen = tuple(endpoint for endpoint in result.endpoints if name in {None, endpoint.name})
    if not chosen:
        known = ", ".join(endpoint.name for endpoint in result.endpoints) or "none"
        raise UnknownFigureError(f"no endpoint is called {name}; there are: {known}")
    return chosen


def _error_statuses(endpoint: Endpoint) -> int:
    return sum(
        count for status, count in endpoint.statuses.items() if not _LOWEST_GOOD_STATUS <= status < LOWEST_ERROR_STATUS
    )
