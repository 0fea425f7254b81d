"""Authorities of tests, with a clock that stands until it is moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assay.trust.workloads.authority import Authority
from assay.trust.workloads.lifetimes import Lifetimes
from assay.trust.workloads.spiffe_id import SpiffeId, TrustDomain

SHOP = TrustDomain("shop.example")
BANK = TrustDomain("bank.example")
CATALOG = SpiffeId(SHOP, "/catalog")


@dataclass
class Clock:
    """Called, it says what time it is."""

    now: datetime = field(default_factory=lambda: datetime(2030, 1, 1, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def move(self, step: timedelta) -> None:
        self.now += step


@contextmanager
def authority(
    folder: Path, trust_domain: TrustDomain = SHOP, clock: Clock | None = None, lifetimes: Lifetimes | None = None
) -> Iterator[Authority]:
    with Authority(folder / str(trust_domain), trust_domain, lifetimes, clock or Clock()) as made:
        yield made
