"""The history of results: a folder of files that one can read, copy and keep, one for each test.

    .assay/history/
      <test>.ndjson          Record: one a line, oldest first; append-only
      <test>.older.ndjson    what came before, once the file had reached its limit
      lock                   held while a process appends

A file that reaches `LARGEST_FILE` becomes the older one, and the one that was that is dropped: some thousands of
results stay, however long a project lives. A line that was cut off by a kill is ignored.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from assay.bench.regressions.records import HISTORY_SCHEMA_VERSION, Record
from assay.errors import EvidenceError, IncompatibleSchemaError, Place
from assay.evidence.journal import Journal, read_lines

__all__ = ["LARGEST_FILE", "ResultHistory"]

LARGEST_FILE = 16 * 1024**2
"""Bytes; about two kilobytes a record."""

_ENDING = ".ndjson"
_OLDER = ".older"


class ResultHistory:
    """Reads and extends a history.

    Args:
        folder: Where it is; made when something is appended.
        largest_file: In bytes.
    """

    def __init__(self, folder: Path, *, largest_file: int = LARGEST_FILE) -> None:
        self.folder = folder
        self._largest_file = largest_file

    @property
    def tests(self) -> tuple[str, ...]:
        """The tests that have results, in alphabetical order."""
        names = {path.name.removesuffix(_ENDING).removesuffix(_OLDER) for path in self.folder.glob(f"*{_ENDING}")}
        return tuple(sorted(names))

    def state(self) -> tuple[tuple[str, int, int], ...]:
        """Changes when something was appended: the files with their sizes and when they were written."""
        found = []
        for path in sorted(self.folder.glob(f"*{_ENDING}")):
            with suppress(OSError):
                status = path.stat()
                found.append((path.name, status.st_size, status.st_mtime_ns))
        return tuple(found)

    def append(self, record: Record) -> None:
        """Adds a record, durably.

        Raises:
            EvidenceError: The folder or the file cannot be written.
        """
        with self._locked():
            path = self._path(record.test)
            self._make_room(path)
            journal = Journal(path)
            try:
                journal.append(record, durable=True)
            finally:
                journal.close()

    def records(self, test: str) -> tuple[Record, ...]:
        """What is known of a test, oldest first; nothing where it has no result.

        Raises:
            EvidenceError: A file cannot be read, or a line is damaged or of another version.
        """
        return (*_read(self._path(test + _OLDER)), *_read(self._path(test)))

    def find(self, run: str) -> tuple[Record, ...]:
        """The records of the run of that name, or of the only one whose name begins so; nothing where there is none.

        Raises:
            EvidenceError: As `records`.
        """
        if not run:
            return ()
        beginning = [record for test in self.tests for record in self.records(test) if record.run.startswith(run)]
        exact = tuple(record for record in beginning if record.run == run)
        return exact or (tuple(beginning) if len({record.run for record in beginning}) == 1 else ())

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{_ENDING}"

    def _make_room(self, path: Path) -> None:
        try:
            if path.exists() and path.stat().st_size >= self._largest_file:
                path.replace(self._path(path.name.removesuffix(_ENDING) + _OLDER))
        except OSError as error:
            raise EvidenceError(f"cannot make room: {error.strerror}", where=Place(path)) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Two commands may end at the same time; the kernel releases the lock, however they end."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise EvidenceError(f"cannot keep results: {error.strerror}", where=Place(self.folder)) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _read(path: Path) -> Iterator[Record]:
    for number, line in read_lines(path):
        try:
            version = msgspec.json.decode(line, type=_Versioned).schema
            if version == HISTORY_SCHEMA_VERSION:
                yield msgspec.json.decode(line, type=Record)
                continue
        except msgspec.MsgspecError as error:
            raise EvidenceError(
                f"not a result: {error}", where=Place(path, number), hint="take the line out, or put the file back"
            ) from error
        raise IncompatibleSchemaError(
            f"version {version} of a result; this Assay reads version {HISTORY_SCHEMA_VERSION}",
            where=Place(path, number),
            hint="read it with the Assay that wrote it",
        )


class _Versioned(msgspec.Struct, frozen=True):
    schema: int
