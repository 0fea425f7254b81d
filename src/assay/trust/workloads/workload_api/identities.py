"""What a workload is entitled to at this moment, and when that changes."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from assay.errors import CertificateError
from assay.trust.workloads.authority import Authority
from assay.trust.workloads.bundle import BundleSet, TrustBundle
from assay.trust.workloads.denials import DenyList
from assay.trust.workloads.registration import RegistrationEntry, Registry
from assay.trust.workloads.selectors import Selector
from assay.trust.workloads.spiffe_id import SpiffeId, TrustDomain

__all__ = ["MOST_FEDERATED", "Identities"]

MOST_FEDERATED = 64
"""Foreign trust domains whose bundles are kept."""


class Identities:
    """An authority, who is registered with it, and the foreign trust domains that it federates with.

    Everything may be called from any thread. `wait` returns when something has changed.

    Args:
        authority: Signs. Whoever made it closes it.
        registry: Who gets which identity; of the same trust domain.
        clock: What time it is, in UTC.

    Raises:
        CertificateError: The registry is of another trust domain.
    """

    def __init__(
        self, authority: Authority, registry: Registry, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.authority = authority
        self.clock = clock
        self._changed = threading.Condition()
        self._version = 0
        self._foreign: dict[TrustDomain, TrustBundle] = {}
        self._registry = self._checked(registry)

    @property
    def version(self) -> int:
        """Rises with each change."""
        with self._changed:
            return self._version

    def wait(self, version: int, seconds: float) -> None:
        """Returns when something has changed since `version`, or `wake` was called, or the time is over."""
        with self._changed:
            if self._version == version:
                self._changed.wait(seconds)

    def wake(self) -> None:
        """Lets everyone who waits look again, although nothing has changed: someone may have hung up."""
        with self._changed:
            self._changed.notify_all()

    def register(self, registry: Registry) -> None:
        """Puts another registry in the place of the one there is.

        Raises:
            CertificateError: It is of another trust domain; the one there is stays.
        """
        checked = self._checked(registry)
        with self._changed:
            self._registry = checked
            self._note_change()

    def federate(self, bundle: TrustBundle) -> bool:
        """Takes the bundle of a foreign trust domain, unless a later one of it is there. Returns whether it was taken.

        Raises:
            CertificateError: It is that of the own trust domain, has no keys, or there are too many foreign ones.
        """
        if bundle.trust_domain == self.authority.trust_domain:
            raise CertificateError(
                f"{bundle.trust_domain} is the own trust domain: its bundle comes from its authority"
            )
        if not bundle.x509_authorities and not bundle.jwt_authorities:
            raise CertificateError(f"the bundle of {bundle.trust_domain} has no key that could be used")
        with self._changed:
            there = self._foreign.get(bundle.trust_domain)
            if there is None and len(self._foreign) >= MOST_FEDERATED:
                raise CertificateError(f"an authority federates with at most {MOST_FEDERATED} trust domains")
            if there is not None and not _is_later(bundle, there):
                return False
            self._foreign[bundle.trust_domain] = bundle
            self._note_change()
            return True

    def end_federation(self, trust_domain: TrustDomain) -> None:
        """From now on nothing of a foreign trust domain is trusted."""
        with self._changed:
            if self._foreign.pop(trust_domain, None) is not None:
                self._note_change()

    def deny_id(self, spiffe_id: SpiffeId) -> None:
        """Revokes a workload: its streams end, and it gets nothing any more.

        Raises:
            CertificateError: See `Authority.deny_id`.
        """
        self.authority.deny_id(spiffe_id)
        with self._changed:
            self._note_change()

    def deny_certificate(self, serial: int) -> None:
        """Revokes a certificate. A workload that has it and is still entitled to one gets another at once.

        Raises:
            CertificateError: See `Authority.deny_certificate`.
        """
        self.authority.deny_certificate(serial)
        with self._changed:
            self._note_change()

    def rotate(self) -> None:
        """Makes new keys; see `Authority.rotate`.

        Raises:
            CertificateError: Too many are there already, or they cannot be written.
        """
        self.authority.rotate()
        with self._changed:
            self._note_change()

    def tend(self) -> None:
        """Does what is due; to be called again and again.

        Raises:
            CertificateError: Keys cannot be written.
        """
        if self.authority.tend():
            with self._changed:
                self._note_change()

    def entries_for(self, selectors: Iterable[Selector]) -> tuple[RegistrationEntry, ...]:
        """What a process is registered as and not denied."""
        with self._changed:
            registry = self._registry
        denials = self.authority.denials()
        return tuple(entry for entry in registry.entries_for(selectors) if not denials.denies_id(entry.spiffe_id))

    def foreign_bundles(self, entries: Iterable[RegistrationEntry]) -> tuple[TrustBundle, ...]:
        """Those of the trust domains that the entries federate with, as far as they are there."""
        wanted = sorted({trust_domain for entry in entries for trust_domain in entry.federates_with})
        with self._changed:
            return tuple(self._foreign[trust_domain] for trust_domain in wanted if trust_domain in self._foreign)

    def bundles(self, entries: Iterable[RegistrationEntry]) -> BundleSet:
        """By which workloads with these entries judge others: the own trust domain, and those they federate with."""
        return BundleSet(self.authority.bundle(), *self.foreign_bundles(entries))

    def denials(self) -> tuple[DenyList, ...]:
        """That of the own trust domain."""
        return (self.authority.denials(),)

    def _checked(self, registry: Registry) -> Registry:
        if registry.trust_domain != self.authority.trust_domain:
            raise CertificateError(f"the registry is that of the trust domain {registry.trust_domain}")
        return registry

    def _note_change(self) -> None:
        self._version += 1
        self._changed.notify_all()


def _is_later(bundle: TrustBundle, there: TrustBundle) -> bool:
    """By sequence where both have one: an old bundle, played again, must not bring back a key that was removed."""
    if bundle.sequence is not None and there.sequence is not None:
        return bundle.sequence > there.sequence
    same = replace(bundle, sequence=None).to_json() == replace(there, sequence=None).to_json()
    return there.sequence is None and not same
