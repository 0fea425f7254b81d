"""A service that takes part in transactions: its write-ahead log, and the data that the protocol acts on."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from shop.batching import Batching
from shop.bugs import Bug
from shop.commit.carrier import Carrier
from shop.commit.messages import Apply, Drop, Effect, Hold, Log, Message, Prepare, Record, Send, Work
from shop.commit.participant import Participant
from shop.failing import stop_at_once
from shop.journal import Journal
from shop.services.database import DatabaseFailedError
from shop.services.process import Process
from shop.steps import Step

__all__ = ["Participation", "Resource"]

TICK = 0.1
"""Seconds."""

RECORDS_UNTIL_COMPACTION = 20_000


class Resource(Protocol):
    """The data of a participant."""

    def refusal(self, transaction: str, work: Work) -> str | None:
        """Why the work cannot be done; None: it can, for as long as it is held."""

    def hold(self, transaction: str, work: Work) -> None:
        """Keep what the work needs from others."""

    def apply(self, transaction: str, work: Work) -> None:
        """Do it, once, however often it is asked for. Until `flush` the log remembers it as well."""

    def drop(self, transaction: str) -> None:
        """Let go of what was held."""

    def flush(self) -> None:
        """Return when all that was applied is on disk, and the log may forget it."""


class Participation:
    """Takes part in two-phase commit.

    Args:
        process: Of the service.
        resource: Its data.

    Raises:
        JournalDamagedError: What it promised is not readable any more.
    """

    def __init__(self, process: Process, resource: Resource) -> None:
        settings = process.settings
        self._events = process.events
        self._resource = resource
        self._journal = Journal(settings.file("wal"), written=process.telemetry.wrote)
        records = [msgspec.json.decode(line, type=Record) for line in self._journal.take()]
        self._participant = Participant(settings.url, records, now=time.monotonic(), bugs=process.bugs)
        self._arrived = Batching(self._receive_all)
        self._carrier = Carrier(settings.url, process.caller, self.receive)
        self.route = self._carrier.route()
        self._records = 0
        try:
            self._carry_out([self._participant.recovered()])
            if Bug.NO_WAL not in process.bugs:
                self._compact()
        except BaseException:
            self._journal.close()
            raise

    async def run(self) -> None:
        """Asks for decisions that do not come, until it is cancelled."""
        while True:
            for sends in self._carry_out([self._participant.tick(time.monotonic())]):
                for send in sends:
                    self._carrier.send(send.to, send.message)
            if self._records > RECORDS_UNTIL_COMPACTION:
                self._compact()
            await asyncio.sleep(TICK)

    async def close(self) -> None:
        """Drops what is on its way. What was promised is on disk."""
        await self._carrier.close()
        self._journal.close()

    async def receive(self, message: Message, sender: str) -> list[Send]:
        """A message has arrived. Returns what is to be sent because of it."""
        return await self._arrived.do((message, sender))

    def _receive_all(self, arrived: Sequence[tuple[Message, str]]) -> Sequence[list[Send] | Exception]:
        effects: list[list[Effect]] = []
        for message, sender in arrived:
            effects.append(self._effects_of(message, sender))
            # The next one of this batch must find it held. Should it not reach the disk, nobody hears that it was.
            for effect in effects[-1]:
                if isinstance(effect, Hold):
                    self._resource.hold(effect.transaction, effect.work)
        return self._carry_out(effects)

    def _effects_of(self, message: Message, sender: str) -> list[Effect]:
        if not isinstance(message, Prepare):
            return self._participant.receive(message, sender)
        refusal = None
        if not self._participant.knows(message.transaction):
            refusal = self._resource.refusal(message.transaction, message.work)
        return self._participant.prepare(message, refusal, time.monotonic())

    def _carry_out(self, batch: Sequence[Sequence[Effect]]) -> list[list[Send]]:
        """Carries out the effects of several messages: first all that they log, with one wait for the disk.

        A record may be on disk before what comes ahead of it is done: after a crash, the log says that it must be.
        """
        self._log(effect.record for effects in batch for effect in effects if isinstance(effect, Log))
        return [self._carry_out_logged(effects) for effects in batch]

    def _log(self, records: Iterable[Record]) -> None:
        lines = [msgspec.json.encode(record) for record in records]
        if lines:
            self._journal.append(*lines)
            self._records += len(lines)

    def _carry_out_logged(self, effects: Sequence[Effect]) -> list[Send]:
        self._events.write("two-phase-commit", [effect for effect in effects if isinstance(effect, Step)])
        sends: list[Send] = []
        for effect in effects:
            match effect:
                case Hold(transaction, work):
                    self._resource.hold(transaction, work)
                case Apply(transaction, work):
                    self._apply(transaction, work)
                case Drop(transaction):
                    self._resource.drop(transaction)
                case Send():
                    sends.append(effect)
                case _:
                    pass
        return sends

    def _apply(self, transaction: str, work: Work) -> None:
        try:
            self._resource.apply(transaction, work)
        except DatabaseFailedError as error:
            # It is committed and not done: the log knows, and does it after a restart.
            stop_at_once(f"{transaction} could not be carried out: {error}")

    def _compact(self) -> None:
        """Once the data holds what was committed, only what is open must stay."""
        self._resource.flush()
        self._journal.replace(msgspec.json.encode(record) for record in self._participant.live_records())
        self._records = 0
