"""Artillery: arrival rates in phases; it prints six quantiles in milliseconds."""

import json
import math
import os
import re
from pathlib import Path
from typing import Any

import msgspec

from assay.bench.executor import ConstantArrivalRate, Executor, RampingArrivalRate
from assay.bench.histogram import Histogram
from assay.bench.load_test import LoadTest, Request
from assay.bench.result import ClockEnd, ClockStart, Endpoint, LoadResult, Measurement, Omission
from assay.bench.tools.installation import find_program, version_of
from assay.bench.tools.process import Ended
from assay.bench.tools.quantile_grid import histogram_of_quantiles
from assay.bench.tools.schedule import executor_name, intended_iterations, scheduled_seconds
from assay.bench.tools.tool import Launch, Tool, with_timeouts

__all__ = ["Artillery", "ArtilleryReport", "read_artillery"]

RESULT = "report.json"

_MILLISECOND = 1e-3
_PERCENTILES = {"p50": 50.0, "p75": 75.0, "p90": 90.0, "p95": 95.0, "p99": 99.0, "p999": 99.9}
_STATUS = re.compile(r"[1-9][0-9]{2}", re.ASCII)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_LONGEST_REPORT = 64 * 1024**2
_ENVIRONMENT = {"ARTILLERY_DISABLE_TELEMETRY": "true"}

# Switched off, its telemetry still sends an event without particulars to its makers, and waits for that at the end.
_SEND_NOTHING = """const Module = require('module');
const load = Module._load;
Module._load = function (request, ...others) {
  if (request === 'posthog-node') throw new Error('nothing is to be sent to anyone but the target');
  return load.call(this, request, ...others);
};
"""

_FAILURES = {
    "ECONNREFUSED": "refused",
    "ECONNRESET": "reset",
    "EPIPE": "reset",
    "ETIMEDOUT": "timeout",
    "ESOCKETTIMEDOUT": "timeout",
    "ERR_GOT_REQUEST_ERROR": "other",
    "ENOTFOUND": "name-resolution",
    "EAI_AGAIN": "name-resolution",
    "EHOSTUNREACH": "unreachable",
    "ENETUNREACH": "unreachable",
    "EMFILE": "no-descriptor",
    "EADDRNOTAVAIL": "no-local-port",
    "HPE_INVALID_CONSTANT": "malformed",
}
"""Assay's names for Node's error codes, which Artillery counts as `errors.CODE`."""


class Artillery(Tool):
    """Artillery 2: `constant-arrival-rate` and `ramping-arrival-rate`.

    What is taken as latency is `http.total`: from when it got round to a request to its last byte. The figure that its
    own report shows, `http.response_time`, ends with the first byte and is `wait`. Its numbers are whole milliseconds
    in a sketch that is right within 1%. (`packages/core/lib/engine_http.js`, `lib/ssms.js` in its source)
    """

    # No partial result: it writes its report at the end only, and not where it is interrupted.
    name = "artillery"
    title = "Artillery"
    executors = (ConstantArrivalRate, RampingArrivalRate)
    install = "npm install artillery"

    def version(self, path: Path) -> str:
        """Of the package that the program belongs to: to ask the program itself takes seconds."""
        package = path.resolve().parent.parent / "package.json"
        try:
            return str(msgspec.json.decode(package.read_bytes(), type=_Package).version)
        except (OSError, msgspec.DecodeError):
            return version_of([str(path), "version"], environment=_ENVIRONMENT)

    def _cannot(self, test: LoadTest) -> tuple[str, str] | None:
        if find_program("node") is None:
            return "needs Node.js, which is not installed", "apt-get install nodejs"
        for request in test.requests:
            if request.method not in _METHODS:
                return f"does not send {request.method}", f"it sends {', '.join(_METHODS)}"
            if _as_text(request.body) is None:
                return "sends text only, and a body here is none", "assay, hey, k6 and wrk send any bytes"
        if "{{" in json.dumps([_request(number, request) for number, request in enumerate(test.requests)]):
            return "takes {{ to begin a variable of its own", "assay, hey, k6 and wrk send it as it is"
        return None

    def _launch(self, path: Path, test: LoadTest, folder: Path) -> Launch:
        (folder / "script.json").write_text(json.dumps(_script(test), indent=1), encoding="utf-8")
        command = [str(path), "run", "--quiet", "--output", RESULT, "script.json"]
        (folder / "send-nothing.js").write_text(_SEND_NOTHING, encoding="ascii")
        environment = {
            **_ENVIRONMENT,
            "WORKERS": str(test.threads),
            "NODE_OPTIONS": f"{os.environ.get('NODE_OPTIONS', '')} --require ./send-nothing.js".strip(),
        }
        return Launch(command, environment, lambda: _is_complete(folder / RESULT))

    def _read(self, test: LoadTest, ended: Ended, version: str) -> LoadResult:
        path = ended.output.with_name(RESULT)
        if not path.is_file():
            raise self._unreadable("it wrote no report; it does that at the end of a test only")
        if path.stat().st_size > _LONGEST_REPORT:
            raise self._unreadable(f"a report of more than {_LONGEST_REPORT:,} bytes")
        try:
            return _result(test, ended, version, read_artillery(path.read_bytes()))
        except (ValueError, msgspec.DecodeError) as error:
            raise self._unreadable(str(error)) from error


