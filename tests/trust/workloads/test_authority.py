"""What an authority signs and publishes, how its keys follow one another, what it refuses."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import CertificateError
from assay.trust.workloads.authority import Authority
from assay.trust.workloads.bundle import BundleSet
from assay.trust.workloads.jwt_svid import validate_jwt_svid
from assay.trust.workloads.lifetimes import Lifetimes
from assay.trust.workloads.spiffe_id import SpiffeId
from assay.trust.workloads.verification import verify_x509_svid
from tests.trust.workloads.authorities import BANK, CATALOG, SHOP, Clock, authority


def test_signs_certificates_as_the_specification_demands(tmp_path: Path) -> None:
    clock = Clock()
    with authority(tmp_path, clock=clock) as ours:
        svid = ours.issue_x509_svid(CATALOG, ["catalog.local"])
    certificate = svid.certificate
    extensions = certificate.extensions
    names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [str(CATALOG)]
    assert names.get_values_for_type(x509.DNSName) == ["catalog.local"]
    constraints = extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca) == (True, False)
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    assert not usage.value.crl_sign
    purposes = set(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    assert purposes == {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
    issuer = svid.chain[1].extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier == issuer
    assert certificate.not_valid_before_utc == clock.now - Lifetimes().backdated
    assert certificate.not_valid_after_utc == clock.now + Lifetimes().x509_svid
    assert svid.key.public_key() == certificate.public_key()


def test_keeps_its_keys_for_itself(tmp_path: Path) -> None:
    with authority(tmp_path):
        folder = tmp_path / str(SHOP)
        assert folder.stat().st_mode & 0o077 == 0
        keys = list(folder.glob("*.key"))
        assert len(keys) == 3
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())


@pytest.mark.parametrize("name", ["root-*.key", "token-*.key", "denials.json"])
def test_refuses_files_that_others_may_read(name: str, tmp_path: Path) -> None:
    with authority(tmp_path) as ours:
        ours.deny_id(CATALOG)
    (path,) = (tmp_path / str(SHOP)).glob(name)
    path.chmod(0o640)
    with pytest.raises(CertificateError, match="others may read"), authority(tmp_path):
        pass


def test_refuses_a_folder_that_others_may_look_into(tmp_path: Path) -> None:
    (tmp_path / str(SHOP)).mkdir(mode=0o755)
    with pytest.raises(CertificateError, match="others may look"), authority(tmp_path):
        pass


def test_goes_on_after_a_restart(tmp_path: Path) -> None:
    with authority(tmp_path) as ours:
        svid, bundle = ours.issue_x509_svid(CATALOG), ours.bundle()
        ours.deny_certificate(5)
    with authority(tmp_path) as again:
        assert again.bundle().to_json() == bundle.to_json()
        assert again.denials().serials
        verify_x509_svid(svid.chain, BundleSet(again.bundle()), now=Clock().now)


def test_announces_a_key_whose_announcement_was_lost(tmp_path: Path) -> None:
    with authority(tmp_path) as ours:
        sequence = ours.bundle().sequence
    (tmp_path / str(SHOP) / "bundle.json").write_bytes(b"{}")
    with authority(tmp_path) as again:
        assert again.bundle().sequence == (sequence or 0) + 1
        assert (tmp_path / str(SHOP) / "bundle.json").read_bytes() == again.bundle().to_json()


def test_is_open_in_one_place_at_a_time(tmp_path: Path) -> None:
    with authority(tmp_path), pytest.raises(CertificateError, match="another process"):
        Authority(tmp_path / str(SHOP), SHOP)


def test_refuses_the_folder_of_another_trust_domain(tmp_path: Path) -> None:
    with authority(tmp_path):
        pass
    with pytest.raises(CertificateError, match=r"trust domain shop\.example"):
        Authority(tmp_path / str(SHOP), BANK)


@pytest.mark.parametrize("damaged", ["authority.json", "root.json", "root-*.pem", "root-*.key", "denials.json"])
def test_says_so_when_its_files_are_damaged(damaged: str, tmp_path: Path) -> None:
    with authority(tmp_path) as ours:
        ours.deny_id(CATALOG)
    (path,) = (tmp_path / str(SHOP)).glob(damaged)
    path.write_bytes(b"{")
    with pytest.raises(CertificateError), authority(tmp_path):
        pass


@pytest.mark.parametrize("spiffe_id", [SpiffeId(BANK, "/catalog"), SHOP.id])
def test_signs_for_workloads_of_its_trust_domain_only(spiffe_id: SpiffeId, tmp_path: Path) -> None:
    with authority(tmp_path) as ours:
        with pytest.raises(CertificateError):
            ours.issue_x509_svid(spiffe_id)
        with pytest.raises(CertificateError):
            ours.issue_jwt_svid(spiffe_id, ["x"])


def test_denies_at_once_and_forgets_when_expired(tmp_path: Path) -> None:
    clock = Clock()
    with authority(tmp_path, clock=clock) as ours:
        svid, token = ours.issue_x509_svid(CATALOG), ours.issue_jwt_svid(CATALOG, ["x"])
        bundles = BundleSet(ours.bundle())
        ours.deny_certificate(svid.certificate.serial_number)
        with pytest.raises(CertificateError, match="deny list"):
            verify_x509_svid(svid.chain, bundles, now=clock.now, denials=[ours.denials()])
        other = ours.issue_x509_svid(CATALOG)
        verify_x509_svid(other.chain, bundles, now=clock.now, denials=[ours.denials()])
        ours.deny_id(CATALOG)
        with pytest.raises(CertificateError, match="deny list"):
            ours.issue_x509_svid(CATALOG)
        with pytest.raises(CertificateError, match="deny list"):
            verify_x509_svid(other.chain, bundles, now=clock.now, denials=[ours.denials()])
        with pytest.raises(Exception, match="deny list"):
            validate_jwt_svid(token, "x", bundles, now=clock.now, denials=[ours.denials()])
        sequence = ours.denials().sequence
        clock.move(Lifetimes().issuing + timedelta(seconds=1))
        ours.tend()
        assert ours.denials().serials == ()
        assert ours.denials().denies_id(CATALOG)
        assert ours.denials().sequence > sequence
        ours.allow_id(CATALOG)
        ours.issue_x509_svid(CATALOG)


def test_publishes_a_new_root_before_it_signs_and_an_old_one_until_its_last_certificate(tmp_path: Path) -> None:
    clock = Clock()
    lifetimes = Lifetimes()
    with authority(tmp_path, clock=clock) as ours:
        old, early = ours.issue_x509_svid(CATALOG), ours.bundle()
        ours.rotate()
        between = ours.bundle()
        assert (len(between.x509_authorities), len(between.jwt_authorities)) == (2, 2)
        assert (between.sequence or 0) > (early.sequence or 0)
        still_old = ours.issue_x509_svid(CATALOG)
        verify_x509_svid(still_old.chain, BundleSet(early), now=clock.now)

        clock.move(lifetimes.overlap.advance)
        new = ours.issue_x509_svid(CATALOG)
        verify_x509_svid(old.chain, BundleSet(between), now=clock.now)
        verify_x509_svid(new.chain, BundleSet(between), now=clock.now)
        with pytest.raises(CertificateError):
            verify_x509_svid(new.chain, BundleSet(early), now=clock.now)

        clock.move(lifetimes.overlap.longest_lifetime)
        assert ours.tend()
        assert len(ours.bundle().x509_authorities) == 1
        latest = ours.issue_x509_svid(CATALOG)
        verify_x509_svid(latest.chain, BundleSet(ours.bundle()), now=clock.now)


@settings(max_examples=12)
@given(steps=st.lists(st.integers(min_value=1, max_value=40), min_size=20, max_size=30), seed=st.integers(0, 3))
def test_whoever_fetched_the_bundle_lately_can_judge_what_is_signed(
    steps: list[int], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Over several roots, in uneven steps: the bundle of one refresh ago vouches for what is signed now."""
    clock = Clock()
    lifetimes = Lifetimes(
        root=timedelta(hours=9),
        issuing=timedelta(hours=2),
        x509_svid=timedelta(minutes=30),
        refresh_hint=timedelta(minutes=20),
    )
    with authority(tmp_path_factory.mktemp("ca"), clock=clock, lifetimes=lifetimes) as ours:
        fetched = ours.bundle()
        for number, minutes in enumerate(steps):
            clock.move(timedelta(minutes=minutes))
            ours.tend()
            if number % 7 == seed and len(ours.bundle().x509_authorities) < 4:
                ours.rotate()
            svid, token = ours.issue_x509_svid(CATALOG), ours.issue_jwt_svid(CATALOG, ["x"])
            if minutes <= 20:
                verify_x509_svid(svid.chain, BundleSet(fetched), now=clock.now)
                validate_jwt_svid(token, "x", BundleSet(fetched), now=clock.now)
            fetched = ours.bundle()


def test_lifetimes_that_make_no_sense_cannot_be_built() -> None:
    wrongs: list[dict[str, Any]] = [
        {"x509_svid": timedelta(days=2)},
        {"jwt_svid": timedelta(0)},
        {"backdated": timedelta(hours=1)},
        {"backdated": timedelta(seconds=-1)},
        {"issuing": timedelta(hours=1)},
        {"root": timedelta(days=3)},
        # Tokens would outlive the certificates, and with them the key that signs both kinds.
        {
            "root": timedelta(minutes=10),
            "issuing": timedelta(minutes=2),
            "x509_svid": timedelta(minutes=1),
            "refresh_hint": timedelta(seconds=1),
        },
        {"renewed_after": 0.0},
        {"renewed_after": 0.6},
    ]
    for wrong in wrongs:
        with pytest.raises(CertificateError):
            Lifetimes(**wrong)


def test_says_how_many_keys_there_can_be(tmp_path: Path) -> None:
    with authority(tmp_path) as ours:
        for _ in range(15):
            ours.rotate()
        with pytest.raises(CertificateError, match="16 keys"):
            ours.rotate()
