"""Two-phase commit over HTTP: a message is a request, and what goes back to its sender is the answer."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shop.calling import Caller
from shop.commit.messages import Message, Send
from shop.retrying import TryAgainError
from shop.web import json_answer, json_body

__all__ = ["MAXIMUM_CALLS", "Carrier"]

PATH = "/commit-protocol"

MAXIMUM_CALLS = 1000
"""Messages on their way. More are dropped, as a network would; the protocol sends again."""


class Envelope(msgspec.Struct, frozen=True):
    """Messages between two processes, which are called by their addresses."""

    sender: str
    messages: tuple[Message, ...]


class Carrier:
    """Carries the messages of one process.

    Args:
        address: Of this process.
        caller: How others are reached.
        receive: Takes a message and its sender, and returns what is to be sent because of it.
    """

    def __init__(self, address: str, caller: Caller, receive: Callable[[Message, str], Awaitable[list[Send]]]) -> None:
        self._address = address
        self._caller = caller
        self._receive = receive
        self._calls = set[asyncio.Task[None]]()

    def route(self) -> Route:
        """Where messages arrive."""
        return Route(PATH, self._arrive, methods=["POST"])

    def send(self, to: str, message: Message) -> None:
        """Sends a message, some time. Nobody hears of it when it is lost."""
        if len(self._calls) < MAXIMUM_CALLS:
            call = asyncio.create_task(self._exchange(to, message))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def close(self) -> None:
        """Drops what is on its way."""
        calls = list(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    async def _take(self, envelope: Envelope) -> list[Message]:
        back: list[Message] = []
        for message in envelope.messages:
            for send in await self._receive(message, envelope.sender):
                if send.to == envelope.sender:
                    back.append(send.message)
                else:
                    self.send(send.to, send.message)
        return back

    async def _arrive(self, request: Request) -> Response:
        envelope: Envelope = await json_body(request, Envelope)
        return json_answer(Envelope(self._address, tuple(await self._take(envelope))))

    async def _exchange(self, to: str, message: Message) -> None:
        body = Envelope(self._address, (message,))
        with suppress(TryAgainError, msgspec.MsgspecError):
            answer = await self._caller.call("POST", to + PATH, body=body, seconds=1.5)
            for back in await self._take(msgspec.json.decode(answer.body, type=Envelope)):
                self.send(to, back)
