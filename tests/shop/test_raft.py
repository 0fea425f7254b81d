import random

import pytest

from shop.bugs import NO_BUGS, Bug
from shop.raft.effects import Disk, Effect, Persist, Send
from shop.raft.messages import AppendAnswer, AppendEntries, Entry, RequestVote, VoteAnswer
from shop.raft.server import NotLeaderError, Server, Timing
from tests.shop.raft_simulation import CALM, TIMING, BrokenPromiseError, Faults, Group

ROUGH = Faults(loss=0.12, repeat=0.15, longest_delay=0.4, crash=0.008, cut=0.006)
HASTY = Faults(loss=0.2, repeat=0.15, longest_delay=0.6, crash=0.08, longest_down=0.1)
"""Servers are back before the election is over in which they voted."""
SEEDS_AT_A_TIME = 20


def one_of_three(disk: Disk | None = None, bugs: frozenset[Bug] = NO_BUGS) -> Server:
    peers = ["s2", "s3"]
    return Server("s1", peers, disk=disk or Disk(), timing=TIMING, chance=random.Random(1), now=0.0, bugs=bugs)


def sent(effects: list[Effect]) -> list[Send]:
    return [effect for effect in effects if isinstance(effect, Send)]


@pytest.mark.parametrize("first", range(0, 240, SEEDS_AT_A_TIME))
def test_keeps_every_safety_property_whatever_goes_wrong(first: int) -> None:
    committed = 0
    for seed in range(first, first + SEEDS_AT_A_TIME):
        group = Group(seed, size=(5, 3, 4, 3)[seed % 4], faults=HASTY if seed % 5 == 1 else ROUGH)
        group.run(seconds=10)
        committed += len(group.committed)
    assert committed > 4 * SEEDS_AT_A_TIME, "where nothing is committed nothing is checked"


@pytest.mark.parametrize("seed", range(20))
def test_commits_and_agrees_once_the_network_is_calm_again(seed: int) -> None:
    group = Group(seed, faults=ROUGH)
    group.run(seconds=8)
    group.faults = CALM
    group.run(seconds=8)
    before = len(group.committed)
    group.run(seconds=3)
    assert len(group.committed) > before
    assert len(group.servers) == 3
    assert {server.leader for server in group.servers.values()} == {
        name for name, server in group.servers.items() if server.leads(group.now)
    }
    # A follower learns of a commitment with the next message, so it may be one heartbeat behind.
    assert min(server.commit_index for server in group.servers.values()) >= before


def test_the_same_seed_gives_the_same_behaviour() -> None:
    first, second = Group(7), Group(7)
    first.run(seconds=5)
    second.run(seconds=5)
    assert first.steps == second.steps


def test_takes_every_action_of_the_specification() -> None:
    group = Group(3, faults=ROUGH)
    group.run(seconds=30)
    actions = {step.action for _, step in group.steps}
    specified = {"Timeout", "GrantVote", "BecomeLeader", "LearnTerm", "ClientRequest", "AppendEntries"}
    assert actions >= specified | {"AdvanceCommitIndex", "Restart"}


# What each guard is for.


@pytest.mark.parametrize(
    ("bug", "broken"),
    [
        (Bug.VOTE_NOT_PERSISTED, "OneLeaderPerTerm"),
        (Bug.TERM_NOT_PERSISTED, "OneLeaderPerTerm|LogTermsInOrder|LogMatching|StateMachineSafety"),
        (Bug.LOG_NOT_PERSISTED, "LeaderCompleteness|StateMachineSafety"),
        (Bug.LOGS_NOT_COMPARED, "LeaderCompleteness|StateMachineSafety"),
    ],
)
def test_a_server_without_this_guard_breaks_a_promise(bug: Bug, broken: str) -> None:
    with pytest.raises(BrokenPromiseError, match=broken):
        run_until_broken(bug)


def run_until_broken(bug: Bug) -> None:
    for seed in range(200):
        Group(seed, faults=HASTY if seed % 2 else ROUGH, bugs=frozenset({bug})).run(seconds=6)


@pytest.mark.parametrize("bugs", [NO_BUGS, frozenset({Bug.OLD_TERMS_COMMITTED})])
def test_counts_copies_only_of_entries_of_its_own_term(bugs: frozenset[Bug]) -> None:
    """Figure 8 of the paper: an old entry on a majority is not safe yet, for a log with a newer last term may win."""
    server = one_of_three(Disk(term=3, voted_for="s1", entries=(Entry(1, "old"), Entry(2, "newer"))), bugs)
    server.tick(2.0)
    server.receive(VoteAnswer(4, "s2", granted=True), 2.0)
    server.receive(AppendAnswer(4, "s2", fits=True, match_index=2), 2.1)
    assert server.commit_index == (2 if bugs else 0)
    server.receive(AppendAnswer(4, "s2", fits=True, match_index=3), 2.2)
    assert server.commit_index == 3


# Single steps.


def test_writes_vote_and_log_before_it_answers() -> None:
    server = one_of_three()
    voting = server.receive(RequestVote(1, "s2", 0, 0), 0.1)
    kinds = [type(effect) for effect in voting]
    assert kinds.index(Persist) < kinds.index(Send)
    appending = server.receive(AppendEntries(1, "s2", 0, 0, (Entry(1, "x"),), 0), 0.2)
    kinds = [type(effect) for effect in appending]
    assert kinds.index(Persist) < kinds.index(Send)


def test_votes_once_in_a_term_even_after_a_restart() -> None:
    disk = Disk()
    server = one_of_three()
    for effect in server.receive(RequestVote(1, "s2", 0, 0), 0.1):
        if isinstance(effect, Persist):
            disk = disk.after(effect)
    again = one_of_three(disk)
    (answer,) = sent(again.receive(RequestVote(1, "s3", 0, 0), 0.2))
    assert answer.message == VoteAnswer(1, "s1", granted=False)


def test_refuses_what_does_not_fit_and_says_where_to_try() -> None:
    server = one_of_three(Disk(term=2, entries=(Entry(1, "a"), Entry(2, "b"), Entry(2, "c"))))
    (answer,) = sent(server.receive(AppendEntries(3, "s2", 3, 3, (), 0), 0.1))
    assert answer.message == AppendAnswer(3, "s1", fits=False, match_index=1)


def test_a_late_heartbeat_takes_nothing_away() -> None:
    server = one_of_three()
    server.receive(AppendEntries(1, "s2", 0, 0, (Entry(1, "a"), Entry(1, "b")), 0), 0.1)
    server.receive(AppendEntries(1, "s2", 0, 0, (Entry(1, "a"),), 0), 0.2)
    assert len(server.log) == 2


def test_only_a_leader_takes_commands_and_others_say_who_that_is() -> None:
    server = one_of_three()
    server.receive(AppendEntries(1, "s2", 0, 0, (), 0), 0.1)
    with pytest.raises(NotLeaderError) as refused:
        server.propose(["x"])
    assert refused.value.leader == "s2"


def test_a_leader_that_is_cut_off_soon_knows_it() -> None:
    group = Group(1, faults=CALM)
    group.run(seconds=4)
    (leader,) = [server for server in group.servers.values() if server.leads(group.now)]
    assert not leader.leads(group.now + TIMING.shortest_election)


def test_a_single_server_leads_itself() -> None:
    group = Group(1, size=1, faults=CALM)
    group.run(seconds=3)
    assert len(group.committed) > 1


def test_refuses_heartbeats_that_are_rarer_than_elections() -> None:
    with pytest.raises(ValueError, match="heartbeats"):
        Timing(heartbeat=1.0, shortest_election=0.5)
