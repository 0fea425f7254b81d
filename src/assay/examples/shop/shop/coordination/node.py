"""One coordination node: a Raft server with its disk, its peers over HTTP, and the state machine behind it."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import httpx
import msgspec
from prometheus_client import Gauge
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shop.batching import Batching
from shop.calling import Caller
from shop.coordination.commands import Advance, Command, Outcome, Stamped
from shop.coordination.state import CoordinationState
from shop.event_log import EventLog
from shop.failing import stop_if_it_fails
from shop.raft.disk import RaftDisk
from shop.raft.effects import Apply, Effect, Install, Persist, Replace, Send
from shop.raft.messages import InstallSnapshot, Message
from shop.raft.server import NotLeaderError, Server, Timing
from shop.retrying import TryAgainError
from shop.settings import Settings
from shop.steps import Step
from shop.telemetry import Telemetry
from shop.web import Problem, application, json_answer, json_body

__all__ = ["MAXIMUM_ENTRIES", "Node", "build"]

ENTRIES_UNTIL_SNAPSHOT = 5000
"""Of the log, which are applied: then a snapshot takes their place."""

MAXIMUM_ENTRIES = 100_000
"""Of the log behind its snapshot. Where no majority answers it grows; a node that leads then takes no more commands."""

MAXIMUM_WAITING = 1000
"""Commands that wait for their commitment."""

MAXIMUM_CALLS = 8
"""Messages on their way to one peer. More are dropped, as a network would."""

TICK = 0.05
"""Seconds."""

SECONDS_FOR_MESSAGE = 0.5
SECONDS_FOR_SNAPSHOT = 5.0


_Proposed = tuple[int, asyncio.Future[Outcome]]
"""An index of the log, and what will come of the command there."""


class Node:
    """A node of the group.

    Args:
        settings: Which node it is, and where its files are.
        caller: How it reaches its peers.
        events: Where its steps are written.
        timing: Raft's.
        chance: Where election timeouts come from.
        entries_until_snapshot: How long the log may get.
    """

    def __init__(
        self,
        settings: Settings,
        caller: Caller,
        events: EventLog,
        *,
        timing: Timing,
        chance: random.Random,
        entries_until_snapshot: int = ENTRIES_UNTIL_SNAPSHOT,
    ) -> None:
        self._addresses = {name: url for name, url in settings.coordination.items() if name != settings.name}
        self._disk = RaftDisk(settings.file("raft"))
        self._caller = caller
        self._events = events
        self._waiting: dict[int, tuple[int, asyncio.Future[Outcome]]] = {}
        self._calls = {name: set[asyncio.Task[None]]() for name in self._addresses}
        self._asked = Batching(self._propose)
        self._entries_until_snapshot = entries_until_snapshot
        self.state = CoordinationState(settings.bugs)
        if self._disk.found.snapshot is not None:
            self.state.restore(self._disk.found.snapshot.data)
        self.server = Server(
            settings.name,
            list(self._addresses),
            disk=self._disk.found,
            timing=timing,
            chance=chance,
            now=time.monotonic(),
            bugs=settings.bugs,
        )
        self._carry_out(self.server.started())

    async def run(self) -> None:
        """Lets time pass, until it is cancelled."""
        while True:
            self._carry_out(self.server.tick(time.monotonic()))
            self.compact_if_long()
            await asyncio.sleep(TICK)

    def compact_if_long(self) -> None:
        """Where much of the log is applied, a snapshot takes its place."""
        if self.server.commit_index - self.server.log.base >= self._entries_until_snapshot:
            self._carry_out(self.server.compact(self.state.snapshot()))

    async def close(self) -> None:
        """Stops what is on its way. What was promised is on disk."""
        calls = [call for calls in self._calls.values() for call in calls]
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        self._disk.close()

    def receive(self, sender: str, messages: Sequence[Message]) -> list[Message]:
        """Messages of a peer have arrived. Returns those that go back with the answer."""
        back: list[Message] = []
        for message in messages:
            back += self._carry_out(self.server.receive(message, time.monotonic()), answering=sender)
        return back

    async def command(self, command: Command, seconds: float) -> Outcome:
        """Has a command carried out by the group.

        Raises:
            NotLeaderError: Another node takes commands; or this one lost the lead, and the outcome is not known.
            TryAgainError: The group did not commit it in time; the outcome is not known.
        """
        if len(self._waiting) >= MAXIMUM_WAITING:
            raise TryAgainError(f"{MAXIMUM_WAITING} commands are waiting already")
        if len(self.server.log) - self.server.log.base >= MAXIMUM_ENTRIES:
            raise TryAgainError(f"the log has {MAXIMUM_ENTRIES} entries, which is its limit")
        index, outcome = await self._asked.do(command)
        try:
            async with asyncio.timeout(seconds):
                return await outcome
        except TimeoutError as error:
            raise TryAgainError("the group did not commit it in time") from error
        finally:
            self._waiting.pop(index, None)

    def _propose(self, commands: Sequence[Command]) -> Sequence[_Proposed]:
        now = _now()
        last, effects = self.server.propose([msgspec.json.encode(Stamped(now, one)).decode() for one in commands])
        loop = asyncio.get_running_loop()
        first = last - len(commands) + 1
        proposed = [(index, loop.create_future()) for index in range(first, last + 1)]
        self._waiting.update({index: (self.server.term, outcome) for index, outcome in proposed})
        self._carry_out(effects)
        return proposed

    async def up_to_date(self, seconds: float) -> CoordinationState:
        """The state without what has expired by now.

        Raises:
            NotLeaderError: Another node knows.
            TryAgainError: The group did not commit in time that something expired.
        """
        if not self.server.leads(time.monotonic()):
            raise NotLeaderError(None if self.server.role == "leader" else self.server.leader)
        if self.state.something_expires(_now()):
            await self.command(Advance(), seconds)
        return self.state

    def _carry_out(self, effects: Sequence[Effect], answering: str | None = None) -> list[Message]:
        back: list[Message] = []
        for effect in effects:
            if isinstance(effect, Persist):
                self._disk.write(effect)
            elif isinstance(effect, Replace):
                self._disk.replace(effect)
        self._events.write("raft", [effect for effect in effects if isinstance(effect, Step)])
        for effect in effects:
            match effect:
                case Install(snapshot):
                    self.state.restore(snapshot.data)
                    self._give_up_waiting(snapshot.index)
                case Apply():
                    self._apply(effect)
                case Send(to, message):
                    if to == answering:
                        back.append(message)
                    else:
                        self._send(to, message)
                case _:
                    pass
        return back

    def _apply(self, effect: Apply) -> None:
        outcome: Outcome | None = None
        if effect.entry.command:
            outcome = self.state.apply(msgspec.json.decode(effect.entry.command, type=Stamped))
            for protocol, step in self.state.take_steps():
                placed = step._replace(parameters={**step.parameters, "index": effect.index})
                self._events.write(protocol, [placed])
        term, future = self._waiting.pop(effect.index, (0, None))
        if future is None or future.done():
            return
        if term == effect.entry.term and outcome is not None:
            future.set_result(outcome)
        else:
            future.set_exception(NotLeaderError(self.server.leader))

    def _give_up_waiting(self, last: int) -> None:
        """What came of commands up to `last` is not known here: a snapshot does not say."""
        for index in [index for index in self._waiting if index <= last]:
            _, future = self._waiting.pop(index)
            if not future.done():
                future.set_exception(NotLeaderError(self.server.leader))

    def _send(self, to: str, message: Message) -> None:
        calls = self._calls[to]
        if len(calls) < MAXIMUM_CALLS:
            task = asyncio.create_task(self._exchange(to, message))
            calls.add(task)
            task.add_done_callback(calls.discard)

    async def _exchange(self, to: str, message: Message) -> None:
        body = _Envelope(self.server.name, (message,))
        seconds = SECONDS_FOR_SNAPSHOT if isinstance(message, InstallSnapshot) else SECONDS_FOR_MESSAGE
        with suppress(TryAgainError, msgspec.MsgspecError):
            answer = await self._caller.call(
                "POST", f"{self._addresses[to]}/raft", body=body, seconds=seconds, traced=False
            )
            self.receive(to, msgspec.json.decode(answer.body, type=_Envelope).messages)


class _Envelope(msgspec.Struct, frozen=True):
    """Messages between two nodes."""

    sender: str
    messages: tuple[Message, ...]


def _now() -> int:
    """Milliseconds since 1970: the replicas of the next leader must be able to go on from it."""
    return time.time_ns() // 1_000_000


WAIT = 2.0
"""Seconds that a client's request waits for the group."""


