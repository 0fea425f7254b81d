"""Peers that are not who they say, with certificates that a trusted key has signed all the same, are refused."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from assay.errors import CertificateError
from assay.trust.workloads.authority import Authority, X509Svid
from assay.trust.workloads.bundle import BundleSet, TrustBundle
from assay.trust.workloads.certificates import Issuer
from assay.trust.workloads.verification import VerifiedSvid, verify_x509_svid
from tests.trust.workloads.authorities import BANK, CATALOG, SHOP, Clock, authority
from tests.trust.workloads.hostile_certificates import BOTH, Mint, basic, uris, usage

GOOD = {
    "names": uris(str(CATALOG)),
    "basic": basic(ca=False),
    "usage": usage("digital_signature"),
    "purposes": (x509.ExtendedKeyUsage(BOTH), False),
}
CLOCK = Clock()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authorities")


@pytest.fixture(scope="module")
def shop(folder: Path) -> Iterator[Authority]:
    with authority(folder, SHOP, CLOCK) as ours:
        yield ours


@pytest.fixture(scope="module")
def bank(folder: Path) -> Iterator[Authority]:
    with authority(folder, BANK, CLOCK) as theirs:
        yield theirs


@pytest.fixture
def mint(folder: Path, shop: Authority) -> Mint:
    return Mint(folder, shop.trust_domain, CLOCK.now)


def verify(*presented: x509.Certificate, bundles: BundleSet) -> VerifiedSvid:
    return verify_x509_svid(presented, bundles, now=CLOCK.now)


def test_accepts_what_is_as_it_must_be(shop: Authority, mint: Mint) -> None:
    issuing = mint.stolen("issuing")
    certificate = mint.sign(issuing, list(GOOD.values()))
    verified = verify(certificate, issuing.certificate, bundles=BundleSet(shop.bundle()))
    assert verified.spiffe_id == CATALOG
    assert len(verified.chain) == 3
    assert verified.expires == certificate.not_valid_after_utc


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"names": uris(str(CATALOG), "spiffe://shop.example/payments")}, "exactly one URI"),
        ({"names": uris(str(CATALOG), "https://shop.example/")}, "exactly one URI"),
        ({"names": (x509.SubjectAlternativeName([x509.DNSName("catalog")]), False)}, "exactly one URI"),
        ({"names": None}, "no subject alternative names"),
        ({"names": uris("spiffe://shop.example")}, "no path"),
        ({"names": uris("spiffe://shop.example/a/../b")}, "no path of a SPIFFE ID"),
        ({"names": uris("SPIFFE://shop.example/catalog")}, "no SPIFFE ID"),
        ({"names": uris("spiffe://other.example/catalog")}, "not trusted"),
        ({"names": uris("spiffe://bank.example/teller")}, "not one of the trust domain bank.example"),
        ({"basic": basic(ca=True)}, "signing certificate"),
        ({"basic": None}, "no basic constraints"),
        ({"usage": usage("digital_signature", "key_cert_sign")}, "may sign certificates"),
        ({"usage": usage("digital_signature", "crl_sign")}, "may sign certificates"),
        ({"usage": usage("key_agreement")}, "not authenticate"),
        ({"usage": usage("digital_signature", critical=False)}, "not critical"),
        ({"usage": None}, "no key usage"),
        ({"purposes": (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)}, "servers and clients"),
        ({"purposes": (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), False)}, "servers and clients"),
        ({"unknown": (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0"), True)}, "not one of"),
    ],
)
def test_refuses_a_certificate_that_is_not_a_workloads(
    changes: dict[str, tuple[x509.ExtensionType, bool] | None],
    said: str,
    shop: Authority,
    bank: Authority,
    mint: Mint,
) -> None:
    extensions = [extension for extension in {**GOOD, **changes}.values() if extension is not None]
    issuing = mint.stolen("issuing")
    certificate = mint.sign(issuing, extensions)
    with pytest.raises(CertificateError, match=said):
        verify(certificate, issuing.certificate, bundles=BundleSet(shop.bundle(), bank.bundle()))


@pytest.mark.parametrize(
    ("begins", "ends", "said"),
    [
        (timedelta(hours=-2), timedelta(hours=-1), "expired"),
        (timedelta(hours=1), timedelta(hours=2), "not valid before"),
    ],
)
def test_refuses_a_certificate_outside_its_time(
    begins: timedelta, ends: timedelta, said: str, shop: Authority, mint: Mint
) -> None:
    issuing = mint.stolen("issuing")
    certificate = mint.sign(issuing, list(GOOD.values()), begins=begins, ends=ends)
    with pytest.raises(CertificateError, match=said):
        verify(certificate, issuing.certificate, bundles=BundleSet(shop.bundle()))


def test_refuses_an_expired_issuing_certificate(shop: Authority, mint: Mint) -> None:
    root = mint.stolen("root")
    key = ec.generate_private_key(ec.SECP256R1())
    signing = [uris(str(SHOP.id)), basic(ca=True), usage("key_cert_sign")]
    old = mint.sign(root, signing, key=key, begins=timedelta(days=-2), ends=timedelta(days=-1))
    certificate = mint.sign(Issuer(old, key), list(GOOD.values()))
    with pytest.raises(CertificateError, match="not one of the trust domain"):
        verify(certificate, old, bundles=BundleSet(shop.bundle()))


def test_refuses_a_foreign_root_that_looks_like_ours(shop: Authority, tmp_path: Path) -> None:
    with authority(tmp_path, SHOP, CLOCK) as impostor:
        svid = impostor.issue_x509_svid(CATALOG)
        root = impostor.bundle().x509_authorities[0]
    with pytest.raises(CertificateError, match="not one of the trust domain"):
        verify(*svid.chain, root, bundles=BundleSet(shop.bundle()))


def test_one_trust_domain_cannot_vouch_for_another(shop: Authority, bank: Authority, folder: Path) -> None:
    """Even where both are trusted and the certificate is one that its authority really signed."""
    issuing = Mint(folder, BANK, CLOCK.now).stolen("issuing")
    certificate = Mint(folder, BANK, CLOCK.now).sign(issuing, list(GOOD.values()))
    with pytest.raises(CertificateError, match=r"not one of the trust domain shop\.example"):
        verify(certificate, issuing.certificate, bundles=BundleSet(shop.bundle(), bank.bundle()))


def test_refuses_an_issuing_certificate_that_is_for_another_trust_domain(shop: Authority, mint: Mint) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    signing = [uris("spiffe://bank.example"), basic(ca=True), usage("key_cert_sign")]
    other = mint.sign(mint.stolen("root"), signing, key=key)
    certificate = mint.sign(Issuer(other, key), list(GOOD.values()))
    with pytest.raises(CertificateError, match="not of the trust domain"):
        verify(certificate, other, bundles=BundleSet(shop.bundle()))


@pytest.mark.parametrize("excluded", ["bank.example", "shop.example"])
def test_refuses_name_constraints_that_it_cannot_judge(excluded: str, shop: Authority, mint: Mint) -> None:
    """The library does not know constraints on URIs; whatever they say, a chain with them is not trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    constraints = x509.NameConstraints(None, [x509.UniformResourceIdentifier(excluded)])
    signing = [uris(str(SHOP.id)), basic(ca=True), usage("key_cert_sign"), (constraints, True)]
    constrained = mint.sign(mint.stolen("root"), signing, key=key)
    certificate = mint.sign(Issuer(constrained, key), list(GOOD.values()))
    with pytest.raises(CertificateError):
        verify(certificate, constrained, bundles=BundleSet(shop.bundle()))


