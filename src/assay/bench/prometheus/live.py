"""How far a test is that runs now: one small file, replaced about once a second, which any process may read."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec

from assay.bench.engine import LoadProgress
from assay.evidence.artifacts import write_atomically

__all__ = ["Live", "LiveFile", "live_of", "live_path"]

STALE_AFTER = 30.0
"""Seconds without a change after which a test is taken to have been killed."""

_SHORTEST_BETWEEN = 0.5
"""Seconds between two writes: Prometheus asks once in several seconds."""

Count = Annotated[int, msgspec.Meta(ge=0)]


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """How far a test is."""

    test: str
    at: float
    """When this was so, in seconds since 1970."""
    elapsed_seconds: float
    scheduled_seconds: float
    answered: Count
    failed: Count
    dropped: Count
    under_way: Count
    p50: float
    """Of the latencies so far, in seconds."""
    p99: float


def live_of(test: str, load: LoadProgress, clock: Callable[[], float] = time.time) -> Live:
    """What the engine says of a test, as it is now."""
    return Live(
        test=test,
        at=clock(),
        elapsed_seconds=load.seconds,
        scheduled_seconds=load.scheduled_seconds,
        answered=load.answered,
        failed=load.failed,
        dropped=load.dropped,
        under_way=load.in_flight,
        p50=load.p50,
        p99=load.p99,
    )


def live_path(root: Path) -> Path:
    """Where a test of the system in `root` says how far it is."""
    return root / ".assay" / "live.json"


class LiveFile:
    """The file in which a test says how far it is.

    Args:
        path: The file.
        clock: Seconds since 1970.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._written = float("-inf")

    def write(self, live: Live) -> None:
        """Replaces what was said before, unless that was a moment ago. A disk that is full does not stop a test."""
        if live.at - self._written < _SHORTEST_BETWEEN:
            return
        self._written = live.at
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, msgspec.json.encode(live) + b"\n")

    def remove(self) -> None:
        """The test ended."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def read(self) -> Live | None:
        """What was said last; None where no test runs, or the last one was killed."""
        try:
            live = msgspec.json.decode(self.path.read_bytes(), type=Live)
        except (OSError, msgspec.MsgspecError):
            return None
        return live if abs(self._clock() - live.at) <= STALE_AFTER else None
