"""The report as data: everything that the renderings show, and `report.json` itself.

A report is a function of the run folder alone. It holds no clock and no path, so that rendering it again, later or
elsewhere, gives the same bytes; `assay report verify` relies on that.
"""

from datetime import datetime
from enum import StrEnum, unique

import msgspec

from assay.evidence import (
    CURRENT_RUBRIC,
    RUBRICS,
    Area,
    Claim,
    Environment,
    RunFolder,
    RunState,
    Score,
    TaskState,
    TaskStatus,
    derive_score,
)
from assay.report.standing import Standing, Tally, in_reading_order, standing_of

__all__ = ["REPORT_SCHEMA_VERSION", "Completion", "Report", "ReportedClaim", "ReportedTask", "read_report"]

REPORT_SCHEMA_VERSION = 1
"""Raised by a change that a reader of the old version would misunderstand."""


@unique
class Completion(StrEnum):
    """Whether the run came to its end."""

    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    """Somebody stopped it."""
    UNFINISHED = "unfinished"
    """It is still going on, or was killed."""


class ReportedTask(msgspec.Struct, frozen=True, kw_only=True):
    """One task of the run."""

    id: str
    title: str
    area: Area
    status: TaskStatus
    seconds: float | None = None
    reused: bool = False
    """Its result is that of an earlier attempt, whose inputs were the same."""
    message: str = ""
    """Why it has no result."""
    where: str = ""
    hint: str = ""


class ReportedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim and how it stands."""

    standing: Standing
    area: Area
    claim: Claim


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`report.json`."""

    schema: int = REPORT_SCHEMA_VERSION
    run: str
    system: str
    target: str
    """What was asked for: `all`, or an area."""
    completion: Completion
    started: datetime
    seconds: float | None
    """From the last start or resumption to the end; None where the run did not end."""
    command: str
    seed: int
    environment: Environment
    fingerprint: str
    """Of the environment; measurements of two runs compare only where it is the same."""
    tally: Tally
    score: Score
    tasks: tuple[ReportedTask, ...]
    """In the plan's order."""
    claims: tuple[ReportedClaim, ...]
    """What calls for action first, and within that the gravest first."""

    @property
    def unanswered(self) -> tuple[ReportedTask, ...]:
        """The tasks without a result."""
        return tuple(task for task in self.tasks if task.status is not TaskStatus.FINISHED)

    def claims_of(self, area: Area) -> tuple[ReportedClaim, ...]:
        """The claims of one area, in reading order."""
        return tuple(reported for reported in self.claims if reported.area is area)

    def claims_standing(self, *standings: Standing) -> tuple[ReportedClaim, ...]:
        """The claims that stand so, in reading order."""
        return tuple(reported for reported in self.claims if reported.standing in standings)

    def severity_of(self, claim_id: str) -> str:
        """The severity of a claim by its id."""
        return next((reported.claim.severity.value for reported in self.claims if reported.claim.id == claim_id), "")


def read_report(folder: RunFolder) -> Report:
    """The report on a run as its folder stands: also on one that is still going on or was killed.

    The score is derived from the claims by the rubric of the run's time, never copied from `score.json`.

    Raises:
        EvidenceError: A file of the folder is damaged.
    """
    state = folder.state()
    claims = folder.claims(state)
    recorded = folder.score()
    rubric = RUBRICS.get(recorded.score.rubric, CURRENT_RUBRIC) if recorded else CURRENT_RUBRIC
    record = state.record
    return Report(
        run=record.run,
        system=record.system,
        target=record.target,
        completion=_completion(state),
        started=record.started,
        seconds=state.finished.seconds if state.finished else None,
        command=record.command,
        seed=record.seed,
        environment=record.environment,
        fingerprint=record.environment.fingerprint,
        tally=Tally.of(claims),
        score=derive_score(claims, state.unanswered, rubric),
        tasks=tuple(_reported(task) for task in state.tasks.values()),
        claims=tuple(
            ReportedClaim(standing=standing_of(claim), area=claim.area, claim=claim)
            for claim in in_reading_order(claims)
        ),
    )


def _completion(state: RunState) -> Completion:
    if state.finished:
        return Completion.FINISHED
    return Completion.INTERRUPTED if state.interrupted else Completion.UNFINISHED


def _reported(task: TaskState) -> ReportedTask:
    finished = task.finished if task.status is TaskStatus.FINISHED else None
    failure = task.failure if task.status is TaskStatus.FAILED else None
    return ReportedTask(
        id=task.plan.id,
        title=task.plan.title,
        area=task.area,
        status=task.status,
        seconds=finished.seconds if finished else failure.seconds if failure else None,
        reused=task.reused,
        message=failure.message if failure else task.reason,
        where=(failure.where or "") if failure else "",
        hint=(failure.hint or "") if failure else "",
    )
