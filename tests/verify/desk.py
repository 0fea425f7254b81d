"""What tests give a task to work with."""

import threading
from pathlib import Path

from assay.evidence.artifacts import Artifacts
from assay.evidence.claim import Claim
from assay.task import Progress, Task, TaskContext


class Desk:
    """What a task is given, and what it leaves there."""

    def __init__(self, folder: Path) -> None:
        self.artifacts = Artifacts(folder)
        self.stop = threading.Event()
        self.told: list[Progress] = []

    def claims(self, task: Task) -> dict[str, Claim]:
        context = TaskContext(self.artifacts, 2, 7, self.stop, self.told.append)
        return {claim.id: claim for claim in task.work(context)}