def test_a_workload_cannot_sign_for_others(shop: Authority, mint: Mint) -> None:
    svid = shop.issue_x509_svid(CATALOG)
    certificate = mint.sign(Issuer(svid.certificate, svid.key), list(GOOD.values()))
    with pytest.raises(CertificateError, match="not one of the trust domain"):
        verify(certificate, *svid.chain, bundles=BundleSet(shop.bundle()))


def test_an_issuing_certificate_cannot_make_another(shop: Authority, mint: Mint) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    issuing = mint.stolen("issuing")
    deeper = mint.sign(issuing, [uris(str(SHOP.id)), basic(ca=True), usage("key_cert_sign")], key=key)
    certificate = mint.sign(Issuer(deeper, key), list(GOOD.values()))
    with pytest.raises(CertificateError, match="not one of the trust domain"):
        verify(certificate, deeper, issuing.certificate, bundles=BundleSet(shop.bundle()))


def test_the_chain_has_to_be_complete_and_short(shop: Authority) -> None:
    svid: X509Svid = shop.issue_x509_svid(CATALOG)
    bundles = BundleSet(shop.bundle())
    with pytest.raises(CertificateError, match="no certificate"):
        verify(bundles=bundles)
    with pytest.raises(CertificateError, match="not one of"):
        verify(svid.certificate, bundles=bundles)
    with pytest.raises(CertificateError, match="more than 8"):
        verify(svid.certificate, *[svid.chain[1]] * 8, bundles=bundles)
    with pytest.raises(CertificateError, match="vouches for no"):
        verify(*svid.chain, bundles=BundleSet(TrustBundle(SHOP, (), shop.bundle().jwt_authorities)))


def test_lets_in_only_who_is_expected(shop: Authority) -> None:
    svid = shop.issue_x509_svid(CATALOG)
    with pytest.raises(CertificateError, match="not who may be here"):
        verify_x509_svid(svid.chain, BundleSet(shop.bundle()), now=CLOCK.now, accepts=lambda one: one != CATALOG)
