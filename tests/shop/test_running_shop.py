"""The shop as processes: it is started once, and what is broken in it is put right by the same test."""

import json
import re
import signal
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import httpx
import pytest

from shop.services.inventory import FIRST_LEVEL
from shop.settings import SERVICES
from tests.repo.files import ROOT
from tests.shop.running import ALL, RunningShop, wait_until


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    running = RunningShop(tmp_path_factory.mktemp("shop"))
    try:
        running.start(ALL)
        yield running
    finally:
        running.stop()


def spans(shop: RunningShop) -> list[dict[str, Any]]:
    lines = [line for name in ALL for line in shop.log(name).read_text().splitlines() if line.startswith("{")]
    return [json.loads(line) for line in lines]


def test_an_order_is_paid_and_taken_from_stock(shop: RunningShop) -> None:
    placed = shop.order("plain", "customer-1", "item-3", quantity=2)
    assert placed.status_code == 201, placed.text
    order = placed.json()
    assert (order["state"], order["amount"]) == ("confirmed", 300)
    assert shop.get("gateway", f"/orders/{order['id']}") == order
    assert shop.get("gateway", "/stock/item-3")["level"] == FIRST_LEVEL - 2
    account = shop.get("gateway", "/accounts/customer-1")
    assert account["charges"] == [{"order": order["id"], "amount": 300}]
    assert shop.get("gateway", "/items/item-3") == {"item": "item-3", "price": 150}
    assert len(shop.get("gateway", "/items")) == 100
    assert shop.order("plain", "customer-1", "item-3", quantity=2).json() == order


def test_one_trace_goes_through_all_services(shop: RunningShop) -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace_id}-b7ad6b7169203331-01", "idempotency-key": "traced"}
    body = {"customer": "customer-2", "item": "item-2", "quantity": 1}
    url = f"{shop.url('gateway')}/orders"
    assert httpx.post(url, json=body, headers=headers, timeout=60, trust_env=False).status_code == 201

    def services() -> bool:
        mine = [span for span in spans(shop) if span["context"]["trace_id"] == f"0x{trace_id}"]
        found = {span["resource"]["attributes"]["service.name"] for span in mine}
        return found == {*SERVICES, "coordination"}

    wait_until(services, "spans of every service in one trace")


def test_every_process_shows_its_metrics(shop: RunningShop) -> None:
    for name in ALL:
        text = httpx.get(f"{shop.url(name)}/metrics", timeout=30, trust_env=False).text
        assert "shop_request_seconds_bucket" in text
        assert "process_resident_memory_bytes" in text
        assert shop.status_of(name, "/healthz") == 200


def test_orders_of_one_item_at_once_lose_no_stock(shop: RunningShop) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda number: shop.order(f"at once {number}", "customer-3", "item-4"), range(12)))
    confirmed = [answer for answer in answers if answer.status_code == 201]
    assert len(confirmed) > 3
    assert shop.get("inventory", "/stock/item-4")["level"] == FIRST_LEVEL - len(confirmed)
    assert len(shop.get("payments", "/accounts/customer-3")["charges"]) == len(confirmed)


def test_the_steps_are_written_in_the_words_of_the_specifications(shop: RunningShop) -> None:
    shop.order("recorded", "customer-4", "item-5")
    taken = defaultdict(set)
    for event in (event for name in ALL for event in shop.events(name)):
        assert event.keys() == {"time", "node", "clock", "protocol", "action", "parameters", "changed"}
        protocol = event["protocol"]
        assert event["action"] in actions_of(protocol) | MORE_ACTIONS[protocol], protocol
        assert event["changed"].keys() <= variables_of(protocol), protocol
        taken[protocol].add(event["action"])
    for protocol, usual in USUAL_ACTIONS.items():
        assert taken[protocol] >= usual, protocol


SPECIFIED = {
    "raft": "raft/Raft.tla",
    "lock": "lock/Lock.tla",
    "two-phase-commit": "two-phase-commit/TwoPhaseCommit.tla",
    "discovery": "discovery/Discovery.tla",
}

MORE_ACTIONS = {
    # The second halves of GrantVote and AppendEntries; and what the specification, whose logs are short, needs not.
    "raft": {"ReceiveVote", "ReceiveMatch", "TakeSnapshot", "InstallSnapshot"},
    "lock": {"Renew"},
    "two-phase-commit": set[str](),
    "discovery": set[str](),
}

