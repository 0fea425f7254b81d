"""`[[service]]` of `assay.toml`: one process of the system, how it is started, and how one knows that it is ready."""

import shlex
import sys
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

import msgspec

from assay.system.table import PATTERNS_IN_WORDS, Name, Table, Text

__all__ = ["HEALTH_BY_CONNECTION", "Address", "Service"]

HEALTH_BY_CONNECTION = "tcp"
"""The `health` of a service that is ready as soon as it accepts connections."""

_URL_PATTERN = r"^(https?|tcp)://"
_HEALTH_PATTERN = rf"^(/|{HEALTH_BY_CONNECTION}$)"
_SIGNAL_PATTERN = r"^(TERM|INT|QUIT|HUP|USR1|USR2|KILL)$"
_VARIABLE_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*$"

PATTERNS_IN_WORDS.update(
    {
        _URL_PATTERN: "an address that begins with http://, https:// or tcp://",
        _HEALTH_PATTERN: f'a path that begins with /, or "{HEALTH_BY_CONNECTION}"',
        _SIGNAL_PATTERN: "one of TERM, INT, QUIT, HUP, USR1, USR2, KILL",
        _VARIABLE_PATTERN: "the name of an environment variable",
    }
)

Variable = Annotated[str, msgspec.Meta(pattern=_VARIABLE_PATTERN)]
_PORTS = {"http": 80, "https": 443}
_PYTHON = "{python}"


class Address(NamedTuple):
    """Where a service listens."""

    host: str
    port: int

    def __str__(self) -> str:
        """`host:port`, with IPv6 addresses in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Service(Table, frozen=True, kw_only=True):
    """`[[service]]`: one process of the system."""

    name: Name
    url: Annotated[str, msgspec.Meta(pattern=_URL_PATTERN)]
    """Its base; `tcp://host:port` where it does not speak HTTP."""
    start: Text | None = None
    """The command that starts it, split as a shell splits it, but not run by one; None where something else starts it.
    `{python}` stands for the Python that runs Assay."""
    folder: Text = "."
    """Where it is started, relative to `assay.toml`."""
    environment: dict[Variable, str | int] = msgspec.field(default_factory=dict)
    """Variables on top of those that Assay itself was given."""
    secrets: tuple[Variable, ...] = ()
    """Variables whose values are never shown, besides those whose names tell, such as `DATABASE_PASSWORD`."""
    health: Annotated[str, msgspec.Meta(pattern=_HEALTH_PATTERN)] | None = None
    """The path that answers with 2xx when the service is ready, or `tcp`: it is ready when it accepts connections."""
    needs: tuple[Name, ...] = ()
    """Services that are ready before this one is started."""
    ready_seconds: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 30.0
    """How long it may take to become ready."""
    stop_signal: Annotated[str, msgspec.Meta(pattern=_SIGNAL_PATTERN)] = "TERM"
    stop_seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 10.0
    """How long it may take to stop before it is killed."""

    def __post_init__(self) -> None:
        # A message that begins with a key in backticks and a colon is shown with that key's line.
        parts = urlsplit(self.url)
        if parts.username is not None or parts.password is not None:
            raise ValueError("`url`: an address without user and password is expected; they belong in `environment`")
        try:
            known = bool(parts.hostname) and bool(parts.port or parts.scheme in _PORTS)
        except ValueError:
            known = False
        if not known:
            raise ValueError("`url`: a host and, for tcp://, a port from 1 to 65535 are expected")
        if parts.scheme == HEALTH_BY_CONNECTION and self.health not in {None, HEALTH_BY_CONNECTION}:
            raise ValueError("`health`: a path needs an http:// or https:// `url`")
        if self.start is not None:
            try:
                words = shlex.split(self.start)
            except ValueError as error:
                raise ValueError(f"`start`: not a command: {str(error).lower()}") from error
            if not words or not words[0]:
                raise ValueError("`start`: names no program")

    @property
    def command(self) -> tuple[str, ...]:
        """The program and its arguments; empty where something else starts the service."""
        return tuple(word.replace(_PYTHON, sys.executable) for word in shlex.split(self.start or ""))

    @property
    def address(self) -> Address:
        """Where it listens."""
        parts = urlsplit(self.url)
        return Address(parts.hostname or "", parts.port or _PORTS[parts.scheme])

    @property
    def health_path(self) -> str | None:
        """The path to ask whether it is ready; None where accepting a connection is enough."""
        if self.health is None:
            return None if self.url.startswith("tcp:") else "/readyz"
        return None if self.health == HEALTH_BY_CONNECTION else self.health
