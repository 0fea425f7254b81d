"""hey: the closed model, one kind of request; errors leave no trace in its list."""

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from assay.bench.executor import ConstantUsers, PerUserIterations
from assay.bench.histogram import Histogram
from assay.bench.load_test import LoadTest
from assay.bench.result import ClockEnd, ClockStart, Endpoint, LoadResult, Measurement, Omission, Second
from assay.bench.tools.process import Ended
from assay.bench.tools.schedule import executor_name, scheduled_seconds
from assay.bench.tools.tool import Launch, Tool

__all__ = ["Answer", "Hey", "read_hey"]

MOST_ROWS = 1_000_000
"""hey keeps no more latencies than that (`maxRes` in its `requester/report.go`)."""

_HEADER = "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset"
_METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")
_STATUSES = range(100, 1000)
_LONGEST_SECONDS = 1e6
"""Beyond it a figure is damage and no time of a test."""

_RESOLUTION = 1e-4
"""Seconds are written with four decimals."""


class Hey(Tool):
    """hey: `constant-vus` and `per-vu-iterations`.

    It counts from the moment a worker takes up a request, connecting included, to the last byte. A request that failed
    or timed out is left out of its list of latencies, and what was not sent during a stall was never meant to be.

    Args:
        pace: The most requests per second of each worker, hey's `-q`. It is no open model: a worker that waits for an
            answer does not catch up.
    """

    name = "hey"
    title = "hey"
    executors = (ConstantUsers, PerUserIterations)
    install = "apt-get install hey"

    def __init__(self, *, pace: float | None = None) -> None:
        self.pace = pace

    def version(self, path: Path) -> str:
        """What Debian's package says, as hey itself has no way to ask."""
        try:
            ended = subprocess.run(
                ["dpkg-query", "--show", "--showformat", "${Version}", "hey"],  # noqa: S607 # Debian's own
                capture_output=True,
                text=True,
                timeout=10,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return "unknown"
        return ended.stdout.strip() if path.is_relative_to("/usr/bin") and ended.stdout.strip() else "unknown"

    def _cannot(self, test: LoadTest) -> tuple[str, str] | None:
        if len(test.requests) > 1:
            return "sends one kind of request only", "k6, wrk and assay send several"
        (request,) = test.requests
        if test.timeout != int(test.timeout):
            return f"takes a time limit in whole seconds only, not {test.timeout:g}", "round the timeout"
        if request.method not in _METHODS:
            return f"does not send {request.method}", f"it sends {', '.join(_METHODS)}"
        if any(not value for _, value in request.headers):
            return "sends no header with an empty value", "leave that header out"
        return None

    def _launch(self, path: Path, test: LoadTest, folder: Path) -> Launch:
        (request,) = test.requests
        executor = test.executor
        assert isinstance(executor, ConstantUsers | PerUserIterations)  # noqa: S101 # for the type: see `refusal`
        command = [str(path), "-o", "csv", "-c", str(executor.users), "-t", f"{test.timeout:.0f}"]
        command += ["-m", request.method, "-cpus", str(test.threads), "-disable-compression", "-disable-redirects"]
        if isinstance(executor, ConstantUsers):
            command += ["-z", f"{executor.seconds:g}s"]
        else:
            command += ["-n", str(executor.users * executor.iterations)]
        if self.pace is not None:
            command += ["-q", f"{self.pace:g}"]
        for name, value in request.headers:
            command += ["-host", value] if name.lower() == "host" else ["-H", f"{name}: {value}"]
        if request.body:
            body = folder / "body"
            body.write_bytes(request.body)
            command += ["-D", str(body)]
        return Launch([*command, test.target + request.path])

    def _read(self, test: LoadTest, ended: Ended, version: str) -> LoadResult:
        try:
            with ended.output.open(encoding="ascii", errors="replace") as lines:
                answers = read_hey(lines)
        except ValueError as error:
            raise self._unreadable(str(error)) from error
        return _result(test, ended, version, answers)


class Answer(NamedTuple):
    """One row of hey's list; seconds."""

    latency: float
    connect: float
    wait: float
    receive: float
    status: int
    began: float
    """Since the test began."""


def read_hey(lines: Iterable[str]) -> list[Answer]:
    """What `hey -o csv` wrote.

    Raises:
        ValueError: It is not that, or a row is cut off.
    """
    rows = iter(lines)
    if next(rows, "").strip() != _HEADER:
        raise ValueError("it does not begin with the header of its list")
    return [_answer(row) for row in rows if row.strip()]


def _answer(row: str) -> Answer:
    parts = row.strip().split(",")
    if len(parts) != _HEADER.count(",") + 1:
        raise ValueError(f"`{row.strip()[:80]}` is not a row of its list")
    try:
        latency, connect, _, _, wait, receive, status, began = map(float, parts)
    except ValueError as error:
        raise ValueError(f"`{row.strip()[:80]}` is not a row of its list") from error
    plausible = all(abs(seconds) < _LONGEST_SECONDS for seconds in (latency, connect, wait, receive, began))
    if not plausible or latency < 0 or status not in _STATUSES:
        raise ValueError(f"`{row.strip()[:80]}` is not a row of its list")
    # Waiting for a connection that another request opened can come out below zero.
    return Answer(latency, max(connect, 0), max(wait, 0), max(receive, 0), int(status), max(began, 0))


def _result(test: LoadTest, ended: Ended, version: str, answers: list[Answer]) -> LoadResult:
    executor = test.executor
    unknown = ["bytes_received", "dropped"]
    failed = 0
    if isinstance(executor, PerUserIterations):
        failed = executor.users * executor.iterations - len(answers) if not ended.explanation else 0
    else:
        unknown += ["failed", "failures"]
    explanation = f"hey: {ended.explanation}" if ended.explanation else ""
    if len(answers) >= MOST_ROWS:
        unknown += ["answered", "rate"]
        explanation = explanation or f"hey keeps the first {MOST_ROWS:,} answers only"
    elif not answers and not explanation:
        explanation = "hey: no request was answered; it does not say why"
    elapsed = max((answer.began + answer.latency for answer in answers), default=0.0)
    latency = Histogram.of(answer.latency for answer in answers)
    endpoint = Endpoint(
        name=test.requests[0].name,
        answered=len(answers),
        failed=failed,
        statuses=_statuses(answers),
        failures={"unknown": failed} if failed else {},
        latency=latency,
        wait=Histogram.of(answer.wait for answer in answers),
        receive=Histogram.of(answer.receive for answer in answers),
    )
    return LoadResult(
        tool=Hey.name,
        version=version,
        executor=executor_name(test.executor),
        ending=ended.ending,
        began=ended.began,
        scheduled_seconds=scheduled_seconds(executor) if isinstance(executor, ConstantUsers) else elapsed,
        elapsed_seconds=elapsed,
        intended=None,
        answered=len(answers),
        failed=failed,
        dropped=None,
        rate=len(answers) / elapsed if elapsed else 0.0,
        latency=latency,
        connect=Histogram.of(answer.connect for answer in answers if answer.connect > 0),
        endpoints=(endpoint,),
        seconds=_seconds(answers),
        measurement=Measurement(
            clock_start=ClockStart.CONNECTING,
            clock_end=ClockEnd.LAST_BYTE,
            omission=Omission.OMITTED,
            censored_above=test.timeout,
            resolution=_RESOLUTION,
            unknown=tuple(unknown),
        ),
        generator=ended.generator,
        explanation=explanation,
    )


def _statuses(answers: list[Answer]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for answer in answers:
        counts[answer.status] = counts.get(answer.status, 0) + 1
    return dict(sorted(counts.items()))


def _seconds(answers: list[Answer]) -> tuple[Second, ...]:
    by_second: dict[int, list[float]] = {}
    for answer in answers:
        by_second.setdefault(int(answer.began + answer.latency), []).append(answer.latency)
    return tuple(_second(by_second.get(number, [])) for number in range(max(by_second, default=-1) + 1))


def _second(latencies: list[float]) -> Second:
    p50, p95, p99, longest = Histogram.of(latencies).quantiles((0.5, 0.95, 0.99, 1.0))
    return Second(answered=len(latencies), p50=p50, p95=p95, p99=p99, longest=longest)
