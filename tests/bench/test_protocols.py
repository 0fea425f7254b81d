"""TLS, HTTP/2, gRPC and WebSocket from Python, against servers that speak them."""

import ssl
import threading
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import grpc
import msgspec
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from assay.bench import (
    ConstantArrivalRate,
    Ending,
    Flow,
    Grpc,
    Http2,
    LoadResult,
    LoadTest,
    PerUserIterations,
    Request,
    Tls,
    WebSocket,
)
from assay.bench.engine import run
from assay.bench.scenario import body, get, status
from assay.errors import LoadTestError
from tests.bench.certificates import Authority
from tests.bench.nginx import nginx_http2

FEW = PerUserIterations(2, 3)
PROTO = """
syntax = "proto3";
package shop;
message Order { int32 number = 1; repeated string items = 2; }
message Receipt { string text = 1; }
service Orders { rpc Place(Order) returns (Receipt); }
"""


class Hello(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        content = self.path.encode() if self.path.startswith("/echo/") else b"hello"
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def https(context: ssl.SSLContext) -> Iterator[str]:
    """Serves `hello`, and below `/echo/` the path, over TLS; gives its address under the name localhost."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hello)
    port = server.server_address[1]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"https://localhost:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def load_test(target: str, **changes: Any) -> LoadTest:
    given = {"requests": (Request(name="hello"),), "executor": FEW, **changes}
    return LoadTest(target=target, **given)


def test_can_measure_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with https(authority.server_context()) as target:
        result = run(load_test(target, tls=Tls(ca_file=str(authority.file))))
    assert (result.answered, result.failed, result.ending) == (6, 0, Ending.COMPLETE)
    assert result.connect is not None
    assert result.tls is not None
    assert (result.connect.count, result.tls.count) == (2, 2)
    assert result.latency.maximum >= result.tls.minimum
    assert "tls" not in result.measurement.unknown


@pytest.mark.parametrize(
    ("host", "expired", "known", "complaint"),
    [
        ("localhost", True, True, "the server's certificate has expired"),
        ("elsewhere.test", False, True, "the server's certificate is not for localhost"),
        ("localhost", False, False, "from an authority that is not trusted; name its certificate as tls.ca_file"),
    ],
)
def test_says_what_is_wrong_with_a_certificate(
    tmp_path: Path, host: str, expired: bool, known: bool, complaint: str
) -> None:
    authority = Authority(tmp_path)
    trusted = authority if known else Authority(tmp_path, "another")
    with https(authority.server_context(host, expired=expired)) as target:
        with pytest.raises(LoadTestError, match=complaint):
            run(load_test(target, tls=Tls(ca_file=str(trusted.file))))
        result = run(load_test(target, tls=Tls(insecure=True)))
    assert result.answered == 6


def test_can_show_a_client_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    tls = Tls(ca_file=str(authority.file))
    with https(authority.server_context(wants_clients=True)) as target:
        with pytest.raises(LoadTestError, match="wants a client certificate"):
            run(load_test(target, tls=tls))
        shown = msgspec.structs.replace(tls, certificate_file=str(authority.signed("client.test")))
        assert run(load_test(target, tls=shown)).answered == 6


def test_reports_a_server_without_tls_and_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(LoadTestError, match=r"tls.ca_file: .*nowhere.pem"):
        run(load_test("https://127.0.0.1:1", tls=Tls(ca_file=str(tmp_path / "nowhere.pem"))))
    with pytest.raises(ValueError, match="without a certificate_file"):
        Tls(key_file="key.pem")
    authority = Authority(tmp_path)
    with https(authority.server_context()) as target, pytest.raises(LoadTestError, match="does not speak HTTP/2"):
        run(load_test(target, protocol=Http2(), tls=Tls(ca_file=str(authority.file))))


FLOW = Flow(
    name="greet",
    steps=(
        get("/echo/hello", take={"greeting": body(r"(h\w+)$")}),
        get("/echo/{greeting}/again", expect=[status(200), body().contains("/echo/hello/again")]),
    ),
)
"""The second step is right where it got its value from the first."""


def assert_greeted(result: LoadResult) -> None:
    assert (result.answered, result.failed, result.iterations_cut_short) == (12, 0, 0)
    assert {(check.passed, check.failed) for check in result.checks} == {(6, 0)}


def test_can_carry_values_from_one_request_to_the_next_over_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with https(authority.server_context()) as target:
        assert_greeted(run(LoadTest(target=target, flows=(FLOW,), executor=FEW, tls=Tls(ca_file=str(authority.file)))))


def test_can_load_nginx_over_http2(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    tls = Tls(ca_file=str(authority.file))
    with nginx_http2(tmp_path, authority) as (plain, secure):
        shared = run(load_test(plain, protocol=Http2(streams=2)))
        encrypted = run(load_test(secure, protocol=Http2(), tls=tls))
        assert_greeted(run(LoadTest(target=secure, protocol=Http2(), flows=(FLOW,), executor=FEW, tls=tls)))
        assert_greeted(run(LoadTest(target=plain, protocol=Http2(streams=2), flows=(FLOW,), executor=FEW)))
    for result, connections in ((shared, 1), (encrypted, 2)):
        assert (result.answered, result.failed, result.statuses) == (6, 0, {200: 6})
        assert result.connect is not None
        assert result.connect.count == connections
    assert encrypted.tls is not None
    assert shared.tls is None


class Orders(grpc.GenericRpcHandler):
    """Takes messages as protobuf sends them, and keeps them. An order without a number is not found."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[bytes, bytes] | None":
        if handler_call_details.method != "/shop.Orders/Place":
            return None
        return grpc.unary_unary_rpc_method_handler(self._place)

    def _place(self, message: bytes, context: grpc.ServicerContext) -> bytes:
        self.received.append(message)
        if not message:
            context.abort(grpc.StatusCode.NOT_FOUND, "no order without a number")
        return b"\x0a\x02ok"


@contextmanager
def grpc_server() -> Iterator[tuple[str, Orders]]:
    orders = Orders()
    server = grpc.server(futures.ThreadPoolExecutor(4), handlers=[orders])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}", orders
    finally:
        server.stop(None).wait()


