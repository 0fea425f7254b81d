"""A client that follows the Workload API: what it last said, as long as it may be used."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key

from assay.errors import CertificateError
from assay.trust.workloads.bundle import BundleSet, TrustBundle, certificates_from_der
from assay.trust.workloads.spiffe_id import SpiffeId, TrustDomain
from assay.trust.workloads.verification import spiffe_id_of
from assay.trust.workloads.workload_api.messages import SERVICE, Messages
from assay.trust.workloads.workload_api.service import HEADER

__all__ = ["ENDPOINT", "Identity", "WorkloadContext", "WorkloadFollower"]

ENDPOINT = "SPIFFE_ENDPOINT_SOCKET"
"""The environment variable that names the socket, as `unix:///path`."""

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0


@dataclass(frozen=True)
class Identity:
    """One X.509-SVID that the Workload API gave, with its key."""

    spiffe_id: SpiffeId
    chain: tuple[x509.Certificate, ...]
    key: ec.EllipticCurvePrivateKey
    hint: str


@dataclass(frozen=True)
class WorkloadContext:
    """Everything of one message: the identities, the first of which is the default, and whom to trust."""

    identities: tuple[Identity, ...]
    bundles: BundleSet

    @property
    def default(self) -> Identity:
        """What the workload is, where it does not choose."""
        return self.identities[0]

    @classmethod
    def from_message(cls, message: Any) -> Self:
        """From an X509SVIDResponse.

        Raises:
            CertificateError: Something that has to be there is missing, or contradicts itself.
        """
        if not message.svids:
            raise CertificateError("the Workload API gave no identity")
        bundles: dict[TrustDomain, TrustBundle] = {}
        for name, content in message.federated_bundles.items():
            trust_domain = SpiffeId.parse(name).trust_domain
            bundles[trust_domain] = TrustBundle.from_der(trust_domain, content)
        identities = tuple(map(_identity, message.svids))
        for identity, svid in zip(identities, message.svids, strict=True):
            # Own bundles last: a federated one cannot take the place of them.
            trust_domain = identity.spiffe_id.trust_domain
            bundles[trust_domain] = TrustBundle.from_der(trust_domain, svid.bundle)
        return cls(identities, BundleSet(*bundles.values()))


class WorkloadFollower:
    """Follows the Workload API in a thread of its own until it is closed.

    While the server cannot be reached, what it said last stays: it expires by itself. When the server says that the
    workload has no identity any more, there is none from that moment on.

    Args:
        on_change: Told each time, from the thread that follows; with None when the identity was taken away.
        address: `unix:///path`; that of the environment variable `SPIFFE_ENDPOINT_SOCKET` if it is left out.

    Raises:
        CertificateError: The address is none.
    """

    def __init__(self, on_change: Callable[[WorkloadContext | None], None], address: str | None = None) -> None:
        self._on_change = on_change
        self._target = _target(address or os.environ.get(ENDPOINT, ""))
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._call: Any = None
        self._thread = threading.Thread(target=self._follow, name="workload-follower", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stops following."""
        self._closing.set()
        with self._lock:
            if self._call is not None:
                self._call.cancel()
        self._thread.join()

    def _follow(self) -> None:
        options = (("grpc.use_local_subchannel_pool", 1), ("grpc.max_reconnect_backoff_ms", int(_LONGEST_PAUSE * 1000)))
        pause = _FIRST_PAUSE
        with grpc.insecure_channel(self._target, options=options) as channel:
            method: Any = channel.unary_stream(
                f"/{SERVICE}/FetchX509SVID", lambda _: b"", Messages["X509SVIDResponse"].FromString
            )
            while not self._closing.is_set():
                with self._lock:
                    self._call = method(None, metadata=(HEADER,))
                try:
                    for message in self._call:
                        self._on_change(WorkloadContext.from_message(message))
                        pause = _FIRST_PAUSE
                except grpc.RpcError as error:
                    if error.code() == grpc.StatusCode.PERMISSION_DENIED:
                        self._on_change(None)
                except CertificateError:
                    # A message that contradicts itself is as good as none; the next connection brings another.
                    self._call.cancel()
                self._closing.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)


def _target(address: str) -> str:
    path = address.removeprefix("unix://").removeprefix("unix:")
    if path == address or not path.startswith("/"):
        raise CertificateError(
            "the address of the Workload API is not unix:///path", hint=f"set it in the environment variable {ENDPOINT}"
        )
    return f"unix:{path}"


def _identity(svid: Any) -> Identity:
    spiffe_id = SpiffeId.parse(svid.spiffe_id).for_workload()
    chain = certificates_from_der(svid.x509_svid)
    if not chain or spiffe_id_of(chain[0]) != spiffe_id:
        raise CertificateError("the Workload API gave a certificate of another workload")
    try:
        key = load_der_private_key(svid.x509_svid_key, password=None)
    except (ValueError, TypeError) as error:
        raise CertificateError("the Workload API gave a key that cannot be read") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != chain[0].public_key():
        raise CertificateError("the Workload API gave a key that is not that of its certificate")
    return Identity(spiffe_id, chain, key, svid.hint)
