"""How keys follow one another: published before they sign, trusted until the last that they signed has expired.

What holds at a moment follows from times alone. Nothing has to happen at the right moment for a rotation to be safe,
and an authority that was stopped in the middle of one goes on where it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assay.errors import CertificateError

__all__ = ["Generation", "Overlap", "active", "needs_successor", "published"]


@dataclass(frozen=True)
class Generation:
    """One key of several that follow one another.

    Args:
        name: Of its files.
        made: When it was made, from which moment on it is published.
        signs_from: When it begins to sign.
        expires: When nothing that it signed is valid any more.
    """

    name: str
    made: datetime
    signs_from: datetime
    expires: datetime

    def __post_init__(self) -> None:
        if not self.made <= self.signs_from < self.expires:
            raise CertificateError(f"the key {self.name} would sign before it is made, or after it expires")


@dataclass(frozen=True)
class Overlap:
    """How generations overlap.

    Args:
        advance: How long before it signs a key is published, so that everyone has it by then.
        longest_lifetime: Of what a key signs: how long it is still published after its successor has begun to sign.
    """

    advance: timedelta
    longest_lifetime: timedelta


def active(generations: Sequence[Generation], now: datetime) -> Generation:
    """The one that signs.

    Raises:
        CertificateError: None does: all have expired or none has begun.
    """
    able = [generation for generation in generations if generation.signs_from <= now < generation.expires]
    if not able:
        raise CertificateError("the authority has no key that may sign now")
    return max(able, key=lambda generation: generation.signs_from)


def published(generations: Sequence[Generation], overlap: Overlap, now: datetime) -> tuple[Generation, ...]:
    """Those that others have to know, oldest first."""
    ordered = sorted(generations, key=lambda generation: generation.signs_from)
    successors = [*(generation.signs_from for generation in ordered[1:]), None]
    return tuple(
        generation
        for generation, succeeded in zip(ordered, successors, strict=True)
        if now < generation.expires and (succeeded is None or now < succeeded + overlap.longest_lifetime)
    )


def needs_successor(generations: Sequence[Generation], overlap: Overlap, now: datetime) -> bool:
    """Whether the youngest could not sign for long enough any more if its successor were made later than now.

    It has to outlive what it signs, and its successor has to be published for `advance` before it signs.
    """
    if not generations:
        return True
    youngest = max(generation.expires for generation in generations)
    return youngest - now <= overlap.longest_lifetime + 2 * overlap.advance
