"""The environment fingerprint: on what machine and with what a run was made, and which runs may be compared."""

import hashlib
import os
import platform
import re
from pathlib import Path

import msgspec

__all__ = ["Environment"]

_GIBIBYTE = 1024**3


class Environment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may change a measurement although the system under test did not change."""

    operating_system: str
    kernel: str
    architecture: str
    processor: str
    cores: int
    """Cores this process may use, which in a container or under taskset is fewer than the machine has."""
    memory_gibibytes: int
    """Rounded, because firmware and kernels take a little that differs from boot to boot."""
    python: str
    assay: str
    """Assay's version. Recorded, but outside the fingerprint: two versions on one machine are comparable."""

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits; equal for two runs whose measurements may be compared."""
        parts = {name: value for name, value in msgspec.structs.asdict(self).items() if name not in {"assay", "python"}}
        return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()[:16]

    def differences(self, other: "Environment") -> tuple[str, ...]:
        """The fields of the fingerprint that differ, in words; empty where the two are comparable."""
        mine, theirs = msgspec.structs.asdict(self), msgspec.structs.asdict(other)
        return tuple(
            f"{name.replace('_', ' ')}: {mine[name]} before, {theirs[name]} now"
            for name in mine
            if name not in {"assay", "python"} and mine[name] != theirs[name]
        )

    @classmethod
    def of_this_machine(cls, *, assay: str) -> "Environment":
        """Reads the machine this process runs on; what cannot be read is recorded as `unknown` or 0."""
        return cls(
            operating_system=platform.system() or "unknown",
            kernel=platform.release() or "unknown",
            architecture=platform.machine() or "unknown",
            processor=_processor(),
            cores=available_cores(),
            memory_gibibytes=_memory_gibibytes(),
            python=platform.python_version(),
            assay=assay,
        )


def available_cores() -> int:
    """Cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def _processor() -> str:
    try:
        information = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or "unknown"
    model = re.search(r"^model name\s*:\s*(.+)$", information, re.MULTILINE)
    return model.group(1).strip() if model else platform.processor() or "unknown"


def _memory_gibibytes() -> int:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIBIBYTE)
    except (ValueError, OSError, AttributeError):
        return 0
