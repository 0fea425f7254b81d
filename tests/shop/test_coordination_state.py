import pytest

from shop.bugs import NO_BUGS, Bug
from shop.coordination.commands import (
    Acquire,
    Advance,
    Command,
    Deregister,
    Done,
    Granted,
    Heartbeat,
    Instance,
    Listing,
    Outcome,
    Refused,
    Register,
    Release,
    Renew,
    Stamped,
)
from shop.coordination.discovery import Cache
from shop.coordination.locking import Held
from shop.coordination.state import CoordinationState

TTL = 100
URL = "http://127.0.0.1:1"


class At:
    """A state machine with the time of its next command."""

    def __init__(self, *bugs: Bug) -> None:
        self.state = CoordinationState(frozenset(bugs))

    def __call__(self, time: int, command: Command) -> Outcome:
        return self.state.apply(Stamped(time, command))

    def listed(self) -> list[str]:
        return [instance.instance for instance in self.state.listing("catalog").instances]


def register(name: str = "c1") -> Register:
    return Register("catalog", name, URL, TTL)


def heartbeat(name: str = "c1") -> Heartbeat:
    return Heartbeat("catalog", name, URL, TTL)


def acquire(holder: str, request: str = "r") -> Acquire:
    return Acquire("lock", holder, request, 50)


# The registry.


def test_lists_an_instance_as_long_as_it_is_heard_of() -> None:
    at = At()
    at(0, register())
    at(90, heartbeat())
    at(189, Advance())
    assert at.listed() == ["c1"]
    at(190, Advance())
    assert at.listed() == []


def test_the_version_changes_with_the_listing_and_only_then() -> None:
    at = At()
    versions = []
    commands: list[Command] = [register(), heartbeat(), register("c2"), Deregister("c1"), Deregister("c1")]
    for time, command in enumerate(commands):
        at(time, command)
        versions.append(at.state.version)
    assert versions == [1, 1, 2, 3, 3]


def test_a_late_heartbeat_does_not_bring_an_instance_back() -> None:
    at = At()
    at(0, register())
    at(1, Deregister("c1"))
    assert isinstance(at(2, heartbeat()), Refused)
    assert at.listed() == []


def test_time_does_not_go_back_when_another_leader_has_a_slower_clock() -> None:
    at = At()
    at(100, register())
    at(50, Advance())
    assert at.state.time == 100
    at(199, Advance())
    assert at.listed() == ["c1"]


def test_two_replicas_with_the_same_log_are_the_same() -> None:
    log: list[tuple[int, Command]] = [
        (0, register()),
        (3, acquire("a")),
        (60, acquire("b")),
        (70, heartbeat()),
        (500, acquire("c")),
    ]
    one, other = At(), At()
    assert [one(*entry) for entry in log] == [other(*entry) for entry in log]
    assert one.state.take_steps() == other.state.take_steps()


# The locks.


def test_lends_a_lock_to_one_at_a_time_under_ever_higher_tokens() -> None:
    at = At()
    assert at(0, acquire("a")) == Granted(1, 50)
    assert isinstance(at(10, acquire("b")), Refused)
    assert at(20, Release("lock", "a", 1)) == Done()
    assert at(30, acquire("b")) == Granted(2, 50)
    assert at(80, acquire("c")) == Granted(3, 50)


def test_the_same_request_again_is_the_same_lease() -> None:
    at = At()
    at(0, acquire("a"))
    assert at(20, acquire("a")) == Granted(1, 30)


def test_only_who_holds_a_lock_renews_or_releases_it() -> None:
    at = At()
    at(0, acquire("a"))
    assert isinstance(at(1, Renew("lock", "b", 1, 50)), Refused)
    assert isinstance(at(1, Release("lock", "a", 7)), Refused)
    assert at(40, Renew("lock", "a", 1, 50)) == Granted(1, 50)
    assert isinstance(at(89, acquire("b")), Refused)
    assert at(90, acquire("b")) == Granted(2, 50)


# What each guard is for. Each is tried with it and without.


@pytest.mark.parametrize("bug", [None, Bug.NO_TTL])
def test_without_ttl_the_dead_are_listed_for_ever(bug: Bug | None) -> None:
    at = At(*([bug] if bug else []))
    at(0, register())
    at(3_600_000, Advance())
    assert at.listed() == (["c1"] if bug else [])


@pytest.mark.parametrize("bug", [None, Bug.HEARTBEAT_REGISTERS])
def test_where_heartbeats_register_the_stopped_come_back(bug: Bug | None) -> None:
    at = At(*([bug] if bug else []))
    at(0, register())
    at(1, Deregister("c1"))
    at(2, heartbeat())
    assert at.listed() == (["c1"] if bug else [])


@pytest.mark.parametrize("bug", [None, Bug.NO_OWNER_CHECK])
def test_without_owner_check_a_late_release_lets_a_second_holder_in(bug: Bug | None) -> None:
    at = At(*([bug] if bug else []))
    at(0, acquire("a"))
    at(50, acquire("b"))
    at(51, Release("lock", "a", 1))
    # b's lease runs until 100.
    assert isinstance(at(52, acquire("c")), Granted if bug else Refused)


@pytest.mark.parametrize("bug", [None, Bug.NO_LEASE_EXPIRY])
def test_without_leases_that_end_the_lock_of_the_dead_never_comes_free(bug: Bug | None) -> None:
    at = At(*([bug] if bug else []))
    at(0, acquire("a"))
    assert isinstance(at(3_600_000, acquire("b")), Refused if bug else Granted)


@pytest.mark.parametrize("bug", [None, Bug.NO_EXPIRY_CHECK])
def test_without_expiry_check_two_believe_to_hold_the_lock(bug: Bug | None) -> None:
    bugs = frozenset({bug}) if bug else NO_BUGS
    at = At()
    first = at(0, acquire("a"))
    second = at(60, acquire("b"))
    assert isinstance(first, Granted)
    assert isinstance(second, Granted)
    holders = [Held("lock", "a", 1, 0 + first.remaining), Held("lock", "b", 2, 60 + second.remaining)]
    believing = [held.holder for held in holders if held.looks_valid(60, bugs)]
    assert believing == (["a", "b"] if bug else ["b"])


@pytest.mark.parametrize("bug", [None, Bug.NO_CACHE_EXPIRY])
def test_without_expiry_a_cache_goes_on_calling_the_dead(bug: Bug | None) -> None:
    cache = Cache(2.0, frozenset({bug}) if bug else NO_BUGS)
    cache.receive(Listing(1, (Instance("c1", URL),)), asked=10.0)
    assert len(cache.callable_at(11.9)) == 1
    assert len(cache.callable_at(12.0)) == (1 if bug else 0)


@pytest.mark.parametrize("bug", [None, Bug.VERSIONS_NOT_COMPARED])
def test_without_versions_a_late_answer_brings_the_stopped_back(bug: Bug | None) -> None:
    cache = Cache(2.0, frozenset({bug}) if bug else NO_BUGS)
    cache.receive(Listing(2, ()), asked=10.5)
    cache.receive(Listing(1, (Instance("stopped", URL),)), asked=10.0)
    assert len(cache.callable_at(11.0)) == (1 if bug else 0)
