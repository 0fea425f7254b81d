"""A limit on how much goes on at once: the others wait, and it shows that they do."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shop.retrying import TryAgainError
from shop.telemetry import Telemetry

__all__ = ["Pool"]


class Pool:
    """Places for so many at once.

    Args:
        name: In metrics.
        size: How many places there are.
        telemetry: Where waiting is shown.
    """

    def __init__(self, name: str, size: int, telemetry: Telemetry) -> None:
        self._name = name
        self._places = asyncio.Semaphore(size)
        self._waits = telemetry.waits.labels("pool")
        self._in_use = telemetry.pool_in_use.labels(name)
        self._waiting = telemetry.pool_waiting.labels(name)
        telemetry.pool_size.labels(name).set(size)

    @asynccontextmanager
    async def place(self, seconds: float) -> AsyncIterator[None]:
        """Waits at most so many seconds for a place, and keeps it.

        Raises:
            TryAgainError: None became free in time.
        """
        began = time.perf_counter()
        self._waiting.inc()
        try:
            async with asyncio.timeout(seconds):
                await self._places.acquire()
        except TimeoutError as error:
            raise TryAgainError(f"no {self._name} was free within {seconds:g} seconds") from error
        finally:
            self._waiting.dec()
            self._waits.observe(time.perf_counter() - began)
        self._in_use.inc()
        try:
            yield
        finally:
            self._in_use.dec()
            self._places.release()
