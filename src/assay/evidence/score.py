"""From claims to a score: pure functions of the claims, the tasks without an answer, and a rubric."""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from assay.evidence.claim import Claim
from assay.evidence.rubric import CURRENT_RUBRIC, Rubric
from assay.evidence.verdict import Area, Verdict

__all__ = ["AreaScore", "Score", "claims_digest", "derive_score"]


class AreaScore(msgspec.Struct, frozen=True, kw_only=True):
    """One area's score. Points are never shown without their coverage."""

    area: Area
    points: float | None
    """0 to 100, one decimal; None where there is nothing to judge."""
    coverage: float
    """0 to 1: the decided claims' share of the weight."""
    capped_by: tuple[str, ...]
    """Ids of the violated claims that hold the points down, gravest first; empty where no cap applied."""
    as_expected: int
    violated: int
    """Claims that are violated and should not be, and controls that hold and should not."""
    unknown: int
    not_applicable: int
    unanswered_tasks: int


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The whole: the mean of the areas' points, under the same caps."""

    rubric: str
    points: float | None
    coverage: float
    """0 to 1, over the areas that were measured."""
    areas: tuple[AreaScore, ...]
    not_measured: tuple[Area, ...]
    """Areas no task of the run belonged to: nothing is known about them, and the points say nothing about them."""


def derive_score(
    claims: Sequence[Claim], unanswered_tasks: Iterable[Area] = (), rubric: Rubric = CURRENT_RUBRIC
) -> Score:
    """Judges claims.

    Args:
        claims: All claims of a run.
        unanswered_tasks: For each task that failed or was not run, its area.
        rubric: The weights and caps.
    """
    unanswered = list(unanswered_tasks)
    present = [area for area in Area if area in unanswered or any(claim.area is area for claim in claims)]
    areas = tuple(_area_score(area, claims, unanswered.count(area), rubric) for area in present)
    judged = [(area.points, area.coverage) for area in areas if area.points is not None]
    points = None
    if judged:
        mean = sum(point for point, _ in judged) / len(judged)
        points = round(min([mean, *_caps(claims, rubric).values()]), 1)
    return Score(
        rubric=rubric.version,
        points=points,
        coverage=round(sum(share for _, share in judged) / len(judged), 4) if judged else 0.0,
        areas=areas,
        not_measured=tuple(area for area in Area if area not in present),
    )


def claims_digest(claims: Iterable[Claim]) -> str:
    """SHA-256 over the claims in canonical form: sorted by id, keys sorted. Any change to any claim changes it."""
    digest = hashlib.sha256()
    for claim in sorted(claims, key=lambda claim: claim.id):
        digest.update(msgspec.json.encode(claim, order="deterministic") + b"\n")
    return digest.hexdigest()


def is_violation(claim: Claim) -> bool:
    """True where a claim is decided and not as expected: violated, or a control that holds."""
    return claim.is_decided and not claim.as_expected


def _area_score(area: Area, claims: Iterable[Claim], unanswered: int, rubric: Rubric) -> AreaScore:
    mine = [claim for claim in claims if claim.area is area]
    applicable = [claim for claim in mine if claim.verdict is not Verdict.NOT_APPLICABLE]
    expected = [claim for claim in applicable if claim.as_expected]
    violations = [claim for claim in applicable if is_violation(claim)]
    weight_of = rubric.weights
    whole = sum(weight_of[claim.severity] for claim in applicable) + unanswered * weight_of[rubric.unanswered_task]
    earned = sum(weight_of[claim.severity] for claim in expected)
    decided = earned + sum(weight_of[claim.severity] for claim in violations)
    points = 100 * earned / whole if whole else None
    caps = _caps(violations, rubric)
    capped_by: tuple[str, ...] = ()
    if points is not None and caps and min(caps.values()) < points:
        capped_by = tuple(sorted((name for name, cap in caps.items() if cap < points), key=lambda name: caps[name]))
        points = min(caps.values())
    return AreaScore(
        area=area,
        points=None if points is None else round(points, 1),
        coverage=round(decided / whole, 4) if whole else 0.0,
        capped_by=capped_by,
        as_expected=len(expected),
        violated=len(violations),
        unknown=len(applicable) - len(expected) - len(violations),
        not_applicable=len(mine) - len(applicable),
        unanswered_tasks=unanswered,
    )


def _caps(claims: Iterable[Claim], rubric: Rubric) -> dict[str, float]:
    """The caps that violations impose, by claim id."""
    return {
        claim.id: rubric.caps[claim.severity]
        for claim in claims
        if is_violation(claim) and claim.severity in rubric.caps
    }
