"""Task: one unit of work, as a pillar describes it and `assay.run` does it.

Below the pillars, because every pillar makes tasks; knows nothing of how they are scheduled.
"""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assay.errors import TaskStoppedError
from assay.evidence.artifacts import Artifacts
from assay.evidence.claim import Claim
from assay.evidence.verdict import Area

__all__ = ["Progress", "Resources", "Task", "TaskContext"]

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Resources:
    """What a task needs for itself while it runs."""

    cores: int = 1
    """How many it can make use of; it is given fewer where the run may use fewer."""
    network_quiet: bool = False
    """True for a measurement that anything else on the machine would disturb: it never overlaps another task."""

    def __post_init__(self) -> None:
        if self.cores < 1:
            raise ValueError(f"a task needs at least one core, not {self.cores}")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task is, for people."""

    message: str
    done: float | None = None
    total: float | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    """Live figures by name with their unit, for example `states per second`."""


@dataclass(frozen=True, slots=True)
class TaskContext:
    """What a task is given to work with."""

    artifacts: Artifacts
    """Where it stores what backs its claims."""
    cores: int
    """How many it may keep busy."""
    seed: int
    """For all that is random; the same again when the run is repeated with its seed."""
    stop: threading.Event
    """Set when the run is being stopped. Long work looks at it at least once a second."""
    report: Callable[[Progress], None]
    """Says how far it is. May be called often: what comes too fast is left out."""

    def stop_if_asked(self) -> None:
        """Gives up where the run is being stopped.

        Raises:
            TaskStoppedError: It is.
        """
        if self.stop.is_set():
            raise TaskStoppedError("stopped before the end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One unit of work. `work` runs in a thread of its own; it returns claims, or raises an `AssayError`.

    It must return the same claims for the same inputs and settings: a resumed run does not do it again.
    """

    id: str
    """`<area>/<name>`, for example `formal-verification/lock`."""
    title: str
    """One line that says what is found out, for `assay run help`."""
    work: Callable[[TaskContext], Sequence[Claim]]
    needs: tuple[str, ...] = ()
    """Ids of tasks that must have finished before."""
    inputs: tuple[Path, ...] = ()
    """Files and folders whose content the result depends on."""
    settings: str = ""
    """Everything else the result depends on, as text."""
    resources: Resources = Resources()
    is_about_system: bool = True
    """False where it shows what Assay's own parts withstand: done when its area is asked for, and no part of `all`,
    whose score is the system's.
    """

    def __post_init__(self) -> None:
        area, _, name = self.id.partition("/")
        if area not in set(Area) or not _NAME.fullmatch(name):
            raise ValueError(f"task id {self.id!r} is not of the form {Area.FORMAL_VERIFICATION}/lock")

    @property
    def area(self) -> Area:
        """The group it belongs to."""
        return Area(self.id.partition("/")[0])
