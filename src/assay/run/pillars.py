"""The one place that knows every pillar: the tasks that a system gives rise to.

A pillar joins by one line here: its package has a function `tasks(system)`, and its name stands in the list.
"""

from collections.abc import Callable

from assay import bench, trust, verify
from assay.system import System
from assay.task import Task

__all__ = ["tasks_of"]

_PILLARS: tuple[Callable[[System], list[Task]], ...] = (verify.tasks, bench.tasks, trust.tasks)


def tasks_of(system: System) -> list[Task]:
    """Every task there is for `system`, by pillar.

    Raises:
        ConfigurationError: The system asks a pillar for something that it does not have.
    """
    return [task for pillar in _PILLARS for task in pillar(system)]