USUAL_ACTIONS = {
    "raft": {"Timeout", "GrantVote", "BecomeLeader", "ClientRequest", "AppendEntries", "AdvanceCommitIndex"},
    "lock": {"Grant", "ReceiveGrant", "ReceiveWrite", "Release", "ReceiveRelease"},
    "two-phase-commit": {"Begin", "PrepareToCommit", "VoteYes", "ReceiveYes", "DecideCommit", "ReceiveCommit"},
    "discovery": {"Register", "ReceiveHeartbeat"},
}


@cache
def specification(protocol: str) -> str:
    return (ROOT / "specs" / SPECIFIED[protocol]).read_text(encoding="utf-8")


@cache
def actions_of(protocol: str) -> set[str]:
    return set(re.findall(r"^(\w+)(?:\([^)]*\))? ==", specification(protocol), re.MULTILINE))


@cache
def variables_of(protocol: str) -> set[str]:
    declared = specification(protocol).split("\nVARIABLES\n")[1].split("\n\n")[0]
    return {word for line in declared.splitlines() for word in re.findall(r"\w+", line.split("\\*")[0])}


def test_vector_clocks_tell_that_votes_come_before_the_decision(shop: RunningShop) -> None:
    order = shop.order("causal", "customer-5", "item-6").json()["id"]
    decided = one_event(shop, "orders", "DecideCommit", order)
    for participant in ("payments", "inventory"):
        voted = one_event(shop, participant, "VoteYes", order)
        done = one_event(shop, participant, "ReceiveCommit", order)
        assert voted["clock"][participant] <= decided["clock"][participant] < done["clock"][participant]
        assert decided["clock"]["orders"] <= done["clock"]["orders"]


def one_event(shop: RunningShop, name: str, action: str, transaction: str) -> dict[str, Any]:
    (found,) = [
        event
        for event in shop.events(name)
        if event["action"] == action and event["parameters"].get("transaction") == transaction
    ]
    return found


def test_goes_on_without_the_leader_and_takes_it_back(shop: RunningShop) -> None:
    leader = shop.leader()
    shop.kill(leader)
    assert shop.leader() != leader
    assert shop.order("no leader", "customer-6", "item-7").status_code == 201
    shop.start([leader])

    def has_caught_up() -> bool:
        committed = [shop.get(name, "/status")["committed"] for name in (leader, shop.leader())]
        return bool(committed[0] >= committed[1] - 2)

    wait_until(has_caught_up, "the node that was down has the log")
    assert shop.events(leader)[-1]["node"] == leader
    assert "Restart" in {event["action"] for event in shop.events(leader)}


def test_a_crash_of_orders_at_any_moment_leaves_no_half_order(shop: RunningShop) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(shop.order, f"crash {n}", "customer-7", "item-8") for n in range(8)]
        wait_until(lambda: shop.get("payments", "/accounts/customer-7")["charges"], "the first order is paid")
        shop.kill("orders")
        shop.start(["orders"])
        for answer in answers:
            answer.result()

    def agrees() -> bool:
        sold = FIRST_LEVEL - shop.get("inventory", "/stock/item-8")["level"]
        paid = len(shop.get("payments", "/accounts/customer-7")["charges"])
        return bool(sold == paid > 0)

    wait_until(agrees, "as many are sold as are paid")
    # The keys still work: what was confirmed stays as it is, and what was not can be had now.
    again = [shop.order(f"crash {n}", "customer-7", "item-8") for n in range(8)]
    assert [answer.status_code for answer in again] == [201] * 8
    assert FIRST_LEVEL - shop.get("inventory", "/stock/item-8")["level"] == 8
    assert len(shop.get("payments", "/accounts/customer-7")["charges"]) == 8


def test_a_process_that_stops_takes_itself_off_the_list(shop: RunningShop) -> None:
    shop.signal("catalog", signal.SIGTERM)
    assert shop.processes.pop("catalog").wait(timeout=60) in {0, -signal.SIGTERM}
    assert shop.get(shop.leader(), "/services/catalog")["instances"] == []
    shop.start(["catalog"])
    (listed,) = shop.get(shop.leader(), "/services/catalog")["instances"]
    assert listed["instance"] == "catalog"
