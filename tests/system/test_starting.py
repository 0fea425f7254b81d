"""Starting services: in order, until they are ready, and with the reason where they do not become so."""

import os
import socket
import threading
from pathlib import Path

import pytest

from assay.system.masking import Masking
from assay.system.services import ServiceStart, StartOutcome, State, start_services, status_of
from assay.system.services.log import last_lines
from assay.system.services.records import ServiceFolder
from tests.system.running import Described, begun, free_port, is_alive, wait_until


def by_name(starts: tuple[ServiceStart, ...]) -> dict[str, ServiceStart]:
    return {start.name: start for start in starts}


def test_starts_what_is_needed_first_and_only_that(shop: Described) -> None:
    shop.service("gateway", needs=("orders",))
    shop.service("orders", needs=("catalog",))
    shop.service("catalog")
    shop.service("mail")
    result = start_services(shop.system(), ["gateway"])
    assert result.is_ready
    assert [start.name for start in result.services] == ["gateway", "orders", "catalog"]
    assert begun(shop) == [str(shop.ports[name]) for name in ("catalog", "orders", "gateway")]
    states = {status.name: status.state for status in status_of(shop.system())}
    assert states == dict.fromkeys(("gateway", "orders", "catalog"), State.READY) | {"mail": State.STOPPED}


def test_leaves_alone_what_runs(shop: Described) -> None:
    shop.service("orders")
    first, again = start_services(shop.system()), start_services(shop.system())
    assert again.services[0].outcome is StartOutcome.ALREADY_RUNNING
    assert (again.services[0].pid, again.is_ready) == (first.services[0].pid, True)
    assert len(begun(shop)) == 1


def test_waits_for_one_that_becomes_ready_late(shop: Described) -> None:
    shop.service("orders", "--late")
    system = shop.system()
    results = []
    starting = threading.Thread(target=lambda: results.append(start_services(system)))
    starting.start()
    wait_until(lambda: [one for one in status_of(system) if one.reason and "database" in one.reason])
    (status,) = status_of(system)
    assert (status.state, status.reason) == (State.STARTING, "503 Service Unavailable: the database is not there yet")
    (shop.folder / "ready").touch()
    starting.join(30)
    assert results[0].is_ready
    (shop.folder / "ready").unlink()
    # It was ready once: that it is not now is no starting.
    assert status_of(system)[0].state is State.NOT_READY


@pytest.mark.parametrize(
    ("option", "answer"),
    [("--late", "503 Service Unavailable: the database is not there yet"), ("--never", "no answer within")],
)
def test_says_what_one_answered_that_does_not_become_ready(shop: Described, option: str, answer: str) -> None:
    shop.service("orders", option, "--say", "waiting for nobody", keys="ready-seconds = 2.5")
    result = start_services(shop.system())
    (start,) = result.services
    assert (start.outcome, start.reason) == (StartOutcome.FAILED, "not ready within 2.5 s")
    assert start.hint == "`ready-seconds` in assay.toml gives it longer"
    assert answer in (start.last_answer or "")
    assert start.last_lines == ("waiting for nobody",)
    assert start.pid
    assert not is_alive(start.pid)
    assert status_of(shop.system())[0].state is State.STOPPED


def test_says_how_one_died_and_stops_the_others_again(shop: Described) -> None:
    text = "\n".join(f"line {number}" for number in range(30))
    shop.service("catalog")
    shop.service("orders", "--say", text, "--die", needs=("catalog",))
    shop.service("gateway", needs=("orders",))
    told: list[str] = []
    result = start_services(shop.system(), on_start=lambda start: told.append(start.name))
    starts = by_name(result.services)
    assert told == ["catalog", "orders", "gateway"]
    assert (starts["orders"].exit_code, starts["orders"].reason) == (3, "died with exit code 3")
    assert starts["orders"].last_lines == tuple(f"line {number}" for number in range(10, 30))
    assert (starts["gateway"].outcome, starts["gateway"].reason) == (StartOutcome.NOT_STARTED, "needs orders")
    assert [stop.name for stop in result.stopped] == ["catalog"]
    assert not is_alive(starts["catalog"].pid or 0)
    states = {status.name: (status.state, status.exit_code) for status in status_of(shop.system())}
    assert states["orders"] == (State.DIED, 3)
    assert states["catalog"] == (State.STOPPED, None)


