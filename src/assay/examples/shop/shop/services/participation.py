"""A service that takes part in transactions: its write-ahead log, and the data that the protocol acts on."""

import asyncio
import sqlite3
import time
from typing import Protocol

import msgspec

from shop.bugs import Bug
from shop.commit.carrier import Carrier
from shop.commit.messages import Apply, Drop, Effect, Hold, Log, Message, Prepare, Record, Send, Work
from shop.commit.participant import Participant
from shop.failing import stop_at_once
from shop.journal import Journal
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
        """Do it, once, however often it is asked for."""

    def drop(self, transaction: str) -> None:
        """Let go of what was held."""


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
        self._carrier = Carrier(settings.url, process.caller, self.receive)
        self.route = self._carrier.route()
        self._carry_out(self._participant.recovered())
        self._records = 0
        if Bug.NO_WAL not in process.bugs:
            self._compact()

    async def run(self) -> None:
        """Asks for decisions that do not come, until it is cancelled."""
        while True:
            for send in self._carry_out(self._participant.tick(time.monotonic())):
                self._carrier.send(send.to, send.message)
            if self._records > RECORDS_UNTIL_COMPACTION:
                self._compact()
            await asyncio.sleep(TICK)

    async def close(self) -> None:
        """Drops what is on its way. What was promised is on disk."""
        await self._carrier.close()
        self._journal.close()

    def receive(self, message: Message, sender: str) -> list[Send]:
        """A message has arrived. Returns what is to be sent because of it."""
        if not isinstance(message, Prepare):
            return self._carry_out(self._participant.receive(message, sender))
        refusal = None
        if not self._participant.knows(message.transaction):
            refusal = self._resource.refusal(message.transaction, message.work)
        return self._carry_out(self._participant.prepare(message, refusal, time.monotonic()))

    def _carry_out(self, effects: list[Effect]) -> list[Send]:
        sends: list[Send] = []
        for effect in effects:
            match effect:
                case Log(record):
                    self._journal.append(msgspec.json.encode(record))
                    self._records += 1
                case Step():
                    self._events.write("two-phase-commit", [effect])
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
        except sqlite3.Error as error:
            # It is committed and not done: the log knows, and does it after a restart.
            stop_at_once(f"{transaction} could not be carried out: {error}")

    def _compact(self) -> None:
        """The data holds what was committed, so only what is open must stay."""
        self._journal.replace(msgspec.json.encode(record) for record in self._participant.live_records())
        self._records = 0
