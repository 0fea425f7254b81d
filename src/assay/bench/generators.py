"""The load generators behind one interface: Assay's own engine, and the tools that it can run in its place."""

import threading
from collections.abc import Callable

from assay.bench.engine import LoadProgress
from assay.bench.engine import run as run_engine
from assay.bench.load_test import LoadTest
from assay.bench.result import LoadResult

__all__ = ["LoadGenerator", "OnProgress", "own_engine"]

OnProgress = Callable[[float, LoadProgress | None], bool]
"""Told the seconds since the test began, and the figures so far where the generator tells them; False stops it."""

LoadGenerator = Callable[[LoadTest, OnProgress, threading.Event], LoadResult]
"""Raises `LoadTestError` where the test makes no sense, or not one request was answered."""


def own_engine(test: LoadTest, progress: OnProgress, stop: threading.Event) -> LoadResult:
    """Assay's own engine."""
    return run_engine(test, progress=lambda load: progress(load.seconds, load), stop=stop)
