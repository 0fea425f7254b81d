"""The system that ships with Assay: `examples/shop`, on free ports, with its data beside the runs."""

import shlex
import socket
import zlib
from dataclasses import replace
from pathlib import Path

import msgspec

from assay.system.model import System
from assay.system.parse import read_system
from assay.system.service import Service

__all__ = ["SHOP", "bundled_system", "remember_ports"]

SHOP = Path(__file__).parents[1] / "examples" / "shop"
"""The folder of the program and of the `assay.toml` that describes it."""

_PROTOCOLS = (
    "lock",
    "two-phase-commit",
    "saga",
    "outbox",
    "raft",
    "discovery",
    "leader-lease",
    "circuit-breaker",
)
"""Not only those that the shop follows: who has described nothing yet is shown all that ship."""

_FIRST_PORT = 20_000
_LAST_PORT = 32_000
"""Below the ports that Linux gives to connections."""

_PORTS_NAME = "base-port"


def bundled_system(folder: Path) -> System:
    """The system that ships with Assay, whose services are started for `folder`: on ports that are free there.

    Which ports those are depends on the folder, so that two shops on one machine are seldom in each other's way, and
    is remembered: transactions that are open while the shop is stopped know each other by their addresses.

    Raises:
        ConfigurationError: The installation is damaged.
    """
    described = read_system(SHOP / "assay.toml")
    root = folder.resolve()
    here = replace(described, root=root, source=None, protocols=_PROTOCOLS)
    ports = [service.address.port for service in described.services]
    move = _base_port(here, max(ports) - min(ports) + 1) - min(ports)
    data = root / ".assay" / "shop"
    return replace(here, services=tuple(_moved(service, move, min(ports) + move, data) for service in here.services))


def remember_ports(system: System) -> None:
    """Notes where the services of `system` are about to be started, if it is the one that ships.

    Whoever calls it holds the lock of the folder `system.state`.
    """
    if system.source is None and system.services:
        base = min(service.address.port for service in system.services)
        (system.state / _PORTS_NAME).write_text(str(base), encoding="ascii")


def _moved(service: Service, move: int, base_port: int, data: Path) -> Service:
    address = service.address
    return msgspec.structs.replace(
        service,
        url=service.url.replace(str(address), f"{address.host}:{address.port + move}"),
        start=f"{service.start} --base-port {base_port} --data {shlex.quote(str(data))}",
        folder=str(SHOP),
    )


def _base_port(system: System, count: int) -> int:
    """The first of `count` ports in a row: those that the services were given, else such as nobody has."""
    remembered = _remembered(system)
    if remembered and (_are_recorded(system) or _are_free(remembered, count)):
        return remembered
    rows = (_LAST_PORT - _FIRST_PORT) // count
    first = zlib.crc32(str(system.root).encode())
    candidates = (_FIRST_PORT + (first + step) % rows * count for step in range(rows))
    # Where none is free, starting the services says what is in the way.
    return next((base for base in candidates if _are_free(base, count)), _FIRST_PORT)


def _remembered(system: System) -> int | None:
    try:
        return int((system.state / _PORTS_NAME).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _are_recorded(system: System) -> bool:
    """Whether some were started and not stopped since, whether they live or not."""
    return any((system.state / f"{service.name}.json").exists() for service in system.services)


def _are_free(base: int, count: int) -> bool:
    try:
        for port in range(base, base + count):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
    except (OSError, OverflowError):
        return False
    return True
