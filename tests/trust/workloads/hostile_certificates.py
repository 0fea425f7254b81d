"""Certificates as an attacker would like them: any extension wrong, signed by whichever key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from assay.trust.workloads.certificates import Issuer
from assay.trust.workloads.key_files import read_key
from assay.trust.workloads.spiffe_id import TrustDomain

BOTH = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)


def usage(*allowed: str, critical: bool = True) -> tuple[x509.ExtensionType, bool]:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in allowed for name in names}), critical


def uris(*texts: str) -> tuple[x509.ExtensionType, bool]:
    return x509.SubjectAlternativeName([x509.UniformResourceIdentifier(text) for text in texts]), False


def basic(*, ca: bool) -> tuple[x509.ExtensionType, bool]:
    return x509.BasicConstraints(ca=ca, path_length=None), True


@dataclass
class Mint:
    """Signs what it is told to, with the root or the issuing key of an authority's folder: as if they were stolen."""

    folder: Path
    trust_domain: TrustDomain
    now: datetime

    def stolen(self, kind: str) -> Issuer:
        (key_path,) = self.folder.joinpath(str(self.trust_domain)).glob(f"{kind}-*.key")
        certificate = x509.load_pem_x509_certificate(key_path.with_suffix(".pem").read_bytes())
        return Issuer(certificate, read_key(key_path))

    def sign(
        self,
        issuer: Issuer,
        extensions: Sequence[tuple[x509.ExtensionType, bool]],
        *,
        key: ec.EllipticCurvePrivateKey | None = None,
        begins: timedelta = timedelta(minutes=-1),
        ends: timedelta = timedelta(minutes=30),
    ) -> x509.Certificate:
        public = (key or ec.generate_private_key(ec.SECP256R1())).public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "workload")]))
            .issuer_name(issuer.certificate.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now + begins)
            .not_valid_after(self.now + ends)
        )
        identifiers = (
            (x509.SubjectKeyIdentifier.from_public_key(public), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False),
        )
        for extension, critical in (*identifiers, *extensions):
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(issuer.key, hashes.SHA256())
