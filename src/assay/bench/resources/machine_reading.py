"""The machine as /proc shows it: processors, pressure, memory, TCP. Counters are read as they are."""

import os
from pathlib import Path

from assay.bench.resources.measures import MachineMeasure

__all__ = ["read_machine"]

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_MICROSECONDS = 1e6
_PRESSURES = {
    "cpu": MachineMeasure.CPU_PRESSURE,
    "io": MachineMeasure.DISK_PRESSURE,
    "memory": MachineMeasure.MEMORY_PRESSURE,
}


def read_machine(proc: Path = _PROC) -> dict[MachineMeasure, float]:
    """What can be read; what cannot is left out.

    Args:
        proc: Where the kernel shows it.
    """
    found: dict[MachineMeasure, float] = {}
    for read in (_read_processors, _read_pressure, _read_memory, _read_tcp, _read_interfaces):
        try:
            found |= read(proc)
        except (OSError, ValueError, IndexError):
            # Another kernel, or one that does not show it here: this part is unknown, the others are not.
            continue
    return found


def _read_processors(proc: Path) -> dict[MachineMeasure, float]:
    line = (proc / "stat").read_text().split("\n", 1)[0]
    user, nice, system, idle, waiting, interrupts, soft, stolen = (int(field) for field in line.split()[1:9])
    busy = user + nice + system + interrupts + soft
    del idle, waiting
    return {MachineMeasure.CPU_BUSY: busy / _TICKS, MachineMeasure.CPU_STOLEN: stolen / _TICKS}


def _read_pressure(proc: Path) -> dict[MachineMeasure, float]:
    found = {}
    for name, measure in _PRESSURES.items():
        line = (proc / "pressure" / name).read_text().split("\n", 1)[0]
        found[measure] = int(line.rpartition("total=")[2]) / _MICROSECONDS
    return found


def _read_memory(proc: Path) -> dict[MachineMeasure, float]:
    found: dict[MachineMeasure, float] = {}
    for line in (proc / "meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            found[MachineMeasure.MEMORY_AVAILABLE] = float(int(line.split()[1]) * 1024)
            break
    pages = 0
    for line in (proc / "vmstat").read_text().splitlines():
        if line.startswith(("pswpin ", "pswpout ")):
            pages += int(line.split()[1])
    found[MachineMeasure.SWAPPED] = float(pages)
    return found


def _read_tcp(proc: Path) -> dict[MachineMeasure, float]:
    extended = _table(proc / "net" / "netstat", "TcpExt:")
    plain = _table(proc / "net" / "snmp", "Tcp:")
    found = {}
    if "ListenOverflows" in extended:
        found[MachineMeasure.LISTEN_OVERFLOWS] = float(extended["ListenOverflows"])
    if "RetransSegs" in plain:
        found[MachineMeasure.RETRANSMITTED] = float(plain["RetransSegs"])
    return found


def _table(path: Path, prefix: str) -> dict[str, int]:
    """A line of names, then a line of numbers, both beginning with `prefix`."""
    rows = [line.split()[1:] for line in path.read_text().splitlines() if line.startswith(prefix)]
    return dict(zip(rows[0], map(int, rows[1]), strict=False)) if len(rows) == 2 else {}  # noqa: PLR2004 # see above


def _read_interfaces(proc: Path) -> dict[MachineMeasure, float]:
    received = sent = 0
    for line in (proc / "net" / "dev").read_text().splitlines()[2:]:
        fields = line.rpartition(":")[2].split()
        received, sent = received + int(fields[0]), sent + int(fields[8])
    return {MachineMeasure.NETWORK_RECEIVED: float(received), MachineMeasure.NETWORK_SENT: float(sent)}
