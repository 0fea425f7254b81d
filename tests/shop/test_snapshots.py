"""Snapshots: the log stays short, on disk too, and whoever missed too much gets the state in place of the entries."""

import asyncio
import random
import time
from pathlib import Path

import pytest

from shop.calling import Caller
from shop.coordination.commands import Acquire, Command, Done, Granted, Register, Stamped
from shop.coordination.node import MAXIMUM_ENTRIES, Node
from shop.coordination.state import MAXIMUM_LOCKS, CoordinationState
from shop.event_log import EventLog
from shop.raft.disk import RaftDisk
from shop.raft.effects import Disk, Effect, Install, Persist, Replace, Send
from shop.raft.log import Log
from shop.raft.messages import AppendAnswer, AppendEntries, Entry, InstallSnapshot, Snapshot, VoteAnswer
from shop.raft.server import Server, Timing
from shop.settings import COORDINATION_NODES, Settings
from shop.telemetry import Telemetry
from shop.web import LARGEST_BODY
from tests.shop.raft_simulation import CALM, TIMING, Faults, Group

ROUGH = Faults(loss=0.1, repeat=0.15, longest_delay=0.3, crash=0.006, cut=0.006, tear=0.006, snapshot=0.08)
HASTY = Faults(loss=0.12, repeat=0.2, longest_delay=0.3, crash=0.02, longest_down=0.2, tear=0.03, snapshot=0.2)
SEEDS_AT_A_TIME = 20


@pytest.mark.parametrize("first", range(0, 240, SEEDS_AT_A_TIME))
def test_keeps_every_safety_property_with_snapshots_whatever_goes_wrong(first: int) -> None:
    committed, taken, installed = 0, 0, 0
    for seed in range(first, first + SEEDS_AT_A_TIME):
        group = Group(seed, size=(3, 5, 3, 4)[seed % 4], faults=HASTY if seed % 3 == 1 else ROUGH)
        group.run(seconds=10)
        actions = [step.action for _, step in group.steps]
        committed += len(group.committed)
        taken += actions.count("TakeSnapshot")
        installed += actions.count("InstallSnapshot")
    assert min(committed, taken) > 2 * SEEDS_AT_A_TIME, "where nothing is committed nothing is checked"
    assert installed > 0, "somebody missed entries that nobody had any more"


def test_who_missed_all_entries_gets_the_state_and_goes_on_from_there() -> None:
    group = Group(5, faults=CALM)
    group.crash("s3", seconds=1000)
    group.run(seconds=6)
    for name in ("s1", "s2"):
        group.carry_out(name, group.servers[name].compact(group.states[name].digest))
        assert group.servers[name].log.base > 3
    group.start("s3")
    group.run(seconds=4)
    assert "InstallSnapshot" in [step.action for name, step in group.steps if name == "s3"]
    assert group.states["s3"].index > group.servers["s1"].log.base > 0
    assert group.disks["s3"].snapshot is not None


# Single steps.


def follower(disk: Disk | None = None) -> Server:
    chance = random.Random(1)
    return Server("s1", ["s2", "s3"], disk=disk or Disk(), timing=TIMING, chance=chance, now=0.0)


def entries(count: int, term: int = 1) -> tuple[Entry, ...]:
    return tuple(Entry(term, f"{number}") for number in range(1, count + 1))


def install(index: int, term: int = 1) -> InstallSnapshot:
    return InstallSnapshot(2, "s2", Snapshot(index, term, f"state {index}"))


def answers(effects: list[Effect]) -> list[object]:
    return [effect.message for effect in effects if isinstance(effect, Send)]


def test_a_snapshot_is_on_disk_before_it_is_installed_and_answered() -> None:
    effects = follower().receive(install(7), 0.1)
    kinds = [type(effect) for effect in effects]
    assert kinds.index(Replace) < kinds.index(Install) < kinds.index(Send)
    assert answers(effects) == [AppendAnswer(2, "s1", fits=True, match_index=7)]


def test_entries_behind_a_snapshot_stay_if_they_continue_it() -> None:
    server = follower(Disk(term=1, entries=entries(9)))
    answered = answers(server.receive(install(7), 0.1))
    assert (server.log.base, len(server.log), server.commit_index) == (7, 9, 7)
    assert answered == [AppendAnswer(2, "s1", fits=True, match_index=7)], "what is behind may be another's"
    other = follower(Disk(term=1, entries=entries(9)))
    other.receive(install(7, term=2), 0.1)
    assert (other.log.base, len(other.log)) == (7, 7)


def test_a_late_snapshot_takes_nothing_back() -> None:
    server = follower(Disk(term=1, entries=entries(9)))
    server.receive(AppendEntries(2, "s2", 9, 1, (), 8), 0.1)
    effects = server.receive(install(7), 0.2)
    assert not any(isinstance(effect, Install | Replace) for effect in effects)
    assert (server.log.base, server.commit_index) == (0, 8)


def test_a_snapshot_of_a_leader_that_is_none_any_more_is_refused() -> None:
    server = follower(Disk(term=3))
    effects = server.receive(install(7), 0.1)
    assert answers(effects) == [AppendAnswer(3, "s1", fits=False, match_index=0)]
    assert server.snapshot is None


