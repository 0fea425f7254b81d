"""The door of the Workload API: a Unix socket on which each caller is known before a byte of it is read.

gRPC does not show the socket of a caller, only its address. So callers connect here. Who is at the other end is asked
of the kernel, and the bytes go on to the gRPC server over a second Unix socket, in a folder that only this user can
enter, from an address made for this one connection. By that address the server finds the caller again.
"""

import asyncio
import os
import secrets
import shutil
import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

from assay.errors import CertificateError, Place
from assay.trust.workloads.attestation import ConnectedProcess

__all__ = ["MOST_CONNECTIONS", "MOST_CONNECTIONS_OF_A_USER", "Door"]

MOST_CONNECTIONS = 512
"""Connections at the same time; the next is closed at once."""

MOST_CONNECTIONS_OF_A_USER = 256
"""Connections of one user at the same time, so that one cannot keep the others out."""

_CHUNK = 1 << 16
_SECONDS_TO_STOP = 10


class Door:
    """Listens on `path`, and passes connections on to `inner`.

    Args:
        path: Of the Unix socket that workloads know.
        mode: Of the socket. Whoever may write to it may ask; who gets something is decided by attestation.

    Raises:
        CertificateError: The socket cannot be made, or another server listens on it.
    """

    def __init__(self, path: Path, mode: int = 0o666) -> None:
        self._path = path
        self._mode = mode
        self._folder = Path(tempfile.mkdtemp(prefix="assay-workloads-"))
        self._callers: dict[str, ConnectedProcess] = {}
        self._users: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._listening: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="workload-api-door", daemon=True)

    @property
    def inner(self) -> str:
        """The address on which the gRPC server has to listen."""
        return f"unix:{self._folder / 'server'}"

    def open(self) -> None:
        """Begins to listen; the gRPC server has to listen already.

        Raises:
            CertificateError: The socket cannot be made, or another server listens on it.
        """
        _check_free(self._path)
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        except OSError as error:
            self.close()
            raise CertificateError(
                f"cannot listen there: {error.strerror or error}", where=Place(self._path)
            ) from error

    def close(self) -> None:
        """Hangs up on everyone and stops listening."""
        if self._thread.is_alive():
            with suppress(TimeoutError):
                asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(_SECONDS_TO_STOP)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_SECONDS_TO_STOP)
        if not self._loop.is_running():
            self._loop.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def caller(self, peer: str) -> ConnectedProcess | None:
        """Who called from an address, as gRPC names it; None if nobody came through the door from there."""
        with self._lock:
            return self._callers.get(unquote(peer))

    async def _listen(self) -> None:
        self._listening = await asyncio.start_unix_server(self._accepted, self._path)
        self._path.chmod(self._mode)

    async def _stop(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._path.unlink(missing_ok=True)
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        try:
            with ConnectedProcess(writer.get_extra_info("socket")) as caller:
                if self._has_room(caller.uid):
                    await self._pass_on(reader, writer, caller)
        except (OSError, CertificateError, asyncio.CancelledError):
            # Whoever cannot be known is hung up on; a connection that broke concerns nobody else.
            pass
        finally:
            writer.close()

    def _has_room(self, uid: int) -> bool:
        return len(self._connections) <= MOST_CONNECTIONS and self._users[uid] < MOST_CONNECTIONS_OF_A_USER

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, caller: ConnectedProcess
    ) -> None:
        address = self._folder / secrets.token_hex(16)
        inside = socket.socket(socket.AF_UNIX)
        name = f"unix:{address}"
        self._users[caller.uid] += 1
        with self._lock:
            self._callers[name] = caller
        try:
            inside.setblocking(False)  # noqa: FBT003 # the standard library's own signature
            inside.bind(os.fspath(address))
            await self._loop.sock_connect(inside, os.fspath(self._folder / "server"))
            address.unlink()
            inner_reader, inner_writer = await asyncio.open_unix_connection(sock=inside)
            try:
                await _both(_copy(reader, inner_writer), _copy(inner_reader, writer))
            finally:
                inner_writer.close()
        finally:
            # First the address means nobody, then it is given up.
            with self._lock:
                del self._callers[name]
            self._users[caller.uid] -= 1
            inside.close()


async def _both(*copies: Coroutine[None, None, None]) -> None:
    """Until one direction has ended: gRPC has no use for a connection that is closed on one side."""
    tasks = [asyncio.ensure_future(copy) for copy in copies]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while content := await reader.read(_CHUNK):
        writer.write(content)
        await writer.drain()


def _check_free(path: Path) -> None:
    """A socket that a server left behind when it was killed is removed; one that somebody answers on is not."""
    if not path.is_socket():
        if path.exists():
            raise CertificateError("there is something that is no socket", where=Place(path))
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(os.fspath(path))
        except OSError:
            path.unlink(missing_ok=True)
            return
    raise CertificateError("another server listens there", where=Place(path))
