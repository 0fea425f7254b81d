"""Judging the X.509-SVID of a peer: path validation by the library, and what SPIFFE demands beyond it.

The source of the rules is X509-SVID, sections 4 and 5.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from assay.errors import CertificateError
from assay.trust.workloads.bundle import BundleSet
from assay.trust.workloads.denials import DenyList
from assay.trust.workloads.spiffe_id import SpiffeId, TrustDomain

__all__ = ["MOST_CERTIFICATES", "VerifiedSvid", "spiffe_id_of", "verify_x509_svid"]

MOST_CERTIFICATES = 8
"""Certificates that a peer may present."""

_DEEPEST_CHAIN = 4

_Kind = TypeVar("_Kind", bound=x509.ExtensionType)


@dataclass(frozen=True)
class VerifiedSvid:
    """An X.509-SVID that was found valid.

    Args:
        spiffe_id: Who the peer is.
        chain: From its certificate to the root in the bundle.
    """

    spiffe_id: SpiffeId
    chain: tuple[x509.Certificate, ...]

    @property
    def expires(self) -> datetime:
        """When the first certificate of the chain is valid no more."""
        return min(certificate.not_valid_after_utc for certificate in self.chain)


def verify_x509_svid(
    presented: Sequence[x509.Certificate],
    bundles: BundleSet,
    *,
    now: datetime,
    accepts: Callable[[SpiffeId], bool] | None = None,
    denials: Sequence[DenyList] = (),
) -> VerifiedSvid:
    """Who a peer is, of which only the certificates that it presented are known.

    Only the bundle of the trust domain that the certificate claims is asked. So the authority of one trust domain
    cannot vouch for an identity of another, whatever it signs and whatever else is trusted.

    Args:
        presented: The peer's own certificate first.
        bundles: Of all trust domains that are trusted.
        now: The moment to judge at.
        accepts: Says whether a peer that is who it claims may be spoken to; everyone if it is left out.
        denials: The deny lists of the trust domains.

    Raises:
        CertificateError: The peer is not trusted, and why.
    """
    if not presented:
        raise CertificateError("the peer presented no certificate")
    if len(presented) > MOST_CERTIFICATES:
        raise CertificateError(f"the peer presented more than {MOST_CERTIFICATES} certificates")
    leaf, *others = presented
    spiffe_id = spiffe_id_of(leaf)
    _check_leaf(leaf)
    chain = _path(leaf, others, bundles.of(spiffe_id.trust_domain).x509_authorities, spiffe_id.trust_domain, now)
    for denied in denials:
        if denied.trust_domain == spiffe_id.trust_domain:
            _check_not_denied(spiffe_id, chain, denied)
    if accepts is not None and not accepts(spiffe_id):
        raise CertificateError(f"the peer is {spiffe_id}, which is not who may be here")
    return VerifiedSvid(spiffe_id, chain)


def spiffe_id_of(certificate: x509.Certificate) -> SpiffeId:
    """The SPIFFE ID of a workload's certificate, which alone proves nothing.

    Raises:
        CertificateError: None, several URIs, or one that is no SPIFFE ID of a workload.
    """
    names = _extension(certificate, x509.SubjectAlternativeName, "subject alternative names").value
    uris = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    if len(uris) != 1:
        raise CertificateError(f"a certificate of a workload has exactly one URI, this one {len(uris)}")
    return SpiffeId.parse(uris[0]).for_workload()


def _check_leaf(certificate: x509.Certificate) -> None:
    """What X509-SVID demands of a workload's certificate, sections 4 and 5.2."""
    if _extension(certificate, x509.BasicConstraints, "basic constraints").value.ca:
        raise CertificateError("the certificate is a signing certificate, which identifies nobody")
    usage = _extension(certificate, x509.KeyUsage, "key usage")
    if not usage.critical:
        raise CertificateError("the key usage of the certificate is not critical")
    if usage.value.key_cert_sign or usage.value.crl_sign:
        raise CertificateError("the key of the certificate may sign certificates, which a workload's must not")
    if not usage.value.digital_signature:
        raise CertificateError("the key of the certificate may not sign, and so not authenticate")
    try:
        purposes = set(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return
    if not {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH} <= purposes:
        raise CertificateError("the certificate is not for servers and clients, as that of a workload has to be")


def _extension(certificate: x509.Certificate, kind: type[_Kind], name: str) -> x509.Extension[_Kind]:
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound as error:
        raise CertificateError(f"the certificate has no {name}") from error
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError) as error:
        raise CertificateError("the extensions of the certificate cannot be read") from error


def _path(
    leaf: x509.Certificate,
    others: Sequence[x509.Certificate],
    authorities: Sequence[x509.Certificate],
    trust_domain: TrustDomain,
    now: datetime,
) -> tuple[x509.Certificate, ...]:
    if not authorities:
        raise CertificateError(f"the trust domain {trust_domain} vouches for no X.509-SVIDs")
    builder = PolicyBuilder().store(Store(list(authorities))).time(now).max_chain_depth(_DEEPEST_CHAIN)
    try:
        chain = tuple(builder.build_client_verifier().verify(leaf, list(others)).chain)
    except VerificationError as error:
        raise CertificateError(
            f"the certificate is not one of the trust domain {trust_domain}: {_reason(leaf, now, error)}"
        ) from error
    except (ValueError, x509.UnsupportedGeneralNameType) as error:
        raise CertificateError("the certificates of the peer cannot be read") from error
    for signing in chain[1:]:
        _check_signing(signing, trust_domain)
    return chain


def _reason(leaf: x509.Certificate, now: datetime, error: VerificationError) -> str:
    """The two reasons that people meet, in words; otherwise the library's own, cut to a line."""
    if now > leaf.not_valid_after_utc:
        return f"it expired at {leaf.not_valid_after_utc:%Y-%m-%d %H:%M:%S} UTC"
    if now < leaf.not_valid_before_utc:
        return f"it is not valid before {leaf.not_valid_before_utc:%Y-%m-%d %H:%M:%S} UTC"
    longest = 200
    return str(error).splitlines()[0][:longest]


def _check_signing(certificate: x509.Certificate, trust_domain: TrustDomain) -> None:
    """A signing certificate that says for which trust domain it is, is taken at its word (X509-SVID, section 3.2)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return
    for uri in names.get_values_for_type(x509.UniformResourceIdentifier):
        if uri.startswith("spiffe:") and SpiffeId.parse(uri) != trust_domain.id:
            raise CertificateError(f"the certificate is signed by one that is not of the trust domain {trust_domain}")


def _check_not_denied(spiffe_id: SpiffeId, chain: Sequence[x509.Certificate], denied: DenyList) -> None:
    if denied.denies_id(spiffe_id):
        raise CertificateError(f"{spiffe_id} is on the deny list")
    # The chain beyond the leaf too: an issuing certificate can be denied, and with it all that it signed.
    if any(denied.denies_certificate(certificate) for certificate in chain):
        raise CertificateError(f"a certificate of {spiffe_id} is on the deny list")