def test_keeps_what_could_be_started_where_that_is_asked_for(shop: Described) -> None:
    shop.service("orders", "--die")
    shop.service("catalog")
    result = start_services(shop.system(), keep=True)
    starts = by_name(result.services)
    assert (result.is_ready, result.stopped) == (False, ())
    assert starts["catalog"].outcome is StartOutcome.READY
    assert is_alive(starts["catalog"].pid or 0)


@pytest.mark.parametrize("keep", [False, True])
def test_stops_what_it_started_when_it_is_asked_to_give_up(shop: Described, *, keep: bool) -> None:
    shop.service("catalog")
    shop.service("orders", "--late", needs=("catalog",))
    stop = threading.Event()
    folder = ServiceFolder(shop.system().state)

    def ask() -> None:
        wait_until(lambda: folder.record("orders"))
        stop.set()

    asking = threading.Thread(target=ask)
    asking.start()
    result = start_services(shop.system(), stop=stop, keep=keep)
    asking.join()
    starts = by_name(result.services)
    assert result.is_cancelled
    assert starts["orders"].outcome is StartOutcome.CANCELLED
    assert [stop.name for stop in result.stopped] == ["orders", "catalog"]
    assert not [start for start in result.services if is_alive(start.pid or 0)]


def test_says_who_listens_on_a_port_that_is_in_use(shop: Described) -> None:
    port = shop.service("orders")
    with socket.create_server(("127.0.0.1", port)):
        (start,) = start_services(shop.system()).services
    assert start.outcome is StartOutcome.FAILED
    assert f"port {port} is in use by " in (start.reason or "")
    assert f"(pid {os.getpid()}, user " in (start.reason or "")
    assert f"`ss -ltnp 'sport = :{port}'`" in (start.hint or "")
    assert begun(shop) == []


def test_says_which_service_of_the_system_has_the_port(shop: Described) -> None:
    shop.ports["orders"] = shop.service("catalog")
    shop.service("orders", needs=("catalog",))
    start = by_name(start_services(shop.system()).services)["orders"]
    assert f"port {shop.ports['orders']} is in use by catalog, a service of this system" in (start.reason or "")


@pytest.mark.parametrize("program", ["no-such-program", "./no-such-program"])
def test_says_that_there_is_no_such_program(shop: Described, program: str) -> None:
    shop.entries.append(f"[[service]]\nname = 'orders'\nurl = 'tcp://127.0.0.1:{free_port()}'\nstart = '{program}'\n")
    (start,) = start_services(shop.system()).services
    assert (start.outcome, start.reason) == (StartOutcome.FAILED, f"there is no program {program}")


def test_says_that_a_program_is_none(shop: Described) -> None:
    (shop.folder / "program").write_bytes(b"\x00\x01")
    (shop.folder / "program").chmod(0o700)
    shop.entries.append(f"[[service]]\nname = 'orders'\nurl = 'tcp://127.0.0.1:{free_port()}'\nstart = './program'\n")
    (start,) = start_services(shop.system()).services
    assert start.reason == "could not be started: Exec format error"


def test_waits_for_what_something_else_starts_and_leaves_it_alone(shop: Described) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        shop.entries.append(f"[[service]]\nname = 'database'\nurl = 'tcp://127.0.0.1:{port}'\nready-seconds = 0.3\n")
        shop.service("orders", needs=("database",))
        starts = by_name(start_services(shop.system(), ["database"]).services)
        assert (starts["database"].outcome, starts["database"].pid) == (StartOutcome.ALREADY_RUNNING, None)
    starts = by_name(start_services(shop.system()).services)
    assert starts["database"].reason == "it is not started by Assay, and not ready within 0.3 s"
    assert starts["database"].last_answer == "connection refused"
    assert starts["orders"].reason == "needs database"


