"""What every service is made of: how it is found, how it finds and calls others, and what it tells of itself."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from shop.calling import Answer, Caller
from shop.coordination.client import CoordinationClient
from shop.coordination.discovery import Discovery, Registered
from shop.coordination.locking import Locks
from shop.event_log import EventLog
from shop.failing import stop_if_it_fails
from shop.pool import Pool
from shop.retrying import Patience, TryAgainError, retry
from shop.settings import Settings
from shop.slow import Slow
from shop.telemetry import Telemetry
from shop.web import application

__all__ = ["Process"]

UNAVAILABLE = 503

CONNECTIONS = 100
"""Calls of other services at once."""
FEW_CONNECTIONS = 2
"""With `--slow connection-pool`."""

PATIENCE = Patience(attempts=4, first_wait=0.05, longest_wait=0.5, deadline=5.0)


class Process:
    """One service process.

    Args:
        settings: Which it is.
        transport: Instead of the network.
    """

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.settings = settings
        self.bugs = settings.bugs
        self.chance = random.Random()
        self.telemetry = Telemetry(settings.name, settings.instance)
        self.events = EventLog(settings.instance, settings.events)
        self.caller = Caller(self.telemetry, self.events, transport)
        client = CoordinationClient(list(settings.coordination.values()), self.caller, self.chance)
        self.discovery = Discovery(client, self.chance, settings.bugs)
        self.locks = Locks(client, self.events, self.chance)
        few = settings.name == "gateway" and Slow.CONNECTION_POOL in settings.slow
        self._connections = Pool("connection", FEW_CONNECTIONS if few else CONNECTIONS, self.telemetry)
        self._registered = Registered(settings, client)

    async def call(
        self,
        service: str,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        seconds: float = 2.0,
        patience: Patience = PATIENCE,
    ) -> Answer:
        """Calls a service, found through discovery. Only for what may be carried out twice.

        Raises:
            TryAgainError: No instance answered, or all were unavailable, for as long as patience lasted.
        """
        failures = 0

        async def once() -> Answer:
            nonlocal failures
            if failures:
                self.telemetry.retries.labels(service).inc()
            failures += 1
            addresses = await self.discovery.find(service)
            # The next attempt takes another instance, where there is one.
            address = addresses[failures % len(addresses)]
            async with self._connections.place(seconds):
                answer = await self.caller.call(method, address + path, body=body, headers=headers, seconds=seconds)
            if answer.status == UNAVAILABLE:
                raise TryAgainError(f"{service}: {answer.json()}")
            return answer

        return await retry(once, patience, self.chance)

    def application(
        self,
        routes: Sequence[Route],
        *,
        background: Sequence[Callable[[], Coroutine[Any, Any, None]]] = (),
        close: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> Starlette:
        """The service as an application: on the list while it runs.

        Args:
            routes: What it is there for.
            background: What runs beside the requests, until it is cancelled.
            close: Comes last.
        """

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            async with self.caller:
                tasks = [stop_if_it_fails(asyncio.create_task(work())) for work in (*background, self._registered.run)]
                try:
                    yield
                finally:
                    # First its heartbeats end, then it leaves: the other way round it might come back.
                    for task in tasks:
                        task.cancel()
                        with suppress(asyncio.CancelledError):
                            await task
                    await self._registered.leave()
                    if close is not None:
                        await close()
            self.telemetry.shutdown()
            self.events.close()

        return application(
            routes, telemetry=self.telemetry, events=self.events, is_ready=self._is_ready, lifespan=lifespan
        )

    def _is_ready(self) -> str | None:
        return None if self._registered.listed else "a place in the registry"
