"""A dynamic scenario: a Python function for each iteration, in threads. Its result says what that costs."""

import heapq
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

import msgspec

from assay import __version__
from assay.bench.engine import LoadProgress, resident_bytes, run
from assay.bench.executor import Executor, SharedIterations
from assay.bench.histogram import Histogram
from assay.bench.load_test import LoadTest, Request
from assay.bench.result import (
    CheckCount,
    ClockEnd,
    ClockStart,
    Ending,
    Endpoint,
    Generator,
    LoadResult,
    Measurement,
    Omission,
    Second,
    SlowRequest,
)
from assay.bench.scenario.session import Record, RequestFailedError, Response, Seen, Session
from assay.bench.scenario.turns import Turns
from assay.errors import InvalidLoadTestError, LoadTestError

__all__ = ["DynamicTest", "Response", "Session", "run_dynamic"]

LONGEST_SLEEP = 0.05
"""Seconds after which a waiting thread looks whether the test was stopped."""

SLOWEST = 10
"""Requests that are told one by one, as by the engine."""

MEASUREMENT = Measurement(
    clock_start=ClockStart.SCHEDULED,
    clock_end=ClockEnd.LAST_BYTE,
    omission=Omission.COUNTED,
    resolution=1e-7,
    unknown=("dropped", "tls"),
)


class DynamicTest(msgspec.Struct, frozen=True, kw_only=True):
    """A test whose iterations are calls of a Python function. Slow, and able to do anything."""

    target: str
    """`http://host:port`."""
    iteration: Callable[[Session], object]
    """Is called for each iteration, in a thread of its user."""
    executor: Executor
    timeout: Annotated[float, msgspec.Meta(ge=0.001, le=3600)] = 30.0
    """Seconds that a request may take."""
    users: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 50
    """Threads of the open model; users of the closed model have one each."""


class _Run:
    """One test, while it runs."""

    def __init__(self, test: DynamicTest, target: SplitResult) -> None:
        self.test = test
        self.target = target
        self.turns = Turns(test.executor, test.users)
        self.record = Record()
        self.halt = threading.Event()
        self.iterations: list[float] = []
        self.cut_short = 0
        self.raised: BaseException | None = None
        self.began = time.perf_counter()

    def user(self, number: int) -> None:
        """What the thread of one user does."""
        session = Session(number, self.target, self.test.timeout, self.record, self.began)
        try:
            while not self.halt.is_set():
                now = time.perf_counter() - self.began
                turn = self.turns.next(number, now)
                if turn is not None:
                    if self._wait(turn.due):
                        self._iterate(session, turn.iteration, turn.due)
                elif self.turns.is_over(now):
                    break
                else:
                    self.halt.wait(LONGEST_SLEEP)
        except BaseException as error:  # noqa: BLE001 # it is raised again where the test was started
            self.raised = self.raised or error
            self.halt.set()
        finally:
            session._close()  # noqa: SLF001 # not for scenarios

    def _wait(self, due: float) -> bool:
        while (left := due - (time.perf_counter() - self.began)) > 0:
            if self.halt.wait(min(left, LONGEST_SLEEP)):
                return False
        return True

    def _iterate(self, session: Session, iteration: int, due: float) -> None:
        session._begin(iteration, self.began + due)  # noqa: SLF001 # not for scenarios
        try:
            self.test.iteration(session)
        except RequestFailedError:
            self.cut_short += 1
            return
        self.iterations.append(time.perf_counter() - self.began - due)


def run_dynamic(
    test: DynamicTest,
    *,
    progress: Callable[[LoadProgress], bool | None] | None = None,
    stop: threading.Event | None = None,
) -> LoadResult:
    """Carries a dynamic test out: see `assay.bench.engine.run`.

    The generator's limits in the result say what a request cost it, beside the same request in a compiled scenario.

    Raises:
        LoadTestError: The target is none, not one request was answered, or the function raised something.
    """
    target = _target(test.target)
    used = os.times()
    began = time.time()
    running = _Run(test, target)
    threads = [
        threading.Thread(target=running.user, args=(number,), name=f"user {number}", daemon=True)
        for number in range(running.turns.users)
    ]
    for thread in threads:
        thread.start()
    try:
        stopped = _watch(running, threads, progress, stop)
    finally:
        running.halt.set()
        for thread in threads:
            thread.join(test.timeout + 1)
    after = os.times()
    if running.raised is not None:
        kind = type(running.raised).__name__
        raise LoadTestError(f"the scenario's iteration ended with {kind}: {running.raised}") from running.raised
    seen = running.record.seen
    if seen and all(one.failure for one in seen):
        ways = ", ".join(f"{name} ({count} times)" for name, count in Counter(one.failure for one in seen).items())
        raise LoadTestError(f"no request to {test.target} was answered: {ways}")
    cpu = (after.user - used.user, after.system - used.system)
    return _result(running, began, stopped=stopped, cpu=cpu)


