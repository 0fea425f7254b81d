"""The control group of a process: what CPU and memory it may use, and how long it was held back. Versions 1 and 2."""

from pathlib import Path
from typing import NamedTuple

__all__ = ["ControlGroup", "control_group_of"]

_ROOTS_OF_VERSION_2 = ("", "unified")
_NANOSECONDS = 1e9
_MICROSECONDS = 1e6
_UNLIMITED = 1 << 60
"""Version 1 has no word for it, but a number near 2**63."""


class ControlGroup(NamedTuple):
    """Where the figures of a process's control group are."""

    cpu: Path | None
    """The folder with `cpu.stat`."""
    memory: Path | None

    def throttled_seconds(self) -> float | None:
        """How long it had used up its quota, since it was made; None where no quota can be set."""
        if self.cpu is None:
            return None
        stat = _pairs(self.cpu / "cpu.stat")
        if "throttled_usec" in stat:
            return stat["throttled_usec"] / _MICROSECONDS
        return stat["throttled_time"] / _NANOSECONDS if "throttled_time" in stat else None

    def cpu_quota(self) -> float | None:
        """Cores; None where it is not limited."""
        if self.cpu is None:
            return None
        words = _words(self.cpu / "cpu.max") or [
            *_words(self.cpu / "cpu.cfs_quota_us"),
            *_words(self.cpu / "cpu.cfs_period_us"),
        ]
        try:
            quota, period = (int(word) for word in words)
        except ValueError:
            return None
        return quota / period if quota > 0 and period > 0 else None

    def memory_limit(self) -> int | None:
        """Bytes; None where it is not limited."""
        if self.memory is None:
            return None
        words = _words(self.memory / "memory.max") or _words(self.memory / "memory.limit_in_bytes")
        limit = int(words[0]) if words and words[0].isdecimal() else None
        return limit if limit is not None and limit < _UNLIMITED else None


def control_group_of(pid: int, proc: Path = Path("/proc"), mounts: Path = Path("/sys/fs/cgroup")) -> ControlGroup:
    """Of the process `pid`; without folders where the machine does not show them."""
    try:
        lines = (proc / str(pid) / "cgroup").read_text().splitlines()
    except OSError:
        return ControlGroup(None, None)
    cpu = memory = None
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        inside = path.lstrip("/")
        if not controllers:
            unified = [mounts / root / inside for root in _ROOTS_OF_VERSION_2]
            folder = next((one for one in unified if (one / "cgroup.controllers").exists()), None)
            cpu = cpu or (folder if folder and (folder / "cpu.stat").exists() else None)
            memory = memory or (folder if folder and (folder / "memory.max").exists() else None)
            continue
        names = controllers.split(",")
        if "cpu" in names:
            cpu = _version_1(mounts, controllers, "cpu", inside) or cpu
        if "memory" in names:
            memory = _version_1(mounts, controllers, "memory", inside) or memory
    return ControlGroup(cpu, memory)


def _version_1(mounts: Path, controllers: str, name: str, inside: str) -> Path | None:
    folders = [mounts / mount / inside for mount in (controllers, name)]
    return next((folder for folder in folders if folder.is_dir()), None)


def _pairs(path: Path) -> dict[str, int]:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.split() for line in lines)
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdecimal()}  # noqa: PLR2004 # a pair


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []
