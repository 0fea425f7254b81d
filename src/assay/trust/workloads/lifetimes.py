"""How long what an authority makes is valid, with the limits on it."""

from dataclasses import dataclass
from datetime import timedelta

from assay.errors import CertificateError
from assay.trust.workloads.generations import Overlap

__all__ = ["LONGEST_SVID", "MOST_BACKDATED", "Lifetimes"]

LONGEST_SVID = timedelta(days=1)
"""An X.509-SVID or JWT-SVID is valid for a day at most: what is short-lived hardly needs revoking."""

MOST_BACKDATED = timedelta(minutes=5)
"""Certificates begin at most this long before they are made."""


@dataclass(frozen=True)
class Lifetimes:
    """Of roots, issuing certificates, SVIDs and keys.

    Args:
        root: Of a root, and of a key that signs JWT-SVIDs.
        issuing: Of the certificate between root and SVIDs; a new one signs from half of it on.
        x509_svid: Of an X.509-SVID.
        jwt_svid: Of a JWT-SVID.
        backdated: How long before it is made a certificate begins, for clocks that are behind.
        refresh_hint: How often others should ask for the bundle; a new key is published for three times this
            before it signs.
        renewed_after: The share of its lifetime after which an X.509-SVID is renewed, at most half; up to a fifth
            earlier, so that not all are renewed at the same moment.

    Raises:
        CertificateError: A lifetime is not positive, an SVID's is longer than a day, or one outlives what signs it.
    """

    root: timedelta = timedelta(days=90)
    issuing: timedelta = timedelta(days=2)
    x509_svid: timedelta = timedelta(hours=1)
    jwt_svid: timedelta = timedelta(minutes=5)
    backdated: timedelta = timedelta(seconds=30)
    refresh_hint: timedelta = timedelta(minutes=5)
    renewed_after: float = 0.5

    def __post_init__(self) -> None:
        shortest = min(self.root, self.issuing, self.x509_svid, self.jwt_svid, self.refresh_hint)
        if shortest < timedelta(seconds=1):
            raise CertificateError("lifetimes and the refresh hint are at least a second")
        if max(self.x509_svid, self.jwt_svid) > LONGEST_SVID:
            raise CertificateError(f"an SVID is valid for at most {LONGEST_SVID}")
        if not timedelta() <= self.backdated <= MOST_BACKDATED:
            raise CertificateError(f"a certificate begins at most {MOST_BACKDATED} before it is made")
        if not 0 < self.renewed_after <= 0.5:  # noqa: PLR2004 # half: who misses one renewal has time for another
            raise CertificateError("an X.509-SVID is renewed after at most half of its lifetime")
        if self.issuing < 2 * self.x509_svid:
            raise CertificateError("an issuing certificate is valid for at least twice as long as an X.509-SVID")
        if self.root < 2 * (self.overlap.longest_lifetime + 2 * self.overlap.advance):
            raise CertificateError(
                "a root is valid for at least twice as long as its announcement and what it signs, tokens included"
            )

    @property
    def overlap(self) -> Overlap:
        """Of roots and of keys for JWT-SVIDs: a key goes only after all that it signed."""
        return Overlap(advance=3 * self.refresh_hint, longest_lifetime=max(self.issuing, self.jwt_svid))
