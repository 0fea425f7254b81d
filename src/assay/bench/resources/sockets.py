"""TCP sockets of processes, asked of the kernel directly (sock_diag(7)): `ss` without starting `ss`.

The message formats are those of linux/inet_diag.h and linux/tcp.h.
"""

import os
import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["MOST_SOCKETS", "Socket", "inodes_of", "tcp_sockets"]

MOST_SOCKETS = 20_000
"""Of one answer of the kernel; what is more is left out."""

_SOCK_DIAG = 4
_BY_FAMILY = 20
_REQUEST_DUMP = 0x301
_DONE = 3
_ERROR = 2
_ESTABLISHED, _LISTEN = 1, 10
_INFO = 2
_HEADER = struct.Struct("=IHHII")
_REQUEST = struct.Struct("=BBBBI48s")
_MESSAGE = struct.Struct("=BBBB2s2s16s16sI8sIIIII")
_ATTRIBUTE = struct.Struct("=HH")
_ACKED_AT, _RECEIVED_AT, _RETRANSMITTED_AT = 120, 128, 100
_MOST_BYTES = 1 << 16


class Socket(NamedTuple):
    """A TCP socket that listens or is connected."""

    inode: int
    listens: bool
    local: tuple[str, int]
    remote: tuple[str, int]
    queued: int
    """Of one that listens: connections that wait to be accepted."""
    queue_limit: int
    """Of one that listens: the most that may wait."""
    sent: int
    """Bytes that the other side acknowledged; 0 where the kernel does not say."""
    received: int
    retransmitted: int
    """Segments."""


def tcp_sockets() -> list[Socket]:
    """Every TCP socket of this network namespace that listens or is connected.

    Raises:
        OSError: The kernel does not tell.
    """
    found: list[Socket] = []
    for family in (socket.AF_INET, socket.AF_INET6):
        for one in _dump(family):
            found.append(one)
            if len(found) >= MOST_SOCKETS:
                return found
    return found


def inodes_of(pid: int) -> set[int]:
    """The numbers of the sockets that a process has open; none where it may not be looked at."""
    found: set[int] = set()
    folder = f"/proc/{pid}/fd"
    try:
        numbers = os.listdir(folder)  # noqa: PTH208 # names are all that is wanted
    except OSError:
        return found
    for number in numbers[:MOST_SOCKETS]:
        try:
            target = os.readlink(f"{folder}/{number}")  # noqa: PTH115 # pathlib takes three times as long
        except OSError:
            continue
        if target.startswith("socket:["):
            found.add(int(target[8:-1]))
    return found


def _dump(family: int) -> Iterator[Socket]:
    if not hasattr(socket, "AF_NETLINK"):
        raise OSError("this system has no sock_diag")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, _SOCK_DIAG) as netlink:
        netlink.settimeout(1.0)
        states = 1 << _ESTABLISHED | 1 << _LISTEN
        body = _REQUEST.pack(family, socket.IPPROTO_TCP, 1 << (_INFO - 1), 0, states, bytes(48))
        netlink.send(_HEADER.pack(_HEADER.size + len(body), _BY_FAMILY, _REQUEST_DUMP, 1, 0) + body)
        while True:
            answer = netlink.recv(_MOST_BYTES)
            at = 0
            while at + _HEADER.size <= len(answer):
                length, kind, *_ = _HEADER.unpack_from(answer, at)
                if kind == _DONE:
                    return
                if kind == _ERROR or length < _HEADER.size:
                    raise OSError("the kernel does not answer sock_diag here")
                if length >= _HEADER.size + _MESSAGE.size:
                    yield _socket(answer[at + _HEADER.size : at + length])
                at += (length + 3) & ~3


def _socket(message: bytes) -> Socket:
    fields = _MESSAGE.unpack_from(message)
    family, state, local_port, remote_port, local, remote = fields[0], fields[1], *fields[4:8]
    queued, limit, inode = fields[11], fields[12], fields[14]
    sent = received = retransmitted = 0
    at = _MESSAGE.size
    while at + _ATTRIBUTE.size <= len(message):
        length, kind = _ATTRIBUTE.unpack_from(message, at)
        if length < _ATTRIBUTE.size:
            break
        content = message[at + _ATTRIBUTE.size : at + length]
        if kind == _INFO and len(content) >= _RECEIVED_AT + 8:
            sent, received = struct.unpack_from("=QQ", content, _ACKED_AT)
            (retransmitted,) = struct.unpack_from("=I", content, _RETRANSMITTED_AT)
        at += (length + 3) & ~3
    listens = state == _LISTEN
    return Socket(
        inode=inode,
        listens=listens,
        local=(_address(family, local), int.from_bytes(local_port, "big")),
        remote=(_address(family, remote), int.from_bytes(remote_port, "big")),
        queued=queued if listens else 0,
        queue_limit=limit if listens else 0,
        sent=sent,
        received=received,
        retransmitted=retransmitted,
    )


def _address(family: int, packed: bytes) -> str:
    if family == socket.AF_INET:
        return socket.inet_ntop(socket.AF_INET, packed[:4])
    text = socket.inet_ntop(socket.AF_INET6, packed)
    # An IPv4 connection of a socket that takes both.
    return text.removeprefix("::ffff:") if "." in text else text
