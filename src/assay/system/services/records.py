"""What is kept of running services in `.assay/system/`: a record and a log of each, and a lock for changing them."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from assay.errors import Place, ServiceError
from assay.system.services.keeper import RECORD_FORMAT
from assay.system.services.processes import is_running, process

__all__ = ["LOCK_SECONDS", "Record", "ServiceFolder"]

LOCK_SECONDS = 120.0
"""How long a command waits for another one that starts or stops services of this system."""

_LOCK_INTERVAL = 0.05
_KEEPER_SECONDS = 2.0
"""How long a keeper may take to record that its service ended; on a busy machine it waits for its turn."""
_KEEPER_INTERVAL = 0.005


class Record(msgspec.Struct, frozen=True):
    """What the keeper of a service wrote. Times are seconds since 1970."""

    format: int
    mark: str
    """The same for the service and all its children, and for no other start of it."""
    keeper: int
    at: float
    """When it was started."""
    pid: int | None = None
    """Also its session and its group of processes. None where it could not be started."""
    began: str | None = None
    """When the process began, see `start_of`: a later process of the same number began at another time."""
    code: int | None = None
    """How it ended: its exit code, or the negative of the signal; None while it runs."""
    ended: float | None = None
    refused: str | None = None
    """Why the system could not start it."""

    @property
    def runs(self) -> bool:
        """True while the very process that was started is there."""
        return self.pid is not None and self.code is None and is_running(self.pid, self.began)


class ServiceFolder:
    """The folder in which the records and logs of a system's services are.

    Args:
        path: `.assay/system` of the system.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def record_path(self, name: str) -> Path:
        """Where the record of a service is, or would be."""
        return self.path / f"{name}.json"

    def log_path(self, name: str) -> Path:
        """Where its output goes."""
        return self.path / "logs" / f"{name}.log"

    def record(self, name: str) -> Record | None:
        """What is known of a service that was started; None where nothing is."""
        try:
            found = msgspec.json.decode(self.record_path(name).read_bytes(), type=Record)
        except (OSError, msgspec.DecodeError):
            # Not started, or written by no keeper: there is no process that it could safely be about.
            return None
        return found if found.format == RECORD_FORMAT else None

    def last_record(self, name: str, record: Record) -> Record:
        """What is known of a start that does not run any more, once its keeper has recorded how it ended."""
        until = time.monotonic() + _KEEPER_SECONDS
        while True:
            # In this order: what a keeper that is gone has recorded is the last there is.
            keeper = process(record.keeper)
            latest = self.record(name)
            if latest is None or latest.mark != record.mark:
                return record
            is_last = latest.code is not None or latest.refused is not None
            if is_last or keeper is None or not keeper.runs or time.monotonic() > until:
                return latest
            time.sleep(_KEEPER_INTERVAL)

    def names(self) -> tuple[str, ...]:
        """Of every service that has a record, described in `assay.toml` or not."""
        return tuple(sorted(path.stem for path in self.path.glob("*.json")))

    def was_ready(self, name: str, record: Record) -> bool:
        """True where this start of the service has been seen ready."""
        try:
            return self._ready_path(name).read_text(encoding="utf-8") == record.mark
        except OSError:
            return False

    def note_ready(self, name: str, record: Record) -> None:
        """Remembers that this start of the service has been seen ready."""
        if not self.was_ready(name, record):
            try:
                self._ready_path(name).write_text(record.mark, encoding="utf-8")
            except OSError:
                # A folder that may only be read: then it is seen anew each time.
                return

    def forget(self, name: str) -> None:
        """Removes what is recorded of a service; its log stays."""
        self.record_path(name).unlink(missing_ok=True)
        self._ready_path(name).unlink(missing_ok=True)

    @contextmanager
    def locked(self, is_cancelled: Callable[[], bool]) -> Iterator[None]:
        """While it holds, no other command starts or stops services of this system.

        Raises:
            ServiceError: Another command did so for longer than `LOCK_SECONDS`, or the folder cannot be written.
        """
        lock = self.path / "lock"
        try:
            self.log_path("").parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ServiceError(f"cannot write: {error.strerror}", where=Place(lock)) from error
        try:
            self._wait_for(descriptor, lock, is_cancelled)
            yield
        finally:
            os.close(descriptor)

    def _wait_for(self, descriptor: int, lock: Path, is_cancelled: Callable[[], bool]) -> None:
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if is_cancelled():
                    raise ServiceError("stopped while another command starts or stops services here") from None
                if time.monotonic() > until:
                    raise ServiceError(
                        f"another command has been starting or stopping services here for {LOCK_SECONDS:.0f} s",
                        where=Place(lock),
                        hint="wait for it to end, or end it; the lock goes with its process",
                    ) from None
                time.sleep(_LOCK_INTERVAL)
            else:
                return

    def _ready_path(self, name: str) -> Path:
        return self.path / f"{name}.ready"
