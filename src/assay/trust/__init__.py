"""The pillar `security`, zero trust: who and what may do what, decided each time and never assumed.

`tasks` makes the tasks of `assay run`. `assay.trust.tokens` reads and makes tokens, `assay.trust.workloads` gives
services identities, `assay.trust.identity` knows people; `assay.trust.attacks` attacks what they defend.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.system import System
    from assay.task import Task

__all__ = ["tasks"]


def tasks(system: "System") -> "list[Task]":  # noqa: ARG001 # what is attacked so far is the same for every system
    """The tasks of the group `security`."""
    from assay.trust.task_list import tasks_of  # noqa: PLC0415 # who only verifies tokens has no use for it

    return tasks_of()
