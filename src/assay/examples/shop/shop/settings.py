"""What a process is told when it starts."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shop.bugs import NO_BUGS, Bug
from shop.slow import NOT_SLOW, Slow

__all__ = ["COORDINATION_NODES", "PORTS", "SERVICES", "Settings", "read_arguments"]

SERVICES = ("gateway", "catalog", "orders", "payments", "inventory")
COORDINATION_NODES = ("coordination-1", "coordination-2", "coordination-3")

PORTS = {name: offset for offset, name in enumerate((*SERVICES, *COORDINATION_NODES))}
"""How far the port of each process is from the base port."""

MAY_BE_SEVERAL = frozenset({"gateway", "catalog", "orders"})
"""Services that may have several instances. The others have data that nobody else may change."""

BUGS_VARIABLE = "SHOP_BUGS"
"""The environment variable that switches guards off in all processes that are started with it."""

DATABASE_VARIABLE = "SHOP_DATABASE"
"""The environment variable with the URL of a PostgreSQL server. It may hold a password, so it is no argument."""

SLOW_VARIABLE = "SHOP_SLOW"
"""The environment variable that makes something slow in all processes that are started with it."""

_HIGHEST_BASE_PORT = 65_535 - len(PORTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Of one process. Everything is on loopback: the shop is to be broken, not to be reached."""

    name: str
    port: int
    base_port: int
    data: Path
    """The folder of the whole shop; each process has files of its own in it."""
    bugs: frozenset[Bug] = NO_BUGS
    slow: frozenset[Slow] = NOT_SLOW
    record_events: bool = True
    database: str | None = None
    """The URL of a PostgreSQL server; None for SQLite files in `data`."""

    @property
    def url(self) -> str:
        """Where this process answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def instance(self) -> str:
        """The name of this instance; a second one of a service has another port, and so another name."""
        usual = self.port == self.base_port + PORTS[self.name]
        return self.name if usual else f"{self.name}-{self.port}"

    @property
    def events(self) -> Path | None:
        """Where its protocol steps are written."""
        return self.data / "events" / f"{self.instance}.ndjson" if self.record_events else None

    def file(self, suffix: str) -> Path:
        """A file of this instance: `orders.wal`."""
        return self.data / f"{self.instance}.{suffix}"

    @property
    def coordination(self) -> dict[str, str]:
        """The addresses of the coordination nodes, by name."""
        return {name: f"http://127.0.0.1:{self.base_port + PORTS[name]}" for name in COORDINATION_NODES}


def read_arguments(arguments: Sequence[str] | None = None) -> Settings:
    """Reads the command line; `--help` and mistakes end the process, as argparse does."""
    parser = argparse.ArgumentParser(prog="python -m shop", description="Start one process of the shop.")
    parser.add_argument("name", choices=[*SERVICES, *COORDINATION_NODES])
    parser.add_argument("--base-port", type=_port, default=8700, help="the gateway's; the others follow (8700)")
    parser.add_argument("--port", type=_port, help="of this process, if it is one more instance of a service")
    parser.add_argument("--data", type=Path, default=Path(".shop"), help="the folder for everything that lasts (.shop)")
    parser.add_argument("--no-events", action="store_true", help="do not write the protocol steps")
    parser.add_argument(
        "--bug",
        action="append",
        default=[],
        type=Bug,
        choices=list(Bug),
        metavar="GUARD",
        help=f"switch a guard off; may be repeated, and {BUGS_VARIABLE} may name more: {', '.join(Bug)}",
    )
    parser.add_argument(
        "--slow",
        action="append",
        default=[],
        type=Slow,
        choices=list(Slow),
        metavar="WHAT",
        help=f"make something slow; may be repeated, and {SLOW_VARIABLE} may name more: {', '.join(Slow)}",
    )
    given = parser.parse_args(arguments)
    if given.port and given.name not in MAY_BE_SEVERAL:
        parser.error(f"--port: of {given.name} there is one, for its data is in one place")
    bugs = [Bug(word) for word in _words(parser, BUGS_VARIABLE, list(Bug))]
    slow = [Slow(word) for word in _words(parser, SLOW_VARIABLE, list(Slow))]
    database = os.environ.get(DATABASE_VARIABLE) or None
    if database and not database.startswith(("postgresql://", "postgres://")):
        parser.error(f"{DATABASE_VARIABLE}: an address that begins with postgresql:// is expected")
    return Settings(
        name=given.name,
        port=given.port or given.base_port + PORTS[given.name],
        base_port=given.base_port,
        data=given.data,
        bugs=frozenset([*given.bug, *bugs]),
        slow=frozenset([*given.slow, *slow]),
        record_events=not given.no_events,
        database=database,
    )


def _words(parser: argparse.ArgumentParser, variable: str, known: Sequence[str]) -> list[str]:
    words = os.environ.get(variable, "").replace(",", " ").split()
    for word in words:
        if word not in known:
            parser.error(f"{variable}: {word!r} is none of {', '.join(known)}")
    return words


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= _HIGHEST_BASE_PORT:
        raise argparse.ArgumentTypeError(f"a port is between 1 and {_HIGHEST_BASE_PORT}")
    return port