class _Package(msgspec.Struct, frozen=True):
    version: str


class ArtilleryReport(msgspec.Struct, frozen=True):
    """The part `aggregate` of its report."""

    counters: dict[str, float]
    summaries: dict[str, dict[str, float | None]] = {}
    began: float = msgspec.field(name="firstMetricAt", default=0)
    """Milliseconds since 1970."""
    ended: float = msgspec.field(name="lastMetricAt", default=0)

    def count(self, name: str) -> int:
        """How often; 0 where it never was."""
        value = self.counters.get(name, 0)
        if not 0 <= value < 2**53 or value != int(value):
            raise ValueError(f"the count of {name} is none")
        return int(value)

    def histogram(self, name: str) -> Histogram:
        """Of a summary; empty where it is not there."""
        summary = self.summaries.get(name)
        if not summary or not summary.get("count"):
            return Histogram()
        wanted = (*_PERCENTILES, "count", "mean", "min", "max")
        figures = {key: value for key in wanted if (value := summary.get(key)) is not None}
        if missing := [key for key in wanted if key not in figures]:
            raise ValueError(f"{name} has no {missing[0]}")
        if not math.isfinite(figures["count"]) or figures["count"] != int(figures["count"]):
            raise ValueError(f"the count of {name} is none")
        return histogram_of_quantiles(
            {percent: figures[key] * _MILLISECOND for key, percent in _PERCENTILES.items()},
            count=int(figures["count"]),
            mean=figures["mean"] * _MILLISECOND,
            minimum=figures["min"] * _MILLISECOND,
            maximum=figures["max"] * _MILLISECOND,
        )


class _Report(msgspec.Struct, frozen=True):
    aggregate: ArtilleryReport


def read_artillery(text: bytes) -> ArtilleryReport:
    """What `artillery run --output` wrote.

    Raises:
        ValueError: A figure is none.
        msgspec.DecodeError: It is not JSON, or not of that form.
    """
    report = msgspec.json.decode(text, type=_Report).aggregate
    if not (math.isfinite(report.began) and math.isfinite(report.ended) and 0 <= report.began <= report.ended):
        raise ValueError("it ended before it began")
    return report


def _script(test: LoadTest) -> dict[str, Any]:
    return {
        "config": {
            "target": test.target,
            "phases": _phases(test.executor),
            "http": {"timeout": test.timeout, "pool": test.connections, "extendedMetrics": True},
            "plugins": {"metrics-by-endpoint": {"useOnlyRequestNames": True}},
        },
        "scenarios": [
            {"name": f"r{number}", "weight": request.weight, "flow": [_request(number, request)]}
            for number, request in enumerate(test.requests)
        ],
    }


def _is_complete(report: Path) -> bool:
    try:
        with report.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() == b"}"
    except OSError:
        return False


