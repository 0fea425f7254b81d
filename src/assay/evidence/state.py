"""The state of a run as its events tell it: a pure fold, the same for a run that goes on and one that is over."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum, unique

from assay.evidence.claim import Claim
from assay.evidence.events import (
    Event,
    PlannedTask,
    RunFinished,
    RunInterrupted,
    RunResumed,
    RunStarted,
    TaskFailed,
    TaskFinished,
    TaskNotRun,
    TaskProgress,
    TaskReused,
    TaskStarted,
)
from assay.evidence.records import RecordedClaim, RunRecord
from assay.evidence.score import is_violation
from assay.evidence.verdict import Area, Verdict
from assay.exit_codes import ExitCode

__all__ = ["RunState", "TaskState", "TaskStatus"]


@unique
class TaskStatus(StrEnum):
    """How far a task came."""

    PENDING = "pending"
    RUNNING = "running"
    """Also what a task is left as when the process was killed."""
    FINISHED = "finished"
    FAILED = "failed"
    NOT_RUN = "not-run"


@dataclass(slots=True)
class TaskState:
    """One task of a run."""

    plan: PlannedTask
    status: TaskStatus = TaskStatus.PENDING
    attempts: int = 0
    """Attempts that were started so far."""
    finished: TaskFinished | None = None
    """The last attempt that finished, even where a later one was started: its claims are on disk."""
    failure: TaskFailed | None = None
    reason: str = ""
    """Why it was not run."""
    progress: TaskProgress | None = None
    reused: bool = False

    @property
    def area(self) -> Area:
        """The task's group."""
        return Area(self.plan.id.partition("/")[0])


@dataclass(slots=True)
class RunState:
    """A run: its record, its tasks in the plan's order, and whether it is over."""

    record: RunRecord
    tasks: dict[str, TaskState] = field(default_factory=dict)
    resumed: int = 0
    interrupted: bool = False
    finished: RunFinished | None = None

    @classmethod
    def of(cls, record: RunRecord, events: Iterable[Event] = ()) -> "RunState":
        """The state after `events`."""
        state = cls(record, {task.id: TaskState(task) for task in record.plan})
        for event in events:
            state.apply(event)
        return state

    def apply(self, event: Event) -> None:
        """Moves on by one event. An event about a task that the plan does not have says nothing about the run."""
        match event:
            case RunStarted():
                pass
            case RunResumed():
                self._resume(event)
            case RunInterrupted():
                self.interrupted = True
            case RunFinished():
                self.finished = event
            case _:
                if task := self.tasks.get(event.task):
                    _apply_to_task(task, event)

    def counting(self, recorded: Iterable[RecordedClaim]) -> tuple[RecordedClaim, ...]:
        """The lines that count: those of the attempt that finished, of tasks that are still in the plan."""
        counting = {
            (task.plan.id, task.finished.attempt)
            for task in self.tasks.values()
            if task.finished and task.status is TaskStatus.FINISHED
        }
        return tuple(line for line in recorded if (line.task, line.attempt) in counting)

    @property
    def unanswered(self) -> tuple[Area, ...]:
        """For each task that has no result, its area."""
        return tuple(task.area for task in self.tasks.values() if task.status is not TaskStatus.FINISHED)

    def exit_code(self, claims: Iterable[Claim]) -> ExitCode:
        """What a command that made this run ends with. A violation outweighs what could not be completed."""
        claims = list(claims)
        if any(is_violation(claim) for claim in claims):
            return ExitCode.SOME_VIOLATED
        if self.unanswered or any(claim.verdict is Verdict.UNKNOWN for claim in claims):
            return ExitCode.COULD_NOT_COMPLETE
        return ExitCode.ALL_HOLD

    def _resume(self, event: RunResumed) -> None:
        before, self.tasks = self.tasks, {}
        for planned in event.plan:
            old = before.get(planned.id)
            # What was done stays known, so that unchanged inputs can be recognised; what was going on is no more.
            self.tasks[planned.id] = TaskState(
                planned, attempts=old.attempts if old else 0, finished=old.finished if old else None
            )
        self.resumed += 1
        self.interrupted, self.finished = False, None


def _apply_to_task(
    task: TaskState, event: TaskStarted | TaskProgress | TaskFinished | TaskReused | TaskFailed | TaskNotRun
) -> None:
    match event:
        case TaskStarted():
            task.status, task.attempts, task.progress = TaskStatus.RUNNING, event.attempt, None
        case TaskProgress():
            task.progress = event
        case TaskFinished():
            task.status, task.finished = TaskStatus.FINISHED, event
        case TaskReused():
            task.status, task.reused = TaskStatus.FINISHED, True
        case TaskFailed():
            task.status, task.failure = TaskStatus.FAILED, event
        case TaskNotRun():
            task.status, task.reason = TaskStatus.NOT_RUN, event.reason
