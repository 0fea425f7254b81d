"""A small HTTP server to compare load generators on: one thread, one fixed answer, no files.

It runs as a process of its own (`python -m assay.bench.tools.target`), so that it can be held up with SIGSTOP.
It writes `listening PORT`, then `first` with the first request, and ends when its standard input does: with whoever
started it.
`/status/503` is answered with that status.
"""

import re
import selectors
import socket
import sys

__all__ = ["serve"]

_BODY = b"hello\n"
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
_BAD = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_STATUS = re.compile(rb"[A-Z]+ /status/([1-5][0-9]{2}) ")
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]{1,9})\r\n", re.IGNORECASE)
_END = b"\r\n\r\n"
_LONGEST_REQUEST = 1024 * 1024
_BACKLOG = 4096
_ACCEPTED_AT_ONCE = 256


class _Connection:
    """One client: what it sent and was not answered yet, what it has not taken yet."""

    def __init__(self, client: socket.socket) -> None:
        self.client = client
        self.received = b""
        self.unsent = b""
        self.closing = False

    def answers(self, data: bytes) -> bytes:
        """The answers to all requests that are now complete."""
        if not self.received and data.startswith(b"GET / ") and data.endswith(_END):
            # What nearly all of them look like, and what the server's speed depends on.
            return _OK * data.count(_END)
        self.received += data
        made: list[bytes] = []
        while (end := self.received.find(_END)) >= 0:
            head = self.received[: end + 2]
            length = _LENGTH.search(head)
            total = end + len(_END) + (int(length[1]) if length else 0)
            if total > _LONGEST_REQUEST:
                break
            if len(self.received) < total:
                return b"".join(made)
            self.received = self.received[total:]
            made.append(_answer(head))
        if len(self.received) > _LONGEST_REQUEST or b"\r\n\r\n" in self.received:
            self.closing = True
            made.append(_BAD)
        return b"".join(made)


def _answer(head: bytes) -> bytes:
    status = _STATUS.match(head)
    if not status:
        return _OK if not head.startswith(b"HEAD ") else _OK[: -len(_BODY)]
    return b"HTTP/1.1 %s As asked\r\nContent-Length: 0\r\n\r\n" % status[1]


class _Server:
    def __init__(self, listener: socket.socket, selector: selectors.BaseSelector) -> None:
        self._listener = listener
        self._selector = selector
        self._is_first = True

    def accept(self) -> None:
        """Many at once: after it was held up, hundreds are waiting."""
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                client, _ = self._listener.accept()
            except OSError:
                # No more of them, one that is gone again, or no descriptor left.
                return
            client.settimeout(0)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(client, selectors.EVENT_READ, _Connection(client))

    def talk(self, connection: _Connection, events: int) -> None:
        try:
            if events & selectors.EVENT_READ:
                data = connection.client.recv(65536)
                if not data:
                    self._close(connection)
                    return
                if self._is_first:
                    self._is_first = False
                    _say("first")
                connection.unsent += connection.answers(data)
            if connection.unsent:
                sent = connection.client.send(connection.unsent)
                connection.unsent = connection.unsent[sent:]
        except BlockingIOError:
            pass
        except OSError:
            self._close(connection)
            return
        if connection.closing and not connection.unsent:
            self._close(connection)
        elif connection.unsent or events & selectors.EVENT_WRITE:
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.unsent else 0)
            self._selector.modify(connection.client, wanted, connection)

    def _close(self, connection: _Connection) -> None:
        self._selector.unregister(connection.client)
        connection.client.close()


def serve() -> None:
    """Serves on a free port of the loopback interface until standard input ends."""
    with selectors.DefaultSelector() as selector, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(_BACKLOG)
        listener.settimeout(0)
        selector.register(listener, selectors.EVENT_READ, None)
        selector.register(sys.stdin.buffer, selectors.EVENT_READ, None)
        _say(f"listening {listener.getsockname()[1]}")
        server = _Server(listener, selector)
        while True:
            for key, events in selector.select():
                if key.data is not None:
                    server.talk(key.data, events)
                elif key.fileobj is listener:
                    server.accept()
                else:
                    return


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
