"""How long a proof may take. Whatever hits a limit says which, and the verdict is unknown."""

import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Deadline", "Limits"]


LONGEST_SECONDS = 86_400.0
"""A day."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one command: all questions together, and each by itself."""

    total_seconds: float = 120.0
    question_seconds: float = 30.0
    question_steps: int = 0
    """Steps of z3 (its `rlimit`) for one question, the same on every machine; 0 for no limit of this kind."""

    def __post_init__(self) -> None:
        if not all(0 < one <= LONGEST_SECONDS for one in (self.question_seconds, self.total_seconds)):
            raise ValueError("a limit of time is more than 0 seconds and at most a day")


class Deadline:
    """When all questions together have had their time.

    Args:
        limits: Which time.
        clock: Seconds, from any origin.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._ends = clock() + limits.total_seconds

    @property
    def question_seconds(self) -> float:
        """What the next question may take: 0 where no time is left."""
        return max(0.0, min(self.limits.question_seconds, self._ends - self._clock()))
