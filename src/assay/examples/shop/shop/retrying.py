"""Trying again: how often, how long, and with what waits between."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["Patience", "TryAgainError", "retry"]

T = TypeVar("T")


class TryAgainError(Exception):
    """It did not work this time, and may work the next."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds, but for `attempts`."""

    attempts: int = 5
    first_wait: float = 0.05
    longest_wait: float = 1.0
    deadline: float = 5.0
    """From the first attempt on; nothing is tried after it."""

    def wait(self, attempt: int, chance: random.Random) -> float:
        """How long to wait after attempt number `attempt`, from 0.

        It is anything up to a limit that doubles ("full jitter"): those who failed together do not come back together.
        """
        return chance.uniform(0, min(self.longest_wait, self.first_wait * 2.0**attempt))


async def retry(work: Callable[[], Awaitable[T]], patience: Patience, chance: random.Random) -> T:
    """Does the work until it works.

    Raises:
        TryAgainError: The last one, when patience ends.
    """
    end = time.monotonic() + patience.deadline
    attempt = 0
    while True:
        try:
            return await work()
        except TryAgainError:
            wait = patience.wait(attempt, chance)
            attempt += 1
            if attempt >= patience.attempts or time.monotonic() + wait >= end:
                raise
        await asyncio.sleep(wait)
