"""Profiles a service with the tool that fits it, now or beside a load test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from assay.bench.profiling.native_profile import profile_native
from assay.bench.profiling.profile import Profile
from assay.bench.profiling.programs import is_python
from assay.bench.profiling.python_profile import profile_python
from assay.bench.resources.watched import Watched
from assay.errors import AssayError, TaskError

__all__ = ["RATE", "ProfileInProgress", "profile_service", "profiling"]

RATE = 50
"""Looks per second: enough to see what takes a few percent within seconds, and little beside a load."""


def profile_service(service: str, pid: int, seconds: float, *, rate: int = RATE) -> Profile:
    """Looks at a service for so long: with py-spy where it is Python, else with perf.

    Args:
        service: What the profile is of.
        pid: Its process; children are looked at too.
        seconds: How long, at least one.
        rate: Looks per second.

    Raises:
        TaskError: The tool is missing or not allowed, which the hint helps with, or the process is gone.
    """
    if is_python(pid):
        return profile_python(service, pid, seconds, rate)
    return profile_native(service, pid, seconds, rate)


class ProfileInProgress:
    """Profiles of several services that are being taken."""

    def __init__(self) -> None:
        self.profiles: list[Profile] = []
        """Those that are done, when the block has ended all of them."""
        self.failures: dict[str, str] = {}
        """Why there is none, by service: no reason to give a test up."""


@contextmanager
def profiling(watched: list[Watched], seconds: float, *, rate: int = RATE) -> Iterator[ProfileInProgress]:
    """Looks at services for `seconds` while the block of a `with` runs; at its end it waits for the profiles.

    A tool that is missing or that fails is recorded in `failures`, and is no error.
    """
    progress = ProfileInProgress()
    kept = threading.Lock()

    def take(one: Watched) -> None:
        try:
            found = profile_service(one.name, one.pid, seconds, rate=rate)
        except TaskError as error:
            with kept:
                progress.failures[one.name] = _sentence(error)
            return
        with kept:
            progress.profiles.append(found)

    threads = [threading.Thread(target=take, args=(one,), name=f"profile {one.name}", daemon=True) for one in watched]
    for thread in threads:
        thread.start()
    try:
        yield progress
    finally:
        for thread in threads:
            thread.join()


def _sentence(error: AssayError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message
