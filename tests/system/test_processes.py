"""What is read of processes, ports and answers, on the real machine."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from assay.system import Service
from assay.system.services import keeper, listeners, processes
from assay.system.services.health import check_health, is_taken
from assay.system.services.keeper import start_of
from assay.system.services.processes import all_processes, is_running, process
from tests.system.running import free_port


def test_ps_tells_what_proc_tells() -> None:
    mine = process(os.getpid())
    by_ps = {one.pid: one for one in processes.processes_by_ps()}[os.getpid()]
    assert mine is not None
    assert (mine.group, mine.runs) == (by_ps.group, by_ps.runs)
    assert by_ps.resident_bytes == pytest.approx(mine.resident_bytes, rel=0.5)
    assert by_ps.cpu_seconds == pytest.approx(mine.cpu_seconds, abs=2)
    assert os.getpid() in {one.pid for one in all_processes()}
    assert keeper.start_by_ps(os.getpid())
    assert keeper.start_by_ps(2**22 + 1) is None
    assert [processes.seconds_spent(text) for text in ("1-02:03:04", "02:03", "3:04.50")] == [93_784, 123, 184.5]


def test_a_process_is_known_by_when_it_began() -> None:
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", "input()"], stdin=subprocess.PIPE) as child:
        began = start_of(child.pid)
        assert is_running(child.pid, began)
        assert not is_running(child.pid, start_of(os.getpid()))
        assert not is_running(child.pid, None)
        child.kill()
        # Nobody has taken note of its end yet, so that it is still listed.
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert not is_running(child.pid, began)
    assert start_of(child.pid) is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_listener_is_found_with_its_program() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = listeners.listener_on(port)
        assert found is not None
        assert (found.pid, bool(found.program), bool(found.user)) == (os.getpid(), True, True)
        assert is_taken(Service(name="x", url=f"tcp://127.0.0.1:{port}").address)
    assert listeners.listener_on(port) is None


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that gives one answer, whatever is asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(
    ("answer", "ready", "text"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", True, "200 OK"),
        (b"HTTP/1.1 204\r\n\r\n", True, "204"),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", False, "302 Found"),
        (b"HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nno db\r\n0\r\n\r\n", False, "500 Oh: no db"),
        (b"HTTP/1.1 503 Later\r\nContent-Length: 900\r\n\r\nwait", False, "503 Later: wait"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", False, "does not speak HTTP: 'SSH-2.0-OpenSSH_9.9'"),
        (b"\x00" * 100_000, False, "does not speak HTTP: "),
        (b"", False, "closed the connection without an answer"),
    ],
)
def test_answer_of_a_health_check_is_told_in_words(answer: bytes, ready: bool, text: str) -> None:
    with answering(answer) as url:
        found = check_health(Service(name="orders", url=url))
    assert found.ready is ready
    assert found.text.startswith(text)
    assert len(found.text) < 250


def test_a_server_that_drips_is_not_waited_for_longer_than_the_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                while not over.wait(0.02):
                    try:
                        connection.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        answer = check_health(Service(name="orders", url=f"http://127.0.0.1:{server.getsockname()[1]}"), 0.3)
        over.set()
        thread.join()
    assert answer == (False, "no answer within 0.3 s")


@pytest.mark.parametrize(
    ("url", "text"),
    [("tcp://127.0.0.1:{port}", "connection refused"), ("tcp://no-such-host.invalid:{port}", "the name no-such-host")],
)
def test_what_cannot_be_reached_is_told_in_words(url: str, text: str) -> None:
    answer = check_health(Service(name="orders", url=url.format(port=free_port())))
    assert (answer.ready, answer.text.startswith(text)) == (False, True)


def test_tls_that_is_none_is_told_in_words() -> None:
    with answering(b"no TLS here, and that is long enough to be seen as such") as url:
        answer = check_health(Service(name="orders", url=url.replace("http:", "https:")))
    assert not answer.ready
    assert answer.text.startswith("tls failed: ")
