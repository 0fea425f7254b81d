"""A participant's side. Once it has voted yes, it is bound by the coordinator's decision, even after a crash."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shop.bugs import NO_BUGS, Bug
from shop.commit.messages import (
    Abort,
    Apply,
    Ask,
    Commit,
    Done,
    Drop,
    Effect,
    Hold,
    Log,
    Message,
    No,
    Prepare,
    Record,
    Send,
    Work,
    Yes,
)
from shop.steps import Step

__all__ = ["MAXIMUM_FINISHED", "Participant", "ParticipantTiming"]

MAXIMUM_FINISHED = 10_000
"""Outcomes that are remembered for messages that come again. The data remembers for good what was done to it."""

Outcome = Literal["committed", "aborted"]


@dataclass(frozen=True, slots=True)
class ParticipantTiming:
    """Seconds."""

    ask: float = 1.0
    """After which a participant that voted yes asks for the decision, again and again."""


@dataclass(slots=True)
class _Prepared:
    coordinator: str
    work: Work
    ask_at: float


class Participant:
    """Votes, and does what is decided.

    Args:
        name: As the coordinator calls it.
        records: What it logged before it last stopped.
        now: Seconds, on any clock that does not go back.
        timing: How long it waits for what.
        bugs: Guards that are switched off.
    """

    def __init__(
        self,
        name: str,
        records: Iterable[Record] = (),
        *,
        now: float,
        timing: ParticipantTiming = ParticipantTiming(),  # frozen
        bugs: frozenset[Bug] = NO_BUGS,
    ) -> None:
        self.name = name
        self._timing = timing
        self._bugs = bugs
        self._prepared: dict[str, _Prepared] = {}
        self._finished: OrderedDict[str, Outcome] = OrderedDict()
        self._recovery: list[Effect] = []
        for record in records:
            self._recover(record, now)

    def recovered(self) -> list[Effect]:
        """The effects of having started: a commit is done again, a vote without outcome is held again."""
        effects, self._recovery = self._recovery, []
        for name, prepared in self._prepared.items():
            effects.append(Hold(name, prepared.work))
            effects.append(self._step("RecoverParticipant", name, participant="prepared"))
        return effects

    def live_records(self) -> list[Record]:
        """All that must be on disk once the data holds what was committed."""
        return [
            Record(name, "prepared", coordinator=prepared.coordinator, work=prepared.work)
            for name, prepared in self._prepared.items()
        ]

    def in_doubt(self) -> list[str]:
        """The transactions that it voted yes for and has heard no decision on."""
        return list(self._prepared)

    def knows(self, transaction: str) -> bool:
        """Whether it has voted, so that a `Prepare` is no question any more."""
        return transaction in self._prepared or transaction in self._finished

    def prepare(self, message: Prepare, refusal: str | None, now: float) -> list[Effect]:
        """The coordinator asks for a vote. `refusal` says why this participant cannot do its part; None: it can."""
        name = message.transaction
        if name in self._prepared:
            return [Send(message.coordinator, Yes(name, self.name))]
        if name in self._finished:
            committed = self._finished[name] == "committed"
            known = Yes(name, self.name) if committed else No(name, self.name, "aborted already")
            return [Send(message.coordinator, known)]
        if refusal is not None:
            effects = self._finish(name, "aborted", "VoteNo")
            return [*effects, Send(message.coordinator, No(name, self.name, refusal))]
        self._prepared[name] = _Prepared(message.coordinator, message.work, now + self._timing.ask)
        logged = Bug.NO_WAL not in self._bugs
        record = Record(name, "prepared", coordinator=message.coordinator, work=message.work)
        return [
            *([Log(record)] if logged else []),
            self._step("PrepareToCommit", name, participant="prepared", log=["prepared"] if logged else []),
            Hold(name, message.work),
            self._step("VoteYes", name),
            Send(message.coordinator, Yes(name, self.name)),
        ]

    def receive(self, message: Message, sender: str) -> list[Effect]:
        """A decision of the coordinator `sender` has arrived."""
        match message:
            case Commit(name):
                effects: list[Effect] = []
                if name in self._prepared:
                    effects = self._finish(name, "committed", "ReceiveCommit")
                # Also where it remembers nothing: it has done so long ago, and the coordinator waits to hear of it.
                return [*effects, self._step("SendDone", name), Send(sender, Done(name, self.name))]
            case Abort(name):
                return [] if name in self._finished else self._finish(name, "aborted", "ReceiveAbort")
        return []

    def tick(self, now: float) -> list[Effect]:
        """Time has passed."""
        effects: list[Effect] = []
        for name, prepared in list(self._prepared.items()):
            if now < prepared.ask_at:
                continue
            prepared.ask_at = now + self._timing.ask
            if Bug.BREAK_PROMISE in self._bugs:
                effects += self._finish(name, "aborted", "ParticipantTimeout")
            elif Bug.NEVER_ASK not in self._bugs:
                effects.append(self._step("AskForDecision", name))
                effects.append(Send(prepared.coordinator, Ask(name, self.name)))
        return effects

    def _finish(self, name: str, outcome: Outcome, action: str) -> list[Effect]:
        prepared = self._prepared.pop(name, None)
        self._remember(name, outcome)
        kind: Literal["commit", "abort"] = "commit" if outcome == "committed" else "abort"
        effects: list[Effect] = []
        # An abort of what was never promised needs no record: a transaction that left none never happened.
        if prepared is not None and Bug.NO_WAL not in self._bugs:
            effects.append(Log(Record(name, kind)))
        if prepared is not None:
            effects.append(Apply(name, prepared.work) if outcome == "committed" else Drop(name))
        return [*effects, self._step(action, name, participant=outcome, log=[kind], outcomes=[kind])]

    def _remember(self, name: str, outcome: Outcome) -> None:
        self._finished[name] = outcome
        if len(self._finished) > MAXIMUM_FINISHED:
            self._finished.popitem(last=False)

    def _recover(self, record: Record, now: float) -> None:
        name = record.transaction
        if record.kind == "prepared":
            self._prepared[name] = _Prepared(record.coordinator, record.work, now)
            return
        prepared = self._prepared.pop(name, None)
        self._remember(name, "committed" if record.kind == "commit" else "aborted")
        if prepared is not None and record.kind == "commit":
            self._recovery.append(Apply(name, prepared.work))
            self._recovery.append(self._step("RecoverParticipant", name, participant="committed"))

    def _step(self, action: str, name: str, **changed: object) -> Step:
        return Step(action, {"transaction": name, "participant": self.name}, changed)
