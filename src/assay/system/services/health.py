"""One health check of a service: a request, or a connection, with its answer in words."""

import http.client
import io
import socket
import ssl
import time
from typing import NamedTuple

from assay.system.service import Address, Service

__all__ = ["CHECK_SECONDS", "Answer", "check_health", "is_taken"]

CHECK_SECONDS = 2.0
"""A check that takes longer counts as no answer."""

_MOST_BYTES = 16 * 1024
_LONGEST_EXCERPT = 200
_REST_SECONDS = 0.2
"""How long the rest of an answer is waited for that already says: not ready. It is for people only."""


class Answer(NamedTuple):
    """What a check came to."""

    ready: bool
    text: str
    """For people: `200 OK`, `connection refused`, `503 Service Unavailable: no database`."""


def check_health(service: Service, limit: float = CHECK_SECONDS) -> Answer:
    """Asks a service once whether it is ready. Takes at most about `limit` seconds, and never raises."""
    until = time.monotonic() + limit
    try:
        with socket.create_connection(service.address, timeout=limit) as connection:
            if service.health_path is None:
                return Answer(ready=True, text="accepts connections")
            return _asked(service, connection, until)
    except TimeoutError:
        return Answer(ready=False, text=f"no answer within {limit:.2g} s")
    except ssl.SSLError as error:
        return Answer(ready=False, text=f"TLS failed: {error.reason or error}".lower())
    except socket.gaierror:
        return Answer(ready=False, text=f"the name {service.address.host} is not known")
    except OSError as error:
        return Answer(ready=False, text=(error.strerror or str(error)).lower())


def is_taken(address: Address) -> bool:
    """True where something accepts connections there already, or lets them wait."""
    try:
        socket.create_connection(address, timeout=0.5).close()
    except TimeoutError:
        return True
    except OSError:
        return False
    return True


def _asked(service: Service, connection: socket.socket, until: float) -> Answer:
    if service.url.startswith("https:"):
        # Who it is does not matter, only that it answers: as Kubernetes probes do, certificates are not verified.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = context.wrap_socket(connection, server_hostname=service.address.host)
    with connection:
        head = f"GET {service.health_path} HTTP/1.1\r\nHost: {service.address}\r\n"
        connection.sendall(f"{head}User-Agent: assay\r\nConnection: close\r\n\r\n".encode())
        answer = _received(connection, b"", until, enough=b"\r\n")
        if not answer:
            return Answer(ready=False, text="closed the connection without an answer")
        words = answer.split(b"\r\n", 1)[0].decode("latin-1").split(None, 2)
        if len(words) < 2 or not words[0].startswith("HTTP/") or not words[1].isdecimal():  # noqa: PLR2004 # version, code
            return Answer(ready=False, text=f"does not speak HTTP: {' '.join(words)[:40]!r}")
        status = " ".join(words[1:])
        if words[1].startswith("2"):
            return Answer(ready=True, text=status)
        try:
            whole = _received(connection, answer, min(until, time.monotonic() + _REST_SECONDS), enough=None)
        except OSError:
            whole = answer
        excerpt = _body_excerpt(whole)
        return Answer(ready=False, text=f"{status}: {excerpt}" if excerpt else status)


def _received(connection: socket.socket, already: bytes, until: float, *, enough: bytes | None) -> bytes:
    """What arrives until `enough` is in it, the connection ends, or it is too much.

    Raises:
        TimeoutError: The time is over and `enough` has not come; without `enough`, what has come is returned.
    """
    data = already
    while len(data) < _MOST_BYTES and (enough is None or enough not in data):
        left = until - time.monotonic()
        if left <= 0:
            if enough is None:
                return data
            raise TimeoutError
        connection.settimeout(left)
        try:
            part = connection.recv(_MOST_BYTES)
        except TimeoutError:
            continue
        if not part:
            return data
        data += part
    return data


class _Received(io.BytesIO):
    """Bytes that stand for the connection that they came from."""

    def makefile(self, _mode: str) -> io.BytesIO:
        return self


def _body_excerpt(whole: bytes) -> str:
    response = http.client.HTTPResponse(_Received(whole))  # type: ignore[arg-type] # it only asks for a file
    try:
        response.begin()
        body = response.read()
    except http.client.IncompleteRead as error:
        body = error.partial
    except (http.client.HTTPException, ValueError):
        return ""
    words = " ".join(body.decode("utf-8", errors="replace").split())
    return words if len(words) <= _LONGEST_EXCERPT else words[:_LONGEST_EXCERPT] + "…"
