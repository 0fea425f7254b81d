"""A profile for people: what took the time, which expressions, and what that suggests."""

from collections.abc import Iterator
from typing import NamedTuple

from assay.texts.verify_profile import PROFILE_TEXTS
from assay.verify.advice import ENOUGH_SAMPLES
from assay.verify.profile import ActivityTime, ExpressionTime, Profile

__all__ = ["profile_lines"]

_EXPRESSIONS = 15
"""Rows of the table; from there on they hardly matter."""
_LEAST_SHARE = 0.001
_WIDTH = 60
"""Characters of an expression."""


def profile_lines(profile: Profile) -> Iterator[str]:
    """The tables, and advice below them."""
    texts = PROFILE_TEXTS
    if not profile.samples:
        yield texts["nothing"]
        return
    yield texts["heading"].format(seconds=profile.seconds, samples=profile.samples)
    yield from _activities(profile.activities)
    rows = [*map(_expression, profile.expressions), *_between(profile)]
    rows = sorted((row for row in rows if row.own >= _LEAST_SHARE), key=lambda row: -row.own)
    if rows:
        yield texts["expressions"]
        yield f"  {texts['own']:>6} {texts['total']:>6} {texts['seconds']:>8} {texts['evaluations']:>14}"
        yield from (row.line for row in rows[:_EXPRESSIONS])
        if len(rows) > _EXPRESSIONS:
            yield "  " + texts["more"].format(count=len(rows) - _EXPRESSIONS)
    if profile.samples < ENOUGH_SAMPLES:
        yield texts["few_samples"]
    for advice in profile.advice:
        yield f"- {advice.text}"


def _activities(activities: tuple[ActivityTime, ...]) -> Iterator[str]:
    texts = PROFILE_TEXTS
    names = [_name(known) for known in activities]
    width = max(map(len, names))
    columns = f"{texts['generated']:>12} {texts['distinct']:>12} {texts['per_second']:>12}"
    yield f"  {'':<{width}} {texts['share']:>6} {texts['seconds']:>8} {columns}"
    for name, known in zip(names, activities, strict=True):
        line = f"  {name:<{width}} {known.share:>6.1%} {known.seconds:>8.2f}"
        if known.generated is not None and known.distinct is not None:
            rate = known.generated_per_second
            per_second = f"{rate:,.0f}" if rate is not None else ""
            line += f" {known.generated:>12,} {known.distinct:>12,} {per_second:>12}  {known.location}"
        elif known.location:
            line += f" {'':>12} {'':>12} {'':>12}  {known.location}"
        yield line


def _name(known: ActivityTime) -> str:
    if known.kind == "action":
        return known.name or known.kind
    return PROFILE_TEXTS["kinds"].get(known.kind, known.kind).format(name=known.name)


class _Row(NamedTuple):
    own: float
    line: str


def _expression(known: ExpressionTime) -> _Row:
    text = known.text if len(known.text) <= _WIDTH else f"{known.text[: _WIDTH - 3]}..."
    operator = f"{known.operator}: " if known.operator else ""
    figures = f"{known.own_share:>6.1%} {known.total_share:>6.1%} {known.own_seconds:>8.2f} {known.evaluations:>14,}"
    return _Row(known.own_share, f"  {figures}  {known.location}  {operator}{text}")


def _between(profile: Profile) -> Iterator[_Row]:
    """What actions, invariants and constraints take besides their expressions, so that shares add up."""
    for known in profile.activities:
        if known.location is None or not profile.seconds:
            continue
        share = known.between_seconds / profile.seconds
        figures = f"{share:>6.1%} {known.share:>6.1%} {known.between_seconds:>8.2f} {'':>14}"
        yield _Row(share, f"  {figures}  {known.location}  {_name(known)}, {PROFILE_TEXTS['between']}")
