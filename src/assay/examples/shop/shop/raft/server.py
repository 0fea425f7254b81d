"""One Raft server. Each input returns the effects it has; time and randomness are handed in.

The actions are those of `specs/raft/Raft.tla`. There a request and its answer are one step; here the sender's half of
GrantVote is the step ReceiveVote, and the leader's half of AppendEntries is ReceiveMatch.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shop.bugs import NO_BUGS, Bug
from shop.raft.effects import Apply, Disk, Effect, Install, Persist, Replace, Send
from shop.raft.log import Log
from shop.raft.messages import (
    AppendAnswer,
    AppendEntries,
    Entry,
    InstallSnapshot,
    Message,
    RequestVote,
    Snapshot,
    VoteAnswer,
)
from shop.steps import Step

__all__ = ["NotLeaderError", "Server", "Timing"]

Role = Literal["follower", "candidate", "leader"]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, and the size of a message."""

    heartbeat: float = 0.2
    shortest_election: float = 1.0
    longest_election: float = 2.0
    """A follower stands for election when it has not heard of a leader for a random time between these two."""
    entries_in_message: int = 256

    def __post_init__(self) -> None:
        if not 0 < self.heartbeat < self.shortest_election <= self.longest_election:
            raise ValueError("heartbeats must come more often than elections, and the shortest wait must come first")


class NotLeaderError(Exception):
    """Only a leader takes commands. `leader` is who seems to be it, if anybody does."""

    def __init__(self, leader: str | None) -> None:
        super().__init__(f"not the leader; that seems to be {leader or 'nobody'}")
        self.leader = leader


