"""Certificates as X509-SVID demands them: roots, issuing certificates, SVIDs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from assay.trust.workloads.spiffe_id import SpiffeId, TrustDomain

__all__ = [
    "Issuer",
    "Validity",
    "issuing_certificate",
    "key_identifier",
    "new_key",
    "root_certificate",
    "svid_certificate",
]

_LONGEST_COMMON_NAME = 64


@dataclass(frozen=True)
class Validity:
    """From when until when a certificate is valid."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Issuer:
    """A signing certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def new_key() -> ec.EllipticCurvePrivateKey:
    """A private key on the curve P-256, from the system's source of randomness."""
    return ec.generate_private_key(ec.SECP256R1())


def key_identifier(key: ec.EllipticCurvePublicKey) -> str:
    """Names a public key by what it is, in hexadecimal (RFC 5280, section 4.2.1.2, method 1)."""
    return x509.SubjectKeyIdentifier.from_public_key(key).digest.hex()


def root_certificate(
    trust_domain: TrustDomain, key: ec.EllipticCurvePrivateKey, validity: Validity
) -> x509.Certificate:
    """The self-signed certificate of a trust domain, an SVID without a path."""
    own = _name(trust_domain, "root")
    builder = _signing(trust_domain, key.public_key(), own, validity, path_length=1).issuer_name(own)
    return builder.add_extension(_from_key(key), critical=False).sign(key, hashes.SHA256())


def issuing_certificate(
    trust_domain: TrustDomain, key: ec.EllipticCurvePublicKey, root: Issuer, validity: Validity
) -> x509.Certificate:
    """The short-lived certificate that signs SVIDs, and nothing that signs again."""
    builder = _signing(trust_domain, key, _name(trust_domain, "issuing"), validity, path_length=0)
    return _signed(builder, root)


def svid_certificate(
    spiffe_id: SpiffeId,
    key: ec.EllipticCurvePublicKey,
    issuer: Issuer,
    validity: Validity,
    dns_names: Sequence[str] = (),
) -> x509.Certificate:
    """The certificate of a workload.

    Raises:
        CertificateError: The SPIFFE ID has no path.
    """
    names = [x509.UniformResourceIdentifier(str(spiffe_id.for_workload())), *map(x509.DNSName, dns_names)]
    usage = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)
    builder = (
        _new(_name(spiffe_id.trust_domain, "workload"), key, validity)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usage), critical=False)
    )
    return _signed(builder, issuer)


def _signing(
    trust_domain: TrustDomain, key: ec.EllipticCurvePublicKey, name: x509.Name, validity: Validity, path_length: int
) -> x509.CertificateBuilder:
    own = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(str(trust_domain.id))])
    return (
        _new(name, key, validity)
        .add_extension(own, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
    )


def _new(name: x509.Name, key: ec.EllipticCurvePublicKey, validity: Validity) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity.begins)
        .not_valid_after(validity.ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _signed(builder: x509.CertificateBuilder, issuer: Issuer) -> x509.Certificate:
    return (
        builder.issuer_name(issuer.certificate.subject)
        .add_extension(_from_key(issuer.key), critical=False)
        .sign(issuer.key, hashes.SHA256())
    )


def _from_key(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _name(trust_domain: TrustDomain, role: str) -> x509.Name:
    """For people who read certificates; nothing is decided by it."""
    common_name = f"{trust_domain} {role}"[-_LONGEST_COMMON_NAME:]
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "SPIFFE"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
