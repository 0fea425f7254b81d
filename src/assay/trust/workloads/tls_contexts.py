"""TLS contexts made of SVIDs and bundles, and the certificates that a peer presented."""

import os
import ssl
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from assay.errors import CertificateError
from assay.trust.workloads.bundle import TrustBundle

__all__ = ["client_context", "presented_chain", "server_context"]


def server_context(
    chain: Sequence[x509.Certificate], key: ec.EllipticCurvePrivateKey, trusted: Iterable[TrustBundle] = ()
) -> ssl.SSLContext:
    """For a server that shows an SVID, and that asks its clients for theirs if there is anything to judge them by.

    TLS 1.3 alone, without tickets: a session that is resumed would not show its certificate again, although it may have
    expired or been denied.

    Raises:
        CertificateError: The SVID cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _harden(context)
    context.num_tickets = 0
    if _trust(context, trusted):
        context.verify_mode = ssl.CERT_REQUIRED
    _show(context, chain, key)
    return context


def client_context(
    trusted: TrustBundle, chain: Sequence[x509.Certificate] = (), key: ec.EllipticCurvePrivateKey | None = None
) -> ssl.SSLContext:
    """For a client of servers of one trust domain, which shows an SVID if it has one.

    Names of hosts are not checked: who the server is, its SPIFFE ID says.

    Raises:
        CertificateError: The SVID or the bundle cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _harden(context)
    context.check_hostname = False
    if not _trust(context, [trusted]):
        raise CertificateError(f"the trust domain {trusted.trust_domain} vouches for no X.509-SVIDs")
    if key is not None:
        _show(context, chain, key)
    return context


def presented_chain(connection: ssl.SSLSocket | ssl.SSLObject) -> tuple[x509.Certificate, ...]:
    """The certificates that the peer presented, its own first; none if it presented none.

    Raises:
        CertificateError: They cannot be had or read.
    """
    public: Any = getattr(connection, "get_unverified_chain", None)
    # Public from Python 3.13 on. Before, the same method is there, but only on the object inside.
    method = public or getattr(getattr(connection, "_sslobj", None), "get_unverified_chain", None)
    if method is None:
        raise CertificateError("this Python does not show which certificates a peer presented")
    try:
        return tuple(x509.load_der_x509_certificate(_der(certificate)) for certificate in method() or ())
    except (ValueError, ssl.SSLError) as error:
        raise CertificateError("the certificates of the peer cannot be read") from error


def _der(certificate: Any) -> bytes:
    if isinstance(certificate, bytes):
        return certificate
    pem: str = certificate.public_bytes()
    return ssl.PEM_cert_to_DER_cert(pem)


def _harden(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_COMPRESSION


def _trust(context: ssl.SSLContext, trusted: Iterable[TrustBundle]) -> bool:
    """Returns whether there was anything to trust."""
    roots = [certificate for bundle in trusted for certificate in bundle.x509_authorities]
    if roots:
        context.load_verify_locations(
            cadata="".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in roots)
        )
    return bool(roots)


def _show(context: ssl.SSLContext, chain: Sequence[x509.Certificate], key: ec.EllipticCurvePrivateKey) -> None:
    """Python reads certificates and keys from files only: here from one in memory, where there is such a thing."""
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    content += b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain)
    try:
        if not hasattr(os, "memfd_create"):
            _show_from_disk(context, content)
            return
        descriptor = os.memfd_create("svid", os.MFD_CLOEXEC)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            context.load_cert_chain(f"/proc/self/fd/{descriptor}")
    except (OSError, ssl.SSLError) as error:
        raise CertificateError("the SVID cannot be used for TLS") from error


def _show_from_disk(context: ssl.SSLContext, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "svid.pem")
        path.touch(mode=0o600)
        path.write_bytes(content)
        context.load_cert_chain(path)
