"""Registration entries: which process gets which SPIFFE ID, read from a TOML file that people can read as well."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Self

import msgspec

from assay.errors import CertificateError, Place
from assay.trust.workloads.selectors import Selector
from assay.trust.workloads.spiffe_id import SpiffeId, TrustDomain

__all__ = ["LARGEST_FILE", "MOST_ENTRIES", "RegistrationEntry", "Registry", "read_registry"]

MOST_ENTRIES = 10_000
"""Entries of one trust domain."""

MOST_SELECTORS = 32
"""Selectors of one entry."""

LARGEST_FILE = 4 << 20
"""Bytes of a file of entries."""

_LONGEST_HINT = 64


@dataclass(frozen=True)
class RegistrationEntry:
    """A process that has all `selectors` is `spiffe_id`.

    Args:
        spiffe_id: That of a workload: with a path.
        selectors: At least one, all of which must apply.
        hint: How a workload with several identities should use this one; empty for none.
        federates_with: Foreign trust domains whose bundles the workload receives.
        dns_names: DNS names of its certificates, for clients that know no SPIFFE.

    Raises:
        CertificateError: No selector, too many, a hint that is too long, or it federates with its own trust domain.
    """

    spiffe_id: SpiffeId
    selectors: frozenset[Selector]
    hint: str = ""
    federates_with: tuple[TrustDomain, ...] = ()
    dns_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.spiffe_id.for_workload()
        if not self.selectors:
            raise CertificateError(f"{self.spiffe_id} has no selector: every process would be it")
        if len(self.selectors) > MOST_SELECTORS:
            raise CertificateError(f"{self.spiffe_id} has more than {MOST_SELECTORS} selectors")
        if len(self.hint) > _LONGEST_HINT:
            raise CertificateError(f"the hint of {self.spiffe_id} has more than {_LONGEST_HINT} characters")
        if self.spiffe_id.trust_domain in self.federates_with:
            raise CertificateError(f"{self.spiffe_id} federates with its own trust domain")

    def applies_to(self, selectors: frozenset[Selector]) -> bool:
        """Whether a process of which `selectors` are known is this workload."""
        return self.selectors <= selectors


@dataclass(frozen=True)
class Registry:
    """All entries of one trust domain; the first that applies is a workload's default identity.

    Raises:
        CertificateError: An entry of another trust domain, the same entry twice, or more than `MOST_ENTRIES`.
    """

    trust_domain: TrustDomain
    entries: tuple[RegistrationEntry, ...] = ()

    def __post_init__(self) -> None:
        if len(self.entries) > MOST_ENTRIES:
            raise CertificateError(f"a registry has at most {MOST_ENTRIES} entries")
        seen = set()
        for entry in self.entries:
            if entry.spiffe_id.trust_domain != self.trust_domain:
                raise CertificateError(f"{entry.spiffe_id} is not of the trust domain {self.trust_domain}")
            if (entry.spiffe_id, entry.selectors) in seen:
                raise CertificateError(f"{entry.spiffe_id} is registered twice with the same selectors")
            seen.add((entry.spiffe_id, entry.selectors))

    def entries_for(self, selectors: Iterable[Selector]) -> tuple[RegistrationEntry, ...]:
        """The identities of a process: one entry for each SPIFFE ID, in the order of the file."""
        known = frozenset(selectors)
        found: dict[SpiffeId, RegistrationEntry] = {}
        hints: set[str] = set()
        for entry in self.entries:
            if entry.spiffe_id in found or not entry.applies_to(known):
                continue
            # The Workload API wants a hint to be unique among what one workload receives.
            found[entry.spiffe_id] = replace(entry, hint="") if entry.hint in hints else entry
            hints.add(entry.hint)
        return tuple(found.values())

    @classmethod
    def parse(cls, text: str, path: Path | None = None) -> Self:
        """From TOML, as chapter 52 shows it.

        Raises:
            CertificateError: No TOML, an unknown key, a value of the wrong kind, or anything the types above refuse.
        """
        where = Place(path) if path else None
        try:
            read = msgspec.convert(tomllib.loads(text), type=_File)
        except tomllib.TOMLDecodeError as error:
            raise CertificateError(f"the registry is no TOML: {error}", where=where) from error
        except msgspec.ValidationError as error:
            raise CertificateError(f"the registry cannot be read: {error}", where=where) from error
        try:
            trust_domain = TrustDomain(read.trust_domain)
            return cls(trust_domain, tuple(_entry(trust_domain, workload) for workload in read.workload))
        except CertificateError as error:
            raise CertificateError(error.message, where=where, hint=error.hint) from error


class _Workload(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    path: str
    selectors: list[str]
    hint: str = ""
    federates_with: list[str] = []
    dns_names: list[Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]] = []


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    trust_domain: str
    workload: list[_Workload] = []


def _entry(trust_domain: TrustDomain, workload: _Workload) -> RegistrationEntry:
    return RegistrationEntry(
        spiffe_id=SpiffeId(trust_domain, workload.path),
        selectors=frozenset(map(Selector.parse, workload.selectors)),
        hint=workload.hint,
        federates_with=tuple(map(TrustDomain, workload.federates_with)),
        dns_names=tuple(workload.dns_names),
    )


def read_registry(path: Path) -> Registry:
    """The registry in a file.

    Raises:
        CertificateError: It cannot be read, is larger than `LARGEST_FILE`, or is no registry.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CertificateError(f"the registry cannot be read: {error.strerror}", where=Place(path)) from error
    if len(content) > LARGEST_FILE:
        raise CertificateError(f"a registry has at most {LARGEST_FILE} bytes", where=Place(path))
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise CertificateError("the registry is no UTF-8", where=Place(path)) from error
    return Registry.parse(text, path)
