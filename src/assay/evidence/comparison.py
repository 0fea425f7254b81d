"""Two runs side by side: what changed, and whether it may be called better or worse.

Nothing is called better or worse unless both runs were made in the same environment, of the same system, by the same
rubric, and within the same bounds.
"""

from collections.abc import Iterable
from enum import StrEnum, unique

import msgspec

from assay.evidence.claim import Claim
from assay.evidence.records import RecordedScore, RunRecord
from assay.evidence.store import RunFolder
from assay.evidence.verdict import Verdict

__all__ = ["Change", "ClaimChange", "Comparison", "Outcome", "compare"]


@unique
class Change(StrEnum):
    """What became of a claim."""

    MENDED = "mended"
    """It was not as expected and now is."""
    BROKEN = "broken"
    """It was as expected, or unknown, and now is not."""
    DECIDED = "decided"
    """It was unknown and now is as expected."""
    UNDECIDED = "undecided"
    """It was decided and now is unknown."""
    SAME = "same"
    NEW = "new"
    GONE = "gone"
    OTHER_BOUNDS = "other-bounds"
    """Both runs claim it, but within other bounds or with another expectation: the verdicts do not compare."""
    APPLICABILITY = "applicability"
    """It became applicable, or is no longer."""


@unique
class Outcome(StrEnum):
    """The comparison in one word."""

    BETTER = "better"
    WORSE = "worse"
    MIXED = "mixed"
    SAME = "same"
    NOT_COMPARABLE = "not-comparable"


class ClaimChange(msgspec.Struct, frozen=True, kw_only=True):
    """One claim in both runs; `before` or `after` is None where a run does not have it."""

    id: str
    statement: str
    before: Verdict | None
    after: Verdict | None
    change: Change


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What changed from `before` to `after`, both names of runs."""

    before: str
    after: str
    outcome: Outcome
    reasons: tuple[str, ...]
    """Why the runs are not comparable; empty where they are."""
    changes: tuple[ClaimChange, ...]
    """Sorted by id; claims that stayed the same are among them."""
    points_before: float | None
    points_after: float | None
    """Each is what its own run was given. A difference may only be shown where the runs are comparable."""


def compare(before: RunFolder, after: RunFolder) -> Comparison:
    """Compares two runs, of which `after` need not be the later one.

    Raises:
        EvidenceError: A run folder cannot be read.
    """
    old, new = ({claim.id: claim for claim in run.claims()} for run in (before, after))
    scores = before.score(), after.score()
    reasons = _reasons(before.record(), scores[0], after.record(), scores[1])
    changes = tuple(_change(name, old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys()))
    return Comparison(
        before=before.name,
        after=after.name,
        outcome=Outcome.NOT_COMPARABLE if reasons else _outcome(change.change for change in changes),
        reasons=reasons,
        changes=changes,
        points_before=scores[0].score.points if scores[0] else None,
        points_after=scores[1].score.points if scores[1] else None,
    )


def _reasons(
    before: RunRecord, before_score: RecordedScore | None, after: RunRecord, after_score: RecordedScore | None
) -> tuple[str, ...]:
    reasons = list(before.environment.differences(after.environment))
    if before.system != after.system:
        reasons.append(f"system: {before.system} before, {after.system} now")
    reasons += [f"{run.run} did not end" for run, score in ((before, before_score), (after, after_score)) if not score]
    if before_score and after_score and before_score.score.rubric != after_score.score.rubric:
        reasons.append(f"rubric: {before_score.score.rubric} before, {after_score.score.rubric} now")
    return tuple(reasons)


def _change(name: str, old: Claim | None, new: Claim | None) -> ClaimChange:
    present = new or old
    return ClaimChange(
        id=name,
        statement=present.statement if present else "",
        before=old.verdict if old else None,
        after=new.verdict if new else None,
        change=_kind(old, new),
    )


def _kind(old: Claim | None, new: Claim | None) -> Change:  # noqa: PLR0911 # a table, one row a line
    if old is None:
        return Change.NEW
    if new is None:
        return Change.GONE
    if old.bounds.constants != new.bounds.constants or old.expected is not new.expected:
        return Change.OTHER_BOUNDS
    if old.verdict is new.verdict:
        return Change.SAME
    if Verdict.NOT_APPLICABLE in {old.verdict, new.verdict}:
        return Change.APPLICABILITY
    if new.verdict is Verdict.UNKNOWN:
        return Change.UNDECIDED
    if new.as_expected:
        return Change.DECIDED if old.verdict is Verdict.UNKNOWN else Change.MENDED
    return Change.BROKEN


def _outcome(changes: Iterable[Change]) -> Outcome:
    """A claim that is gone, undecided or differently bounded may hide a violation, so it counts as worse."""
    seen = set(changes)
    better = bool(seen & {Change.MENDED, Change.DECIDED})
    worse = bool(seen & {Change.BROKEN, Change.UNDECIDED, Change.GONE, Change.OTHER_BOUNDS})
    if better and worse:
        return Outcome.MIXED
    if better or worse:
        return Outcome.BETTER if better else Outcome.WORSE
    return Outcome.SAME