def _target(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise InvalidLoadTestError(f"cannot load {url!r}: a dynamic scenario needs http://host:port")
    return parts


def _watch(
    running: _Run,
    threads: list[threading.Thread],
    progress: Callable[[LoadProgress], bool | None] | None,
    stop: threading.Event | None,
) -> bool:
    """Waits for all users; whether they were stopped."""
    before = 0
    while any(thread.is_alive() for thread in threads):
        if running.halt.wait(0.25) or (stop is not None and stop.is_set()):
            return running.raised is None
        if progress is not None:
            seen = list(running.record.seen)
            answered = sum(not one.failure for one in seen)
            latency = Histogram.of(one.latency for one in seen if not one.failure)
            p50, p99 = latency.quantiles([0.5, 0.99])
            seconds = time.perf_counter() - running.began
            timed_out = sum(one.failure.startswith("timeout") for one in seen)
            figures = (seconds, running.turns.seconds, answered, len(seen) - answered, timed_out, 0, 0)
            size = sum(one.size for one in seen)
            if progress(LoadProgress(*figures, size, p50, p99, (answered - before) / 0.25)) is False:
                return True
            before = answered
    return False


def _result(running: _Run, began: float, *, stopped: bool, cpu: tuple[float, float]) -> LoadResult:
    seen = running.record.seen
    answered = [one for one in seen if not one.failure]
    elapsed = max((one.ended for one in seen), default=0.0)
    span = max(elapsed, running.turns.seconds) if running.turns.intended is not None and not stopped else elapsed
    return LoadResult(
        tool="assay (Python)",
        version=__version__,
        executor=str(type(running.test.executor).__struct_config__.tag),
        ending=Ending.STOPPED if stopped else Ending.COMPLETE,
        began=began,
        scheduled_seconds=running.turns.seconds,
        elapsed_seconds=elapsed,
        intended=running.turns.intended,
        answered=len(answered),
        failed=len(seen) - len(answered),
        dropped=None,
        bytes_received=sum(one.size for one in seen),
        rate=len(answered) / span if span else 0.0,
        latency=_latency(seen),
        connect=Histogram.of(running.record.connects),
        endpoints=tuple(_endpoint(name, seen) for name in dict.fromkeys(one.name for one in seen)),
        checks=tuple(CheckCount(name, *counts) for name, counts in running.record.checks.items()),
        iterations=Histogram.of(running.iterations),
        iterations_cut_short=running.cut_short,
        seconds=_seconds(seen),
        slowest=_slowest(seen),
        measurement=MEASUREMENT,
        generator=Generator(
            user_seconds=cpu[0],
            system_seconds=cpu[1],
            peak_bytes=resident_bytes(),
            limits=(_cost(sum(cpu) / max(1, len(seen))),),
        ),
        explanation=f"stopped on request after {elapsed:.1f} s of {running.turns.seconds:.1f} s" if stopped else "",
    )


def _latency(seen: list[Seen]) -> Histogram:
    return Histogram.of(one.latency for one in seen if not one.failure or one.failure.startswith("timeout"))


def _endpoint(name: str, seen: list[Seen]) -> Endpoint:
    own = [one for one in seen if one.name == name]
    answered = [one for one in own if not one.failure]
    return Endpoint(
        name=name,
        answered=len(answered),
        failed=len(own) - len(answered),
        statuses=dict(Counter(one.status for one in answered)),
        failures=dict(Counter(one.failure for one in own if one.failure)),
        latency=_latency(own),
        wait=Histogram.of(one.wait for one in answered),
        receive=Histogram.of(one.receive for one in answered),
    )


def _slowest(seen: list[Seen]) -> tuple[SlowRequest, ...]:
    timed = [one for one in seen if not one.failure or one.failure.startswith("timeout")]
    return tuple(
        SlowRequest(
            endpoint=one.name,
            seconds=one.latency,
            ended=one.ended,
            status=None if one.failure else one.status,
            failure=one.failure or None,
        )
        for one in heapq.nlargest(SLOWEST, timed, key=lambda one: one.latency)
    )


def _seconds(seen: list[Seen]) -> tuple[Second, ...]:
    by_second: dict[int, list[Seen]] = {}
    for one in seen:
        by_second.setdefault(int(one.ended), []).append(one)
    return tuple(_second(by_second.get(second, [])) for second in range(max(by_second, default=-1) + 1))


def _second(seen: list[Seen]) -> Second:
    p50, p95, p99, longest = _latency(seen).quantiles([0.5, 0.95, 0.99, 1.0])
    answered = sum(not one.failure for one in seen)
    size = sum(one.size for one in seen)
    return Second(
        answered=answered,
        failed=len(seen) - answered,
        bytes_received=size,
        p50=p50,
        p95=p95,
        p99=p99,
        longest=longest,
    )


def _cost(seconds: float) -> str:
    """What a request cost, beside one of a compiled scenario on this machine."""
    compiled = compiled_cost() * 1e6
    return (
        f"Python runs for each request, which costs the generator {seconds * 1e6:.0f} µs of CPU time; one of a "
        f"compiled scenario costs it {compiled:.0f} µs on this machine"
    )


def compiled_cost() -> float:
    """CPU seconds of the compiled engine for one request: measured with a few hundred to a server of this process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer_all, args=(listener,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        test = LoadTest(target=url, requests=(Request(name="cost"),), executor=SharedIterations(1, 300, 10))
        result = run(test)
        thread.join(1)
    return (result.generator.user_seconds + result.generator.system_seconds) / result.answered


def _answer_all(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        while connection.recv(65536):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
