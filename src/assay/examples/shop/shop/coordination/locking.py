"""Holding a lock. It follows the clients of `specs/lock/Lock.tla`."""

import random
import time
import uuid
from dataclasses import dataclass

from shop.bugs import NO_BUGS, Bug
from shop.coordination.client import CoordinationClient
from shop.coordination.commands import Acquire, Granted, Release
from shop.event_log import EventLog
from shop.retrying import Patience, TryAgainError, retry
from shop.steps import Step

__all__ = ["Held", "Locks"]


@dataclass(frozen=True, slots=True)
class Held:
    """A lock that was lent. What is done under it carries the token, so that the resource can refuse it."""

    lock: str
    holder: str
    token: int
    valid_until: float
    """By this process's clock that does not go back; the lease itself ends later."""
    waited: float = 0.0
    """Seconds for which others had it: from the first refusal on. Asking takes time as well, which is not in it."""

    def looks_valid(self, now: float, bugs: frozenset[Bug] = NO_BUGS) -> bool:
        """Whether the lease still runs. The process may pause right after, so that the resource must check as well."""
        return now < self.valid_until or Bug.NO_EXPIRY_CHECK in bugs


class Locks:
    """The locks of one process.

    Args:
        client: How the lock service is reached.
        events: Where the steps of a holder are written.
        chance: Where waits come from.
        lease: Seconds.
        margin: Seconds by which a holder gives up before its lease ends.
        patience: How long it waits for a lock that others have.
    """

    def __init__(
        self,
        client: CoordinationClient,
        events: EventLog,
        chance: random.Random,
        *,
        lease: float = 5.0,
        margin: float = 0.5,
        patience: Patience = Patience(attempts=100, first_wait=0.02, longest_wait=0.2, deadline=4.0),  # noqa: B008 # frozen
    ) -> None:
        self._client = client
        self._events = events
        self._chance = chance
        self._lease = lease
        self._margin = margin
        self._patience = patience

    async def acquire(self, lock: str) -> Held:
        """Waits for the lock.

        Raises:
            TryAgainError: It was not to be had in time.
        """
        holder = f"{self._events.node}/{uuid.uuid4()}"
        request = Acquire(lock, holder, holder, int(self._lease * 1000))
        self._note("Request", lock, {"phase": "waiting"})

        refused: float | None = None

        async def once() -> Held:
            nonlocal refused
            # The lease counts from the question: when the answer comes, some of it is over already.
            asked = time.monotonic()
            outcome = await self._client.command(request)
            if not isinstance(outcome, Granted):
                refused = refused or time.monotonic()
                raise TryAgainError(f"lock {lock}: {outcome}")
            waited = time.monotonic() - refused if refused else 0.0
            return Held(lock, holder, outcome.token, asked + outcome.remaining / 1000 - self._margin, waited)

        try:
            held = await retry(once, self._patience, self._chance)
        except TryAgainError:
            self._note("GiveUp", lock, {"phase": "idle"})
            raise
        self._note("ReceiveGrant", lock, {"phase": "holding", "token": held.token})
        return held

    async def release(self, held: Held) -> None:
        """Gives the lock back. Where that fails, it comes free when the lease ends."""
        self._note("Release", held.lock, {"phase": "idle", "token": 0})
        try:
            await self._client.command(Release(held.lock, held.holder, held.token))
        except TryAgainError:
            return

    def _note(self, action: str, lock: str, client: dict[str, object]) -> None:
        self._events.write("lock", [Step(action, {"lock": lock}, {"client": client})])
