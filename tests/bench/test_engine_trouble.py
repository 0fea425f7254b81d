"""Targets that do what no service should: each ends in one clear message, and what was measured is kept."""

import threading
from collections.abc import Callable

import pytest

from assay.bench import ConstantArrivalRate, ConstantUsers, Ending, LoadTest, PerUserIterations, Request
from assay.bench.engine import run
from assay.errors import LoadTestError
from tests.bench.servers import OK, Server, closed_port, server

LONG = 120.0
"""Seconds that no test is to take: what ends earlier was stopped."""

REQUESTS = (Request(name="hello"),)
FEW = PerUserIterations(2, 3)


def always(answer: bytes | None) -> Callable[[bytes, Server], bytes | None]:
    return lambda _request, _server: answer


def test_reports_a_target_where_nobody_listens() -> None:
    target = f"http://127.0.0.1:{closed_port()}"
    test = LoadTest(target=target, requests=REQUESTS, executor=ConstantUsers(2, LONG), abandon_after=0.5)
    with pytest.raises(LoadTestError, match=f"no request to {target} was answered: connection refused") as raised:
        run(test)
    assert raised.value.hint == "start the service, or check the port"


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (None, r"closed before the answer was complete|reset"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "malformed answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "malformed answer"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000, "body over the limit"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 5000, "headers over the limit"),
    ],
)
def test_reports_a_target_that_answers_with_nothing_readable(answer: bytes | None, complaint: str) -> None:
    with server(always(answer)) as state, pytest.raises(LoadTestError, match=complaint) as raised:
        run(LoadTest(target=state.url, requests=REQUESTS, executor=FEW, largest_body=1000, largest_head=1000))
    assert raised.value.hint


def test_keeps_the_answers_among_failures() -> None:
    def every_third(_request: bytes, state: Server) -> bytes | None:
        return OK if len(state.requests) % 3 == 0 else b"HTTP/1.1 nonsense\r\n\r\n"

    with server(every_third) as state:
        result = run(LoadTest(target=state.url, requests=REQUESTS, executor=PerUserIterations(1, 30)))
    assert (result.answered, result.failures, result.ending) == (10, {"malformed": 20}, Ending.COMPLETE)


def test_keeps_the_figures_where_the_service_ends_in_the_middle() -> None:
    def end_after_ten(_request: bytes, state: Server) -> bytes:
        if len(state.requests) == 10:
            threading.Thread(target=state.end).start()
        return OK

    test_executor = ConstantArrivalRate(50.0, LONG)
    with server(end_after_ten) as state:
        test = LoadTest(target=state.url, requests=REQUESTS, executor=test_executor, abandon_after=1.0)
        result = run(test)
    assert result.ending is Ending.STOPPED
    assert result.answered >= 1
    assert result.failures
    assert "ceased to answer" in result.explanation
    assert result.elapsed_seconds < LONG


def test_counts_a_service_that_never_answers_as_slow_and_not_as_absent() -> None:
    release = threading.Event()

    def wait(_request: bytes, _server: Server) -> None:
        release.wait(30)

    with server(wait) as state:
        result = run(LoadTest(target=state.url, requests=REQUESTS, executor=PerUserIterations(2, 1), timeout=0.2))
        release.set()
    assert (result.answered, result.failures) == (0, {"timeout-waiting": 2})
    assert result.latency.minimum >= 0.199
