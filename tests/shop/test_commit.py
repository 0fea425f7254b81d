import pytest

from shop.bugs import Bug
from shop.commit.coordinator import Coordinator
from shop.commit.messages import Abort, Ask, Commit, Done, Effect, Log, Message, No, Prepare, Record, Send, Yes
from shop.commit.participant import Participant
from tests.shop.commit_simulation import PARTICIPANTS, Deployment, NotAtomicError


def sent(effects: list[Effect]) -> list[Message]:
    return [effect.message for effect in effects if isinstance(effect, Send)]


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_takes_effect_everywhere_or_nowhere_whatever_goes_wrong(first: int) -> None:
    committed = 0
    for seed in range(first, first + 50):
        deployment = Deployment(seed)
        deployment.run(seconds=7)
        deployment.calm_down()
        deployment.check_finished()
        assert deployment.coordinator is not None
        assert deployment.coordinator.committing() == []
        assert all(node.in_doubt() == [] for node in deployment.participants.values())
        committed += len(deployment.data["payments"])
    assert committed > 50, "where nothing commits nothing is checked"


@pytest.mark.parametrize("bug", [Bug.NO_WAL, Bug.COMMIT_ON_TIMEOUT, Bug.BREAK_PROMISE, Bug.FORGET_EARLY])
def test_without_this_guard_a_customer_pays_and_gets_nothing_or_the_reverse(bug: Bug) -> None:
    with pytest.raises(NotAtomicError):
        run_until_broken(bug)


def run_until_broken(bug: Bug) -> None:
    for seed in range(100):
        deployment = Deployment(seed, frozenset({bug}))
        deployment.run(seconds=10)
        deployment.calm_down()
        deployment.check_finished()


def test_participants_that_never_ask_may_stay_in_doubt_for_ever() -> None:
    for seed in range(100):
        deployment = Deployment(seed, frozenset({Bug.NEVER_ASK}))
        deployment.run(seconds=10)
        deployment.calm_down()
        if any(node.in_doubt() for node in deployment.participants.values()):
            return
    pytest.fail("asking was not needed")


# Single steps.


def test_a_decision_is_logged_before_it_is_told() -> None:
    coordinator = Coordinator("orders", now=0.0)
    coordinator.begin("t", {one: {} for one in PARTICIPANTS}, 0.0)
    coordinator.receive(Yes("t", "payments"))
    effects = coordinator.receive(Yes("t", "inventory"))
    logged = effects.index(Log(Record("t", "commit", participants=PARTICIPANTS)))
    assert logged < min(effects.index(effect) for effect in effects if isinstance(effect, Send))
    assert sent(effects) == [Commit("t"), Commit("t")]


def test_a_vote_is_logged_before_it_is_given() -> None:
    effects = Participant("payments", now=0.0).prepare(Prepare("t", "orders", {"amount": 1}), None, 0.0)
    assert effects[0] == Log(Record("t", "prepared", coordinator="orders", work={"amount": 1}))
    assert sent(effects) == [Yes("t", "payments")]


def test_one_no_aborts() -> None:
    coordinator = Coordinator("orders", now=0.0)
    coordinator.begin("t", {one: {} for one in PARTICIPANTS}, 0.0)
    coordinator.receive(Yes("t", "payments"))
    assert sent(coordinator.receive(No("t", "inventory", "sold out"))) == [Abort("t"), Abort("t")]


def test_what_left_no_record_was_aborted() -> None:
    assert sent(Coordinator("orders", now=0.0).receive(Ask("t", "payments"))) == [Abort("t")]


def test_a_coordinator_that_comes_back_stands_by_its_commits_until_all_are_done() -> None:
    record = Record("t", "commit", participants=PARTICIPANTS)
    coordinator = Coordinator("orders", [record], now=5.0)
    assert sent(coordinator.receive(Ask("t", "payments"))) == [Commit("t")]
    assert sent(coordinator.tick(5.0)) == [Commit("t"), Commit("t")]
    coordinator.receive(Done("t", "payments"))
    assert coordinator.live_records() == [record]
    assert Log(Record("t", "end")) in coordinator.receive(Done("t", "inventory"))
    assert coordinator.live_records() == []


def test_a_participant_that_comes_back_stands_by_its_vote() -> None:
    record = Record("t", "prepared", coordinator="orders", work={})
    participant = Participant("payments", [record], now=5.0)
    assert participant.in_doubt() == ["t"]
    assert sent(participant.tick(5.0)) == [Ask("t", "payments")]
    assert sent(participant.receive(Commit("t"), "orders")) == [Done("t", "payments")]
