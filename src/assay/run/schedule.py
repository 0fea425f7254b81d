"""Which task may start now: a pure state machine, told what starts and ends, without threads and without a clock."""

from collections.abc import Sequence

from assay.task import Task

__all__ = ["Schedule"]


class Schedule:
    """Decides what may run side by side.

    Rules: a task starts after all it needs has succeeded; the cores of running tasks never exceed `cores`; a task that
    wants the network quiet runs alone.

    Args:
        tasks: Each after what it needs.
        cores: How many may be busy at once.
        done: Ids of tasks that have succeeded already.
    """

    def __init__(self, tasks: Sequence[Task], cores: int, done: frozenset[str] = frozenset()) -> None:
        self._cores = cores
        self._waiting = [task for task in tasks if task.id not in done]
        self._running: dict[str, Task] = {}
        self._succeeded = set(done)
        self._failed: set[str] = set()

    @property
    def is_over(self) -> bool:
        """True where nothing runs and nothing waits."""
        return not self._waiting and not self._running

    @property
    def running(self) -> tuple[str, ...]:
        """Ids of the tasks that run, oldest first."""
        return tuple(self._running)

    def cores_for(self, task: Task) -> int:
        """How many cores `task` is given: never more than there are."""
        return min(task.resources.cores, self._cores)

    def start_next(self) -> Task | None:
        """The next task that may start, which counts as running from here on; None where none may."""
        ready = [task for task in self._waiting if self._succeeded.issuperset(task.needs)]
        # Quiet tasks come last: one that waited in front for the machine to fall silent would leave cores idle.
        ready.sort(key=lambda task: task.resources.network_quiet)
        for task in ready:
            if self._fits(task):
                self._waiting.remove(task)
                self._running[task.id] = task
                return task
        return None

    def end(self, task_id: str, *, succeeded: bool) -> None:
        """Takes note that a running task ended."""
        del self._running[task_id]
        (self._succeeded if succeeded else self._failed).add(task_id)

    def give_up(self) -> list[tuple[Task, str]]:
        """The waiting tasks that can never start, each with the failed need; they count as failed from here on."""
        given_up: list[tuple[Task, str]] = []
        # In the plan's order, so that what needs a task that is given up here is given up in the same pass.
        for task in list(self._waiting):
            failed = next((need for need in task.needs if need in self._failed), None)
            if failed is not None:
                self._waiting.remove(task)
                self._failed.add(task.id)
                given_up.append((task, failed))
        return given_up

    def _fits(self, task: Task) -> bool:
        if any(running.resources.network_quiet for running in self._running.values()):
            return False
        if task.resources.network_quiet:
            return not self._running
        busy = sum(self.cores_for(running) for running in self._running.values())
        return busy + self.cores_for(task) <= self._cores
