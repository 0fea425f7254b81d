"""The deny list: identities and certificates that are trusted no more, although they have not expired."""

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from cryptography import x509

from assay.errors import CertificateError
from assay.trust.workloads.spiffe_id import SpiffeId, TrustDomain

__all__ = ["MOST_DENIALS", "DenyList"]

MOST_DENIALS = 100_000
"""Entries of a deny list; a list that is full refuses the next, and says so."""

_SERIAL = re.compile(r"[0-9a-f]{1,40}")


@dataclass(frozen=True)
class DenyList:
    """What a trust domain has revoked, as it is published.

    Args:
        trust_domain: Whose. A list says nothing about identities of another.
        sequence: Rises with each change.
        serials: Serial numbers of certificates with the moment after which each has expired anyway.
        spiffe_ids: Workloads that get no SVID and whose SVIDs are refused.
    """

    trust_domain: TrustDomain
    sequence: int = 0
    serials: tuple[tuple[int, datetime], ...] = ()
    spiffe_ids: tuple[SpiffeId, ...] = ()

    def __post_init__(self) -> None:
        if len(self.serials) + len(self.spiffe_ids) > MOST_DENIALS:
            raise CertificateError(
                f"the deny list of {self.trust_domain} holds at most {MOST_DENIALS} entries",
                hint="rotate the root: what the old one signed is then refused altogether",
            )
        object.__setattr__(self, "_denied_serials", frozenset(serial for serial, _ in self.serials))
        object.__setattr__(self, "_denied_ids", frozenset(self.spiffe_ids))

    def denies_id(self, spiffe_id: SpiffeId) -> bool:
        """Whether a workload is on the list."""
        denied: frozenset[SpiffeId] = self.__dict__["_denied_ids"]
        return spiffe_id in denied

    def denies_certificate(self, certificate: x509.Certificate) -> bool:
        """Whether a certificate of this trust domain is on the list by its serial number."""
        denied: frozenset[int] = self.__dict__["_denied_serials"]
        return certificate.serial_number in denied

    def with_serial(self, serial: int, expired_after: datetime) -> Self:
        """The list with one certificate more."""
        kept = tuple(entry for entry in self.serials if entry[0] != serial)
        return replace(self, sequence=self.sequence + 1, serials=(*kept, (serial, expired_after)))

    def with_id(self, spiffe_id: SpiffeId) -> Self:
        """The list with one workload more.

        Raises:
            CertificateError: It is of another trust domain.
        """
        if spiffe_id.trust_domain != self.trust_domain:
            raise CertificateError(f"{spiffe_id} is not of the trust domain {self.trust_domain}")
        kept = tuple(denied for denied in self.spiffe_ids if denied != spiffe_id)
        return replace(self, sequence=self.sequence + 1, spiffe_ids=(*kept, spiffe_id.for_workload()))

    def without_id(self, spiffe_id: SpiffeId) -> Self:
        """The list without a workload."""
        kept = tuple(denied for denied in self.spiffe_ids if denied != spiffe_id)
        return replace(self, sequence=self.sequence + 1, spiffe_ids=kept)

    def without_expired(self, now: datetime) -> Self:
        """The list without certificates that have expired, itself if there are none."""
        kept = tuple(entry for entry in self.serials if entry[1] > now)
        return self if len(kept) == len(self.serials) else replace(self, sequence=self.sequence + 1, serials=kept)

    def to_json(self) -> bytes:
        """As it is published and kept."""
        return json.dumps(
            {
                "trust_domain": str(self.trust_domain),
                "sequence": self.sequence,
                "serials": [{"serial": f"{serial:x}", "until": until.isoformat()} for serial, until in self.serials],
                "spiffe_ids": list(map(str, self.spiffe_ids)),
            },
            indent=1,
        ).encode()

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """From `to_json`.

        Raises:
            CertificateError: It is no deny list.
        """
        try:
            read: Any = json.loads(content)
            return cls(
                trust_domain=TrustDomain(read["trust_domain"]),
                sequence=int(read["sequence"]),
                serials=tuple((_serial(entry["serial"]), _moment(entry["until"])) for entry in read["serials"]),
                spiffe_ids=tuple(map(SpiffeId.parse, read["spiffe_ids"])),
            )
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise CertificateError("the deny list cannot be read") from error


def _serial(text: str) -> int:
    if not _SERIAL.fullmatch(text):
        raise ValueError(text)
    return int(text, 16)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