class _Web:
    """The HTTP side of a node."""

    def __init__(self, settings: Settings, node: Node) -> None:
        self._settings = settings
        self._node = node

    def routes(self) -> list[Route]:
        return [
            Route("/raft", self.raft, methods=["POST"]),
            Route("/commands", self.commands, methods=["POST"]),
            Route("/services/{service}", self.listing),
            Route("/status", self.status),
        ]

    async def raft(self, request: Request) -> Response:
        envelope: _Envelope = await json_body(request, _Envelope)
        back = self._node.receive(envelope.sender, envelope.messages)
        return json_answer(_Envelope(self._settings.name, tuple(back)))

    async def commands(self, request: Request) -> Response:
        command: Command = await json_body(request, Command)
        try:
            return json_answer(await self._node.command(command, WAIT))
        except NotLeaderError as error:
            raise self._elsewhere(error) from error
        except TryAgainError as error:
            raise Problem(503, str(error)) from error

    async def listing(self, request: Request) -> Response:
        try:
            state = await self._node.up_to_date(WAIT)
        except NotLeaderError as error:
            raise self._elsewhere(error) from error
        except TryAgainError as error:
            raise Problem(503, str(error)) from error
        return json_answer(state.listing(request.path_params["service"]))

    async def status(self, _: Request) -> Response:
        server = self._node.server
        return json_answer(
            {
                "node": server.name,
                "role": server.role,
                "term": server.term,
                "leader": server.leader,
                "leads": server.leads(time.monotonic()),
                "log": len(server.log),
                "snapshot": server.log.base,
                "committed": server.commit_index,
            }
        )

    def _elsewhere(self, error: NotLeaderError) -> Problem:
        leader = self._settings.coordination.get(error.leader or "")
        return Problem(503, str(error), leader=leader)

    def is_ready(self) -> str | None:
        return None if self._node.server.leader else "a leader"


def build(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """A coordination node as an application. `transport` stands in for the network.

    Raises:
        JournalDamagedError: What the node promised is not readable any more.
    """
    telemetry = Telemetry("coordination", settings.instance)
    events = EventLog(settings.instance, settings.events)
    caller = Caller(telemetry, events, transport)
    node = Node(settings, caller, events, timing=Timing(), chance=random.Random())
    web = _Web(settings, node)
    for name, value in {
        "shop_raft_term": lambda: node.server.term,
        "shop_raft_commit_index": lambda: node.server.commit_index,
        "shop_raft_leads": lambda: node.server.leads(time.monotonic()),
    }.items():
        Gauge(name, "Of this Raft server", registry=telemetry.registry).set_function(value)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with caller:
            clock = stop_if_it_fails(asyncio.create_task(node.run()))
            try:
                yield
            finally:
                clock.cancel()
                with suppress(asyncio.CancelledError):
                    await clock
                await node.close()
        telemetry.shutdown()
        events.close()

    return application(web.routes(), telemetry=telemetry, events=events, is_ready=web.is_ready, lifespan=lifespan)