def _duration(seconds: float) -> str:
    """With a unit, as a number that is not whole is none to it."""
    return f"{round(seconds * 1000)}ms"


def _phases(executor: Executor) -> list[dict[str, Any]]:
    if isinstance(executor, ConstantArrivalRate):
        return [{"duration": _duration(executor.seconds), "arrivalRate": executor.rate}]
    assert isinstance(executor, RampingArrivalRate)  # noqa: S101 # for the type: `refusal` has seen to it
    rate, phases = executor.start_rate, []
    for stage in executor.stages:
        if stage.seconds:
            phases.append({"duration": _duration(stage.seconds), "arrivalRate": rate, "rampTo": stage.target})
        rate = stage.target
    return phases


def _request(number: int, request: Request) -> dict[str, Any]:
    values: dict[str, Any] = {"url": request.path, "name": f"r{number}", "followRedirect": False}
    if request.headers:
        values["headers"] = dict(request.headers)
    if request.body:
        values["body"] = _as_text(request.body)
    return {request.method.lower(): values}


def _as_text(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _result(test: LoadTest, ended: Ended, version: str, report: ArtilleryReport) -> LoadResult:
    failures = _failures(report)
    failed = sum(failures.values())
    latency = with_timeouts(report.histogram("http.total"), failures.get("timeout", 0), test.timeout)
    answered = report.count("http.responses")
    elapsed = (report.ended - report.began) * _MILLISECOND
    unknown = ["seconds", "interrupted", "connect", "receive", "latency between the quantiles"]
    if len(test.requests) == 1:
        endpoints: tuple[Endpoint, ...] = (
            Endpoint(
                name=test.requests[0].name,
                answered=answered,
                failed=failed,
                statuses=_statuses(report, "http.codes."),
                failures=failures,
                latency=latency,
                wait=report.histogram("http.response_time"),
            ),
        )
    else:
        endpoints = tuple(_endpoint(number, request, report) for number, request in enumerate(test.requests))
        unknown += ["failures of an endpoint", "latency of an endpoint"]
    return LoadResult(
        tool=Artillery.name,
        version=version,
        executor=executor_name(test.executor),
        ending=ended.ending,
        began=report.began * _MILLISECOND or ended.began,
        scheduled_seconds=scheduled_seconds(test.executor),
        elapsed_seconds=elapsed,
        intended=intended_iterations(test.executor),
        answered=answered,
        failed=failed,
        dropped=report.count("vusers.skipped"),
        bytes_received=report.count("http.downloaded_bytes"),
        rate=answered / max(elapsed, scheduled_seconds(test.executor)) if answered else 0.0,
        latency=latency,
        endpoints=endpoints,
        measurement=Measurement(
            clock_start=ClockStart.CONNECTING,
            clock_end=ClockEnd.LAST_BYTE,
            omission=Omission.COUNTED,
            quantile_error=0.01,
            resolution=_MILLISECOND,
            unknown=tuple(unknown),
        ),
        generator=ended.generator,
        explanation=f"Artillery: {ended.explanation}" if ended.explanation else "",
    )


def _endpoint(number: int, request: Request, report: ArtilleryReport) -> Endpoint:
    """Its plugin counts statuses and times to the first byte for each, and nothing else."""
    statuses = _statuses(report, f"plugins.metrics-by-endpoint.r{number}.codes.")
    return Endpoint(
        name=request.name,
        answered=sum(statuses.values()),
        statuses=statuses,
        wait=report.histogram(f"plugins.metrics-by-endpoint.response_time.r{number}"),
    )


def _statuses(report: ArtilleryReport, prefix: str) -> dict[int, int]:
    counts: dict[int, int] = {}
    for name in sorted(report.counters):
        text = name.removeprefix(prefix)
        if text != name:
            status = int(text) if _STATUS.fullmatch(text) else 0
            counts[status] = counts.get(status, 0) + report.count(name)
    return counts


def _failures(report: ArtilleryReport) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in sorted(report.counters):
        code = name.removeprefix("errors.")
        if code != name and report.count(name):
            kind = _FAILURES.get(code, "other")
            counts[kind] = counts.get(kind, 0) + report.count(name)
    return counts
