"""Doing together what arrives together: one wait for the disk then serves many."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

__all__ = ["Batching"]

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batching(Generic[Item, Result]):
    """Collects what arrives in one turn of the event loop.

    While a batch waits for the disk the loop stands still, so that the next batch is all that arrived meanwhile.

    Args:
        work: Does a batch, in order; for each item its result, or the exception that it ended with.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result | Exception]]) -> None:
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []

    async def do(self, item: Item) -> Result:
        """Does one item, with the others of its batch.

        Raises:
            Exception: What `work` says that it ended with.
        """
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._work_off)
        result: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, result))
        return await result

    def _work_off(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            outcomes = self._work([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 # whoever waits must hear of it
            outcomes = [error] * len(batch)
        for (_, result), outcome in zip(batch, outcomes, strict=True):
            # Who was cancelled does not wait any more.
            if result.done():
                continue
            if isinstance(outcome, Exception):
                result.set_exception(outcome)
            else:
                result.set_result(outcome)
