"""The engine as Python sees it: a load test in, a result or one clear error out."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from assay.bench import (
    ConstantArrivalRate,
    ConstantUsers,
    Ending,
    Executor,
    LoadResult,
    LoadTest,
    PerUserIterations,
    RampingArrivalRate,
    RampingUsers,
    Request,
    SharedIterations,
    Stage,
    ThinkTime,
)
from assay.bench.engine import LoadProgress, run
from assay.errors import LoadTestError
from tests.bench.servers import OK, Server, server

LONG = 120.0
"""Seconds that no test is to take: what ends earlier was stopped."""


def load_test(target: str, executor: Executor, **changes: Any) -> LoadTest:
    requests = changes.pop("requests", (Request(name="hello", path="/hello"),))
    return LoadTest(target=target, requests=requests, executor=executor, **changes)


def hello(_request: bytes, _server: Server) -> bytes:
    return OK


def assert_accounts_are_right(result: LoadResult) -> None:
    assert sum(endpoint.answered for endpoint in result.endpoints) == result.answered
    assert sum(endpoint.failed for endpoint in result.endpoints) == result.failed
    assert sum(result.statuses.values()) == result.answered
    assert sum(result.failures.values()) == result.failed
    assert sum(second.answered for second in result.seconds or ()) == result.answered


@pytest.mark.parametrize(
    ("executor", "name"),
    [
        (SharedIterations(2, 20), "shared-iterations"),
        (PerUserIterations(2, 10), "per-vu-iterations"),
        (ConstantArrivalRate(40.0, 0.5), "constant-arrival-rate"),
        (RampingArrivalRate(20.0, (Stage(60.0, 0.5),)), "ramping-arrival-rate"),
    ],
)
def test_can_send_what_an_executor_asks_for(executor: Executor, name: str) -> None:
    with server(hello) as state:
        result = run(load_test(state.url, executor))
    assert (result.tool, result.executor, result.ending) == ("assay", name, Ending.COMPLETE)
    assert result.answered == len(state.requests) == 20
    assert result.statuses == {200: 20}
    assert result.latency.count == 20
    assert result.connect is not None
    assert result.connect.count >= 1
    assert result.bytes_received == 20 * len(OK)
    assert result.generator.user_seconds + result.generator.system_seconds > 0
    assert_accounts_are_right(result)


@pytest.mark.parametrize(
    "executor_of", [lambda seconds: ConstantUsers(3, seconds), lambda seconds: RampingUsers(1, (Stage(3, seconds),))]
)
def test_can_keep_users_busy(executor_of: Callable[[float], Executor]) -> None:
    # On a busy machine the engine may get no processor for a while: then it is given longer.
    for seconds in (0.3, 3.0, 30.0):
        with server(hello) as state:
            result = run(load_test(state.url, executor_of(seconds)))
        assert result.answered == len(state.requests)
        assert result.intended is None
        assert_accounts_are_right(result)
        if result.answered:
            return
    pytest.fail("no user began within 30 s")


def test_sends_requests_as_they_are_described() -> None:
    requests = (
        Request(
            name="order", method="POST", path="/orders?a=b", headers=(("X-Id", "7"),), body=b"\x00\xff{}", weight=3
        ),
        Request(name="list", path="/orders"),
    )
    with server(hello) as state:
        result = run(load_test(state.url, SharedIterations(1, 40), requests=requests, seed=1))
    posted = [request for request in state.requests if request.startswith(b"POST /orders?a=b HTTP/1.1\r\n")]
    assert all(request.endswith(b"\r\n\r\n\x00\xff{}") and b"\r\nX-Id: 7\r\n" in request for request in posted)
    counts = {endpoint.name: endpoint.answered for endpoint in result.endpoints}
    assert counts == {"order": len(posted), "list": 40 - len(posted)}
    assert 0 < counts["list"] < counts["order"]


def test_lets_users_think() -> None:
    with server(hello) as state:
        result = run(load_test(state.url, PerUserIterations(1, 3), think_time=ThinkTime(0.2, 0.2)))
    assert result.answered == 3
    assert result.elapsed_seconds >= 0.4


def test_tells_how_far_it_is_and_stops_where_it_is_told_to() -> None:
    seen: list[LoadProgress] = []

    def look(progress: LoadProgress) -> bool:
        seen.append(progress)
        return progress.answered < 1

    with server(hello) as state:
        result = run(load_test(state.url, ConstantArrivalRate(50.0, LONG)), progress=look)
    assert seen[-1].answered >= 1
    assert seen[-1].scheduled_seconds == LONG
    assert result.ending is Ending.STOPPED
    assert result.is_partial
    assert "stopped on request" in result.explanation
    assert result.answered >= seen[-1].answered
    assert_accounts_are_right(result)


def test_stops_where_an_event_is_set() -> None:
    stop = threading.Event()
    stop.set()
    with server(hello) as state:
        result = run(load_test(state.url, ConstantUsers(1, LONG)), stop=stop)
    assert result.ending is Ending.STOPPED


def test_passes_on_what_progress_raises() -> None:
    def look(_progress: LoadProgress) -> bool:
        raise LookupError("seen enough")

    with server(hello) as state, pytest.raises(LookupError, match="seen enough"):
        run(load_test(state.url, ConstantUsers(1, LONG)), progress=look)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"timeout": -1.0}, r"makes no sense.*timeout"),
        ({"connections": 0}, r"makes no sense.*connections"),
        ({"executor": ConstantArrivalRate(float("nan"), 1.0)}, r"makes no sense.*rate"),
        ({"executor": ConstantUsers(1, 0.0)}, "takes no time"),
        ({"executor": RampingUsers(1, (Stage(1.5, 1.0),))}, "user"),
        ({"target": "ftp://127.0.0.1"}, "a URL begins with"),
        ({"target": "http://no-such-host.invalid/"}, "no address found for host.*check the name"),
        ({"requests": (Request(name="bad", path="no-slash"),)}, 'request "bad" cannot be sent: a path begins with /'),
        ({"requests": (Request(name="bad", headers=(("A", "b\r\nC: d"),)),)}, "line breaks"),
    ],
)
def test_refuses_a_test_that_makes_no_sense(changes: dict[str, Any], complaint: str) -> None:
    given = {"target": "http://127.0.0.1:9/", "executor": ConstantUsers(1, 1.0), **changes}
    with pytest.raises(LoadTestError, match=complaint):
        run(load_test(**given))


INTERRUPTED = """
import sys
from assay.bench import ConstantUsers, LoadTest, Request
from assay.bench.engine import run

test = LoadTest(target=sys.argv[1], requests=(Request(name="hello"),), executor=ConstantUsers(1, 120))
try:
    run(test, progress=lambda progress: print("running", flush=True))
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ends_at_ctrl_c() -> None:
    command = [sys.executable, "-c", INTERRUPTED]
    with server(hello) as state, subprocess.Popen([*command, state.url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert said.splitlines()[-1] == "interrupted"


def test_can_use_several_threads() -> None:
    requests = (Request(name="a", path="/a"), Request(name="b", path="/b"))
    with server(hello) as state:
        result = run(load_test(state.url, PerUserIterations(6, 20), threads=3, requests=requests))
    assert result.answered == len(state.requests) == 120
    assert len(state.connections) == 6
    assert_accounts_are_right(result)
