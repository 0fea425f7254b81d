"""Trust bundles: the public keys of a trust domain, as a JWK set (SPIFFE Trust Domain and Bundle, section 4)."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from assay.errors import CertificateError
from assay.trust.workloads.spiffe_id import TrustDomain

__all__ = ["LARGEST_BUNDLE", "MOST_KEYS", "BundleSet", "TrustBundle"]

LARGEST_BUNDLE = 1 << 20
"""Bytes of a bundle."""

MOST_KEYS = 64
"""Keys of a bundle, of all uses together."""

_COORDINATE = 32
_LARGEST_SEQUENCE = 2**63 - 1
_LONGEST_REFRESH = timedelta(days=30)


@dataclass(frozen=True)
class TrustBundle:
    """The keys that vouch for one trust domain, and for no other.

    Args:
        trust_domain: Which. A bundle in JSON does not say it: whoever takes one knows from where.
        x509_authorities: Certificates that X.509-SVIDs are traced to.
        jwt_authorities: Public keys on P-256 that sign JWT-SVIDs, by their `kid`.
        sequence: Rises with each change; None where the publisher does not say.
        refresh_hint: After how long to ask again; None where the publisher does not say.
    """

    trust_domain: TrustDomain
    x509_authorities: tuple[x509.Certificate, ...]
    jwt_authorities: Mapping[str, ec.EllipticCurvePublicKey] = field(default_factory=dict)
    sequence: int | None = None
    refresh_hint: timedelta | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "jwt_authorities", MappingProxyType(dict(self.jwt_authorities)))
        if len(self.x509_authorities) + len(self.jwt_authorities) > MOST_KEYS:
            raise CertificateError(f"the bundle of {self.trust_domain} has more than {MOST_KEYS} keys")
        if not all(_signs_certificates(certificate) for certificate in self.x509_authorities):
            raise CertificateError(
                f"the bundle of {self.trust_domain} has a certificate that may not sign certificates"
            )

    def to_json(self) -> bytes:
        """The whole bundle, as it is published."""
        document: dict[str, Any] = {"keys": [*map(_x509_key, self.x509_authorities), *self._jwt_keys()]}
        if self.sequence is not None:
            document["spiffe_sequence"] = self.sequence
        if self.refresh_hint is not None:
            document["spiffe_refresh_hint"] = int(self.refresh_hint.total_seconds())
        return json.dumps(document, indent=1).encode()

    def jwt_keys_to_json(self) -> bytes:
        """The keys for JWT-SVIDs alone, as the Workload API hands them out."""
        return json.dumps({"keys": self._jwt_keys()}).encode()

    def x509_authorities_to_der(self) -> bytes:
        """The certificates, one after the other, as the Workload API hands them out."""
        return b"".join(certificate.public_bytes(Encoding.DER) for certificate in self.x509_authorities)

    def _jwt_keys(self) -> list[dict[str, Any]]:
        return [{**_public(key), "use": "jwt-svid", "kid": kid} for kid, key in self.jwt_authorities.items()]

    @classmethod
    def parse(cls, trust_domain: TrustDomain, content: bytes) -> Self:
        """From JSON. Keys of a kind or use that is not known are passed over, as the specification wants it.

        Raises:
            CertificateError: Too large, no JWK set, a certificate that cannot be read, or two keys of one `kid`.
        """
        if len(content) > LARGEST_BUNDLE:
            raise CertificateError(f"a bundle has at most {LARGEST_BUNDLE} bytes")
        try:
            document = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise CertificateError(f"the bundle of {trust_domain} is no JSON") from error
        keys = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
            raise CertificateError(f"the bundle of {trust_domain} has no list of keys")
        if len(keys) > MOST_KEYS:
            raise CertificateError(f"the bundle of {trust_domain} has more than {MOST_KEYS} keys")
        return cls(
            trust_domain=trust_domain,
            x509_authorities=tuple(_certificate(key, trust_domain) for key in keys if _has_certificate(key)),
            jwt_authorities=_jwt_authorities(keys, trust_domain),
            sequence=_whole_number(document, "spiffe_sequence", _LARGEST_SEQUENCE, trust_domain),
            refresh_hint=_refresh_hint(document, trust_domain),
        )

    @classmethod
    def from_der(cls, trust_domain: TrustDomain, content: bytes) -> Self:
        """From certificates one after the other, as the Workload API hands them out.

        Raises:
            CertificateError: No certificates.
        """
        return cls(trust_domain, certificates_from_der(content))


class BundleSet:
    """Bundles by trust domain. An SVID is judged by the bundle of its own trust domain, never by another."""

    def __init__(self, *bundles: TrustBundle) -> None:
        self._bundles = {bundle.trust_domain: bundle for bundle in bundles}
        if len(self._bundles) < len(bundles):
            raise CertificateError("two bundles of one trust domain")

    def __iter__(self) -> Iterator[TrustBundle]:
        return iter(self._bundles.values())

    def __len__(self) -> int:
        return len(self._bundles)

    def of(self, trust_domain: TrustDomain) -> TrustBundle:
        """The bundle of a trust domain.

        Raises:
            CertificateError: There is none: nothing of that trust domain is trusted.
        """
        bundle = self._bundles.get(trust_domain)
        if bundle is None:
            raise CertificateError(f"the trust domain {trust_domain} is not trusted: there is no bundle of it")
        return bundle


def certificates_from_der(content: bytes) -> tuple[x509.Certificate, ...]:
    """Certificates that follow one another in DER form.

    Raises:
        CertificateError: Too large, too many, or something that is no certificate.
    """
    if len(content) > LARGEST_BUNDLE:
        raise CertificateError(f"certificates have at most {LARGEST_BUNDLE} bytes together")
    found: list[x509.Certificate] = []
    while content:
        size = _size_of_first(content)
        if len(found) == MOST_KEYS:
            raise CertificateError(f"there are more than {MOST_KEYS} certificates")
        found.append(_load(content[:size]))
        content = content[size:]
    return tuple(found)


def _size_of_first(content: bytes) -> int:
    """Bytes of the DER sequence that `content` begins with: only its header is read here."""
    long_form, most_length_bytes = 0x80, 4
    if len(content) < 2 or content[0] != 0x30:  # noqa: PLR2004 # tag and length of an ASN.1 SEQUENCE
        raise CertificateError("there is something that is no certificate")
    if content[1] < long_form:
        return min(2 + content[1], len(content))
    length_bytes = content[1] - long_form
    if not 1 <= length_bytes <= most_length_bytes:
        raise CertificateError("there is something that is no certificate")
    return 2 + length_bytes + int.from_bytes(content[2 : 2 + length_bytes])


def _load(content: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(content)
    except ValueError as error:
        raise CertificateError("there is something that is no certificate") from error


def _signs_certificates(certificate: x509.Certificate) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    return constraints.ca and usage.key_cert_sign


def _has_certificate(key: dict[str, Any]) -> bool:
    return key.get("use") == "x509-svid" and key.get("kty") in {"EC", "RSA"} and bool(key.get("x5c"))


def _certificate(key: dict[str, Any], trust_domain: TrustDomain) -> x509.Certificate:
    encoded = key["x5c"][0] if isinstance(key["x5c"], list) else None
    if not isinstance(encoded, str):
        raise CertificateError(f"the bundle of {trust_domain} has an x5c that is no list of certificates")
    try:
        return _load(base64.b64decode(encoded, validate=True))
    except ValueError as error:
        raise CertificateError(f"the bundle of {trust_domain} has an x5c that is no base64") from error


def _jwt_authorities(keys: list[dict[str, Any]], trust_domain: TrustDomain) -> dict[str, ec.EllipticCurvePublicKey]:
    """Those on P-256: tokens signed with another kind of key are refused in any case."""
    found: dict[str, ec.EllipticCurvePublicKey] = {}
    for key in keys:
        if (key.get("use"), key.get("kty"), key.get("crv")) != ("jwt-svid", "EC", "P-256"):
            continue
        kid = key.get("kid")
        if not isinstance(kid, str) or not kid:
            raise CertificateError(f"the bundle of {trust_domain} has a key for JWT-SVIDs without a kid")
        if kid in found:
            raise CertificateError(f"the bundle of {trust_domain} has two keys of one kid")
        found[kid] = _public_key(key, trust_domain)
    return found


def _public_key(key: dict[str, Any], trust_domain: TrustDomain) -> ec.EllipticCurvePublicKey:
    try:
        x, y = (_coordinate(key[name]) for name in ("x", "y"))
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except (KeyError, TypeError, ValueError) as error:
        raise CertificateError(f"the bundle of {trust_domain} has a key that is no point on P-256") from error


def _coordinate(encoded: str) -> int:
    content = base64.b64decode(encoded + "=", altchars=b"-_", validate=True)
    if len(content) != _COORDINATE or _unpadded(content) != encoded:
        raise ValueError(encoded)
    return int.from_bytes(content)


def _unpadded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _public(key: ec.EllipticCurvePublicKey) -> dict[str, Any]:
    numbers = key.public_numbers()
    x, y = (_unpadded(number.to_bytes(_COORDINATE)) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _x509_key(certificate: x509.Certificate) -> dict[str, Any]:
    """`kid` is not set: the specification of X.509-SVIDs forbids it (X509-SVID, section 6.1)."""
    x5c = [base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()]
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return {**_public(key), "use": "x509-svid", "x5c": x5c}
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8)
        exponent = numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8)
        return {"kty": "RSA", "n": _unpadded(modulus), "e": _unpadded(exponent), "use": "x509-svid", "x5c": x5c}
    raise CertificateError("a certificate of the bundle has a key that is neither on P-256 nor RSA")


def _whole_number(document: dict[str, Any], name: str, largest: float, trust_domain: TrustDomain) -> int | None:
    number = document.get(name)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= largest:
        raise CertificateError(f"{name} of the bundle of {trust_domain} is no whole number up to {largest:.0f}")
    return number


def _refresh_hint(document: dict[str, Any], trust_domain: TrustDomain) -> timedelta | None:
    seconds = _whole_number(document, "spiffe_refresh_hint", _LONGEST_REFRESH.total_seconds(), trust_domain)
    return None if seconds is None else timedelta(seconds=seconds)
