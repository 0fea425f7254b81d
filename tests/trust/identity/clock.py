"""A clock that tests set."""

from dataclasses import dataclass

from assay.trust.identity.settings import Argon2Parameters

QUICK = Argon2Parameters(memory_kib=19_456, passes=2)
"""The least that is allowed: tests hash often."""

PASSWORD = "a fish on a bicycle"  # noqa: S105 # of nobody


@dataclass
class SetClock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now
