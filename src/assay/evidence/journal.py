"""Append-only files of one JSON document a line, which survive being killed at any moment.

A process that dies while writing leaves at most one incomplete last line. Reading ignores it; opening for writing cuts
it off, so that the next line does not grow out of its remains.
"""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec

from assay.errors import EvidenceError, Place

__all__ = ["Journal", "read_lines"]

_CHUNK = 64 * 1024


class Journal:
    """A file that only grows. Threads may append at the same time; another process must not.

    Args:
        path: The file; made if it is not there.

    Raises:
        EvidenceError: The file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._path = path
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            _cut_torn_line(self._descriptor)
        except OSError as error:
            raise EvidenceError(f"cannot open for writing: {error.strerror}", where=Place(path)) from error

    def append(self, *documents: object, durable: bool = False) -> None:
        """Writes each document as a line, all of them in one piece.

        Args:
            documents: What msgspec can encode.
            durable: Return only when the lines would survive a power cut. Everything appended before is then safe too.

        Raises:
            EvidenceError: The file cannot be written.
        """
        lines = b"".join(msgspec.json.encode(document) + b"\n" for document in documents)
        try:
            with self._lock:
                view = memoryview(lines)
                while view:
                    view = view[os.write(self._descriptor, view) :]
                if durable:
                    os.fsync(self._descriptor)
        except OSError as error:
            raise EvidenceError(
                f"cannot write: {error.strerror}",
                where=Place(self._path),
                hint="what was written before is kept: make room, then `assay run --resume`",
            ) from error

    def close(self) -> None:
        """Closes the file. Appending afterwards is an error."""
        os.close(self._descriptor)


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The complete lines of a journal with their numbers from 1; nothing where there is no file.

    Raises:
        EvidenceError: The file is there but cannot be read.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.endswith(b"\n"):
                    yield number, line[:-1]
    except FileNotFoundError:
        return
    except OSError as error:
        raise EvidenceError(f"cannot read: {error.strerror}", where=Place(path)) from error


def _cut_torn_line(descriptor: int) -> None:
    """Truncates the file behind its last newline."""
    end = os.fstat(descriptor).st_size
    while end:
        start = max(0, end - _CHUNK)
        newline = os.pread(descriptor, end - start, start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    os.ftruncate(descriptor, end)
