"""The certificate authority of one trust domain: what it signs, what it publishes, how its keys follow one another."""

import fcntl
import json
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from assay.errors import CertificateError, Place
from assay.trust.workloads.bundle import TrustBundle
from assay.trust.workloads.certificates import (
    Issuer,
    Validity,
    issuing_certificate,
    key_identifier,
    new_key,
    root_certificate,
    svid_certificate,
)
from assay.trust.workloads.denials import DenyList
from assay.trust.workloads.generations import Generation, Overlap, active, needs_successor, published
from assay.trust.workloads.jwt_svid import sign_jwt_svid
from assay.trust.workloads.key_files import make_private_folder, read_private, write_private
from assay.trust.workloads.lifetimes import Lifetimes
from assay.trust.workloads.signing_keys import SigningKey, SigningKeys
from assay.trust.workloads.spiffe_id import SpiffeId, TrustDomain

__all__ = ["Authority", "X509Svid"]


@dataclass(frozen=True)
class X509Svid:
    """An X.509-SVID with its private key.

    Args:
        spiffe_id: Whose it is.
        chain: Its certificate, then the issuing one; the root is in the bundle.
        key: Made for it alone, and kept nowhere else.
    """

    spiffe_id: SpiffeId
    chain: tuple[x509.Certificate, ...]
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate(self) -> x509.Certificate:
        """The workload's own."""
        return self.chain[0]


