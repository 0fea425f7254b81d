"""Begins a run, or goes on with one: everything between a command line and `execute`."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assay.errors import ResumeError
from assay.evidence import Environment, RunFolder, RunState, RunWriter
from assay.evidence.events import Event, RunResumed, RunStarted
from assay.evidence.records import RunRecord
from assay.exit_codes import ExitCode
from assay.run.execution import Listener, Settings, execute
from assay.run.plan import Plan, make_plan
from assay.system import System
from assay.task import Task

__all__ = ["OpenRun", "begin", "resume"]


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run whose folder this process holds."""

    plan: Plan
    writer: RunWriter
    state: RunState
    """Moved on while the run is executed; for the display to look at."""

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.writer.path

    def execute(self, settings: Settings, listener: Listener) -> ExitCode:
        """Does what is left to do; see `assay.run.execution.execute`."""
        return execute(self.plan, self.writer, self.state, settings, listener)


@contextmanager
def begin(
    system: System, tasks: Sequence[Task], *, target: str, command: str, environment: Environment, settings: Settings
) -> Iterator[OpenRun]:
    """Makes the run folder of a new run.

    Raises:
        UsageError: There is no such target.
        PlanError: The tasks make no graph.
        EvidenceError: The folder cannot be made.
    """
    plan = make_plan(tasks, target, assay=environment.assay)
    started = settings.now()
    # Names sort by time, to the microsecond, because the latest run is the last by name; the random digits keep two
    # runs apart that begin together.
    name = f"{started:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(2)}"
    record = RunRecord(
        run=name,
        system=system.name,
        target=target,
        started=started,
        command=command,
        seed=settings.seed,
        environment=environment,
        plan=plan.record(),
    )
    with RunWriter.create(system.runs, record) as writer:
        yield _opened(plan, writer, RunState.of(record), RunStarted(at=started, run=name))


@contextmanager
def resume(
    system: System, tasks: Sequence[Task], folder: RunFolder, *, environment: Environment, settings: Settings
) -> Iterator[OpenRun]:
    """Opens the folder of an earlier run to do what it has not done, with the system as it is now.

    Raises:
        ResumeError: It is a run of another system or machine, or another process is working on it.
        PlanError: The tasks make no graph.
        EvidenceError: The folder is damaged.
    """
    with RunWriter.reopen(folder.path) as writer:
        state = writer.state()
        _refuse_other_circumstances(state.record, system, environment)
        plan = make_plan(tasks, state.record.target, assay=environment.assay)
        writer.discard_score()
        event = RunResumed(at=settings.now(), plan=plan.record(), environment=environment)
        yield _opened(plan, writer, state, event)


def _opened(plan: Plan, writer: RunWriter, state: RunState, event: Event) -> OpenRun:
    writer.append_event(event, durable=True)
    state.apply(event)
    return OpenRun(plan, writer, state)


def _refuse_other_circumstances(record: RunRecord, system: System, environment: Environment) -> None:
    differences = [*record.environment.differences(environment)]
    if record.system != system.name:
        differences.append(f"system: {record.system} before, {system.name} now")
    if differences:
        raise ResumeError(
            f"{record.run} was begun under other circumstances: {'; '.join(differences)}",
            hint="begin a new run: results from both would be mixed in one score",
        )
