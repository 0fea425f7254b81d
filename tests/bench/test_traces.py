"""Requests that begin traces: what is sent, and that the slowest are found again in what a service recorded."""

import json
import re
import threading
import time
from pathlib import Path

import pytest

from assay.bench import LoadResult, LoadTest, PerUserIterations, Request
from assay.bench.bottleneck import explain, paragraphs, traces_of
from assay.bench.bottleneck.traces import Span
from assay.bench.engine import run
from assay.bench.flow import Flow
from assay.bench.measuring import measure
from assay.bench.result import SlowRequest
from assay.bench.scenario import get
from assay.bench.written_thresholds import limits_of
from assay.system import parse_system
from assay.texts.bottleneck import BOTTLENECK_TEXTS
from tests.bench.servers import OK, Server, closed_port, server

HEADER = re.compile(rb"\r\ntraceparent: 00-([0-9a-f]{32})-([0-9a-f]{16})-01\r\n")
PAUSE = 0.3


class Slow:
    """Answers everything at once but for one request, whose trace it remembers."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.trace = ""
        self.lock = threading.Lock()
        self.seen = 0

    def __call__(self, request: bytes, _state: Server) -> bytes:
        with self.lock:
            self.seen += 1
            is_slow = self.seen == self.number
        if is_slow:
            found = HEADER.search(request)
            self.trace = found[1].decode() if found else "none"
            time.sleep(PAUSE)
        return OK


def traces_sent(state: Server) -> list[str]:
    found = [HEADER.search(request) for request in state.requests]
    return [match[1].decode() for match in found if match]


def slow_one(result: LoadResult, trace: str) -> SlowRequest:
    (found,) = [request for request in result.slowest if request.trace == trace]
    return found


def test_names_the_trace_of_a_slow_request() -> None:
    slow = Slow(number=7)
    with server(slow) as state:
        executor = PerUserIterations(2, 10)
        result = run(LoadTest(target=state.url, requests=(Request(name="item"),), executor=executor, traces=True))
        sent = traces_sent(state)
    assert (len(sent), len(set(sent)), len(result.slowest)) == (20, 20, 10)
    found = slow_one(result, slow.trace)
    assert (found.endpoint, found.status, found.failure, found.end) == ("item", 200, None, "200")
    assert found.seconds >= PAUSE
    assert found.unsent_seconds is not None
    assert found.unsent_seconds <= found.seconds - PAUSE
    assert found.ended <= result.elapsed_seconds


def test_begins_a_trace_with_each_step_of_a_flow() -> None:
    slow = Slow(number=4)
    own = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    steps = (get("/first", name="first"), get("/second", name="second"), get("/own", headers={"Traceparent": own}))
    with server(slow) as state:
        flow = Flow(name="buy", steps=steps)
        result = run(LoadTest(target=state.url, flows=(flow,), executor=PerUserIterations(1, 2), traces=True))
        sent = traces_sent(state)
        named = [request for request in state.requests if f"\r\nTraceparent: {own}\r\n".encode() in request]
    assert (len(sent), len(set(sent)), len(named), len(result.slowest)) == (4, 4, 2, 6)
    assert slow_one(result, slow.trace).endpoint == "first"


def test_sends_nothing_of_the_kind_unless_asked_to() -> None:
    with server(lambda _request, _state: OK) as state:
        result = run(LoadTest(target=state.url, requests=(Request(name="item"),), executor=PerUserIterations(1, 3)))
        assert traces_sent(state) == []
    assert [request.trace for request in result.slowest] == [None] * 3


SERVICE = """
import http.server, json, sys, time
from datetime import datetime, timezone

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        began = datetime.now(timezone.utc)
        if self.path == "/slow":
            time.sleep(0.3)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        if "traceparent" not in self.headers:
            return
        _, trace, parent, _ = self.headers["traceparent"].split("-")
        print(json.dumps({
            "name": self.path,
            "context": {"trace_id": "0x" + trace, "span_id": "0x" + parent[::-1], "trace_state": "[]"},
            "parent_id": "0x" + parent,
            "start_time": began.isoformat().replace("+00:00", "Z"),
            "end_time": datetime.now(timezone.utc).isoformat().replace("+00:00", "Z"),
            "resource": {"attributes": {"service.name": "shelf"}},
        }), flush=True)

    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""

DESCRIPTION = """
[system]
name = "shop"
[[service]]
name = "shelf"
url = "http://127.0.0.1:{port}"
health = "/"
ready-seconds = 60
start = "{{python}} service.py {port}"
[[performance.test]]
name = "mix"
design = "load"
target = "shelf"
users = 2
seconds = 1
timeout = 60
requests = [{{ name = "slow", path = "/slow" }}]
"""


@pytest.mark.parametrize("traced", [True, False])
def test_finds_slow_requests_of_a_system_in_the_log_of_its_service(tmp_path: Path, *, traced: bool) -> None:
    (tmp_path / "service.py").write_text(SERVICE)
    path = tmp_path / "assay.toml"
    path.write_text(DESCRIPTION.format(port=closed_port()) + ("" if traced else "traces = false\n"))
    system = parse_system(path.read_text(), path)
    (test,) = system.performance.test
    outcome = measure(test, system, limits_of(test, system), seed=1)
    if not traced:
        assert outcome.traces == ()
        return
    slow = next(request for request in outcome.slowest if request.endpoint == "slow")
    (trace,) = [trace for trace in outcome.traces if trace.trace == slow.trace]
    assert (trace.largest.service, trace.largest.name) == ("shelf", "/slow")
    assert slow.seconds >= trace.largest.own_seconds >= PAUSE


def test_puts_the_slowest_requests_into_the_words_of_every_language() -> None:
    with server(lambda _request, _state: OK) as state:
        executor = PerUserIterations(1, 5)
        result = run(LoadTest(target=state.url, requests=(Request(name="item"),), executor=executor, traces=True))
    first = result.slowest[0]
    span = Span(
        trace=str(first.trace),
        identity="1",
        parent="generator",
        service="orders",
        name="SELECT",
        began=result.began,
        ended=result.began + 0.25,
    )
    report = explain([result], None, traces=traces_of(result.slowest, [span]))
    assert [trace.trace for trace in report.traces] == [first.trace]
    assert json.dumps(first.trace) in json.dumps([request.trace for request in report.slowest])
    for language in BOTTLENECK_TEXTS:
        told = [line for line in paragraphs(report, language) if str(first.trace) in line]
        assert len(told) == 1
        assert "orders" in told[0]
        assert "0.250" in told[0]
