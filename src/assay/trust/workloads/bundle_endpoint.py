"""The bundle endpoint of a trust domain, served by one of its workloads (`https_spiffe`), with the deny list beside."""

import http.server
import socket
import ssl
import threading
from datetime import datetime
from http import HTTPStatus
from typing import Any, Self

from assay.errors import CertificateError
from assay.trust.workloads.authority import Authority
from assay.trust.workloads.spiffe_id import SpiffeId
from assay.trust.workloads.tls_contexts import server_context

__all__ = ["MOST_CONNECTIONS", "BundleEndpointServer"]

MOST_CONNECTIONS = 64
"""Connections at the same time; the next is closed at once."""

SECONDS_FOR_A_REQUEST = 10.0
"""After which a client that is slow is hung up on, handshake included."""


class BundleEndpointServer:
    """Serves `/bundle.json` and `/denials.json` over TLS, to anyone: both are public.

    Args:
        authority: Whose they are; it signs the certificate of the endpoint too.
        address: Host and port to listen on; port 0 for any that is free.
        spiffe_id: Of the endpoint, which others are told; `/bundle-endpoint` of the trust domain if it is left out.

    Raises:
        CertificateError: It cannot listen there, or the authority does not sign.
    """

    def __init__(self, authority: Authority, address: tuple[str, int], spiffe_id: SpiffeId | None = None) -> None:
        self.spiffe_id = spiffe_id or SpiffeId(authority.trust_domain, "/bundle-endpoint")
        self._authority = authority
        self._lock = threading.Lock()
        self._context, self._renewed_from = self._renewed()
        try:
            self._server = _Server(address, self)
        except OSError as error:
            raise CertificateError(
                f"the bundle endpoint cannot listen on {address[0]}:{address[1]}: {error}"
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="bundle-endpoint", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, port = self._server.server_address[:2]
        return str(host), int(port)

    @property
    def url(self) -> str:
        """Of the bundle."""
        host, port = self.address
        return f"https://{host}:{port}/bundle.json"

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def content(self, path: str) -> bytes | None:
        """What is at a path; None if nothing is."""
        if path == "/bundle.json":
            return self._authority.bundle().to_json()
        return self._authority.denials().to_json() if path == "/denials.json" else None

    def context(self) -> ssl.SSLContext:
        """With a certificate that is valid for long enough.

        Raises:
            CertificateError: The authority does not sign.
        """
        with self._lock:
            if self._authority.now() >= self._renewed_from:
                self._context, self._renewed_from = self._renewed()
            return self._context

    def _renewed(self) -> tuple[ssl.SSLContext, datetime]:
        svid = self._authority.issue_x509_svid(self.spiffe_id)
        now = self._authority.now()
        share = self._authority.lifetimes.renewed_after
        return server_context(svid.chain, svid.key), now + (svid.certificate.not_valid_after_utc - now) * share


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], endpoint: BundleEndpointServer) -> None:
        self.endpoint = endpoint
        self._room = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__(address, _Answer)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Shakes hands here, in the connection's own thread: a client that is slow keeps nobody waiting."""
        try:
            if isinstance(request, socket.socket):
                request.settimeout(SECONDS_FOR_A_REQUEST)
                request = self.endpoint.context().wrap_socket(request, server_side=True)
            super().process_request_thread(request, client_address)
        except (OSError, CertificateError):
            self.shutdown_request(request)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off concerns nobody."""


class _Answer(http.server.BaseHTTPRequestHandler):
    server: _Server
    server_version = "Assay"
    sys_version = ""

    def do_GET(self) -> None:
        """One request on each connection."""
        content = self.server.endpoint.content(self.path)
        if content is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing is written to standard error."""
