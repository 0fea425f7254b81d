"""The load generators behind one interface: Assay's own engine, and the tools that it can run in its place."""

import threading
from collections.abc import Callable

from assay.bench.engine import LoadProgress
from assay.bench.engine import run as run_engine
from assay.bench.load_test import LoadTest
from assay.bench.result import LoadResult
from assay.errors import ToolError

__all__ = ["OWN_ENGINE", "LoadGenerator", "OnProgress", "generator_named"]

OnProgress = Callable[[float, LoadProgress | None], bool]
"""Told the seconds since the test began, and the figures so far where the generator tells them; False stops it."""

LoadGenerator = Callable[[LoadTest, OnProgress, threading.Event], LoadResult]
"""Raises `LoadTestError` where the test makes no sense, or not one request was answered; `ToolError` where a tool that
is a program of its own does not do it."""

OWN_ENGINE = "assay"


def generator_named(name: str) -> LoadGenerator:
    """Assay's own engine, or the tool of this name.

    Raises:
        ToolError: There is none.
    """
    if name == OWN_ENGINE:
        return _engine
    from assay.bench.tools import TOOLS  # noqa: PLC0415 # reading what four programs write takes its time to load

    tool = next((tool for tool in TOOLS if tool.name == name), None)
    if tool is None:
        known = ", ".join([OWN_ENGINE, *(each.name for each in TOOLS)])
        raise ToolError(f"no load generator is called {name!r}", hint=f"there are: {known}")

    def run(test: LoadTest, progress: OnProgress, stop: threading.Event) -> LoadResult:
        def tell(seconds: float) -> None:
            progress(seconds, None)

        return tool.run(test, progress=tell, stop=stop)

    return run


def _engine(test: LoadTest, progress: OnProgress, stop: threading.Event) -> LoadResult:
    return run_engine(test, progress=lambda load: progress(load.seconds, load), stop=stop)
