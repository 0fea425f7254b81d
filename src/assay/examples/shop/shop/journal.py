"""A file of records that is on disk when `append` returns, and that survives a crash at any moment."""

import os
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

from shop.failing import stop_at_once

__all__ = ["Journal", "JournalDamagedError"]


class JournalDamagedError(Exception):
    """A record before the last is not what was written: the disk lost it, and going on would break promises."""


class Journal:
    """Records, one a line, each with its checksum.

    Opening it reads what is there, for `take`. A last line that is torn was never promised to anybody: it is cut.

    Args:
        path: Of the file; it and its folder are made.
        failed: Called when a record could not be written. Nobody knows what is on disk then, so it does not return.
        written: Told how many bytes were written and how many seconds it took, each time that was waited for.

    Raises:
        JournalDamagedError: A record that was on disk is damaged.
    """

    def __init__(
        self,
        path: Path,
        failed: Callable[[str], NoReturn] = stop_at_once,
        written: Callable[[int, float], None] = lambda _bytes, _seconds: None,
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._failed = failed
        self._written = written
        self._found, good_bytes = _read(path)
        self._file = path.open("ab")
        self._file.truncate(good_bytes)
        self._sync()
        _sync_folder(path.parent)

    def take(self) -> list[bytes]:
        """The records that were there when it was opened; once, since they may be many."""
        found, self._found = self._found, []
        return found

    def append(self, *records: bytes, wait: bool = True) -> None:
        """Writes records without line ends, and waits until they are on disk, unless a crash may take them back."""
        lines = b"".join(_line(record) for record in records)
        began = time.perf_counter()
        try:
            self._file.write(lines)
            if wait:
                self._sync()
                self._written(len(lines), time.perf_counter() - began)
            else:
                self._file.flush()
        except OSError as error:
            self._failed(f"{self.path}: {error.strerror}")

    def replace(self, records: Iterable[bytes]) -> None:
        """Makes these the only records, all at once: a crash leaves the old ones or the new ones."""
        fresh = self.path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.writelines(_line(record) for record in records)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        _sync_folder(self.path.parent)
        self._file.close()
        self._file = self.path.open("ab")

    def close(self) -> None:
        """Closes the file; everything is on disk already."""
        self._file.close()

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())


def _line(record: bytes) -> bytes:
    if b"\n" in record:
        raise ValueError("a record is one line")
    return b"%08x %s\n" % (zlib.crc32(record), record)


def _read(path: Path) -> tuple[list[bytes], int]:
    """The records, and the length of the file without a torn end."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return [], 0
    records: list[bytes] = []
    position = 0
    while position < len(content):
        end = content.find(b"\n", position)
        line = content[position : end + 1]
        record = line[9:-1]
        if end < 0 or line != _line(record):
            if 0 <= end < len(content) - 1:
                raise JournalDamagedError(f"{path}: record {len(records) + 1} is damaged")
            break
        records.append(record)
        position = end + 1
    return records, position


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
