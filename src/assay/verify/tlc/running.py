"""Running TLC on a model, as a process that is watched and can be ended."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from assay.errors import UsageError
from assay.verify.checking import CheckProgress
from assay.verify.result import CheckResult, Verdict
from assay.verify.tlc.installation import Installation
from assay.verify.tlc.messages import messages_of
from assay.verify.tlc.reading import Asked, Reading

__all__ = ["TlcOptions", "check_with_tlc"]

_POLL_SECONDS = 0.1
_PATIENCE_SECONDS = 5.0
"""For a process to end once it was asked to."""


class TlcOptions(NamedTuple):
    """What TLC can be told."""

    workers: int = 1
    check_deadlock: bool | None = None
    """None: what the configuration says."""
    continue_after_violation: bool = False
    max_seconds: float | None = None
    seed: int = 0
    libraries: Sequence[Path] = ()
    on_progress: Callable[[CheckProgress], bool | None] | None = None
    """Is called about ten times a second; where it returns False, TLC is ended."""


def check_with_tlc(
    specification: Path, configuration: Path, installation: Installation, options: TlcOptions
) -> CheckResult:
    """Checks a model with TLC.

    Raises:
        UsageError: TLC cannot be started.
    """
    asked = Asked(specification, configuration, options.workers, options.seed)
    reading = Reading(asked)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="assay-tlc-") as folder:
        process = _start(asked, installation, options, Path(folder))
        reader = threading.Thread(target=_read, args=(process, reading), daemon=True)
        reader.start()
        ended = _watch(process, reading, options, began)
        reader.join(_PATIENCE_SECONDS)
    return reading.result(process.returncode, time.monotonic() - began, ended=ended)


def _start(asked: Asked, installation: Installation, options: TlcOptions, folder: Path) -> "subprocess.Popen[str]":
    command = [str(installation.java), "-XX:+UseParallelGC"]
    if options.libraries:
        command.append(f"-DTLA-Library={os.pathsep.join(str(path.absolute()) for path in options.libraries)}")
    command += ["-cp", installation.class_path, "tlc2.TLC", "-tool", "-workers", str(options.workers)]
    command += ["-seed", str(options.seed), "-metadir", str(folder), "-noGenerateSpecTE"]
    # The flag says that deadlock is *not* an error.
    command += ["-deadlock"] if options.check_deadlock is False else []
    command += ["-continue"] if options.continue_after_violation else []
    # From the specification's own folder, as people run it: there TLC looks for the modules.
    beside = asked.specification.absolute().parent
    command += ["-config", os.path.relpath(asked.configuration.absolute(), beside), asked.specification.name]
    try:
        # A group of its own: Ctrl-C is for us, who end it in our own way.
        return subprocess.Popen(  # noqa: S603 # the user's Java and jar, with arguments made above
            command,
            cwd=beside,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise UsageError(f"cannot start {installation.java}: {error.strerror}") from error


def _read(process: "subprocess.Popen[str]", reading: Reading) -> None:
    if process.stdout is not None:
        with process.stdout as output:
            reading.read_all(messages_of(output))


def _watch(
    process: "subprocess.Popen[str]", reading: Reading, options: TlcOptions, began: float
) -> tuple[Verdict, int, str] | None:
    """Waits for the end; says how it ended where that is not for TLC to say."""
    try:
        while process.poll() is None:
            elapsed = time.monotonic() - began
            if options.max_seconds is not None and elapsed >= options.max_seconds:
                _end(process)
                return Verdict.LIMIT, 3, f"stopped at the limit of {options.max_seconds:.1f} seconds"
            if options.on_progress and options.on_progress(_progress(reading, elapsed)) is False:
                _end(process)
                return Verdict.INTERRUPTED, 130, "interrupted before the end"
            time.sleep(_POLL_SECONDS)
    except BaseException:
        _end(process)
        raise
    return None


def _progress(reading: Reading, elapsed: float) -> CheckProgress:
    counts = reading.counts
    rate = counts.distinct / elapsed if elapsed else 0.0
    return CheckProgress(counts.generated, counts.distinct, counts.queue, counts.depth, elapsed, rate)


def _end(process: "subprocess.Popen[str]") -> None:
    """Asks first: TLC removes its files then."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(_PATIENCE_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        return
