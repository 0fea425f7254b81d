"""The executor: a system's tasks become a plan, the plan a run folder. Nothing here prints.

Only this package starts tasks. It reads the run folder that it writes, so a run that was killed goes on from there.
"""

from assay.run.execution import Listener, Settings
from assay.run.pillars import tasks_of
from assay.run.plan import ALL, Plan, make_plan
from assay.run.start import OpenRun, begin, resume

__all__ = ["ALL", "Listener", "OpenRun", "Plan", "Settings", "begin", "make_plan", "resume", "tasks_of"]
