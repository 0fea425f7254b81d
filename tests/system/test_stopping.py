"""Stopping services: all of each, in order, by force where needed, and never anything else."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from assay.system.services import State, StopOutcome, start_services, status_of, stop_services
from assay.system.services.keeper import start_of
from assay.system.services.records import ServiceFolder
from tests.system.running import Described, is_alive, wait_until

SLEEP = [sys.executable, "-I", "-S", "-c", "import signal; signal.pause()"]


def test_stops_what_needs_others_first_and_then_nothing(shop: Described) -> None:
    shop.service("catalog")
    shop.service("orders", needs=("catalog",))
    system = shop.system()
    pids = [start.pid for start in start_services(system).services]
    told: list[str] = []
    stops = stop_services(system, on_stop=lambda stop: told.append(stop.name))
    assert told == ["orders", "catalog"]
    assert {(stop.outcome, stop.signal, stop.killed) for stop in stops} == {(StopOutcome.STOPPED, "SIGTERM", 0)}
    assert not [pid for pid in pids if is_alive(pid or 0)]
    assert {stop.outcome for stop in stop_services(system)} == {StopOutcome.NOT_RUNNING}
    assert ServiceFolder(system.state).names() == ()


def test_stops_one_alone(shop: Described) -> None:
    shop.service("catalog")
    shop.service("orders", needs=("catalog",))
    start_services(shop.system())
    assert [stop.name for stop in stop_services(shop.system(), ["catalog"])] == ["catalog"]
    assert [status.state for status in status_of(shop.system())] == [State.STOPPED, State.READY]


def test_kills_what_ignores_its_signal(shop: Described) -> None:
    shop.service("orders", "--deaf", patience=0.2)
    start_services(shop.system())
    (stop,) = stop_services(shop.system())
    assert (stop.outcome, stop.killed) == (StopOutcome.KILLED, 1)
    assert stop.seconds >= 0.2
    assert not is_alive(stop.pid or 0)


def test_kills_at_once_in_a_hurry(shop: Described) -> None:
    shop.service("orders", "--deaf", patience=300)
    start_services(shop.system())
    hurry = threading.Event()
    hurry.set()
    assert stop_services(shop.system(), hurry=hurry)[0].outcome is StopOutcome.KILLED


def test_ends_children_in_a_session_of_their_own_too(shop: Described) -> None:
    shop.service("orders", "--with-child", patience=0.2)
    start_services(shop.system())
    child = int((shop.folder / "child").read_text())
    assert is_alive(child)
    assert status_of(shop.system())[0].processes == 2
    (stop,) = stop_services(shop.system())
    assert (stop.outcome, stop.killed) == (StopOutcome.KILLED, 1)
    assert not is_alive(child)


def test_ends_the_children_of_one_that_died_before_it_is_started_again(shop: Described) -> None:
    shop.service("orders", "--with-child", patience=0.2)
    (start,) = start_services(shop.system()).services
    child = int((shop.folder / "child").read_text())
    os.kill(start.pid or 0, signal.SIGKILL)
    wait_until(lambda: status_of(shop.system())[0].exit_code == -signal.SIGKILL)
    (status,) = status_of(shop.system())
    assert (status.state, status.reason) == (State.DIED, "was ended by SIGKILL")
    assert is_alive(child)
    assert start_services(shop.system()).is_ready
    assert not is_alive(child)


def test_sends_the_signal_that_it_is_told_to(shop: Described) -> None:
    shop.service("orders", "--deaf", keys='stop-signal = "INT"')
    start_services(shop.system())
    (stop,) = stop_services(shop.system())
    assert (stop.outcome, stop.signal) == (StopOutcome.STOPPED, "SIGINT")


@pytest.fixture
def innocent() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(SLEEP, start_new_session=True)


@pytest.mark.parametrize("began", ["another-boot:1", None])
def test_a_process_that_only_has_its_number_is_neither_trusted_nor_killed(
    shop: Described, innocent: "subprocess.Popen[bytes]", began: str | None
) -> None:
    shop.service("orders")
    system = shop.system()
    record = {"format": 1, "mark": "0123", "keeper": innocent.pid, "at": 0.0, "pid": innocent.pid, "began": began}
    ServiceFolder(system.state).log_path("x").parent.mkdir(parents=True)
    path = ServiceFolder(system.state).record_path("orders")
    path.write_text(json.dumps(record))
    try:
        (status,) = status_of(system)
        assert (status.state, status.pid, status.exit_code) == (State.DIED, None, None)
        assert stop_services(system)[0].outcome is StopOutcome.NOT_RUNNING
        assert not path.exists()
        path.write_text(json.dumps(record))
        (start,) = start_services(system).services
        assert start.pid != innocent.pid
        assert innocent.poll() is None
        # With its own beginning it is the service: the test can fail.
        stop_services(system)
        path.write_text(json.dumps({**record, "began": start_of(innocent.pid)}))
        assert stop_services(system)[0].outcome is StopOutcome.STOPPED
        assert innocent.wait(20) == -signal.SIGTERM
    finally:
        innocent.kill()
        innocent.wait()


def test_a_damaged_record_is_cleared_away(shop: Described) -> None:
    shop.service("orders")
    folder = ServiceFolder(shop.system().state)
    folder.log_path("x").parent.mkdir(parents=True)
    folder.record_path("orders").write_text('{"format": 1, "pid": ')
    assert status_of(shop.system())[0].state is State.STOPPED
    stop_services(shop.system())
    assert folder.names() == ()


def test_stops_what_is_not_described_any_more(shop: Described) -> None:
    shop.service("orders")
    start_services(shop.system())
    shop.entries.clear()
    shop.service("catalog")
    states = {status.name: status.state for status in status_of(shop.system())}
    assert states == {"catalog": State.STOPPED, "orders": State.NOT_DESCRIBED}
    assert [(stop.name, stop.outcome) for stop in stop_services(shop.system())][-1] == ("orders", StopOutcome.STOPPED)
