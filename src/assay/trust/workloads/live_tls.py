"""TLS that follows the Workload API: each new connection uses the newest certificate, and those that are open go on."""

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from assay.errors import CertificateError
from assay.trust.workloads.denials import DenyList
from assay.trust.workloads.spiffe_id import SpiffeId, TrustDomain
from assay.trust.workloads.tls_contexts import client_context, presented_chain, server_context
from assay.trust.workloads.verification import VerifiedSvid, verify_x509_svid
from assay.trust.workloads.workload_api.client import WorkloadContext, WorkloadFollower

__all__ = ["LiveTls"]

_SECONDS = 30.0


@dataclass(frozen=True)
class _Now:
    """What is used at this moment. Contexts are made once for each message, not for each connection."""

    context: WorkloadContext
    own: ssl.SSLContext
    all: ssl.SSLContext


class LiveTls:
    """Mutual TLS between workloads, with what the Workload API says at the moment.

    Args:
        address: Of the Workload API, `unix:///path`; that of `SPIFFE_ENDPOINT_SOCKET` if it is left out.
        denials: Gives the deny lists that peers are judged by.

    Raises:
        CertificateError: The address is none.
    """

    def __init__(self, address: str | None = None, denials: Callable[[], Sequence[DenyList]] = lambda: ()) -> None:
        self._denials = denials
        self._changed = threading.Condition()
        self._now: _Now | None = None
        self._is_denied = False
        self._outer_own = self._outer(lambda now: now.own)
        self._outer_all = self._outer(lambda now: now.all)
        self._follower = WorkloadFollower(self._take, address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stops following. Contexts that were handed out go on with the last certificate until it expires."""
        self._follower.close()

    def wait_for_identity(self, seconds: float = _SECONDS) -> SpiffeId:
        """Waits until the Workload API has given an identity, and says which.

        Raises:
            CertificateError: It has not in that time, or it says that there is none.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._now is not None or self._is_denied, seconds)
        return self._current().context.default.spiffe_id

    def server_context(self) -> ssl.SSLContext:
        """For a server of any kind, to be used as long as it runs: it takes up new certificates and roots by itself.

        Clients have to show a certificate of the own trust domain, and of no other. Which workload it is, `peer` says.
        """
        return self._outer_own

    def client_context(self, trust_domain: TrustDomain | None = None) -> ssl.SSLContext:
        """For connections that are opened now, to servers of one trust domain: the own one if it is left out.

        The server can be any workload of that trust domain. Which it is, `peer` says.

        Raises:
            CertificateError: There is no identity, or that trust domain is not trusted.
        """
        context = self._current().context
        identity = context.default
        bundle = context.bundles.of(trust_domain or identity.spiffe_id.trust_domain)
        return client_context(bundle, identity.chain, identity.key)

    def accept(
        self, connection: socket.socket, accepts: Callable[[SpiffeId], bool]
    ) -> "tuple[ssl.SSLSocket, SpiffeId]":
        """Shakes hands with a client of any trust domain that is trusted, and says who it is.

        Raises:
            CertificateError: The client is not trusted, or not accepted; the connection is closed.
            OSError: The handshake failed; the connection is closed.
        """
        wrapped = self._outer_all.wrap_socket(connection, server_side=True)
        return wrapped, self._judged(wrapped, accepts)

    def connect(self, address: tuple[str, int], expected: SpiffeId, seconds: float = _SECONDS) -> ssl.SSLSocket:
        """Connects to the workload `expected`, and to no other.

        Raises:
            CertificateError: There is no identity, or the server is not who is expected.
            OSError: The connection or the handshake failed.
        """
        context = self.client_context(expected.trust_domain)
        connection = socket.create_connection(address, seconds)
        try:
            wrapped = context.wrap_socket(connection)
        except BaseException:
            connection.close()
            raise
        self._judged(wrapped, lambda spiffe_id: spiffe_id == expected)
        return wrapped

    def peer(
        self, connection: ssl.SSLSocket | ssl.SSLObject, accepts: Callable[[SpiffeId], bool] | None = None
    ) -> VerifiedSvid:
        """Who is at the other end of a connection, judged now by the bundle of its own trust domain alone.

        Raises:
            CertificateError: It is not trusted, on a deny list, or not accepted.
        """
        return verify_x509_svid(
            presented_chain(connection),
            self._current().context.bundles,
            now=datetime.now(UTC),
            accepts=accepts,
            denials=self._denials(),
        )

    def _judged(self, wrapped: ssl.SSLSocket, accepts: Callable[[SpiffeId], bool]) -> SpiffeId:
        try:
            return self.peer(wrapped, accepts).spiffe_id
        except BaseException:
            wrapped.close()
            raise

    def _outer(self, chosen: Callable[[_Now], ssl.SSLContext]) -> ssl.SSLContext:
        """A context without certificate and roots of its own: each handshake gets those of the moment.

        A context in use can be given roots, but never lose one. So it is exchanged, at the one point where that can be.
        """
        outer = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        outer.minimum_version = ssl.TLSVersion.TLSv1_3
        outer.options |= ssl.OP_NO_TICKET
        outer.num_tickets = 0
        # It is this context that decides whether a client has to show a certificate; the exchange does not change it.
        outer.verify_mode = ssl.CERT_REQUIRED

        def exchange(connection: ssl.SSLSocket | ssl.SSLObject, _name: str | None, _: ssl.SSLContext) -> int | None:
            with self._changed:
                now = self._now
            if now is None:
                return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
            connection.context = chosen(now)
            return None

        outer.sni_callback = exchange
        return outer

    def _take(self, context: WorkloadContext | None) -> None:
        """From the thread that follows."""
        now = None if context is None else _usable(context)
        with self._changed:
            self._now = now
            self._is_denied = now is None
            self._changed.notify_all()

    def _current(self) -> _Now:
        with self._changed:
            if self._now is None:
                denied = "says that this workload has none" if self._is_denied else "has not given one yet"
                raise CertificateError(f"there is no identity: the Workload API {denied}")
            return self._now


def _usable(context: WorkloadContext) -> _Now:
    identity = context.default
    own = context.bundles.of(identity.spiffe_id.trust_domain)
    return _Now(
        context=context,
        own=server_context(identity.chain, identity.key, [own]),
        all=server_context(identity.chain, identity.key, list(context.bundles)),
    )