def test_runs_it_in_its_folder_with_its_environment(shop: Described) -> None:
    (shop.folder / "below").mkdir()
    script = 'import os; print(os.getcwd(), os.environ["COLOUR"], os.environ["SIZE"])'
    (shop.folder / "below" / "say.py").write_text(script)
    shop.entries.append(
        f"[[service]]\nname = 'orders'\nurl = 'tcp://127.0.0.1:{free_port()}'\nstart = '{{python}} -S say.py'\n"
        "folder = 'below'\nenvironment = { COLOUR = 'red', SIZE = 7 }\n"
    )
    (start,) = start_services(shop.system()).services
    assert start.last_lines == (f"{shop.folder / 'below'} red 7",)
    assert start.reason == "died with exit code 0"
    assert "runs in the foreground" in (start.hint or "")


def test_no_secret_is_in_any_result(shop: Described, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_TOKEN", "inherited-one")
    secrets = ("hunter22", "s3cr3t-of-the-seller", "p4ss", "inherited-one", "plain")
    shop.service(
        "orders",
        *("--say", f"{' '.join(secrets)} postgresql://shop:p4ss@db/shop red", "--die"),
        keys=(
            "secrets = ['SELLER']\nenvironment = { DB_PASSWORD = 'hunter22', SELLER = 's3cr3t-of-the-seller',"
            " COLOUR = 'red', DATABASE_URL = 'postgresql://shop:p4ss@db/shop', API_KEY = 'plain' }"
        ),
    )
    result = start_services(shop.system())
    assert result.services[0].last_lines == ("*** *** *** *** *** postgresql://shop:***@db/shop red",)
    shown = f"{result} {status_of(shop.system())}"
    assert [secret for secret in secrets if secret in shown] == []


def test_log_is_for_its_owner_only_and_the_one_before_is_kept(shop: Described) -> None:
    shop.service("orders", "--say", "hello", "--die")
    (first,) = start_services(shop.system()).services
    start_services(shop.system())
    log = first.log or Path()
    assert log == shop.folder / ".assay" / "system" / "logs" / "orders.log"
    assert (log.read_text(), log.with_name("orders.log.previous").read_text()) == ("hello\n", "hello\n")
    assert log.stat().st_mode & 0o777 == 0o600


def test_what_a_terminal_would_obey_is_not_in_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "orders.log"
    log.write_bytes(b"first\n\x1b[31mred\x1b[0m \x1b]0;title\x07\x08done\xff\r\n\n" + b"x" * 600 + b"\n")
    assert last_lines(tmp_path / "none.log", Masking({})) == ()
    assert last_lines(log, Masking({}), 2) == ("red done\ufffd", "x" * 500 + "…")


def test_half_a_secret_is_not_shown_where_a_long_log_is_cut(tmp_path: Path) -> None:
    log = tmp_path / "orders.log"
    tail = b"\nlast\n"
    # What is read of the log begins in the middle of the secret.
    log.write_bytes(b"x hunter22 y".ljust(64 * 1024 + 6 - len(tail), b"z") + tail)
    assert last_lines(log, Masking({"PASSWORD": "hunter22"})) == ("last",)


def test_stops_all_that_it_started_when_who_is_told_fails(shop: Described) -> None:
    shop.service("catalog")
    shop.service("orders", "--late")
    folder = ServiceFolder(shop.system().state)

    def fail(_start: ServiceStart) -> None:
        wait_until(lambda: folder.record("orders"))
        raise ArithmeticError

    pids: list[int] = []
    with pytest.raises(ArithmeticError):
        start_services(shop.system(), on_start=fail, on_stop=lambda stop: pids.append(stop.pid or 0))
    assert len(pids) == 2
    assert not [pid for pid in pids if is_alive(pid)]
