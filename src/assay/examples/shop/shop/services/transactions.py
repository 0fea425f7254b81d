"""The orders service as the coordinator of two-phase commit: its write-ahead log, and who waits for a decision."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import msgspec

from shop.bugs import Bug
from shop.commit.carrier import Carrier
from shop.commit.coordinator import Coordinator
from shop.commit.messages import Decided, Effect, Finished, Log, Message, Record, Send, Work
from shop.journal import Journal
from shop.services.process import Process
from shop.steps import Step

__all__ = ["Transactions"]

TICK = 0.1
"""Seconds."""

RECORDS_UNTIL_COMPACTION = 20_000

WAIT_FOR_DONE = 1.0
"""Seconds. It is committed then anyway; only the lock is held until all have done their part."""


class Transactions:
    """Begins transactions and waits for their outcome.

    Args:
        process: Of the service.
        committed: Is told of each commit, when it is on disk and nobody has heard of it yet.

    Raises:
        JournalDamagedError: What it decided is not readable any more.
    """

    def __init__(self, process: Process, committed: Callable[[str], None]) -> None:
        settings = process.settings
        self._events = process.events
        self._committed = committed
        self._journal = Journal(settings.file("wal"), written=process.telemetry.wrote)
        records = [msgspec.json.decode(line, type=Record) for line in self._journal.take()]
        self._coordinator = Coordinator(settings.url, records, now=time.monotonic(), bugs=process.bugs)
        self._decisions: dict[str, asyncio.Future[Decided]] = {}
        self._finished: dict[str, asyncio.Event] = {}
        self._carrier = Carrier(settings.url, process.caller, self.receive)
        self.route = self._carrier.route()
        self.found_committed = self._coordinator.committing()
        """Transactions that were committed before it last stopped, and may not have reached everybody."""
        self._carry_out(self._coordinator.recovered())
        self._records = 0
        if Bug.NO_WAL not in process.bugs:
            self._compact()

    async def run(self) -> None:
        """Sends again what is not answered, until it is cancelled."""
        while True:
            self._send(self._carry_out(self._coordinator.tick(time.monotonic())))
            if self._records > RECORDS_UNTIL_COMPACTION:
                self._compact()
            await asyncio.sleep(TICK)

    async def execute(self, transaction: str, work: Mapping[str, Work]) -> Decided:
        """Runs a transaction; each participant's work is given by its address.

        Returns:
            The decision, when all have carried it out, or soon after it was made.

        Raises:
            TooManyTransactionsError: More are going on than it takes.
        """
        decision: asyncio.Future[Decided] = asyncio.get_running_loop().create_future()
        self._decisions[transaction] = decision
        self._finished[transaction] = asyncio.Event()
        try:
            self._send(self._carry_out(self._coordinator.begin(transaction, work, time.monotonic())))
            decided = await decision
            if decided.outcome == "commit":
                with suppress(TimeoutError):
                    async with asyncio.timeout(WAIT_FOR_DONE):
                        await self._finished[transaction].wait()
            return decided
        finally:
            del self._decisions[transaction]
            del self._finished[transaction]

    async def close(self) -> None:
        """Drops what is on its way. What was promised is on disk."""
        await self._carrier.close()
        self._journal.close()

    def receive(self, message: Message, _: str) -> list[Send]:
        """A message has arrived. Returns what is to be sent because of it."""
        return self._carry_out(self._coordinator.receive(message))

    def _send(self, sends: list[Send]) -> None:
        for send in sends:
            self._carrier.send(send.to, send.message)

    def _carry_out(self, effects: list[Effect]) -> list[Send]:
        sends: list[Send] = []
        for effect in effects:
            match effect:
                case Log(record):
                    # Where the end of a transaction is lost, its commit is sent once more after a restart.
                    self._journal.append(msgspec.json.encode(record), wait=record.kind != "end")
                    self._records += 1
                case Step():
                    self._events.write("two-phase-commit", [effect])
                case Decided(transaction, outcome, _):
                    if outcome == "commit":
                        self._committed(transaction)
                    decision = self._decisions.get(transaction)
                    if decision is not None and not decision.done():
                        decision.set_result(effect)
                case Finished(transaction):
                    if transaction in self._finished:
                        self._finished[transaction].set()
                case Send():
                    sends.append(effect)
                case _:
                    pass
        return sends

    def _compact(self) -> None:
        self._journal.replace(msgspec.json.encode(record) for record in self._coordinator.live_records())
        self._records = 0
