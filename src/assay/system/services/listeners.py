"""Who listens on a port of this machine."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Listener", "how_to_find_listener", "listener_on"]

_LISTENING = "0A"
"""TCP_LISTEN in /proc/net/tcp (proc(5))."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A process that listens on a port."""

    pid: int | None
    """None where it belongs to another user, of whom the system tells no more."""
    program: str | None
    user: str | None

    def __str__(self) -> str:
        """`python3 (pid 4711, user alice)`, as far as it is known."""
        details = [f"pid {self.pid}"] if self.pid else []
        details += [f"user {self.user}"] if self.user else []
        program = self.program or "a process"
        return f"{program} ({', '.join(details)})" if details else program


def listener_on(port: int) -> Listener | None:
    """The process that listens on a TCP port of this machine; None where there is none that can be seen."""
    if not sys.platform.startswith("linux"):
        return _by_lsof(port)
    sockets = dict(_listening_sockets(port))
    if not sockets:
        return None
    pid = _owner(set(sockets))
    user = _user_name(next(iter(sockets.values())))
    return Listener(pid, _program(pid) if pid else None, user)


def how_to_find_listener(port: int) -> str:
    """A command that shows who listens on a port."""
    if sys.platform.startswith("linux"):
        return f"ss -ltnp 'sport = :{port}'"
    return f"lsof -nP -iTCP:{port} -sTCP:LISTEN"


def _listening_sockets(port: int) -> Iterator[tuple[str, int]]:
    """The inode and the user id of each socket that listens on `port`."""
    for table in ("tcp", "tcp6"):
        try:
            lines = Path("/proc/net", table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9], int(fields[7])


def _owner(inodes: set[str]) -> int | None:
    """The lowest pid that has one of these sockets open: of a server with workers, mostly the one that made them."""
    targets = {f"socket:[{inode}]" for inode in inodes}
    for pid in sorted(int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()):
        try:
            if any(str(descriptor.readlink()) in targets for descriptor in Path(f"/proc/{pid}/fd").iterdir()):
                return pid
        except OSError:
            continue
    return None


def _program(pid: int) -> str | None:
    # The name alone: arguments may hold secrets.
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def _user_name(number: int) -> str:
    import pwd  # noqa: PLC0415 # only needed where something is in the way

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _by_lsof(port: int) -> Listener | None:
    try:
        asked = subprocess.run(  # noqa: S603 # all that varies is a number
            ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-FpcL"],  # noqa: S607 # lsof, wherever it is
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    fields = dict(re.findall(r"^([pcL])(.*)$", asked.stdout, re.MULTILINE))
    return Listener(int(fields["p"]), fields.get("c"), fields.get("L")) if "p" in fields else None