class Authority:
    """Signs for one trust domain. Its state is a folder; one process at a time has it open.

    Args:
        folder: Made if it is not there, readable by its owner alone.
        trust_domain: The same as ever in this folder.
        lifetimes: Of what it makes from now on.
        clock: What time it is, in UTC.

    Raises:
        CertificateError: The folder cannot be used, is another process's, or that of another trust domain.
    """

    def __init__(
        self,
        folder: Path,
        trust_domain: TrustDomain,
        lifetimes: Lifetimes | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.trust_domain = trust_domain
        self.lifetimes = lifetimes or Lifetimes()
        self._folder = folder
        self._clock = clock
        self._lock = threading.RLock()
        make_private_folder(folder)
        self._holding = _held(folder / "lock")
        try:
            self._sequence = self._read_sequence()
            self._denials = self._read_denials()
            self._roots = SigningKeys(folder, "root")
            self._issuing = SigningKeys(folder, "issuing")
            self._tokens = SigningKeys(folder, "token")
            self.tend()
            # Killed between a new key and its announcement, an authority announces it now.
            if self._published_bundle() != self.bundle().to_json():
                self._publish_bundle()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets another process have the folder."""
        with suppress(OSError):
            os.close(self._holding)
        self._holding = -1

    def now(self) -> datetime:
        """What time it is by the clock of the authority."""
        return self._clock()

    def tend(self) -> bool:
        """Makes the keys that are due, and forgets those that have gone. Returns whether the bundle changed.

        Raises:
            CertificateError: A key cannot be written; those there are go on signing until they expire.
        """
        with self._lock:
            now = self._clock()
            overlap = self.lifetimes.overlap
            changed = False
            if needs_successor(self._roots.generations, overlap, now):
                self._add_root(now, overlap.advance if self._roots.keys else timedelta())
                changed = True
            if needs_successor(self._tokens.generations, self._token_overlap, now):
                self._add_token_key(now, overlap.advance if self._tokens.keys else timedelta())
                changed = True
            changed |= self._roots.keep_only(published(self._roots.generations, overlap, now))
            changed |= self._tokens.keep_only(published(self._tokens.generations, self._token_overlap, now))
            self._tend_issuing(now)
            kept = self._denials.without_expired(now)
            if kept is not self._denials:
                self._publish_denials(kept)
            if changed:
                self._publish_bundle()
            return changed

    def rotate(self, *, advance: timedelta | None = None) -> None:
        """Makes a new root and a new key for JWT-SVIDs now, and publishes them.

        Args:
            advance: How long before they sign; as long as others need to fetch the bundle unless said otherwise.

        Raises:
            CertificateError: Too many are there already, or they cannot be written.
        """
        with self._lock:
            now = self._clock()
            wait = self.lifetimes.overlap.advance if advance is None else advance
            self._add_root(now, wait)
            self._add_token_key(now, wait)
            self._publish_bundle()
            self._tend_issuing(now)

    def bundle(self) -> TrustBundle:
        """What others have to know to judge what it signs: all keys that sign, will sign soon, or did not long ago."""
        with self._lock:
            return TrustBundle(
                trust_domain=self.trust_domain,
                x509_authorities=tuple(key.certificate for key in self._roots.keys if key.certificate is not None),
                jwt_authorities={
                    key_identifier(key.key.public_key()): key.key.public_key() for key in self._tokens.keys
                },
                sequence=self._sequence,
                refresh_hint=self.lifetimes.refresh_hint,
            )

    def issue_x509_svid(self, spiffe_id: SpiffeId, dns_names: Sequence[str] = ()) -> X509Svid:
        """A certificate with a key of its own, for a workload that was attested.

        Raises:
            CertificateError: It is of another trust domain, has no path, or is on the deny list.
        """
        with self._lock:
            self._check(spiffe_id)
            now = self._clock()
            self._tend_issuing(now)
            issuing = self._issuing.of(active(self._issuing.generations, now))
            issuer = _issuer(issuing)
            key = new_key()
            ends = min(now + self.lifetimes.x509_svid, issuer.certificate.not_valid_after_utc)
            validity = Validity(now - self.lifetimes.backdated, ends)
            certificate = svid_certificate(spiffe_id, key.public_key(), issuer, validity, dns_names)
            return X509Svid(spiffe_id, (certificate, issuer.certificate), key)

    def issue_jwt_svid(self, spiffe_id: SpiffeId, audience: Sequence[str]) -> str:
        """A token for a workload that was attested.

        Raises:
            CertificateError: It is of another trust domain, has no path, or is on the deny list.
            TokenError: The audience is none.
        """
        with self._lock:
            self._check(spiffe_id)
            now = self._clock()
            signing = self._tokens.of(active(self._tokens.generations, now))
            kid = key_identifier(signing.key.public_key())
            expires = now + self.lifetimes.jwt_svid
            return sign_jwt_svid(spiffe_id, audience, signing.key, kid, issued=now, expires=expires)

    def denials(self) -> DenyList:
        """What is revoked."""
        with self._lock:
            return self._denials

    def deny_id(self, spiffe_id: SpiffeId) -> None:
        """From now on a workload gets no SVID, and verifiers that have the list refuse those that it has.

        Raises:
            CertificateError: It is of another trust domain, the list is full, or it cannot be written.
        """
        with self._lock:
            self._publish_denials(self._denials.with_id(spiffe_id))

    def allow_id(self, spiffe_id: SpiffeId) -> None:
        """Takes a workload off the deny list.

        Raises:
            CertificateError: The list cannot be written.
        """
        with self._lock:
            self._publish_denials(self._denials.without_id(spiffe_id))

    def deny_certificate(self, serial: int) -> None:
        """Verifiers that have the list refuse this certificate; the workload itself may get another.

        Raises:
            CertificateError: The list is full or cannot be written.
        """
        with self._lock:
            # Which certificates exist is not recorded: whichever it is, after this long it has expired.
            expired_after = self._clock() + self.lifetimes.issuing
            self._publish_denials(self._denials.with_serial(serial, expired_after))

    @property
    def _token_overlap(self) -> Overlap:
        return Overlap(self.lifetimes.overlap.advance, self.lifetimes.jwt_svid)

    @property
    def _issuing_overlap(self) -> Overlap:
        """Nobody has to fetch an issuing certificate first: it comes with each SVID."""
        return Overlap(timedelta(), self.lifetimes.issuing / 2)

    def _check(self, spiffe_id: SpiffeId) -> None:
        if spiffe_id.trust_domain != self.trust_domain:
            raise CertificateError(f"{spiffe_id} is not of the trust domain {self.trust_domain}")
        if self._denials.denies_id(spiffe_id.for_workload()):
            raise CertificateError(f"{spiffe_id} is on the deny list")

    def _add_root(self, now: datetime, advance: timedelta) -> None:
        generation, key = _new_generation(now, advance, self.lifetimes.root)
        validity = Validity(now - self.lifetimes.backdated, generation.expires)
        self._roots.add(SigningKey(generation, key, root_certificate(self.trust_domain, key, validity)))

    def _add_token_key(self, now: datetime, advance: timedelta) -> None:
        generation, key = _new_generation(now, advance, self.lifetimes.root)
        self._tokens.add(SigningKey(generation, key))

    def _tend_issuing(self, now: datetime) -> None:
        """A new issuing certificate where half of the last has passed, or another root signs than signed it."""
        root = _issuer(self._roots.of(active(self._roots.generations, now)))
        due = needs_successor(self._issuing.generations, self._issuing_overlap, now)
        if not due:
            youngest = _issuer(self._issuing.keys[-1]).certificate
            due = root.certificate.subject != youngest.issuer or not _signed_by(youngest, root.certificate)
        if not due:
            return
        ends = min(now + self.lifetimes.issuing, root.certificate.not_valid_after_utc)
        generation, key = _new_generation(now, timedelta(), ends - now)
        validity = Validity(now - self.lifetimes.backdated, ends)
        certificate = issuing_certificate(self.trust_domain, key.public_key(), root, validity)
        # Only the youngest signs, and SVIDs carry the certificate that signed them: the others are not needed any more.
        self._issuing.keep_only(self._issuing.generations[-1:])
        self._issuing.add(SigningKey(generation, key, certificate))

    def _read_sequence(self) -> int:
        path = self._folder / "authority.json"
        if not path.exists():
            return 0
        try:
            state = json.loads(read_private(path))
            trust_domain, sequence = str(state["trust_domain"]), int(state["sequence"])
        except (KeyError, TypeError, ValueError) as error:
            raise CertificateError("the state of the authority cannot be read", where=Place(path)) from error
        if trust_domain != self.trust_domain.name:
            raise CertificateError(f"the folder is that of the trust domain {trust_domain}", where=Place(self._folder))
        return sequence

    def _publish_bundle(self) -> None:
        self._sequence += 1
        state = {"trust_domain": self.trust_domain.name, "sequence": self._sequence}
        write_private(self._folder / "authority.json", json.dumps(state).encode())
        write_private(self._folder / "bundle.json", self.bundle().to_json())

    def _published_bundle(self) -> bytes:
        path = self._folder / "bundle.json"
        return read_private(path) if path.exists() else b""

    def _read_denials(self) -> DenyList:
        path = self._folder / "denials.json"
        if not path.exists():
            return DenyList(self.trust_domain)
        read = DenyList.parse(read_private(path))
        if read.trust_domain != self.trust_domain:
            raise CertificateError("the deny list is that of another trust domain", where=Place(path))
        return read

    def _publish_denials(self, denials: DenyList) -> None:
        """On disk first: what was denied stays so after a restart."""
        write_private(self._folder / "denials.json", denials.to_json())
        self._denials = denials


def _new_generation(
    now: datetime, advance: timedelta, lifetime: timedelta
) -> tuple[Generation, ec.EllipticCurvePrivateKey]:
    key = new_key()
    return Generation(key_identifier(key.public_key()), now, now + advance, now + lifetime), key


def _issuer(key: SigningKey) -> Issuer:
    if key.certificate is None:
        raise CertificateError(f"the certificate of the key {key.generation.name} is missing")
    return Issuer(key.certificate, key.key)


def _signed_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    identifier = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    own = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    return identifier == own


def _held(path: Path) -> int:
    """Two processes that sign from one folder would overwrite each other's keys."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise CertificateError("another process has the authority open", where=Place(path)) from error
    return descriptor
