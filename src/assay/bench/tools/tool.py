"""A load generator that is a program of its own: what all of them have in common."""

import tempfile
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, NamedTuple

import msgspec

from assay.bench.executor import Executor
from assay.bench.histogram import Histogram
from assay.bench.load_test import LoadTest
from assay.bench.result import LoadResult
from assay.bench.tools.installation import Installation, find_program
from assay.bench.tools.process import Ended, Limits, run_process
from assay.bench.tools.schedule import executor_name, longest_seconds
from assay.errors import ToolError, UnsupportedByToolError

__all__ = ["Launch", "OnProgress", "Tool", "with_timeouts"]

OnProgress = Callable[[float], None]
"""Is called with the seconds since the tool was started."""

_START_SECONDS = 120.0
"""That a tool may take beyond its test, to begin and to write its result: Artillery, on a busy machine, a minute."""


class Launch(NamedTuple):
    """How a tool is started for one test."""

    command: list[str]
    environment: Mapping[str, str] = {}
    is_done: Callable[[], bool] | None = None
    """Whether the result is there: a tool that lingers after that is ended, and its result is complete."""


class Tool(ABC):
    """One load generator: `LoadTest` in, `LoadResult` out."""

    name: ClassVar[str]
    """Also of the program."""
    title: ClassVar[str]
    executors: ClassVar[tuple[type[Executor], ...]]
    """What it can do at all."""
    install: ClassVar[str]
    """How one gets it, in a few words."""

    def find(self) -> Path | None:
        """The program on this machine; None where it is not there."""
        return find_program(self.name)

    @abstractmethod
    def version(self, path: Path) -> str:
        """The version of the program at `path`; `unknown` where it says none."""

    def installation(self) -> Installation | None:
        """The program and its version; None where it is not there."""
        path = self.find()
        return Installation(path, self.version(path)) if path else None

    def refusal(self, test: LoadTest) -> UnsupportedByToolError | None:
        """Why the tool cannot do this test, with a hint at what can; None where it can."""
        executor = type(test.executor)
        if executor not in self.executors:
            able = ", ".join(tool.name for tool in _all_tools() if executor in tool.executors)
            return UnsupportedByToolError(
                f"{self.title} has no executor {executor_name(executor)}", hint=f"{able} and assay can do that"
            )
        if strange := _beyond(test):
            return UnsupportedByToolError(f"{self.title} is not told {strange}", hint="assay can do that")
        reason = self._cannot(test)
        if reason:
            return UnsupportedByToolError(f"{self.title} {reason[0]}", hint=reason[1])
        return None

    def run(
        self, test: LoadTest, *, progress: OnProgress | None = None, stop: threading.Event | None = None
    ) -> LoadResult:
        """Runs the test.

        Where the tool is stopped or fails in the middle, and says what it has, that is the result, marked as partial.

        Raises:
            UnsupportedByToolError: The tool cannot do what the test asks for; nothing was started.
            ToolError: It is not installed, cannot be started, ended without a result, or wrote what cannot be read.
        """
        if refusal := self.refusal(test):
            raise refusal
        path = self.find()
        if path is None:
            raise ToolError(f"{self.title} is not installed", hint=f"{self.install}, or `assay doctor --install`")
        version = self.version(path)
        with tempfile.TemporaryDirectory(prefix=f"assay-{self.name}-") as name:
            folder = Path(name)
            launch = self._launch(path, test, folder)
            ended = run_process(
                launch.command,
                folder=folder,
                limits=Limits(longest_seconds(test) + _START_SECONDS),
                environment=launch.environment,
                is_done=launch.is_done,
                stop=stop,
                progress=progress,
            )
            try:
                return self._read(test, ended, version)
            except ToolError as error:
                # Why it ended says more than that its output is not all there.
                why = f"{self.title} gave no result: {ended.explanation}" if ended.explanation else error.message
                raise ToolError(why, where=error.where, hint=error.hint) from error

    @abstractmethod
    def _cannot(self, test: LoadTest) -> tuple[str, str] | None:
        """What of the test, beside its executor, is beyond the tool (`cannot ...`), and a hint."""

    @abstractmethod
    def _launch(self, path: Path, test: LoadTest, folder: Path) -> Launch:
        """The command line; writes the files that it names into `folder`."""

    @abstractmethod
    def _read(self, test: LoadTest, ended: Ended, version: str) -> LoadResult:
        """Reads what the tool wrote.

        Raises:
            ToolError: It is not there, or not what the tool writes.
        """

    def _unreadable(self, what: str) -> ToolError:
        return ToolError(f"the output of {self.title} cannot be read: {what}")


def _all_tools() -> tuple[Tool, ...]:
    from assay.bench.tools import TOOLS  # noqa: PLC0415 # the list imports this module

    return TOOLS


_TOLD = {"target", "requests", "executor", "timeout", "connections", "threads", "seed"}
_LIMITS = {"waiting", "largest_head", "largest_body", "abandon_after", "traces"}
"""What a tool has a way of its own with, or does without: a test is not another one for that."""
_TOLD_OF_REQUEST = {"name", "method", "path", "headers", "body", "weight"}


def _beyond(test: LoadTest) -> str | None:
    """The first thing that the test asks for and only our own engine is told; None where there is none."""
    asked = [(test, _TOLD | _LIMITS), *((request, _TOLD_OF_REQUEST) for request in test.requests)]
    for struct, told in asked:
        for field in msgspec.structs.fields(struct):
            value = getattr(struct, field.name)
            if field.name not in told and value != field.default:
                return field.name.replace("_", " ")
    return None


def with_timeouts(latency: Histogram, timeouts: int, limit: float) -> Histogram:
    """What was answered, and each timeout as at least the time limit."""
    if timeouts <= 0:
        return latency
    return latency.merged(Histogram(((limit, timeouts),), limit * timeouts, limit, limit))
