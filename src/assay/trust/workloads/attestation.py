"""Attestation of a local process: who is at the other end of a Unix socket, as the kernel says it (Linux).

A process id alone proves nothing, because ids are used again. So the process is held by a pidfd, and what was read
about it counts only if the same process still lives afterwards.
"""

import hashlib
import os
import select
import socket
import struct
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from assay.errors import CertificateError
from assay.trust.workloads.selectors import Selector, SelectorKind

__all__ = ["LARGEST_PROGRAM", "AttestedProcess", "ConnectedProcess"]

LARGEST_PROGRAM = 1 << 30
"""Bytes of a program; the SHA-256 of a larger one is not computed, and so selects nothing."""

_CREDENTIALS = struct.Struct("3i")
# From <asm-generic/socket.h>: a pidfd of the peer as it was when it connected. Linux 6.5 and later.
_SO_PEERPIDFD = 77
_MOST_DIGESTS = 256
_CHUNK = 1 << 20


@dataclass(frozen=True)
class AttestedProcess:
    """What is known of a process that was alive before and after it was looked at.

    Args:
        pid: Its id, as this process sees it.
        started: When it began, in clock ticks since the machine did.
        uid: The user that it had when it connected.
        gid: Its group then.
        path: Its program, as the kernel names it; None where the program was deleted or replaced since.
        sha256: Of its program as it runs, in hexadecimal; None where that is too large.
    """

    pid: int
    started: int
    uid: int
    gid: int
    path: str | None
    sha256: str | None

    @property
    def selectors(self) -> frozenset[Selector]:
        """Everything that an entry can ask for."""
        found = {
            Selector(SelectorKind.UID, str(self.uid)),
            Selector(SelectorKind.GID, str(self.gid)),
            Selector(SelectorKind.PROCESS, f"{self.pid}@{self.started}"),
        }
        if self.path is not None:
            with suppress(CertificateError):
                found.add(Selector(SelectorKind.PATH, self.path))
        if self.sha256 is not None:
            found.add(Selector(SelectorKind.SHA256, self.sha256))
        return frozenset(found)


class ConnectedProcess:
    """The process at the other end of a Unix socket, held so that its id cannot come to mean another.

    Args:
        connection: A connection that was accepted on this machine.

    Raises:
        CertificateError: The kernel does not say who it is, or it has gone.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.pid, self.uid, self.gid = _credentials(connection)
        self._lock = threading.Lock()
        self._pidfd = _pidfd(connection, self.pid)
        try:
            self._started = _started(self.pid)
            self._check_alive()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of it. It cannot be attested any more."""
        with self._lock:
            if self._pidfd >= 0:
                os.close(self._pidfd)
            self._pidfd = -1

    def attest(self) -> AttestedProcess:
        """What it is now: a process may have become another program since it connected.

        Raises:
            CertificateError: It has gone, or cannot be looked at.
        """
        with self._lock:
            try:
                with Path(f"/proc/{self.pid}/exe").open("rb") as program:
                    path = _path(self.pid, program)
                    sha256 = _digests.of(program)
                    self._check_still(program)
            except OSError as error:
                raise CertificateError(f"the process {self.pid} cannot be looked at: {error.strerror}") from error
            return AttestedProcess(self.pid, self._started, self.uid, self.gid, path, sha256)

    def _check_still(self, program: BinaryIO) -> None:
        """Same process, same program as when it was opened; last, whether it lived all the while."""
        now = Path(f"/proc/{self.pid}/exe").stat()
        opened = os.fstat(program.fileno())
        if (now.st_dev, now.st_ino) != (opened.st_dev, opened.st_ino):
            raise CertificateError(f"the process {self.pid} became another program while it was looked at")
        if _started(self.pid) != self._started:
            raise CertificateError(f"the process {self.pid} has gone, and another has its id")
        self._check_alive()

    def _check_alive(self) -> None:
        """A pidfd can be read once its process has ended."""
        if self._pidfd < 0:
            raise CertificateError(f"the process {self.pid} is not held any more")
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        if poll.poll(0):
            raise CertificateError(f"the process {self.pid} has gone")


def _credentials(connection: socket.socket) -> tuple[int, int, int]:
    if not hasattr(socket, "SO_PEERCRED"):
        raise CertificateError("this system does not say which process connects", hint="attestation needs Linux")
    try:
        content = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    except OSError as error:
        raise CertificateError(f"the system does not say which process connects: {error.strerror}") from error
    pid, uid, gid = _CREDENTIALS.unpack(content)
    if pid <= 0 or uid < 0 or gid < 0:
        raise CertificateError("the process that connects is not of this machine or container")
    return pid, uid, gid


def _pidfd(connection: socket.socket, pid: int) -> int:
    """Of the very process that connected where the kernel has it, else of the one that has its id now.

    In the second case an id that was used again between connecting and accepting would not be noticed.
    """
    with suppress(OSError):
        content = connection.getsockopt(socket.SOL_SOCKET, _SO_PEERPIDFD, 4)
        descriptor: int = struct.unpack("i", content)[0]
        os.set_inheritable(descriptor, False)  # noqa: FBT003 # the standard library's own signature
        return descriptor
    try:
        return os.pidfd_open(pid)
    except OSError as error:
        raise CertificateError(f"the process {pid} cannot be held: {error.strerror}") from error


def _started(pid: int) -> int:
    """Field 22 of /proc/PID/stat. The name before it may hold spaces and brackets: the last bracket ends it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return int(fields[19])
    except (OSError, IndexError, ValueError) as error:
        raise CertificateError(f"the process {pid} has gone") from error


def _path(pid: int, program: BinaryIO) -> str | None:
    """Where its program is, if what is there now is what runs."""
    named = Path(f"/proc/{pid}/exe").readlink()
    try:
        there = named.stat()
    except OSError:
        return None
    opened = os.fstat(program.fileno())
    return str(named) if (there.st_dev, there.st_ino) == (opened.st_dev, opened.st_ino) else None


class _FileState(NamedTuple):
    """What changes when the content of a file does."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, file: BinaryIO) -> Self:
        status = os.fstat(file.fileno())
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


class _Digests:
    """SHA-256 of programs, remembered while they do not change: each request of each process asks for one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[_FileState, str] = OrderedDict()

    def of(self, program: BinaryIO) -> str | None:
        before = _FileState.of(program)
        if before.size > LARGEST_PROGRAM:
            return None
        with self._lock:
            if before in self._known:
                self._known.move_to_end(before)
                return self._known[before]
        digest = hashlib.sha256()
        while chunk := program.read(_CHUNK):
            digest.update(chunk)
        if _FileState.of(program) != before:
            raise CertificateError("a program changed while it was read")
        with self._lock:
            self._known[before] = digest.hexdigest()
            while len(self._known) > _MOST_DIGESTS:
                self._known.popitem(last=False)
        return digest.hexdigest()


_digests = _Digests()
