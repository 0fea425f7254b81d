"""The coordinator's side. It presumes abort: a transaction that it has no record of was aborted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from shop.bugs import NO_BUGS, Bug
from shop.commit.messages import (
    Abort,
    Ask,
    Commit,
    Decided,
    Done,
    Effect,
    Finished,
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

__all__ = ["MAXIMUM_TRANSACTIONS", "Coordinator", "CoordinatorTiming", "TooManyTransactionsError"]

MAXIMUM_TRANSACTIONS = 10_000
"""Going on at once."""


class TooManyTransactionsError(Exception):
    """As many transactions as a coordinator takes are going on."""


@dataclass(frozen=True, slots=True)
class CoordinatorTiming:
    """Seconds."""

    votes: float = 3.0
    """After which a missing vote counts as a no."""
    resend: float = 0.5
    """After which a message is sent again; from then on after twice as long each time."""
    longest_resend: float = 4.0


@dataclass(slots=True)
class _Transaction:
    state: Literal["collecting", "committing"]
    participants: tuple[str, ...]
    work: Mapping[str, Work]
    votes_until: float
    resend_at: float
    resend: float
    votes: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)


class Coordinator:
    """Decides transactions.

    Args:
        name: As participants call it.
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
        timing: CoordinatorTiming = CoordinatorTiming(),  # frozen
        bugs: frozenset[Bug] = NO_BUGS,
    ) -> None:
        self.name = name
        self._timing = timing
        self._bugs = bugs
        self._going_on: dict[str, _Transaction] = {}
        for record in records:
            if record.kind == "commit":
                self._going_on[record.transaction] = _Transaction(
                    "committing", record.participants, {}, votes_until=now, resend_at=now, resend=timing.resend
                )
            elif record.kind == "end":
                self._going_on.pop(record.transaction, None)

    def recovered(self) -> list[Effect]:
        """The effects of having started: commits that may not have reached everybody."""
        return [
            Step("RecoverCoordinator", {"transaction": name}, {"coordinator": transaction.state})
            for name, transaction in self._going_on.items()
        ]

    def committing(self) -> list[str]:
        """The transactions that are committed, and not known to be carried out by all."""
        return [name for name, transaction in self._going_on.items() if transaction.state == "committing"]

    def live_records(self) -> list[Record]:
        """All that must be on disk."""
        return [Record(name, "commit", participants=self._going_on[name].participants) for name in self.committing()]

    def begin(self, transaction: str, work: Mapping[str, Work], now: float) -> list[Effect]:
        """Begins a transaction in which each participant has its work.

        Raises:
            TooManyTransactionsError: More are going on than it takes.
        """
        if len(self._going_on) >= MAXIMUM_TRANSACTIONS:
            raise TooManyTransactionsError(f"{MAXIMUM_TRANSACTIONS} transactions are going on already")
        begun = _Transaction(
            "collecting",
            tuple(work),
            work,
            votes_until=now + self._timing.votes,
            resend_at=now + self._timing.resend,
            resend=self._timing.resend,
        )
        self._going_on[transaction] = begun
        return [
            Step("Begin", {"transaction": transaction}, {"coordinator": "collecting"}),
            *(self._prepare(transaction, begun, participant) for participant in begun.participants),
        ]

    def receive(self, message: Message) -> list[Effect]:
        """A message of a participant has arrived."""
        match message:
            case Yes(transaction, participant):
                return self._receive_yes(transaction, participant)
            case No(transaction, _, reason):
                known = self._going_on.get(transaction)
                collecting = known is not None and known.state == "collecting"
                return self._abort(transaction, reason) if collecting else []
            case Ask(transaction, participant):
                return self._answer_question(transaction, participant)
            case Done(transaction, participant):
                return self._receive_done(transaction, participant)
        return []

    def tick(self, now: float) -> list[Effect]:
        """Time has passed."""
        effects: list[Effect] = []
        for name, transaction in list(self._going_on.items()):
            if transaction.state == "collecting" and now >= transaction.votes_until:
                if Bug.COMMIT_ON_TIMEOUT in self._bugs:
                    effects += self._commit(name, transaction)
                else:
                    effects += self._abort(name, "a vote did not come in time")
            elif now >= transaction.resend_at:
                # Who is slow because there is too much to do must not get ever more of it.
                transaction.resend = min(2 * transaction.resend, self._timing.longest_resend)
                transaction.resend_at = now + transaction.resend
                effects += self._send_again(name, transaction)
        return effects

    def _prepare(self, name: str, transaction: _Transaction, participant: str) -> Send:
        return Send(participant, Prepare(name, self.name, transaction.work[participant]))

    def _receive_yes(self, name: str, participant: str) -> list[Effect]:
        transaction = self._going_on.get(name)
        if transaction is None or transaction.state != "collecting":
            return []
        if participant not in transaction.participants or participant in transaction.votes:
            return []
        transaction.votes.add(participant)
        effects: list[Effect] = [
            Step("ReceiveYes", {"transaction": name, "participant": participant}, {"votes": sorted(transaction.votes)})
        ]
        if transaction.votes == set(transaction.participants):
            effects += self._commit(name, transaction)
        return effects

    def _commit(self, name: str, transaction: _Transaction) -> list[Effect]:
        transaction.state = "committing"
        transaction.votes = set()
        logged = Bug.NO_WAL not in self._bugs
        changed: dict[str, object] = {
            "coordinator": "committing",
            "decisionLog": "commit" if logged else "nothing",
            "votes": [],
        }
        effects: list[Effect] = [Log(Record(name, "commit", participants=transaction.participants))] if logged else []
        effects += [
            Step("DecideCommit", {"transaction": name}, changed),
            Decided(name, "commit", ""),
            *self._send_again(name, transaction),
        ]
        if Bug.FORGET_EARLY in self._bugs:
            effects += self._forget(name)
        return effects

    def _abort(self, name: str, reason: str) -> list[Effect]:
        # Without a record: what the coordinator does not know was aborted.
        transaction = self._going_on.pop(name)
        return [
            Step("DecideAbort", {"transaction": name}, {"coordinator": "forgotten", "votes": []}),
            Decided(name, "abort", reason),
            *(Send(participant, Abort(name)) for participant in transaction.participants),
        ]

    def _send_again(self, name: str, transaction: _Transaction) -> list[Effect]:
        if transaction.state == "collecting":
            missing = [one for one in transaction.participants if one not in transaction.votes]
            return [self._prepare(name, transaction, participant) for participant in missing]
        return [Send(one, Commit(name)) for one in transaction.participants if one not in transaction.done]

    def _answer_question(self, name: str, participant: str) -> list[Effect]:
        transaction = self._going_on.get(name)
        if transaction is not None and transaction.state == "collecting":
            return []
        decision = Abort(name) if transaction is None else Commit(name)
        step = Step("AnswerQuestion", {"transaction": name, "participant": participant}, {})
        return [step, Send(participant, decision)]

    def _receive_done(self, name: str, participant: str) -> list[Effect]:
        transaction = self._going_on.get(name)
        if transaction is None or transaction.state != "committing":
            return []
        transaction.done.add(participant)
        if transaction.done < set(transaction.participants):
            return []
        return [Finished(name), *self._forget(name)]

    def _forget(self, name: str) -> list[Effect]:
        del self._going_on[name]
        step = Step("Forget", {"transaction": name}, {"coordinator": "forgotten", "decisionLog": "nothing"})
        return [step] if Bug.NO_WAL in self._bugs else [Log(Record(name, "end")), step]