def test_late_entries_that_a_snapshot_stands_in_for_are_known_already() -> None:
    server = follower(Disk(term=2, entries=entries(2, term=2), snapshot=Snapshot(7, 2, "state 7")))
    effects = server.receive(AppendEntries(2, "s2", 3, 1, (*entries(3), Entry(2, "4")), 7), 0.1)
    assert not any(isinstance(effect, Persist) for effect in effects)
    assert answers(effects) == [AppendAnswer(2, "s1", fits=True, match_index=7)]
    assert len(server.log) == 9


def test_a_leader_sends_its_snapshot_to_whoever_needs_what_it_forgot() -> None:
    snapshot = Snapshot(5, 1, "state 5")
    server = follower(Disk(term=1, entries=entries(1), snapshot=snapshot))
    server.tick(2.0)
    server.receive(VoteAnswer(2, "s2", granted=True), 2.0)
    sent = server.receive(AppendAnswer(2, "s2", fits=False, match_index=2), 2.1)
    assert answers(sent) == [InstallSnapshot(2, "s1", snapshot)]
    (following,) = answers(server.receive(AppendAnswer(2, "s2", fits=True, match_index=5), 2.2))
    assert isinstance(following, AppendEntries)
    assert (following.previous_index, following.previous_term, len(following.entries)) == (5, 1, 2)


def test_the_disk_gives_back_snapshot_and_entries(tmp_path: Path) -> None:
    path = tmp_path / "raft"
    disk = RaftDisk(path)
    expected = disk.found
    for change in (
        Persist(1, "s1", 1, entries(8)),
        Replace(1, "s1", Snapshot(6, 1, "state 6"), entries(2)),
        Persist(2, "s2", 8, (Entry(2, "new"), Entry(2, "newer"))),
    ):
        (disk.write if isinstance(change, Persist) else disk.replace)(change)  # type: ignore[arg-type]
        expected = expected.after(change)
    disk.close()
    again = RaftDisk(path)
    assert again.found == expected
    assert [entry.command for entry in again.found.entries] == ["1", "new", "newer"]
    again.close()
    log = Log(expected.entries, 6, 1)
    assert (len(log), log.term_at(6), log.term_at(7), log.last_term, log.first_of_term(9)) == (9, 1, 1, 2, 8)


# The state machine, and the node around both.


def stamped(time: int, command: Command) -> Stamped:
    return Stamped(time, command)


def test_a_restored_state_goes_on_like_the_one_it_was_taken_from() -> None:
    first, second = CoordinationState(), CoordinationState()
    second.apply(stamped(1, Register("old", "old-1", "http://127.0.0.1:1", 1000)))
    first.apply(stamped(1000, Register("orders", "orders-1", "http://127.0.0.1:1", 5000)))
    assert first.apply(stamped(1001, Acquire("stock", "a", "r", 3000))) == Granted(1, 3000)
    second.restore(first.snapshot())
    for state in (first, second):
        assert state.listing("old").instances == ()
        assert [one.instance for one in state.listing("orders").instances] == ["orders-1"]
        assert state.apply(stamped(2001, Acquire("stock", "a", "r", 3000))) == Granted(1, 2000)
        assert state.apply(stamped(4500, Acquire("stock", "b", "r", 3000))) == Granted(2, 3000)
    assert first.snapshot() == second.snapshot()


def test_the_largest_snapshot_fits_into_a_message() -> None:
    longest = "x" * 120
    lease = len(CoordinationState().snapshot()) + 4 * len(longest) + 100
    assert MAXIMUM_LOCKS * lease < LARGEST_BODY


def test_the_log_of_a_node_stays_short_and_its_state_survives(tmp_path: Path) -> None:
    asyncio.run(fill_the_log(tmp_path))


async def fill_the_log(data: Path) -> None:
    settings = Settings(name=COORDINATION_NODES[0], port=8705, base_port=8700, data=data, record_events=False)
    events = EventLog(settings.name)
    async with Caller(Telemetry("coordination", settings.name), events) as caller:
        sizes = []
        for start in range(3):
            node = alone(settings, caller, events)
            await lead(node)
            for number in range(40):
                command = Register("orders", f"orders-{start}-{number}", "http://127.0.0.1:1", 3_600_000)
                assert await node.command(command, 60) == Done()
                node.compact_if_long()
                assert len(node.server.log) - node.server.log.base <= 10
            sizes.append(settings.file("raft").stat().st_size)
            assert len(node.state.listing("orders").instances) == 40 * (start + 1)
            await node.close()
        # It grows with the state, of which each instance takes less than two hundred bytes, and not with the log.
        assert sizes[2] < 120 * 200 + 10 * 400
    assert MAXIMUM_ENTRIES > 10


def alone(settings: Settings, caller: Caller, events: EventLog) -> Node:
    """A group of one, so that nothing but the disk takes time."""
    timing = Timing(heartbeat=0.001, shortest_election=0.002, longest_election=0.003)
    node = Node(settings, caller, events, timing=timing, chance=random.Random(1), entries_until_snapshot=10)
    node.server.peers = []
    return node


async def lead(node: Node) -> None:
    async def until_it_leads() -> None:
        while not node.server.leads(time.monotonic()):  # noqa: ASYNC110 # nobody tells when it does
            await asyncio.sleep(0.01)

    clock = asyncio.create_task(node.run())
    await until_it_leads()
    clock.cancel()
