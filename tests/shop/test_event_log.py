import json
from pathlib import Path

import pytest

from shop.event_log import EventLog, VectorClock
from shop.steps import Step


def test_writes_one_event_a_line_with_time_node_clock_action_and_changes(tmp_path: Path) -> None:
    log = EventLog("s1", tmp_path / "events" / "s1.ndjson")
    log.write("raft", [Step("Timeout", {}, {"currentTerm": 1}), Step("BecomeLeader", {}, {"role": "leader"})])
    log.close()
    events = [json.loads(line) for line in (tmp_path / "events" / "s1.ndjson").read_text().splitlines()]
    assert [(event["node"], event["protocol"], event["action"], event["clock"]) for event in events] == [
        ("s1", "raft", "Timeout", {"s1": 1}),
        ("s1", "raft", "BecomeLeader", {"s1": 2}),
    ]
    assert events[1]["changed"] == {"role": "leader"}
    assert events[0]["time"] <= events[1]["time"]


def test_goes_on_without_a_record_where_the_disk_is_full(capsys: pytest.CaptureFixture[str]) -> None:
    log = EventLog("s1", Path("/dev/full"))
    log.write("raft", [Step("Timeout", {}, {})])
    log.write("raft", [Step("Timeout", {}, {})])
    assert capsys.readouterr().err.count("not recorded") == 1


def test_a_clock_knows_what_a_message_brings() -> None:
    one, other = VectorClock("a"), VectorClock("b")
    one.tick()
    other.merge(one.header())
    assert other.tick() == {"a": 1, "b": 1}
    one.merge(other.header())
    assert one.tick() == {"a": 2, "b": 1}


def test_what_is_no_clock_is_ignored() -> None:
    clock = VectorClock("a")
    for header in (None, "", "no", "[1]", '{"b": "x"}', json.dumps({str(number): 1 for number in range(1000)})):
        clock.merge(header)
    assert clock.tick() == {"a": 1}
