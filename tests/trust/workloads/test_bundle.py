"""Trust bundles as they are published and taken."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from spiffe import JwtBundle, TrustDomain, X509Bundle

from assay.errors import CertificateError
from assay.trust.workloads.bundle import BundleSet, TrustBundle
from assay.trust.workloads.denials import DenyList
from tests.trust.workloads.authorities import BANK, CATALOG, SHOP, Clock, authority


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> TrustBundle:
    with authority(tmp_path_factory.mktemp("authority")) as ours:
        ours.rotate()
        return ours.bundle()


def test_is_published_as_the_specification_demands(bundle: TrustBundle) -> None:
    document = json.loads(bundle.to_json())
    assert document["spiffe_sequence"] == 2
    assert document["spiffe_refresh_hint"] == 300
    uses = [key["use"] for key in document["keys"]]
    assert uses == ["x509-svid", "x509-svid", "jwt-svid", "jwt-svid"]
    for key in document["keys"]:
        assert (key["kty"], key["crv"]) == ("EC", "P-256")
        assert ("kid" in key) == (key["use"] == "jwt-svid")
        assert ("x5c" in key) == (key["use"] == "x509-svid")
        assert "d" not in key


def test_can_be_read_back(bundle: TrustBundle) -> None:
    read = TrustBundle.parse(SHOP, bundle.to_json())
    assert read.to_json() == bundle.to_json()
    assert read.refresh_hint == timedelta(minutes=5)
    certificates = TrustBundle.from_der(SHOP, bundle.x509_authorities_to_der()).x509_authorities
    assert certificates == bundle.x509_authorities


def test_another_implementation_reads_it_too(bundle: TrustBundle) -> None:
    domain = TrustDomain("shop.example")
    assert len(X509Bundle.parse_raw(domain, bundle.x509_authorities_to_der()).x509_authorities) == 2
    assert set(JwtBundle.parse(domain, bundle.jwt_keys_to_json()).jwt_authorities) == set(bundle.jwt_authorities)


def test_passes_over_what_it_does_not_know(bundle: TrustBundle) -> None:
    document = json.loads(bundle.to_json())
    document["keys"] += [
        {"kty": "OKP", "use": "x509-svid", "x5c": ["AA"]},
        {"kty": "EC", "use": "wit-svid"},
        {"kty": "EC", "use": "x509-svid"},
        {"kty": "EC", "use": "x509-svid", "x5c": []},
        {"kty": "EC", "crv": "P-384", "use": "jwt-svid", "kid": "large"},
    ]
    assert TrustBundle.parse(SHOP, json.dumps(document).encode()).to_json() == bundle.to_json()


def test_refuses_what_is_none(bundle: TrustBundle) -> None:
    x509_key, _, jwt_key, _ = json.loads(bundle.to_json())["keys"]
    documents: list[Any] = [
        [],
        {},
        {"keys": {}},
        {"keys": [7]},
        {"keys": [{**x509_key, "x5c": ["!"]}]},
        {"keys": [{**x509_key, "x5c": ["AAAA"]}]},
        {"keys": [{**x509_key, "x5c": "AAAA"}]},
        {"keys": [{**x509_key, "x5c": [7]}]},
        {"keys": [jwt_key, jwt_key]},
        {"keys": [{**jwt_key, "kid": ""}]},
        {"keys": [{**jwt_key, "kid": None}]},
        {"keys": [{**jwt_key, "x": jwt_key["y"]}]},
        {"keys": [{**jwt_key, "x": jwt_key["x"] + "="}]},
        {"keys": [{**jwt_key, "x": 5}]},
        {"keys": [x509_key] * 65},
        {"keys": [], "spiffe_sequence": -1},
        {"keys": [], "spiffe_sequence": True},
        {"keys": [], "spiffe_sequence": "1"},
        {"keys": [], "spiffe_refresh_hint": 10**9},
    ]
    for content in [*(json.dumps(document).encode() for document in documents), b"", b"{", b"[" * 100_000]:
        with pytest.raises(CertificateError):
            TrustBundle.parse(SHOP, content)
    with pytest.raises(CertificateError, match="1048576 bytes"):
        TrustBundle.parse(SHOP, b" " * (1 << 20) + b"{}")


def test_refuses_a_certificate_of_a_workload_as_authority(tmp_path: Path) -> None:
    """Else whoever has an SVID and can place it in a bundle could vouch for itself."""
    with authority(tmp_path) as ours:
        certificate = ours.issue_x509_svid(CATALOG).certificate
    with pytest.raises(CertificateError, match="may not sign"):
        TrustBundle(SHOP, (certificate,))
    x5c = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    with pytest.raises(CertificateError, match="may not sign"):
        TrustBundle.parse(SHOP, json.dumps({"keys": [{"kty": "EC", "use": "x509-svid", "x5c": [x5c]}]}).encode())


@pytest.mark.parametrize(
    "content", [b"\x30", b"\x31\x00", b"\x30\x85\1\1\1\1\1", b"\x30\x82\xff\xff", b"\x30\x00", b"\0"]
)
def test_refuses_der_that_holds_no_certificates(content: bytes, bundle: TrustBundle) -> None:
    with pytest.raises(CertificateError):
        TrustBundle.from_der(SHOP, bundle.x509_authorities_to_der() + content)


def test_asks_the_bundle_of_the_trust_domain_and_no_other(bundle: TrustBundle) -> None:
    assert BundleSet(bundle).of(SHOP) is bundle
    with pytest.raises(CertificateError, match="not trusted"):
        BundleSet(bundle).of(BANK)
    with pytest.raises(CertificateError, match="two bundles"):
        BundleSet(bundle, bundle)


def test_a_deny_list_can_be_read_back() -> None:
    moment = Clock().now
    denied = DenyList(SHOP).with_serial(2**150, moment).with_id(CATALOG).with_id(CATALOG)
    assert DenyList.parse(denied.to_json()) == denied
    assert denied.spiffe_ids == (CATALOG,)
    assert denied.sequence == 3
    for wrong in (
        b"{",
        b"[]",
        denied.to_json().replace(b'"sequence"', b'"number"'),
        denied.to_json().replace(b"+00:00", b""),
    ):
        with pytest.raises(CertificateError):
            DenyList.parse(wrong)
