"""The orders service as the coordinator of two-phase commit: its write-ahead log, and who waits for a decision."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol

import msgspec

from shop.batching import Batching
from shop.bugs import Bug
from shop.commit.carrier import Carrier
from shop.commit.coordinator import Coordinator
from shop.commit.messages import Decided, Effect, Finished, Log, Message, Record, Send, Work
from shop.journal import Journal
from shop.services.process import Process
from shop.steps import Step

__all__ = ["Commits", "Transactions"]

TICK = 0.1
"""Seconds."""

RECORDS_UNTIL_COMPACTION = 20_000

WAIT_FOR_DONE = 1.0
"""Seconds. It is committed then anyway; only the lock is held until all have done their part."""


class Commits(Protocol):
    """Where it is written down what became of a transaction, for those who ask later."""

    def committed(self, transaction: str) -> None:
        """It is committed, on disk, and nobody has heard of it yet. Until `flush` the log remembers it as well."""

    def recover(self, committed: Sequence[str]) -> None:
        """After a start: of all that was open, these were committed, and the rest never happened."""

    def flush(self) -> None:
        """Return when all of that is on disk, and the log may forget it."""


class Transactions:
    """Begins transactions and waits for their outcome.

    Args:
        process: Of the service.
        commits: Is told of each commit.

    Raises:
        JournalDamagedError: What it decided is not readable any more.
    """

    def __init__(self, process: Process, commits: Commits) -> None:
        settings = process.settings
        self._events = process.events
        self._commits = commits
        self._journal = Journal(settings.file("wal"), written=process.telemetry.wrote)
        records = [msgspec.json.decode(line, type=Record) for line in self._journal.take()]
        self._coordinator = Coordinator(settings.url, records, now=time.monotonic(), bugs=process.bugs)
        self._decisions: dict[str, asyncio.Future[Decided]] = {}
        self._finished: dict[str, asyncio.Event] = {}
        self._arrived = Batching(self._receive_all)
        self._carrier = Carrier(settings.url, process.caller, self.receive)
        self.route = self._carrier.route()
        self._records = 0
        self._carry_out([self._coordinator.recovered()])
        # Also those that have reached everybody.
        commits.recover([record.transaction for record in records if record.kind == "commit"])
        if Bug.NO_WAL not in process.bugs:
            self._compact()

    async def run(self) -> None:
        """Sends again what is not answered, until it is cancelled."""
        while True:
            self._send(*self._carry_out([self._coordinator.tick(time.monotonic())]))
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
            self._send(*self._carry_out([self._coordinator.begin(transaction, work, time.monotonic())]))
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

    async def receive(self, message: Message, sender: str) -> list[Send]:
        """A message has arrived. Returns what is to be sent because of it."""
        return await self._arrived.do((message, sender))

    def _receive_all(self, arrived: Sequence[tuple[Message, str]]) -> Sequence[list[Send] | Exception]:
        return self._carry_out([self._coordinator.receive(message) for message, _ in arrived])

    def _send(self, *batch: list[Send]) -> None:
        for sends in batch:
            for send in sends:
                self._carrier.send(send.to, send.message)

    def _carry_out(self, batch: Sequence[Sequence[Effect]]) -> list[list[Send]]:
        """Carries out the effects of several messages: first all that they log, with one wait for the disk."""
        records = [effect.record for effects in batch for effect in effects if isinstance(effect, Log)]
        if records:
            # Where the end of a transaction is lost, its commit is sent once more after a restart.
            wait = any(record.kind != "end" for record in records)
            self._journal.append(*(msgspec.json.encode(record) for record in records), wait=wait)
            self._records += len(records)
        return [self._carry_out_logged(effects) for effects in batch]

    def _carry_out_logged(self, effects: Sequence[Effect]) -> list[Send]:
        self._events.write("two-phase-commit", [effect for effect in effects if isinstance(effect, Step)])
        sends: list[Send] = []
        for effect in effects:
            match effect:
                case Decided(transaction, outcome, _):
                    if outcome == "commit":
                        self._commits.committed(transaction)
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
        self._commits.flush()
        self._journal.replace(msgspec.json.encode(record) for record in self._coordinator.live_records())
        self._records = 0