class Server:
    """A server of a group that is `name` and `peers`.

    Args:
        name: Of this server.
        peers: The other servers.
        disk: What the server wrote before it last stopped, that is, all `Persist` effects.
        timing: How long it waits for what.
        chance: Where election timeouts come from.
        now: Seconds, on any clock that does not go back.
        bugs: Guards that are switched off.
    """

    def __init__(
        self,
        name: str,
        peers: Collection[str],
        *,
        disk: Disk,
        timing: Timing,
        chance: random.Random,
        now: float,
        bugs: frozenset[Bug] = NO_BUGS,
    ) -> None:
        self.name = name
        self.peers = sorted(peers)
        self.role: Role = "follower"
        self.term = disk.term
        self.voted_for = disk.voted_for
        self.snapshot = disk.snapshot
        """The newest, if any: what the log does not hold any more."""
        self.log = Log(disk.entries, *((disk.snapshot.index, disk.snapshot.term) if disk.snapshot else ()))
        # What a snapshot holds was committed. Whoever carries effects out begins with the state that it holds.
        self.commit_index = self.log.base
        self.leader: str | None = None
        self.votes_granted: set[str] = set()
        self.match_index: dict[str, int] = {}
        self._next_index: dict[str, int] = {}
        self._waiting_for: set[str] = set()
        self._heard_from: dict[str, float] = {}
        self._own_term_from = 0
        self._timing = timing
        self._chance = chance
        self._bugs = bugs
        self._election_at = 0.0
        self._heartbeat_at = 0.0
        self._saved = (self.term, self.voted_for)
        self._saved_snapshot = self.snapshot
        self._steps: list[Step] = []
        self._installs: list[Install] = []
        self._applies: list[Apply] = []
        self._sends: list[Send] = []
        self._wait_for_leader(now)

    # Inputs.

    def started(self) -> list[Effect]:
        """The effects of having started: no more than a step for the record."""
        first = self.log.base + 1
        terms = [entry.term for entry in self.log.from_index(first)]
        again = self.term > 0 or bool(terms)
        log = {"from": first, "terms": terms}
        self._step("Restart" if again else "Init", {}, log=log, commitIndex=self.commit_index, **self._variables())
        return self._effects()

    def tick(self, now: float) -> list[Effect]:
        """Time has passed."""
        if self.role == "leader":
            if now >= self._heartbeat_at:
                self._heartbeat_at = now + self._timing.heartbeat
                self._waiting_for.clear()
                self._replicate()
        elif now >= self._election_at:
            self._stand_for_election(now)
        return self._effects()

    def receive(self, message: Message, now: float) -> list[Effect]:
        """A message has arrived."""
        if message.term > self.term:
            self._enter(message.term, "follower")
            self.voted_for = None
            self._step("LearnTerm", {"term": message.term}, **self._variables())
        match message:
            case RequestVote():
                self._receive_request_vote(message, now)
            case VoteAnswer():
                self._receive_vote_answer(message, now)
            case AppendEntries():
                self._receive_append_entries(message, now)
            case InstallSnapshot():
                self._receive_snapshot(message, now)
            case AppendAnswer():
                self._receive_append_answer(message, now)
        return self._effects()

    def propose(self, commands: Sequence[str]) -> tuple[int, list[Effect]]:
        """Clients ask for commands: the index that the last of them gets, and the effects.

        The command at an index is carried out if the entry that is applied there has the term of now.

        Raises:
            NotLeaderError: This server does not take commands.
        """
        if self.role != "leader":
            raise NotLeaderError(self.leader)
        for command in commands:
            self._append(command)
        self._replicate()
        self._advance_commit_index()
        return len(self.log), self._effects()

    def compact(self, data: str) -> list[Effect]:
        """`data` is the state after all that was applied, and stands in for it: the log forgets that."""
        if self.commit_index > self.log.base:
            self.snapshot = Snapshot(self.commit_index, self.log.term_at(self.commit_index), data)
            self.log.compact(self.snapshot.index, self.snapshot.term)
            self._step("TakeSnapshot", {"index": self.snapshot.index})
        return self._effects()

    def leads(self, now: float) -> bool:
        """Whether it is leader, knows all that is committed, and was in touch with a majority a moment ago.

        A leader that is cut off finds out after `shortest_election` seconds, so for that long an answer may be old.
        """
        recent = {peer for peer, when in self._heard_from.items() if now - when < self._timing.shortest_election}
        caught_up = self.commit_index >= self._own_term_from
        return self.role == "leader" and caught_up and self._is_majority(len(recent) + 1)

    # Elections.

    def _stand_for_election(self, now: float) -> None:
        self._enter(self.term + 1, "candidate")
        self.voted_for = self.name
        self.votes_granted = {self.name}
        self._wait_for_leader(now)
        self._step("Timeout", {}, **self._variables())
        for peer in self.peers:
            self._send(peer, RequestVote(self.term, self.name, len(self.log), self.log.last_term))
        self._lead_if_elected(now)

    def _receive_request_vote(self, message: RequestVote, now: float) -> None:
        granted = (
            message.term == self.term
            and self.voted_for in {None, message.candidate}
            and self.role == "follower"
            and (self._is_as_up_to_date(message) or Bug.LOGS_NOT_COMPARED in self._bugs)
        )
        if granted:
            self.voted_for = message.candidate
            self._wait_for_leader(now)
            self._step("GrantVote", {"candidate": message.candidate, "term": message.term}, **self._variables())
        self._send(message.candidate, VoteAnswer(self.term, self.name, granted))

    def _is_as_up_to_date(self, candidate: RequestVote) -> bool:
        return (candidate.last_term, candidate.last_index) >= (self.log.last_term, len(self.log))

    def _receive_vote_answer(self, message: VoteAnswer, now: float) -> None:
        if self.role != "candidate" or message.term != self.term or not message.granted:
            return
        if message.voter not in self.votes_granted:
            self.votes_granted.add(message.voter)
            self._step("ReceiveVote", {"voter": message.voter}, votesGranted=sorted(self.votes_granted))
        self._lead_if_elected(now)

    def _lead_if_elected(self, now: float) -> None:
        if not self._is_majority(len(self.votes_granted)):
            return
        self.role = "leader"
        self.leader = self.name
        self.votes_granted = set()
        self.match_index = dict.fromkeys(self.peers, 0)
        self._next_index = dict.fromkeys(self.peers, len(self.log) + 1)
        self._waiting_for.clear()
        self._heard_from.clear()
        self._heartbeat_at = now + self._timing.heartbeat
        self._step("BecomeLeader", {}, **self._variables())
        # Entries of earlier terms are committed by one of its own behind them, and it cannot wait for a client.
        self._append("")
        self._own_term_from = len(self.log)
        self._replicate()
        self._advance_commit_index()

    # Replication.

    def _append(self, command: str) -> None:
        index = len(self.log) + 1
        self.log.put(index, Entry(self.term, command))
        self._step("ClientRequest", {}, log={"from": index, "terms": [self.term]})

    def _replicate(self) -> None:
        for peer in self.peers:
            if peer not in self._waiting_for:
                self._send_entries(peer)

    def _send_entries(self, peer: str) -> None:
        # One message with entries is on its way to a peer at a time; what is appended meanwhile goes with the next.
        self._waiting_for.add(peer)
        following = self._next_index[peer]
        if self.snapshot is not None and following <= self.log.base:
            self._send(peer, InstallSnapshot(self.term, self.name, self.snapshot))
            return
        entries = self.log.from_index(following, self._timing.entries_in_message)
        previous_term = self.log.term_at(following - 1)
        self._send(peer, AppendEntries(self.term, self.name, following - 1, previous_term, entries, self.commit_index))

    def _receive_append_entries(self, message: AppendEntries, now: float) -> None:
        if not self._follow(message, now):
            return
        if not self.log.has(message.previous_index, message.previous_term):
            self._send(
                message.leader,
                AppendAnswer(self.term, self.name, fits=False, match_index=self._last_that_may_match(message)),
            )
            return
        last = message.previous_index
        for last, entry in enumerate(message.entries, start=message.previous_index + 1):
            if not self.log.has(last, entry.term):
                self.log.put(last, entry)
                self._step(
                    "AppendEntries", {"term": message.term, "last": last}, log={"from": last, "terms": [entry.term]}
                )
        self._commit_up_to(min(message.commit_index, last), "AppendEntries", {"term": message.term, "last": last})
        self._send(message.leader, AppendAnswer(self.term, self.name, fits=True, match_index=last))

    def _follow(self, message: AppendEntries | InstallSnapshot, now: float) -> bool:
        """Whether the sender leads this server's term."""
        if message.term < self.term:
            self._send(message.leader, AppendAnswer(self.term, self.name, fits=False, match_index=0))
            return False
        self._wait_for_leader(now)
        self.leader = message.leader
        if self.role == "candidate":
            self._enter(self.term, "follower")
            self._step("AppendEntries", {"term": message.term, "last": 0}, **self._variables())
        return True

    def _receive_snapshot(self, message: InstallSnapshot, now: float) -> None:
        if not self._follow(message, now):
            return
        snapshot = message.snapshot
        # A late one must not take back what was applied since.
        if snapshot.index > self.commit_index:
            self.snapshot = snapshot
            self.log.compact(snapshot.index, snapshot.term)
            self.commit_index = snapshot.index
            self._installs.append(Install(snapshot))
            log = {"from": snapshot.index, "terms": [snapshot.term]}
            self._step("InstallSnapshot", {"term": message.term}, log=log, commitIndex=self.commit_index)
        self._send(message.leader, AppendAnswer(self.term, self.name, fits=True, match_index=snapshot.index))

    def _last_that_may_match(self, message: AppendEntries) -> int:
        if message.previous_index > len(self.log):
            return len(self.log)
        return max(self.log.first_of_term(message.previous_index) - 1, self.commit_index)

    def _receive_append_answer(self, message: AppendAnswer, now: float) -> None:
        if self.role != "leader" or message.term != self.term:
            return
        peer = message.follower
        self._heard_from[peer] = now
        self._waiting_for.discard(peer)
        if not message.fits:
            # It may be a late answer, which must not take back what is known since.
            self._next_index[peer] = max(
                min(self._next_index[peer] - 1, message.match_index + 1), self.match_index[peer] + 1
            )
            self._send_entries(peer)
            return
        if message.match_index > self.match_index[peer]:
            self.match_index[peer] = message.match_index
            self._step(
                "ReceiveMatch", {"follower": peer, "last": message.match_index}, matchIndex=dict(self.match_index)
            )
            self._advance_commit_index()
        self._next_index[peer] = max(self._next_index[peer], message.match_index + 1)
        if self._next_index[peer] <= len(self.log):
            self._send_entries(peer)

    def _advance_commit_index(self) -> None:
        copies = sorted([len(self.log), *self.match_index.values()], reverse=True)
        index = copies[len(copies) // 2]
        if index <= self.commit_index:
            return
        # An entry of an earlier term may be on a majority and yet be overwritten: figure 8 of the paper.
        if self.log.term_at(index) == self.term or Bug.OLD_TERMS_COMMITTED in self._bugs:
            self._commit_up_to(index, "AdvanceCommitIndex", {"index": index})

    def _commit_up_to(self, index: int, action: str, parameters: dict[str, Any]) -> None:
        if index <= self.commit_index:
            return
        self._applies += [Apply(i, self.log.entry(i)) for i in range(self.commit_index + 1, index + 1)]
        self.commit_index = index
        self._step(action, parameters, commitIndex=index)

    # What all of it is made of.

    def _enter(self, term: int, role: Role) -> None:
        if term > self.term:
            self.leader = None
        self.term = term
        self.role = role
        self.votes_granted = set()
        self.match_index = {}

    def _wait_for_leader(self, now: float) -> None:
        self._election_at = now + self._chance.uniform(self._timing.shortest_election, self._timing.longest_election)

    def _is_majority(self, servers: int) -> bool:
        return 2 * servers > len(self.peers) + 1

    def _send(self, to: str, message: Message) -> None:
        self._sends.append(Send(to, message))

    def _step(self, action: str, parameters: dict[str, Any], **changed: Any) -> None:
        self._steps.append(Step(action, parameters, changed))

    def _variables(self) -> dict[str, Any]:
        return {
            "currentTerm": self.term,
            "votedFor": self.voted_for,
            "role": self.role,
            "votesGranted": sorted(self.votes_granted),
            "matchIndex": dict(self.match_index),
        }

    def _effects(self) -> list[Effect]:
        """Disk first: no answer promises what a crash could take back, and no step is told that did not last."""
        effects = [*self._persist(), *self._steps, *self._installs, *self._applies, *self._sends]
        self._steps, self._installs, self._applies, self._sends = [], [], [], []
        return effects

    def _persist(self) -> list[Effect]:
        changed_from = self.log.take_unsaved()
        is_replaced = self.snapshot is not self._saved_snapshot
        if changed_from is None and not is_replaced and self._saved == (self.term, self.voted_for):
            return []
        self._saved = (self.term, self.voted_for)
        self._saved_snapshot = self.snapshot
        term = 0 if Bug.TERM_NOT_PERSISTED in self._bugs else self.term
        voted_for = None if Bug.VOTE_NOT_PERSISTED in self._bugs else self.voted_for
        keeps_log = Bug.LOG_NOT_PERSISTED not in self._bugs
        if self.snapshot is not None and is_replaced:
            entries = self.log.from_index(self.log.base + 1) if keeps_log else ()
            return [Replace(term, voted_for, self.snapshot, entries)]
        if changed_from is None or not keeps_log:
            return [Persist(term, voted_for, len(self.log) + 1, None)]
        return [Persist(term, voted_for, changed_from, self.log.from_index(changed_from))]
