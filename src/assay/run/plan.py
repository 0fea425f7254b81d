"""Plan: which tasks a run does, in an order in which each comes after what it needs."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from assay.errors import PlanError, UsageError
from assay.evidence.artifacts import digest_of_file
from assay.evidence.events import PlannedTask
from assay.evidence.verdict import Area
from assay.task import Task

__all__ = ["ALL", "MAXIMUM_INPUT_FILES", "Plan", "make_plan"]

ALL = "all"
"""The target that means every task that is about the system."""

MAXIMUM_INPUT_FILES = 10_000
"""A task whose inputs are more files than this names a folder that is not its input."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Tasks in order, with the digest of what each depends on."""

    target: str
    tasks: tuple[Task, ...]
    inputs: tuple[str, ...]
    """One digest for each task."""

    def record(self) -> tuple[PlannedTask, ...]:
        """The plan as a run folder holds it."""
        return tuple(
            PlannedTask(
                id=task.id,
                title=task.title,
                needs=task.needs,
                inputs=digest,
                cores=task.resources.cores,
                network_quiet=task.resources.network_quiet,
            )
            for task, digest in zip(self.tasks, self.inputs, strict=True)
        )


def make_plan(tasks: Sequence[Task], target: str, *, assay: str) -> Plan:
    """Plans the tasks of `target`, and those of other areas that they need.

    Args:
        tasks: Every task there is.
        target: `all` or an area.
        assay: Assay's version, which every result depends on.

    Raises:
        UsageError: There is no such target.
        PlanError: Two tasks have one name, a need is missing, or needs go in a circle.
    """
    by_id = _by_id(tasks)
    if target != ALL and target not in set(Area):
        raise UsageError(f"nothing to run is called {target!r}", hint=f"there are: {', '.join([ALL, *Area])}")
    wanted = [task for task in tasks if target == task.area or (target == ALL and task.is_about_system)]
    ordered = tuple(_in_order(wanted, by_id))
    return Plan(target, ordered, tuple(_inputs_digest(task, assay) for task in ordered))


def _by_id(tasks: Iterable[Task]) -> dict[str, Task]:
    by_id: dict[str, Task] = {}
    for task in tasks:
        if task.id in by_id:
            raise PlanError(f"two tasks are called {task.id}")
        by_id[task.id] = task
    return by_id


def _in_order(wanted: Iterable[Task], by_id: dict[str, Task]) -> Iterator[Task]:
    """Depth first without recursion, so that a long chain of needs cannot exhaust the stack."""
    done: set[str] = set()
    for root in wanted:
        way: list[tuple[Task, Iterator[str]]] = [] if root.id in done else [(root, iter(root.needs))]
        open_ids = [task.id for task, _ in way]
        while way:
            task, needs = way[-1]
            need = next((need for need in needs if need not in done), None)
            if need is None:
                way.pop()
                open_ids.pop()
                done.add(task.id)
                yield task
            elif need in open_ids:
                circle = [*open_ids[open_ids.index(need) :], need]
                raise PlanError(f"tasks need each other in a circle: {' needs '.join(circle)}")
            elif need not in by_id:
                raise PlanError(f"{task.id} needs {need}, which does not exist")
            else:
                way.append((by_id[need], iter(by_id[need].needs)))
                open_ids.append(need)


def _inputs_digest(task: Task, assay: str) -> str:
    """SHA-256 over everything the result depends on. A missing file is an input as well: the task will say so."""
    parts: list[tuple[str, str]] = [("assay", assay), ("task", task.id), ("settings", task.settings)]
    for path in task.inputs:
        parts.extend(_file_digests(task, path))
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _file_digests(task: Task, path: Path) -> Iterator[tuple[str, str]]:
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    if len(files) > MAXIMUM_INPUT_FILES:
        raise PlanError(f"{task.id} has {len(files)} input files in {path}, the limit is {MAXIMUM_INPUT_FILES}")
    for file in files:
        try:
            digest, _ = digest_of_file(file)
        except OSError as error:
            digest = f"unreadable: {error.strerror}"
        yield str(file.relative_to(path)) if path.is_dir() else path.name, digest
