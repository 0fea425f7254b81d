"""Executes a plan into a run folder: starts what may start, writes down what happens, stops in order."""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from assay.errors import AssayError, TaskError
from assay.evidence import RunState, RunWriter
from assay.evidence.events import (
    Event,
    RunFinished,
    RunInterrupted,
    TaskFailed,
    TaskFinished,
    TaskNotRun,
    TaskProgress,
    TaskReused,
    TaskStarted,
)
from assay.evidence.records import RecordedClaim
from assay.exit_codes import ExitCode
from assay.run.plan import Plan
from assay.run.schedule import Schedule
from assay.run.worker import Ended, Reported, Signal, start_worker

__all__ = ["Listener", "Settings", "execute", "utc_now"]

Listener = Callable[[Event], None]
"""Is told each event after it was written. Called from one thread only."""

_STOP_SECONDS = 10.0
"""How long running tasks are waited for when the run is stopped."""

_POLL_SECONDS = 0.1
"""How soon a request to stop is noticed while tasks run."""


def utc_now() -> datetime:
    """The time of the machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a plan is executed."""

    cores: int
    seed: int
    stop: threading.Event
    """Set by whoever wants the run to stop; it can be resumed then."""
    now: Callable[[], datetime] = utc_now


def execute(plan: Plan, run: RunWriter, state: RunState, settings: Settings, listener: Listener) -> ExitCode:
    """Does every task of `plan` that the run has not done yet.

    A task that fails takes only those that need it along. When `settings.stop` is set, running tasks are asked to stop
    and what they had not finished is done again when the run is resumed.

    Args:
        plan: What to do.
        run: Where everything is written.
        state: Where the run stands; moved on with each event.
        settings: How.
        listener: Is told each event.

    Returns:
        What a command ends with: see `RunState.exit_code`; `INTERRUPTED` where it was stopped.

    Raises:
        EvidenceError: The run folder cannot be written. The run can be resumed.
    """
    return _Execution(plan, run, state, settings, listener).run_to_end()


class _Execution:
    def __init__(self, plan: Plan, run: RunWriter, state: RunState, settings: Settings, listener: Listener) -> None:
        self._plan = plan
        self._run = run
        self._state = state
        self._settings = settings
        self._listener = listener
        self._inputs = dict(zip((task.id for task in plan.tasks), plan.inputs, strict=True))
        self._claim_ids: dict[str, str] = {}
        self._abandoned = False
        self._signals: queue.Queue[Signal] = queue.Queue()
        self._unchanged = self._find_unchanged()
        self._schedule = Schedule(plan.tasks, settings.cores, self._unchanged)

    def run_to_end(self) -> ExitCode:
        began = time.monotonic()
        for task in self._plan.tasks:
            if task.id in self._unchanged:
                self._publish(TaskReused(at=self._settings.now(), task=task.id))
        counting = self._state.counting(self._run.recorded_claims())
        self._claim_ids = {line.claim.id: line.task for line in counting}
        while not self._schedule.is_over and not self._settings.stop.is_set():
            self._start_what_may_start()
            self._take_signal(_POLL_SECONDS)
        if self._abandoned or not self._schedule.is_over:
            self._stop()
            return ExitCode.INTERRUPTED
        claims = self._run.claims(self._state)
        code = self._state.exit_code(claims)
        self._run.write_score(self._state, claims)
        seconds = round(time.monotonic() - began, 3)
        self._publish(RunFinished(at=self._settings.now(), exit_code=int(code), seconds=seconds), durable=True)
        return code

    def _find_unchanged(self) -> frozenset[str]:
        """Tasks whose earlier result still counts: their inputs are the same, and so are those of all they need."""
        unchanged: set[str] = set()
        for task in self._plan.tasks:
            finished = self._state.tasks[task.id].finished
            same_inputs = finished is not None and finished.inputs == self._inputs[task.id]
            if same_inputs and unchanged.issuperset(task.needs):
                unchanged.add(task.id)
        return frozenset(unchanged)

    def _start_what_may_start(self) -> None:
        while task := self._schedule.start_next():
            attempt = self._state.tasks[task.id].attempts + 1
            self._publish(TaskStarted(at=self._settings.now(), task=task.id, attempt=attempt))
            start_worker(
                task,
                artifacts=self._run.artifacts,
                cores=self._schedule.cores_for(task),
                seed=self._settings.seed,
                stop=self._settings.stop,
                signals=self._signals,
            )

    def _take_signal(self, seconds: float) -> None:
        try:
            signal = self._signals.get(timeout=seconds)
        except queue.Empty:
            return
        match signal:
            case Reported():
                self._reported(signal)
            case Ended():
                self._ended(signal)

    def _reported(self, signal: Reported) -> None:
        progress = signal.progress
        self._publish(
            TaskProgress(
                at=self._settings.now(),
                task=signal.task.id,
                message=progress.message,
                done=progress.done,
                total=progress.total,
                figures=dict(progress.figures),
            )
        )

    def _ended(self, signal: Ended) -> None:
        task = signal.task
        attempt = self._state.tasks[task.id].attempts
        error = signal.error or self._claimed_elsewhere(signal)
        if error and self._settings.stop.is_set():
            # Not a failure: it was asked to give up. Without an event it counts as running, and is done again.
            self._abandoned = True
            self._schedule.end(task.id, succeeded=False)
            return
        if error:
            self._failed(signal, error, attempt)
        else:
            self._finished(signal, attempt)
        self._schedule.end(task.id, succeeded=error is None)
        for given_up, failed_need in self._schedule.give_up():
            reason = f"it needs {failed_need}, which failed"
            self._publish(TaskNotRun(at=self._settings.now(), task=given_up.id, reason=reason), durable=True)

    def _finished(self, signal: Ended, attempt: int) -> None:
        task = signal.task
        # First the claims, then the event that makes them count: whatever happens in between, the task is done again.
        self._run.append_claims([RecordedClaim(task=task.id, attempt=attempt, claim=claim) for claim in signal.claims])
        self._claim_ids.update((claim.id, task.id) for claim in signal.claims)
        self._publish(
            TaskFinished(
                at=self._settings.now(),
                task=task.id,
                attempt=attempt,
                inputs=self._inputs[task.id],
                claims=len(signal.claims),
                seconds=round(signal.seconds, 3),
            ),
            durable=True,
        )

    def _failed(self, signal: Ended, error: AssayError, attempt: int) -> None:
        self._publish(
            TaskFailed(
                at=self._settings.now(),
                task=signal.task.id,
                attempt=attempt,
                code=error.code,
                message=error.message,
                where=str(error.where) if error.where else None,
                hint=error.hint,
                detail=signal.detail,
                seconds=round(signal.seconds, 3),
            ),
            durable=True,
        )

    def _claimed_elsewhere(self, signal: Ended) -> TaskError | None:
        """A claim that another task of the run has made already would be counted twice."""
        for claim in signal.claims:
            other = self._claim_ids.get(claim.id, signal.task.id)
            if other != signal.task.id:
                return TaskError(f"{signal.task.id} claims {claim.id}, which {other} has claimed already")
        return None

    def _stop(self) -> None:
        """Waits a while for running tasks, keeps what they finish, and leaves the rest to be resumed."""
        until = time.monotonic() + _STOP_SECONDS
        while self._schedule.running and time.monotonic() < until:
            self._take_signal(_POLL_SECONDS)
        self._publish(RunInterrupted(at=self._settings.now()), durable=True)

    def _publish(self, event: Event, *, durable: bool = False) -> None:
        self._run.append_event(event, durable=durable)
        self._state.apply(event)
        self._listener(event)
