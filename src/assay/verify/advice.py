"""What a profile suggests: only what its figures support, the largest share first."""

from collections.abc import Iterable, Iterator

from assay.texts.verify_profile import PROFILE_TEXTS
from assay.verify.profile import ActivityTime, Advice, ExpressionTime, Profile

__all__ = ["ENOUGH_SAMPLES", "advice_of"]

ENOUGH_SAMPLES = 200
"""A share of a quarter is then known to six points either way; of fewer samples nothing is concluded."""

_EXPRESSION = 0.25
"""From this share of the time on, a single expression is worth naming; what follows alike."""
_BARREN = 0.1
_REPEATING = 0.3
_KNOWN = 0.99
_INVARIANT = 0.4
_STORING = 0.6
_LIMITS = {
    "invariant": ("invariant", _INVARIANT),
    "constraint": ("constraint", 0.2),
    "action constraint": ("constraint", 0.2),
    "symmetry": ("symmetry", 0.3),
    "graph": ("graph", 0.3),
    "steps of properties": ("steps", 0.3),
    "queue": ("waiting", 0.25),
}
"""By the kind of an activity: the entry of the texts, and the share from which on it is said."""
_TEXT = 60
"""Characters of an expression."""


def advice_of(profile: Profile) -> list[Advice]:
    """What the figures suggest, the largest share first."""
    if profile.samples < ENOUGH_SAMPLES:
        return []
    found = [*_of_expressions(profile.expressions), *_of_activities(profile.activities)]
    found.sort(key=lambda pair: -pair[0])
    return [advice for _, advice in found]


def _of_expressions(expressions: Iterable[ExpressionTime]) -> Iterator[tuple[float, Advice]]:
    for known in expressions:
        if known.own_share < _EXPRESSION:
            continue
        text = known.text if len(known.text) <= _TEXT else f"{known.text[: _TEXT - 3]}..."
        kind = "expression" if known.evaluations > 1 else "expression_once"
        said = PROFILE_TEXTS["advice"][kind].format(
            location=known.location,
            share=known.own_share,
            evaluations=known.evaluations,
            text=text,
            operator=known.operator or known.name or "",
        )
        yield known.own_share, Advice("expression", said)


def _of_activities(activities: tuple[ActivityTime, ...]) -> Iterator[tuple[float, Advice]]:
    for known in activities:
        kind = _kind_of(known)
        if kind:
            yield known.share, _said(kind, known)
    yield from _together(activities)


def _kind_of(known: ActivityTime) -> str | None:
    """The entry of the texts that fits a single activity."""
    if known.kind == "action":
        return _kind_of_action(known)
    kind, least = _LIMITS.get(known.kind, (None, 1.0))
    return kind if known.share >= least else None


def _kind_of_action(known: ActivityTime) -> str | None:
    generated, distinct = known.generated or 0, known.distinct or 0
    if known.share >= _BARREN and not generated:
        return "impossible"
    if known.share >= _BARREN and not distinct:
        return "barren"
    if known.share >= _REPEATING and _known(generated, distinct) >= _KNOWN:
        return "repeating"
    return None


def _known(generated: int, distinct: int) -> float:
    return 1 - distinct / generated if generated else 0.0


def _said(kind: str, known: ActivityTime) -> Advice:
    generated = known.generated or 0
    said = PROFILE_TEXTS["advice"][kind].format(
        name=known.name,
        share=known.share,
        generated=generated,
        known=_known(generated, known.distinct or 0),
    )
    return Advice(kind, said)


def _together(activities: tuple[ActivityTime, ...]) -> Iterator[tuple[float, Advice]]:
    """What several activities take that say little one by one."""

    def share_of(*kinds: str) -> float:
        return sum(known.share for known in activities if known.kind in kinds)

    invariants = [known.share for known in activities if known.kind == "invariant"]
    if sum(invariants) >= _INVARIANT and max(invariants) < _INVARIANT:
        text = PROFILE_TEXTS["advice"]["invariants"].format(share=sum(invariants))
        yield sum(invariants), Advice("invariants", text)
    storing = share_of("storing", "fingerprints")
    if storing >= _STORING:
        yield storing, Advice("storing", PROFILE_TEXTS["advice"]["storing"].format(share=storing))
