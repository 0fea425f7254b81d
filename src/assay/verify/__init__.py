"""The pillar `formal-verification`: model checking of TLA+ specifications.

`check` checks one model. `tasks` makes the tasks of `assay run`. `assay.verify.formats` writes results for people and
for programs.
"""

from typing import TYPE_CHECKING

from assay.verify.checking import Checkpoint, CheckProgress, Simulation, check
from assay.verify.discovery import Model, find_models
from assay.verify.result import CheckResult, Property, PropertyStatus, State, Trace, Verdict
from assay.verify.values import Function, ModelValue, Record, SymbolicSet, tla_text

if TYPE_CHECKING:
    from assay.system import System
    from assay.task import Task


def tasks(system: "System") -> "list[Task]":
    """The tasks of the group `formal-verification` for a system: one for each protocol, one for each specification.

    Raises:
        ConfigurationError: The system names a protocol that does not ship with Assay.
    """
    from assay.verify.task_list import tasks_of  # noqa: PLC0415 # `assay verify` has no use for it, and is fast

    return tasks_of(system)


__all__ = [
    "CheckOptions",
    "CheckProgress",
    "CheckResult",
    "Checkpoint",
    "Function",
    "Model",
    "ModelValue",
    "Property",
    "PropertyStatus",
    "Record",
    "Simulation",
    "State",
    "SymbolicSet",
    "Trace",
    "Verdict",
    "check",
    "find_models",
    "tasks",
    "tla_text",
]
