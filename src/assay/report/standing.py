"""What a reader is told about a claim: its verdict seen in the light of what was expected of it."""

from collections.abc import Iterable
from enum import StrEnum, unique

import msgspec

from assay.evidence import Claim, Severity, Verdict

__all__ = ["Standing", "Tally", "in_reading_order", "standing_of"]


@unique
class Standing(StrEnum):
    """How a claim stands, in the order in which a reader needs them: what calls for action comes first."""

    VIOLATED = "violated"
    MISSED = "missed"
    """A broken variant was not caught: the check that should have found it cannot be trusted."""
    UNKNOWN = "unknown"
    HOLDS = "holds"
    CAUGHT = "caught"
    """A broken variant was refuted, as it must be."""
    NOT_APPLICABLE = "not-applicable"

    @property
    def is_failure(self) -> bool:
        """True where the claim is decided, and not as it should be."""
        return self in {Standing.VIOLATED, Standing.MISSED}

    @property
    def needs_attention(self) -> bool:
        """True where somebody has to act or to find out more."""
        return self.is_failure or self is Standing.UNKNOWN


_OF_CONTROL = {Verdict.VIOLATED: Standing.CAUGHT, Verdict.HOLDS: Standing.MISSED}
_RANK = {standing: rank for rank, standing in enumerate(Standing)}
_SEVERITY_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def standing_of(claim: Claim) -> Standing:
    """How a claim stands."""
    if claim.is_control and claim.verdict in _OF_CONTROL:
        return _OF_CONTROL[claim.verdict]
    return Standing(claim.verdict.value)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many claims stand how."""

    holds: int = 0
    caught: int = 0
    violated: int = 0
    missed: int = 0
    unknown: int = 0
    not_applicable: int = 0

    @classmethod
    def of(cls, claims: Iterable[Claim]) -> "Tally":
        """Counts claims."""
        counts = dict.fromkeys((standing.value.replace("-", "_") for standing in Standing), 0)
        for claim in claims:
            counts[standing_of(claim).value.replace("-", "_")] += 1
        return cls(**counts)

    def count(self, standing: Standing) -> int:
        """The number of claims that stand so."""
        counted: int = getattr(self, standing.value.replace("-", "_"))
        return counted

    @property
    def total(self) -> int:
        """The number of claims."""
        return sum(self.count(standing) for standing in Standing)


def in_reading_order(claims: Iterable[Claim]) -> list[Claim]:
    """What calls for action first, and within that the gravest first."""
    return sorted(claims, key=lambda claim: (_RANK[standing_of(claim)], _SEVERITY_RANK[claim.severity], claim.id))
