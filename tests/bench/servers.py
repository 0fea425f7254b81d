"""Small HTTP servers on loopback, each with a known behaviour, in threads of the test's process."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class Server:
    """What a test asks of its server."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.connections: list[socket.socket] = []
        self.requests: list[bytes] = []
        self.lock = threading.Lock()
        self.ended = False

    def end(self) -> None:
        """Stops listening and resets every connection, as a process that is killed does."""
        with self.lock:
            self.ended = True
            for end in (self.listener, *self.connections):
                shut(end)


def shut(end: socket.socket) -> None:
    # It may be shut already.
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def server(answer: Callable[[bytes, "Server"], bytes | None]) -> Iterator[Server]:
    """Answers each request (its head and body) with bytes; None closes the connection."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    state = Server(listener)
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection:
            while (request := read_request(connection)) is not None:
                state.requests.append(request)
                reply = answer(request, state)
                if reply is None:
                    return
                try:
                    connection.sendall(reply)
                except OSError:
                    return

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with state.lock:
                if state.ended:
                    connection.close()
                    return
                state.connections.append(connection)
            thread = threading.Thread(target=serve, args=(connection,))
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield state
    finally:
        state.end()
        accepting.join()
        listener.close()
        for thread in threads:
            thread.join()


def read_request(connection: socket.socket) -> bytes | None:
    """Head and body of the next request; None where the connection has ended."""
    received = b""
    try:
        while b"\r\n\r\n" not in received:
            piece = connection.recv(65536)
            if not piece:
                return None
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(body) < length:
            piece = connection.recv(65536)
            if not piece:
                return None
            body += piece
    except OSError:
        return None
    return head + b"\r\n\r\n" + body


def closed_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
