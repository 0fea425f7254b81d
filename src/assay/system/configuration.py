"""The shape of `assay.toml`, key by key. `assay.system.parse` turns it into a `System`."""

import re
from typing import Annotated, Literal

import msgspec

from assay.evidence.verdict import Severity
from assay.system.performance import Performance
from assay.system.service import Service
from assay.system.table import Name, Table, Text

__all__ = ["Configuration", "FormalVerification", "Limits", "Service", "Specification", "SystemTable", "name_from_file"]


class SystemTable(Table, frozen=True, kw_only=True):
    """`[system]`."""

    name: Name


class Limits(Table, frozen=True, kw_only=True):
    """Where a check gives up. What it has not decided by then is `unknown`."""

    seconds: Annotated[int, msgspec.Meta(ge=1)] = 600
    states: Annotated[int, msgspec.Meta(ge=1)] = 50_000_000
    """Distinct states."""


class Specification(Table, frozen=True, kw_only=True):
    """`[[formal-verification.spec]]`: a specification to check, of the user's own (`path`) or a shipped one (`spec`).

    An entry with `spec` may have other keys as well: parameters of the shipped specification, which `assay.verify`
    knows. `assay.system.parse` takes them out before the entry is read as this.
    """

    path: Text | None = None
    """Of the `.tla` file, relative to `assay.toml`."""
    spec: Name | None = None
    """The protocol that ships with Assay."""
    configs: tuple[Text, ...] = ()
    """Of its models' `.cfg` files; where none is named, the `.cfg` beside the specification. Not with `spec`."""
    name: Name | None = None
    """Of the task; where there is none, it is made from the file's name, or is that of the protocol."""
    expect: Literal["holds", "violated"] | None = None
    """`violated` for a deliberately broken variant that must be caught; `holds` where it is not said. Not with `spec`.
    """
    severity: Severity | None = None
    """What a violation would cost the users of the system; high where it is not said. Not with `spec`."""
    workers: Annotated[int, msgspec.Meta(ge=1)] | None = None
    limits: Limits | None = None

    def __post_init__(self) -> None:
        if self.path is None and self.spec is None:
            raise ValueError("names neither a `path` nor a `spec` that ships with Assay")
        if self.spec is None:
            return
        given = {"path": self.path, "configs": self.configs, "expect": self.expect, "severity": self.severity}
        unfit = next((key for key, value in given.items() if value), None)
        if unfit:
            raise ValueError(f"`spec` names a specification that ships with Assay, with which `{unfit}` does not go")


class FormalVerification(Table, frozen=True, kw_only=True):
    """`[formal-verification]`."""

    protocols: tuple[Name, ...] = ()
    """Of the protocols that ship with Assay, those that the system uses."""
    workers: Annotated[int, msgspec.Meta(ge=1)] = 1
    """Threads for one check."""
    limits: Limits = Limits()
    spec: tuple[Specification, ...] = ()


class Configuration(Table, frozen=True, kw_only=True):
    """A whole `assay.toml`."""

    system: SystemTable
    service: tuple[Service, ...] = ()
    formal_verification: FormalVerification = FormalVerification()
    performance: Performance = Performance()


def name_from_file(stem: str) -> str:
    """A `Name` from a file's name: `OrderSaga_v2` becomes `order-saga-v2`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", stem)
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "spec"
