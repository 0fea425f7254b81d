"""How one model is checked in a task: with its limits, telling how far it is, stopping when it is asked to."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assay.system import Limits
from assay.task import Progress, TaskContext
from assay.verify.checking import CheckProgress, check
from assay.verify.result import CheckResult, Verdict

__all__ = ["Settings", "check_model", "command"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How the models of one task are checked."""

    workers: int
    limits: Limits

    def __str__(self) -> str:
        return f"workers={self.workers} seconds={self.limits.seconds} states={self.limits.states}"


def check_model(
    module: Path,
    config: Path,
    settings: Settings,
    context: TaskContext,
    *,
    position: tuple[int, int],
    constants: Sequence[str] = (),
) -> CheckResult:
    """Checks one model of a task.

    Args:
        module: The specification.
        config: Its model.
        settings: How.
        context: What the task was given.
        position: Which of the task's models it is, from 0, and how many there are.
        constants: Assignments in place of the model's own.
    """
    index, total = position

    def tell(progress: CheckProgress) -> bool:
        context.report(
            Progress(
                f"{config.stem} ({index + 1} of {total})",
                figures={
                    "distinct states": progress.distinct,
                    "states per second": round(progress.states_per_second),
                    "waiting states": progress.queue,
                    "steps deep": progress.depth,
                },
            )
        )
        return not context.stop.is_set()

    result = check(
        module,
        config=config,
        constants=constants,
        workers=min(settings.workers, context.cores),
        max_states=settings.limits.states,
        max_seconds=settings.limits.seconds,
        seed=context.seed,
        on_progress=tell,
    )
    if result.verdict is Verdict.INTERRUPTED:
        context.stop_if_asked()
    return result


def command(module: Path, config: Path, settings: Settings, context: TaskContext, constants: Sequence[str] = ()) -> str:
    """The command line that checks the model again."""
    words = ["assay", "verify", str(module), "--config", str(config)]
    words += [word for assignment in constants for word in ("--constant", assignment)]
    words += ["--workers", str(settings.workers)]
    words += ["--timeout", f"{settings.limits.seconds}s", "--max-states", str(settings.limits.states)]
    return shlex.join([*words, "--seed", str(context.seed)])
