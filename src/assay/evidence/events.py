"""Progress events: one line each in `events.ndjson`. The terminal, resuming and the web page all read these.

Events are added to, never changed: a reader ignores fields it does not know, so an older Assay can read a newer run's.
"""

from datetime import datetime

import msgspec

from assay.evidence.environment import Environment

__all__ = [
    "Event",
    "PlannedTask",
    "RunFinished",
    "RunInterrupted",
    "RunResumed",
    "RunStarted",
    "TaskFailed",
    "TaskFinished",
    "TaskNotRun",
    "TaskProgress",
    "TaskReused",
    "TaskStarted",
]


class PlannedTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task as a run's plan records it."""

    id: str
    """`<group>/<name>`, for example `formal-verification/lock`."""
    title: str
    needs: tuple[str, ...] = ()
    inputs: str
    """Digest of everything the task's result depends on; a finished task with the same digest is not done again."""
    cores: int = 1
    network_quiet: bool = False


def _tag(name: str) -> str:
    """`TaskStarted` is written as `task-started`."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=_tag):
    at: datetime
    """When, in UTC."""


class RunStarted(_Event, frozen=True, kw_only=True):
    """The first event of a run."""

    run: str


class RunResumed(_Event, frozen=True, kw_only=True):
    """The run goes on after it was interrupted, with the plan as it is now."""

    plan: tuple[PlannedTask, ...]
    environment: Environment


class TaskStarted(_Event, frozen=True, kw_only=True):
    """A task begins its `attempt`-th attempt, counted from 1 over the life of the run."""

    task: str
    attempt: int


class TaskProgress(_Event, frozen=True, kw_only=True):
    """How far a running task is."""

    task: str
    message: str
    done: float | None = None
    total: float | None = None
    figures: dict[str, float] = {}
    """Live figures by name with their unit, for example `states per second`."""


class TaskFinished(_Event, frozen=True, kw_only=True):
    """A task did its work, whatever the verdicts; its claims of this attempt were on disk before this event."""

    task: str
    attempt: int
    inputs: str
    claims: int
    seconds: float


class TaskReused(_Event, frozen=True, kw_only=True):
    """A resumed run keeps the result of an earlier attempt: its inputs are unchanged."""

    task: str


class TaskFailed(_Event, frozen=True, kw_only=True):
    """A task could not do its work."""

    task: str
    attempt: int
    code: str
    message: str
    where: str | None = None
    hint: str | None = None
    detail: str = ""
    """A traceback, for errors that are Assay's own fault. Never shown to people unasked."""
    seconds: float = 0.0


class TaskNotRun(_Event, frozen=True, kw_only=True):
    """A task was not started, because one that it needs failed."""

    task: str
    reason: str


class RunInterrupted(_Event, frozen=True, kw_only=True):
    """Somebody stopped the run; `assay run --resume` goes on from here."""


class RunFinished(_Event, frozen=True, kw_only=True):
    """The last event: every task finished, failed or could not be run."""

    exit_code: int
    seconds: float


Event = (
    RunStarted
    | RunResumed
    | TaskStarted
    | TaskProgress
    | TaskFinished
    | TaskReused
    | TaskFailed
    | TaskNotRun
    | RunInterrupted
    | RunFinished
)


def decode_event(line: bytes) -> Event:
    """Reads one line of `events.ndjson`.

    Raises:
        msgspec.MsgspecError: It is not an event of this version.
    """
    event: Event = msgspec.json.decode(line, type=Event)
    return event
