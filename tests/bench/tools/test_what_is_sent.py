"""What each tool sends is what the test says: method, path, headers and body, byte for byte."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from assay.bench import ConstantArrivalRate, ConstantUsers, LoadTest, Request
from assay.bench.tools import ENGINES, Artillery, Tool
from assay.errors import ToolError, UnsupportedByToolError

BYTES = bytes(range(256)) + b'"\\]]\n'
TEXT = '{"name": "Jürgen \\"J\\"", "price": "$5"}\n'.encode()


class Sent(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class _Recording(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        assert isinstance(self.server, _Server)
        self.server.sent.append(Sent(self.command, self.path, headers, body))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_PUT = do_POST  # noqa: N815 # the name that the library calls

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Recording)
        self.sent: list[Sent] = []

    def handle_error(self, *_: object) -> None:
        """Tools close connections in the middle when their time is up."""


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server() as running:
        serving = threading.Thread(target=running.serve_forever)
        serving.start()
        yield running
        running.shutdown()
        serving.join()


@pytest.mark.parametrize("tool", ENGINES, ids=lambda tool: tool.name)
def test_sends_what_it_is_told(tool: Tool, server: _Server) -> None:
    if tool.find() is None:
        pytest.skip(f"{tool.title} is not installed: {tool.install}")
    body = TEXT if isinstance(tool, Artillery) else BYTES
    request = Request(
        name="order",
        method="PUT",
        path="/orders/1?note=a%20b&x=%27%C3%BC",
        headers=(("X-Mark", 'a "quoted" \\ value: 1'), ("Content-Type", "application/octet-stream")),
        body=body,
    )
    test = LoadTest(
        target=f"http://127.0.0.1:{server.server_port}",
        requests=(request,),
        executor=ConstantArrivalRate(5, 1) if isinstance(tool, Artillery) else ConstantUsers(1, 1),
        timeout=10,
    )
    try:
        result = tool.run(test)
    except ToolError as error:
        if isinstance(tool, Artillery) and "gave no result" in error.message:
            pytest.skip(f"Artillery is not in order on this machine: {error.message}")
        raise
    assert result.answered > 0
    first = server.sent[0]
    assert (first.method, first.path, first.body) == ("PUT", request.path, body)
    assert {name: first.headers[name] for name in ("x-mark", "content-type")} == {
        "x-mark": 'a "quoted" \\ value: 1',
        "content-type": "application/octet-stream",
    }
    assert all(sent == first for sent in server.sent)


def test_artillery_refuses_what_it_would_change() -> None:
    def test(**values: object) -> LoadTest:
        request = Request(name="a", method="POST", **values)  # type: ignore[arg-type] # parts of the right kind
        return LoadTest(target="http://127.0.0.1:1", requests=(request,), executor=ConstantArrivalRate(5, 1))

    for values, reason in (({"body": BYTES}, "sends text only"), ({"path": "/{{ x }}"}, "begin a variable")):
        with pytest.raises(UnsupportedByToolError, match=reason):
            Artillery().run(test(**values))
