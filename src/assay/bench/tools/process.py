"""Running a load generator: a process with its own group, limits on time and output, and what it used."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from assay.bench.result import Ending, Generator
from assay.errors import ToolError

__all__ = ["Ended", "Limits", "run_process"]

_POLL_SECONDS = 0.05
_PATIENCE_SECONDS = 30.0
"""For a tool to write its result once it was interrupted."""
_LONGEST_COMPLAINT = 4000
"""Characters that are kept of the end of what a tool complained."""


class Limits(NamedTuple):
    """What ends a tool that does not end itself."""

    seconds: float
    bytes: int = 512 * 1024**2
    """Of all that it writes."""
    patience: float = _PATIENCE_SECONDS
    """Seconds that it has for its result, once it was interrupted."""


class Ended(NamedTuple):
    """How a tool ended and what it used."""

    exit_code: int
    """Negative where a signal ended it."""
    began: float
    """Seconds since 1970 when it was started."""
    seconds: float
    user_seconds: float
    system_seconds: float
    peak_bytes: int | None
    output: Path
    complaint: str
    """The end of what it wrote to standard error."""
    stopped: bool = False
    """Whether somebody asked for it to be stopped."""
    limit: str = ""
    """Which limit ended it; empty where none did."""

    @property
    def ending(self) -> Ending:
        """What that makes of its result."""
        if self.stopped:
            return Ending.STOPPED
        return Ending.BROKEN if self.explanation else Ending.COMPLETE

    @property
    def generator(self) -> Generator:
        """What it used, starting up included."""
        return Generator(user_seconds=self.user_seconds, system_seconds=self.system_seconds, peak_bytes=self.peak_bytes)

    @property
    def explanation(self) -> str:
        """Why what it found is partial, in a sentence's part; empty where it ended well by itself."""
        if self.stopped:
            return "it was stopped"
        if self.limit:
            return self.limit
        if self.exit_code < 0:
            return f"it was ended by {signal.Signals(-self.exit_code).name}{self._last_words}"
        return f"it ended with the code {self.exit_code}{self._last_words}" if self.exit_code else ""

    @property
    def _last_words(self) -> str:
        lines = [line.strip() for line in self.complaint.splitlines() if line.strip()]
        return f": {lines[-1][:300]}" if lines else ""


def run_process(
    command: Sequence[str],
    *,
    folder: Path,
    limits: Limits,
    environment: Mapping[str, str] | None = None,
    is_done: Callable[[], bool] | None = None,
    stop: threading.Event | None = None,
    progress: Callable[[float], None] | None = None,
) -> Ended:
    """Runs a tool to its end, or to a limit, or until `stop` is set. Nothing that it started is left running.

    Args:
        command: The program and its arguments.
        folder: Where it runs and writes; its own and empty.
        limits: Of time and of output.
        environment: What is added to ours.
        is_done: Says that the tool has its result; it then has some seconds to end itself.
        stop: Where it is set, the tool is interrupted (SIGINT), and ended where it does not heed that.
        progress: Is called with the elapsed seconds, about twenty times a second.

    Raises:
        ToolError: It cannot be started.
    """
    output, complaints = folder / "stdout", folder / "stderr"
    began, clock = time.time(), time.monotonic()
    with output.open("wb") as out, complaints.open("wb") as err:
        try:
            process = subprocess.Popen(  # noqa: S603 # a program that was looked up, with arguments made by Assay
                command,
                cwd=folder,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        except OSError as error:
            raise ToolError(f"cannot start {command[0]}: {error.strerror}") from error
    watch = _Watch(process, folder, limits, clock)
    try:
        watch.wait(stop, progress, is_done)
    finally:
        usage = watch.end()
    return Ended(
        exit_code=0 if watch.lingered else process.returncode,
        began=began,
        seconds=time.monotonic() - clock,
        user_seconds=usage[0],
        system_seconds=usage[1],
        peak_bytes=watch.peak_bytes,
        output=output,
        complaint=_tail(complaints),
        stopped=watch.stopped,
        limit=watch.limit,
    )


class _Watch:
    """Waits for one process, and knows when it has to be ended."""

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path, limits: Limits, clock: float) -> None:
        self._process = process
        self._folder = folder
        self._limits = limits
        self._clock = clock
        self.peak_bytes: int | None = None
        self.stopped = False
        self.limit = ""
        self.lingered = False

    def wait(
        self,
        stop: threading.Event | None,
        progress: Callable[[float], None] | None,
        is_done: Callable[[], bool] | None,
    ) -> None:
        """Until it has ended by itself or was asked to."""
        done_at: float | None = None
        while not self._has_ended():
            elapsed = time.monotonic() - self._clock
            if done_at is None and is_done and is_done():
                done_at = elapsed
            if done_at is not None and elapsed > done_at + self._limits.patience:
                self.lingered = True
                return
            self._look_at_memory()
            if stop and stop.is_set():
                self.stopped = True
            elif elapsed > self._limits.seconds:
                self.limit = f"it did not end within {self._limits.seconds:.0f} seconds"
            elif (written := _size(self._folder)) > self._limits.bytes:
                self.limit = f"it wrote {written:,} bytes, more than the limit of {self._limits.bytes:,}"
            if self.stopped or self.limit:
                self._interrupt()
                return
            if progress:
                progress(elapsed)
            if stop:
                stop.wait(_POLL_SECONDS)
            else:
                time.sleep(_POLL_SECONDS)

    def end(self) -> tuple[float, float]:
        """Ends what is left of the group; user and system seconds of the tool and of its children."""
        # Before it is waited for: until then its number stands for this group and no other.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime, usage.ru_stime

    def _interrupt(self) -> None:
        """All four tools write what they have when they are interrupted."""
        os.kill(self._process.pid, signal.SIGINT)
        until = time.monotonic() + self._limits.patience
        while not self._has_ended() and time.monotonic() < until:
            time.sleep(_POLL_SECONDS)

    def _has_ended(self) -> bool:
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None

    def _look_at_memory(self) -> None:
        """The kernel's mark of the highest use, as what `wait4` returns begins with what Assay itself uses."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self.peak_bytes = int(line.split()[1]) * 1024


def _size(folder: Path) -> int:
    total = 0
    for entry in os.scandir(folder):
        if entry.is_file(follow_symlinks=False):
            total += entry.stat(follow_symlinks=False).st_size
    return total


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LONGEST_COMPLAINT))
        return file.read().decode("utf-8", errors="replace")
