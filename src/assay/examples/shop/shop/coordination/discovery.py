"""Finding the instances of a service, and being found. It follows the clients of `specs/discovery/Discovery.tla`."""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass

from shop.bugs import NO_BUGS, Bug
from shop.coordination.client import CoordinationClient
from shop.coordination.commands import Deregister, Heartbeat, Instance, Listing, Refused, Register
from shop.retrying import TryAgainError
from shop.settings import Settings

__all__ = ["Cache", "Discovery", "Registered", "Ttl"]


@dataclass(frozen=True, slots=True)
class Ttl:
    """Seconds."""

    entry: float = 5.0
    """For how long an instance is listed after a heartbeat."""
    heartbeat: float = 1.5
    answer: float = 2.0
    """For how long a client relies on a listing."""
    leave: float = 1.5
    """For how long a process that stops tries to take itself off the list: the nodes may be stopping as well."""


TTL = Ttl()


class Cache:
    """The newest listing of one service that a client has heard of."""

    def __init__(self, life: float, bugs: frozenset[Bug] = NO_BUGS) -> None:
        self._life = life
        self._bugs = bugs
        self._listing = Listing(0, ())
        self._asked = -life

    def receive(self, listing: Listing, asked: float) -> None:
        """An answer to a question of the time `asked`: its age counts from there, for that is how old it may be."""
        if listing.version >= self._listing.version or Bug.VERSIONS_NOT_COMPARED in self._bugs:
            self._asked = max(asked, self._asked)
            self._listing = listing

    def callable_at(self, now: float) -> tuple[Instance, ...]:
        """The instances that may be called now."""
        fresh = now - self._asked < self._life or Bug.NO_CACHE_EXPIRY in self._bugs
        return self._listing.instances if fresh else ()


class Discovery:
    """Finds services, for one process."""

    def __init__(self, client: CoordinationClient, chance: random.Random, bugs: frozenset[Bug] = NO_BUGS) -> None:
        self._client = client
        self._chance = chance
        self._bugs = bugs
        self._caches: dict[str, Cache] = {}

    async def find(self, service: str) -> list[str]:
        """The addresses of a service's instances, in an order of chance.

        Raises:
            TryAgainError: None is listed, or no coordination node answers.
        """
        cache = self._caches.setdefault(service, Cache(TTL.answer, self._bugs))
        found = cache.callable_at(time.monotonic())
        if not found:
            asked = time.monotonic()
            cache.receive(await self._client.listing(service), asked)
            found = cache.callable_at(time.monotonic())
        if not found:
            raise TryAgainError(f"no instance of {service} is listed")
        addresses = [instance.url for instance in found]
        self._chance.shuffle(addresses)
        return addresses


class Registered:
    """Keeps one process on the list.

    Args:
        settings: Who it is.
        client: How the registry is reached.
    """

    def __init__(self, settings: Settings, client: CoordinationClient) -> None:
        ttl = int(TTL.entry * 1000)
        identity = (settings.name, settings.instance, settings.url, ttl)
        self._register = Register(*identity)
        self._heartbeat = Heartbeat(*identity)
        self._client = client
        self.listed = False
        """Whether it was, at the last heartbeat."""

    async def run(self) -> None:
        """Registers and goes on with heartbeats, until it is cancelled."""
        while True:
            try:
                await self._beat()
            except TryAgainError:
                self.listed = False
            else:
                await asyncio.sleep(TTL.heartbeat)

    async def _beat(self) -> None:
        if self.listed:
            outcome = await self._client.command(self._heartbeat, traced=False)
            self.listed = not isinstance(outcome, Refused)
        if not self.listed:
            outcome = await self._client.command(self._register, traced=False)
            self.listed = not isinstance(outcome, Refused)

    async def leave(self) -> None:
        """Takes the process off the list. Where that fails, the list forgets it soon."""
        self.listed = False
        with suppress(TryAgainError, TimeoutError):
            async with asyncio.timeout(TTL.leave):
                await self._client.command(Deregister(self._register.instance), traced=False)
