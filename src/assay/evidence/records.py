"""What a run folder's JSON files hold: `run.json`, the lines of `claims.ndjson`, and `score.json`."""

from datetime import datetime

import msgspec

from assay.evidence.claim import Claim
from assay.evidence.environment import Environment
from assay.evidence.events import PlannedTask
from assay.evidence.score import Score

__all__ = ["RUN_SCHEMA_VERSION", "RecordedClaim", "RecordedScore", "RunRecord"]

RUN_SCHEMA_VERSION = 1
"""Of the folder as a whole. Raised by a change that an older reader would misunderstand."""


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`run.json`: what the run set out to do, written once, before the first task starts."""

    schema: int = RUN_SCHEMA_VERSION
    run: str
    """The run's name, which is its folder's: when it began in UTC and four random digits."""
    system: str
    target: str
    """What was asked for: `all`, or an area."""
    started: datetime
    command: str
    """The command line that repeats the run."""
    seed: int
    environment: Environment
    plan: tuple[PlannedTask, ...]


class RecordedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `claims.ndjson`. It counts only if that attempt of its task is the one that finished."""

    task: str
    attempt: int
    claim: Claim


class RecordedScore(msgspec.Struct, frozen=True, kw_only=True):
    """`score.json`: the score as it was derived at the end of the run, to be derived again by `assay report verify`."""

    schema: int = RUN_SCHEMA_VERSION
    claims_sha256: str
    """Digest of the claims that count, in canonical form; see `assay.evidence.score.claims_digest`."""
    score: Score
