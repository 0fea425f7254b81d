"""A run's record, as the tests of this folder use it."""

from collections.abc import Callable
from datetime import UTC, datetime

from assay.evidence import Claim, Environment, RunFolder
from assay.evidence.events import PlannedTask
from assay.evidence.records import RunRecord

NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)

MACHINE = Environment(
    operating_system="Linux",
    kernel="6.1",
    architecture="x86_64",
    processor="a processor",
    cores=2,
    memory_gibibytes=8,
    python="3.11.7",
    assay="0.1.0",
)

TASK = "formal-verification/lock"

MakeClaim = Callable[..., Claim]
MakeRun = Callable[..., RunFolder]


def record(run: str = "first", environment: Environment = MACHINE, system: str = "shop") -> RunRecord:
    return RunRecord(
        run=run,
        system=system,
        target="all",
        started=NOW,
        command="assay run all",
        seed=1,
        environment=environment,
        plan=(PlannedTask(id=TASK, title="the lock", inputs="digest"),),
    )
