"""A whole shop in one event loop: the real applications, joined by a network that a test can break at one place."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from shop.bugs import Bug
from shop.settings import COORDINATION_NODES, PORTS, SERVICES, Settings
from shop.slow import Slow
from tests.shop.running import PATIENCE

BASE_PORT = 8700


class Network(httpx.AsyncBaseTransport):
    """Carries requests to applications by their port."""

    def __init__(self) -> None:
        self.applications: dict[int, httpx.ASGITransport] = {}
        self.loses_request: Callable[[httpx.Request], bool] = lambda _: False
        self.loses_answer: Callable[[httpx.Request], bool] = lambda _: False
        self._going_on: dict[int, int] = defaultdict(int)
        self.most_at_once: dict[int, int] = defaultdict(int)
        """By port: how many requests were on their way there at the same time, at most."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        application = self.applications.get(request.url.port or 0)
        if application is None:
            raise httpx.ConnectError("nobody listens there")
        if self.loses_request(request):
            raise httpx.ReadTimeout("the request was lost")
        answer = await self._carry(application, request)
        if self.loses_answer(request):
            raise httpx.ReadTimeout("the answer was lost")
        return answer

    async def _carry(self, application: httpx.ASGITransport, request: httpx.Request) -> httpx.Response:
        port = request.url.port or 0
        self._going_on[port] += 1
        self.most_at_once[port] = max(self.most_at_once[port], self._going_on[port])
        try:
            # As on a real network, others get their turn before the answer is there.
            await asyncio.sleep(0)
            return await application.handle_async_request(request)
        finally:
            self._going_on[port] -= 1


class InProcessShop:
    """The processes of a shop, started and stopped one by one."""

    def __init__(
        self, data: Path, bugs: Iterable[Bug] = (), slow: Iterable[Slow] = (), database: str | None = None
    ) -> None:
        self.network = Network()
        self.client = httpx.AsyncClient(transport=self.network)
        self._data = data
        self._bugs = frozenset(bugs)
        self._slow = frozenset(slow)
        self._database = database
        self._running: dict[str, AbstractAsyncContextManager[Any]] = {}

    async def start(self, name: str) -> None:
        port = BASE_PORT + PORTS[name]
        settings = Settings(
            name=name,
            port=port,
            base_port=BASE_PORT,
            data=self._data,
            bugs=self._bugs,
            slow=self._slow,
            database=self._database,
        )
        module = "shop.coordination.node" if name in COORDINATION_NODES else f"shop.services.{name}"
        application = import_module(module).build(settings, self.network)
        self._running[name] = application.router.lifespan_context(application)
        self.network.applications[port] = httpx.ASGITransport(application)
        await self._running[name].__aenter__()

    async def stop(self, name: str) -> None:
        self.network.applications.pop(BASE_PORT + PORTS[name])
        await self._running.pop(name).__aexit__(None, None, None)

    async def stop_all(self) -> None:
        for name in reversed(list(self._running)):
            await self.stop(name)
        await self.client.aclose()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{BASE_PORT + PORTS[name]}"

    async def get(self, name: str, path: str) -> Any:
        return (await self.client.get(self.url(name) + path)).json()

    async def post(self, name: str, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.client.post(self.url(name) + path, json=body, headers=headers, timeout=30)

    async def order(self, key: str, customer: str, item: str, quantity: int = 1) -> httpx.Response:
        body = {"customer": customer, "item": item, "quantity": quantity}
        headers = {"idempotency-key": key}
        return await self.client.post(f"{self.url('gateway')}/orders", json=body, headers=headers)

    async def level(self, item: str) -> int:
        return int((await self.get("inventory", f"/stock/{item}"))["level"])

    async def charges(self, customer: str) -> list[int]:
        account = await self.get("payments", f"/accounts/{customer}")
        return [charge["amount"] for charge in account["charges"]]

    async def metric(self, name: str, sample: str) -> float:
        """A metric of a process; 0 where it has not been measured yet."""
        text = (await self.client.get(f"{self.url(name)}/metrics")).text
        found = [line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(f"{sample} ")]
        return float(found[0]) if found else 0.0

    async def until(self, condition: Callable[[], Any], what: str) -> None:
        """Asks again and again until the awaited answer counts as true."""
        async with asyncio.timeout(PATIENCE):
            while not await condition():  # noqa: ASYNC110 # nobody tells when an answer changes
                await asyncio.sleep(0.02)
        assert await condition(), what

    async def is_ready(self, name: str) -> bool:
        return (await self.client.get(f"{self.url(name)}/readyz")).status_code == 200


@asynccontextmanager
async def open_shop(
    data: Path, *bugs: Bug, slow: Iterable[Slow] = (), database: str | None = None
) -> AsyncIterator[InProcessShop]:
    """All processes, ready."""
    shop = InProcessShop(data, bugs, slow, database)
    try:
        for name in (*COORDINATION_NODES, *SERVICES):
            await shop.start(name)
        for name in (*COORDINATION_NODES, *SERVICES):
            await shop.until(lambda name=name: shop.is_ready(name), f"{name} is ready")  # type: ignore[misc]
        yield shop
    finally:
        await shop.stop_all()
