"""How a process reaches the coordination nodes: whoever leads, with retries."""

import random

import msgspec

from shop.calling import Answer, Caller, UnreachableError
from shop.coordination.commands import Command, Listing, Outcome
from shop.retrying import Patience, TryAgainError, retry

__all__ = ["CoordinationClient"]

PATIENCE = Patience(attempts=12, first_wait=0.05, longest_wait=0.5, deadline=6.0)
"""Longer than an election takes."""


class CoordinationClient:
    """Asks the node that seems to lead, and goes on to others until one does.

    Commands may be carried out twice where an answer is lost: they are made so that this does not matter.

    Args:
        addresses: Of the nodes.
        caller: How they are reached.
        chance: Where waits come from.
        patience: How long it goes on trying.
    """

    def __init__(
        self,
        addresses: list[str],
        caller: Caller,
        chance: random.Random,
        patience: Patience = PATIENCE,
    ) -> None:
        self._addresses = addresses
        self._caller = caller
        self._chance = chance
        self._patience = patience
        self._leader = chance.choice(addresses)

    async def command(self, command: Command, *, traced: bool = True) -> Outcome:
        """Has a command carried out.

        Raises:
            TryAgainError: No node carried it out in time. It may have been carried out all the same.
        """
        answer = await self._ask("POST", "/commands", command, traced=traced)
        outcome: Outcome = msgspec.json.decode(answer.body, type=Outcome)
        return outcome

    async def listing(self, service: str) -> Listing:
        """The instances of a service.

        Raises:
            TryAgainError: No node answered in time.
        """
        answer = await self._ask("GET", f"/services/{service}", None, traced=True)
        return msgspec.json.decode(answer.body, type=Listing)

    async def _ask(self, method: str, path: str, body: Command | None, *, traced: bool) -> Answer:
        async def once() -> Answer:
            try:
                answer = await self._caller.call(method, self._leader + path, body=body, seconds=2.5, traced=traced)
            except UnreachableError:
                self._leader = self._another()
                raise
            if answer.status == 200:  # noqa: PLR2004 # OK
                return answer
            told = answer.json()
            leader = told.get("leader") if isinstance(told, dict) else None
            self._leader = leader if leader in self._addresses else self._another()
            raise TryAgainError(f"{path}: status {answer.status}: {told}")

        return await retry(once, self._patience, self._chance)

    def _another(self) -> str:
        return self._chance.choice([address for address in self._addresses if address != self._leader])
