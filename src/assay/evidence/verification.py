"""Verification of a run: does the folder still hold what the run found, and does the score follow from it?"""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum, unique

import msgspec

from assay.evidence.artifacts import digest_of_file
from assay.evidence.claim import Claim, Evidence
from assay.evidence.rubric import RUBRICS
from assay.evidence.score import Score, claims_digest, derive_score
from assay.evidence.state import RunState, TaskStatus
from assay.evidence.store import RunFolder

__all__ = ["Finding", "FindingKind", "RunVerification", "verify_run"]


@unique
class FindingKind(StrEnum):
    """What is wrong with a run folder."""

    UNFINISHED = "unfinished"
    ARTIFACT_MISSING = "artifact-missing"
    ARTIFACT_CHANGED = "artifact-changed"
    CLAIM_TWICE = "claim-twice"
    CLAIMS_MISSING = "claims-missing"
    CLAIMS_CHANGED = "claims-changed"
    SCORE_DIFFERS = "score-differs"
    RUBRIC_UNKNOWN = "rubric-unknown"
    REPORT_CHANGED = "report-changed"
    """Found by `assay.report.verification`: a report does not say what the run's evidence says."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong."""

    kind: FindingKind
    subject: str
    """What it is about: a claim's id, a task's id, or a file of the run folder."""
    message: str


class RunVerification(msgspec.Struct, frozen=True, kw_only=True):
    """The result. The run can be trusted as far as this goes where `findings` is empty."""

    run: str
    claims: int
    artifacts: int
    """Files that were rehashed."""
    artifact_bytes: int
    recorded: Score | None
    derived: Score
    findings: tuple[Finding, ...]


def verify_run(folder: RunFolder) -> RunVerification:
    """Rehashes every artefact that a counting claim names, and derives the score again by the rubric of its time.

    Raises:
        EvidenceError: A file of the folder cannot be read at all.
    """
    state = folder.state()
    claims = folder.claims(state)
    evidence = {item.sha256: (claim.id, item) for claim in claims for item in claim.evidence}
    findings = [*_claim_findings(state, claims)]
    total = 0
    for claim_id, item in evidence.values():
        finding = _artifact_finding(folder, claim_id, item)
        if finding:
            findings.append(finding)
        else:
            total += item.size
    derived, score_findings = _score_findings(folder, state, claims)
    recorded = folder.score()
    return RunVerification(
        run=folder.name,
        claims=len(claims),
        artifacts=len(evidence),
        artifact_bytes=total,
        recorded=recorded.score if recorded else None,
        derived=derived,
        findings=(*findings, *score_findings),
    )


def _claim_findings(state: RunState, claims: Iterable[Claim]) -> Iterable[Finding]:
    for claim_id, count in Counter(claim.id for claim in claims).items():
        if count > 1:
            yield Finding(kind=FindingKind.CLAIM_TWICE, subject=claim_id, message=f"claimed {count} times")
    promised = sum(
        task.finished.claims for task in state.tasks.values() if task.finished and task.status is TaskStatus.FINISHED
    )
    found = sum(1 for _ in claims)
    if found < promised:
        yield Finding(
            kind=FindingKind.CLAIMS_MISSING,
            subject="claims.ndjson",
            message=f"{found} claims, but the finished tasks made {promised}",
        )


def _artifact_finding(folder: RunFolder, claim_id: str, evidence: Evidence) -> Finding | None:
    path = folder.artifacts.path_of(evidence)
    name = f"artifacts/{evidence.sha256}"
    try:
        digest, size = digest_of_file(path)
    except OSError as error:
        return Finding(
            kind=FindingKind.ARTIFACT_MISSING,
            subject=claim_id,
            message=f"{evidence.name} ({name}) cannot be read: {error.strerror}",
        )
    if digest != evidence.sha256 or size != evidence.size:
        return Finding(
            kind=FindingKind.ARTIFACT_CHANGED,
            subject=claim_id,
            message=f"{evidence.name} ({name}) was changed: its digest is now {digest}",
        )
    return None


def _score_findings(folder: RunFolder, state: RunState, claims: tuple[Claim, ...]) -> tuple[Score, tuple[Finding, ...]]:
    recorded = folder.score()
    if recorded is None:
        unfinished = Finding(kind=FindingKind.UNFINISHED, subject="score.json", message="the run did not end")
        return derive_score(claims, state.unanswered), (unfinished,)
    rubric = RUBRICS.get(recorded.score.rubric)
    if rubric is None:
        unknown = Finding(
            kind=FindingKind.RUBRIC_UNKNOWN,
            subject="score.json",
            message=f"judged by rubric {recorded.score.rubric!r}, which this Assay does not have",
        )
        return derive_score(claims, state.unanswered), (unknown,)
    derived = derive_score(claims, state.unanswered, rubric)
    findings: list[Finding] = []
    if claims_digest(claims) != recorded.claims_sha256:
        findings.append(
            Finding(
                kind=FindingKind.CLAIMS_CHANGED,
                subject="claims.ndjson",
                message="the claims are not the ones that were scored",
            )
        )
    if derived != recorded.score:
        findings.append(
            Finding(
                kind=FindingKind.SCORE_DIFFERS,
                subject="score.json",
                message=f"{recorded.score.points} points are recorded, {derived.points} follow from the claims",
            )
        )
    return derived, tuple(findings)
