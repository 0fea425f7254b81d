"""System: what is under test, with every path resolved and every default filled in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assay.evidence.verdict import Severity
from assay.system.configuration import Limits
from assay.system.performance import Performance
from assay.system.service import Service

__all__ = ["GivenParameter", "ShippedSpecification", "SpecificationToCheck", "System"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationToCheck:
    """A TLA+ specification of the user's own, with the models to check it with."""

    name: str
    """Unique in the system; the task is `formal-verification/<name>`."""
    path: Path
    """Absolute; the file exists."""
    configurations: tuple[Path, ...]
    """Absolute; at least one; the files exist."""
    expect: Literal["holds", "violated"]
    severity: Severity
    workers: int
    limits: Limits


@dataclass(frozen=True, slots=True)
class GivenParameter:
    """A parameter of a shipped specification, as written: `clients = 3`. `assay.verify` knows which there are."""

    name: str
    value: int | bool
    line: int
    """Where it is written in `assay.toml`; 0 where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedSpecification:
    """A specification that ships with Assay, checked with the sizes of the user's system."""

    name: str
    """Unique in the system; the task is `formal-verification/<name>`."""
    protocol: str
    """As written; `assay.verify` knows which there are."""
    parameters: tuple[GivenParameter, ...]
    line: int
    """Where the entry is written in `assay.toml`; 0 where that is not known."""
    workers: int
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """The system under test."""

    name: str
    root: Path
    """Absolute: the folder that `.assay/` is in and that paths were relative to."""
    source: Path | None
    """The `assay.toml` it was read from; None for the system that ships with Assay."""
    services: tuple[Service, ...] = ()
    protocols: tuple[str, ...] = ()
    """Names of shipped protocols to check, as written; `assay.verify` knows which there are."""
    protocol_workers: int = 1
    protocol_limits: Limits = Limits()
    shipped_specifications: tuple[ShippedSpecification, ...] = ()
    specifications: tuple[SpecificationToCheck, ...] = ()
    performance: Performance = Performance()

    @property
    def state(self) -> Path:
        """The folder in which is kept what is known of its running services: records and logs."""
        return self.root / ".assay" / "system"

    @property
    def runs(self) -> Path:
        """The folder that its runs are in."""
        return self.root / ".assay" / "runs"
