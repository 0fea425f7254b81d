"""The server of the Workload API: door, gRPC server, and a thread that does what is due."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import grpc

from assay.errors import CertificateError, Place
from assay.trust.workloads.workload_api.door import Door
from assay.trust.workloads.workload_api.identities import Identities
from assay.trust.workloads.workload_api.service import WorkloadService

__all__ = ["LARGEST_REQUEST", "MOST_REQUESTS", "WorkloadApiServer"]

MOST_REQUESTS = 256
"""Requests and streams at the same time; the next is answered with RESOURCE_EXHAUSTED."""

MOST_STREAMS_OF_A_CONNECTION = 16
"""Requests and streams of one connection; the next waits."""

LARGEST_REQUEST = 1 << 16
"""Bytes of a request."""

_LONGEST_BETWEEN_TENDING = 60.0


class WorkloadApiServer:
    """Answers on a Unix socket until it is closed.

    Args:
        path: Of the socket; workloads find it as `SPIFFE_ENDPOINT_SOCKET=unix://<path>`.
        identities: Who is entitled to what.
        on_trouble: Told when what is due could not be done. The server goes on with what it has.

    Raises:
        CertificateError: The socket cannot be made, or another server listens on it.
    """

    def __init__(
        self,
        path: Path,
        identities: Identities,
        on_trouble: Callable[[CertificateError], None] = lambda _: None,
    ) -> None:
        self.path = path
        self._identities = identities
        self._on_trouble = on_trouble
        self._stopping = threading.Event()
        self._door = Door(path)
        self._server = grpc.server(
            ThreadPoolExecutor(MOST_REQUESTS, thread_name_prefix="workload-api"),
            handlers=[WorkloadService(identities, self._door.caller)],
            maximum_concurrent_rpcs=MOST_REQUESTS,
            options=(
                ("grpc.max_receive_message_length", LARGEST_REQUEST),
                ("grpc.max_concurrent_streams", MOST_STREAMS_OF_A_CONNECTION),
            ),
        )
        self._tending = threading.Thread(target=self._tend, name="workload-api-tending", daemon=True)
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def address(self) -> str:
        """What workloads need in `SPIFFE_ENDPOINT_SOCKET`."""
        return f"unix://{self.path.absolute()}"

    def close(self) -> None:
        """Ends all streams and stops listening. The authority stays open."""
        self._stopping.set()
        stopped = self._server.stop(grace=None)
        self._identities.wake()
        self._door.close()
        stopped.wait()
        if self._tending.is_alive():
            self._tending.join()

    def _start(self) -> None:
        try:
            self._server.add_insecure_port(self._door.inner)
            self._server.start()
            self._door.open()
        except RuntimeError as error:
            self.close()
            raise CertificateError("the Workload API cannot listen inside", where=Place(self.path)) from error
        except CertificateError:
            self.close()
            raise
        self._tending.start()

    def _tend(self) -> None:
        lifetimes = self._identities.authority.lifetimes
        shortest = min(lifetimes.x509_svid, lifetimes.refresh_hint).total_seconds()
        while not self._stopping.wait(min(shortest / 4, _LONGEST_BETWEEN_TENDING)):
            try:
                self._identities.tend()
            except CertificateError as error:
                self._on_trouble(error)
