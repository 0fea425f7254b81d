"""One task in a thread of its own: what it reports and how it ends arrive in a queue, in order."""

import hashlib
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Queue

from assay.errors import AssayError, TaskError
from assay.evidence.artifacts import Artifacts
from assay.evidence.claim import Claim
from assay.task import Progress, Task, TaskContext

__all__ = ["Ended", "Reported", "Signal", "start_worker"]

_PROGRESS_INTERVAL_SECONDS = 0.25
"""Progress that comes faster is left out: nobody reads it, and it would make up most of events.ndjson."""

MAXIMUM_CLAIMS = 10_000
"""A task that makes more is wrong about what a claim is."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A task said how far it is."""

    task: Task
    progress: Progress


@dataclass(frozen=True, slots=True)
class Ended:
    """A task ended: with claims, or with an error."""

    task: Task
    claims: tuple[Claim, ...]
    error: AssayError | None
    detail: str
    """A traceback where the error is a mistake in Assay."""
    seconds: float


Signal = Reported | Ended


def start_worker(
    task: Task, *, artifacts: Artifacts, cores: int, seed: int, stop: threading.Event, signals: Queue[Signal]
) -> None:
    """Starts `task`. The native checker releases the GIL around its work, so threads suffice.

    The thread is a daemon: a task that does not stop when it is asked to must not keep the process alive.
    """
    reporter = _Reporter(task, signals)
    context = TaskContext(artifacts, cores, _seed_of(task, seed), stop, reporter)
    threading.Thread(target=_work, args=(task, context, signals), name=task.id, daemon=True).start()


class _Reporter:
    def __init__(self, task: Task, signals: Queue[Signal]) -> None:
        self._task = task
        self._signals = signals
        self._next = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PROGRESS_INTERVAL_SECONDS
            self._signals.put(Reported(self._task, progress))


def _work(task: Task, context: TaskContext, signals: Queue[Signal]) -> None:
    began = time.monotonic()
    claims: tuple[Claim, ...] = ()
    error: AssayError | None = None
    detail = ""
    try:
        claims = _checked(task, task.work(context))
    except AssayError as raised:
        error = raised
    except BaseException as raised:  # noqa: BLE001 # whatever a task does, the others' results are kept
        error = TaskError(
            f"internal error: {type(raised).__name__}: {raised}",
            hint="this is a mistake in Assay; the traceback is in the run's events.ndjson",
        )
        detail = traceback.format_exc()
    signals.put(Ended(task, claims, error, detail, time.monotonic() - began))


def _checked(task: Task, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Refuses what would spoil the run's evidence: claims of another area, two of one id, none at all."""
    if len(claims) > MAXIMUM_CLAIMS:
        raise TaskError(f"{task.id} made {len(claims)} claims, the limit is {MAXIMUM_CLAIMS}")
    if not claims:
        raise TaskError(f"{task.id} made no claim", hint="a task that finds nothing out must say so in a claim")
    ids = [claim.id for claim in claims]
    twice = next((claim_id for claim_id in ids if ids.count(claim_id) > 1), None)
    if twice:
        raise TaskError(f"{task.id} claims {twice} twice")
    foreign = next((claim for claim in claims if claim.area is not task.area), None)
    if foreign:
        raise TaskError(f"{task.id} claims {foreign.id}, which is of another area")
    return tuple(claims)


def _seed_of(task: Task, seed: int) -> int:
    """A seed for each task, so that adding a task does not change what another one draws; 63 bits."""
    digest = hashlib.sha256(f"{seed}:{task.id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
