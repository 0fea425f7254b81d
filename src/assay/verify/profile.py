"""Where the time of a check went: by action and whatever else there is to do, and by expression."""

from typing import Any, NamedTuple

from assay.verify.result import Location

__all__ = ["ActivityTime", "Advice", "ExpressionTime", "Profile", "read_profile"]


class ActivityTime(NamedTuple):
    """What one of the things took that workers do. Those of a profile add up to its time."""

    kind: str
    """`action`, `invariant`, `property` (a conjunct that is decided state by state), `constraint`, `action constraint`,
    `view`, `initial`; of no expression of the specification's: `guards` (which actions may be possible, by their first
    guards), `fingerprints` (`symmetry` where that makes them dear), `storing`, `queue` (also waiting); of temporal
    properties: `states of properties`, `steps of properties`, and `graph`, the search that comes last (`ending` where
    there is none)."""
    name: str | None
    """What the specification calls it."""
    location: Location | None
    seconds: float
    share: float
    """Of the profile's time, from 0 to 1."""
    samples: int
    between_seconds: float
    """Of `seconds`, those in which no single expression was evaluated: values were assigned, steps remembered."""
    generated: int | None
    """Successors; of an action only."""
    distinct: int | None
    """Those that were new."""

    @property
    def generated_per_second(self) -> float | None:
        """Successors per second of this action's own time."""
        return self.generated / self.seconds if self.generated is not None and self.seconds else None


class ExpressionTime(NamedTuple):
    """What an expression took, wherever it was used."""

    text: str
    """Its first line, as written."""
    location: Location
    operator: str | None
    """The definition that it is part of."""
    own_seconds: float
    """Without expressions inside it that are listed themselves."""
    own_share: float
    total_seconds: float
    """With those, and with the operators that it applies unless they are recursive."""
    total_share: float
    samples: int
    evaluations: int
    """How often it was asked for. What is remembered counts too."""
    kind: str | None
    """What it was mostly evaluated for, as `ActivityTime` has it."""
    name: str | None


class Advice(NamedTuple):
    """What the figures suggest."""

    kind: str
    text: str


class Profile(NamedTuple):
    """Where the time went, by samples: a share of 10% of 1,000 samples is known to about two points either way."""

    seconds: float
    """Of all workers together, and of what came after the exploration."""
    looks: int
    """How often all workers were looked at."""
    activities: tuple[ActivityTime, ...]
    """The costliest first; actions that were never seen are last."""
    expressions: tuple[ExpressionTime, ...]
    """Of the user's modules, by what they took themselves; the costliest two hundred."""
    advice: tuple[Advice, ...]
    """Where the figures support any."""

    @property
    def samples(self) -> int:
        """What the shares are shares of."""
        return sum(activity.samples for activity in self.activities)


def read_profile(found: dict[str, Any]) -> Profile:
    """The profile that the native half reports."""
    whole = found["seconds"]
    profile = Profile(
        seconds=whole,
        looks=found["looks"],
        activities=tuple(_activity(known, whole) for known in found["activities"]),
        expressions=tuple(_expression(known, whole) for known in found["expressions"]),
        advice=(),
    )
    from assay.verify.advice import advice_of  # noqa: PLC0415 # it needs the types above

    return profile._replace(advice=tuple(advice_of(profile)))


def _share(seconds: float, whole: float) -> float:
    return seconds / whole if whole else 0.0


def _activity(known: dict[str, Any], whole: float) -> ActivityTime:
    place = known["place"]
    return ActivityTime(
        kind=known["kind"],
        name=known["name"],
        location=Location(**place) if place else None,
        seconds=known["seconds"],
        share=_share(known["seconds"], whole),
        samples=known["samples"],
        between_seconds=known["between_seconds"],
        generated=known["generated"],
        distinct=known["distinct"],
    )


def _expression(known: dict[str, Any], whole: float) -> ExpressionTime:
    return ExpressionTime(
        text=known["text"],
        location=Location(**known["place"]),
        operator=known["operator"],
        own_seconds=known["own_seconds"],
        own_share=_share(known["own_seconds"], whole),
        total_seconds=known["total_seconds"],
        total_share=_share(known["total_seconds"], whole),
        samples=known["samples"],
        evaluations=known["evaluations"],
        kind=known["kind"],
        name=known["name"],
    )