def test_can_call_grpc_with_messages_written_as_json(tmp_path: Path) -> None:
    proto = tmp_path / "orders.proto"
    proto.write_text(PROTO, encoding="utf-8")
    place = Request(name="place", path="/shop.Orders/Place", body=b'{"number": 7, "items": ["tea"]}')
    nothing = Request(name="nothing", path="/shop.Orders/Place")
    missing = Request(name="missing", path="/shop.Orders/Cancel")
    protocol = Grpc(proto_files=(str(proto),), streams=2)
    with grpc_server() as (target, orders):
        result = run(load_test(target, requests=(place,), protocol=protocol))
        assert orders.received == [b"\x08\x07\x12\x03tea"] * 6
        refused = run(load_test(target, requests=(nothing,), protocol=protocol))
        with pytest.raises(LoadTestError, match=r"there is no method .*/shop\.Orders/Cancel"):
            run(load_test(target, requests=(missing,), protocol=protocol))
        unknown = run(load_test(target, requests=(missing,), protocol=Grpc()))
    assert (result.answered, result.failed, result.statuses) == (6, 0, {200: 6})
    assert (refused.answered, refused.failures) == (0, {"grpc-not-found": 6})
    assert refused.failure_reasons == {"grpc-not-found": "no order without a number"}
    assert unknown.failures == {"grpc-unimplemented": 6}


def test_refuses_an_interface_that_is_given_twice_or_does_not_compile(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="give one of them"):
        Grpc(proto_files=("a.proto",), descriptor_set="a.bin")
    proto = tmp_path / "orders.proto"
    proto.write_text('syntax = "proto3";\nmessage Order { int32 number = ; }\n', encoding="utf-8")
    with pytest.raises(LoadTestError, match=r"proto files: .*orders\.proto:2:"):
        run(load_test("http://127.0.0.1:1", protocol=Grpc(proto_files=(str(proto),))))


@contextmanager
def talking(close_after: int | None = None) -> Iterator[str]:
    """Answers each text message with itself, after a piece of news; closes a connection after some messages."""

    def talk(connection: ServerConnection) -> None:
        try:
            for number, message in enumerate(connection):
                if number == close_after:
                    connection.close(1012, "back soon")
                    return
                connection.send("news")
                connection.send(f"you said {message!s}")
        except ConnectionClosed:
            return

    with serve(talk, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()


CALL = Request(name="call", path="/talk", body=b'{"call": ${id}}', answer='you said {"call": ${id}}')


def test_can_wait_for_the_answer_to_a_message() -> None:
    with talking() as target:
        result = run(load_test(target, requests=(CALL,), protocol=WebSocket()))
    assert (result.answered, result.failed, result.statuses) == (6, 0, {101: 6})
    assert result.connect is not None
    assert result.connect.count == 2


def test_keeps_what_was_measured_where_a_websocket_is_closed_in_mid_test() -> None:
    with talking(close_after=2) as target:
        result = run(load_test(target, requests=(CALL,), protocol=WebSocket()))
    assert (result.answered, result.failures) == (4, {"websocket-closed": 2})
    assert result.failure_reasons == {"websocket-closed": "code 1012: back soon"}


def test_can_keep_a_rate_of_messages() -> None:
    with talking() as target:
        executor = ConstantArrivalRate(40.0, 0.5)
        result = run(load_test(target, requests=(CALL,), executor=executor, protocol=WebSocket(), connections=4))
    assert result.dropped is not None
    assert result.answered + result.failed + result.dropped == 20
    assert result.answered > 0
