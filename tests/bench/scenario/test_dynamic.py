"""Dynamic scenarios: Python for each iteration, counted as the engine counts, with its cost."""

import re
import threading
from pathlib import Path

import pytest

from assay.bench import (
    ConstantArrivalRate,
    ConstantUsers,
    Ending,
    Executor,
    PerUserIterations,
    RampingArrivalRate,
    RampingUsers,
    SharedIterations,
    Stage,
)
from assay.bench.engine import LoadProgress
from assay.bench.requests import base_test
from assay.bench.result import CheckCount
from assay.bench.scenario import DynamicTest, Session, load_scenario, run_dynamic
from assay.bench.scenario.turns import Turns
from assay.errors import LoadTestError
from assay.system import parse_system
from tests.bench.servers import Server, closed_port, server

LONG = 120.0


def shop(request: bytes, _server: Server) -> bytes:
    text = b'{"id": 7}' if request.startswith(b"GET /new") else b"{}"
    return b"HTTP/1.1 200 OK\r\nSet-Cookie: seen=1\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text)


def look_and_order(session: Session) -> None:
    product = session.get("/new").json()["id"]
    answer = session.post(f"/orders/{product}", name="order", json={"by": session.user})
    session.check("ordered", answer.status == 200)
    session.check("never", answer.text == "x")


def test_can_do_anything_and_says_what_it_costs() -> None:
    with server(shop) as state:
        result = run_dynamic(DynamicTest(target=state.url, iteration=look_and_order, executor=PerUserIterations(2, 5)))
    assert (result.answered, result.failed, result.ending) == (20, 0, Ending.COMPLETE)
    assert {endpoint.name: endpoint.answered for endpoint in result.endpoints} == {"GET /new": 10, "order": 10}
    assert result.checks == (CheckCount("ordered", 10, 0), CheckCount("never", 0, 10))
    assert result.iterations is not None
    assert result.iterations.count == 10
    orders = [request for request in state.requests if request.startswith(b"POST /orders/7 ")]
    assert all(b"Cookie: seen=1" in request for request in orders)
    assert len(orders) == 10
    assert not any(b"Cookie" in request for request in state.requests if request.startswith(b"GET"))
    (cost,) = result.generator.limits
    assert re.search(r"costs the generator \d+ µs of CPU time; one of a compiled scenario costs it \d+ µs", cost)
    assert sum(second.answered for second in result.seconds or ()) == 20


@pytest.mark.parametrize(("executor", "expected"), [(SharedIterations(3, 12), 12), (ConstantArrivalRate(40, 0.5), 20)])
def test_keeps_schedules(executor: Executor, expected: int) -> None:
    with server(shop) as state:
        result = run_dynamic(
            DynamicTest(target=state.url, iteration=lambda session: session.get("/"), executor=executor)
        )
    assert result.answered == expected


def test_counts_failures_and_goes_on() -> None:
    def break_off(_request: bytes, state: Server) -> bytes | None:
        return None if len(state.requests) % 2 else b"HTTP/1.1 204 No Content\r\n\r\n"

    with server(break_off) as state:
        test = DynamicTest(
            target=state.url, iteration=lambda session: session.get("/"), executor=PerUserIterations(1, 6)
        )
        result = run_dynamic(test)
    assert (result.answered, sum(result.failures.values()), result.iterations_cut_short) == (3, 3, 3)


def test_reports_a_target_where_nobody_listens_and_a_mistake_in_the_function() -> None:
    nobody = f"http://127.0.0.1:{closed_port()}"
    once = PerUserIterations(1, 1)
    with pytest.raises(LoadTestError, match=r"was answered: refused \(1 times\)"):
        run_dynamic(DynamicTest(target=nobody, iteration=lambda session: session.get("/"), executor=once))
    with pytest.raises(LoadTestError, match=r"ended with ZeroDivisionError: .*by zero"):
        run_dynamic(DynamicTest(target=nobody, iteration=lambda session: session.user // 0, executor=once))
    with pytest.raises(LoadTestError, match="needs http://"):
        run_dynamic(DynamicTest(target="ftp://a", iteration=look_and_order, executor=once))


def test_stops_where_it_is_told_to() -> None:
    stop = threading.Event()

    def look(progress: LoadProgress) -> bool:
        return progress.answered < 1

    with server(shop) as state:
        test = DynamicTest(
            target=state.url, iteration=lambda session: session.get("/"), executor=ConstantArrivalRate(20, LONG)
        )
        by_progress = run_dynamic(test, progress=look)
        stop.set()
        by_event = run_dynamic(test, stop=stop)
    assert (by_progress.ending, by_event.ending) == (Ending.STOPPED, Ending.STOPPED)
    assert "stopped on request" in by_progress.explanation


def test_can_be_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "dynamic.py"
    path.write_text(
        "from assay.bench.scenario import DynamicTest, SharedIterations\n"
        "def iteration(session):\n    session.get('/')\n"
        "test = DynamicTest(target='http://a', iteration=iteration, executor=SharedIterations(1, 1))\n",
        encoding="utf-8",
    )
    assert isinstance(load_scenario(path), DynamicTest)


def test_begins_iterations_as_a_ramp_has_them() -> None:
    ramp = Turns(RampingArrivalRate(0, (Stage(10, 2), Stage(0, 2))), 5)
    assert ramp.intended == 20
    starts = [turn.due for turn in iter(lambda: ramp.next(0, 0.0), None)]
    assert len(starts) == 20
    assert starts == sorted(starts)
    # Half of a ramp to 10 per second in 2 s: after 5·t²/2 = n.
    assert abs(starts[10] - 2.0) < 1e-6
    assert abs(starts[5] - 2**0.5) < 1e-6
    users = Turns(RampingUsers(0, (Stage(4, 4),)), 5)
    assert [users.next(user, 2.0) is not None for user in range(4)] == [True, True, False, False]
    assert not users.is_over(2.0)
    constant = Turns(ConstantUsers(2, 1), 5)
    assert constant.next(0, 0.3) == (0, 0.0)
    assert constant.next(0, 0.4) == (1, 0.4)
    assert constant.next(0, 1.5) is None


def test_is_refused_where_a_design_would_drive_it(tmp_path: Path) -> None:
    (tmp_path / "dynamic.py").write_text(
        "from assay.bench.scenario import DynamicTest, SharedIterations\n"
        "test = DynamicTest(target='http://a', iteration=print, executor=SharedIterations(1, 1))\n",
        encoding="utf-8",
    )
    path = tmp_path / "assay.toml"
    text = (
        '[system]\nname = "shop"\n[[performance.test]]\nname = "load"\ndesign = "load"\nrate = 5\n'
        'target = "http://127.0.0.1:9"\nscenario = "dynamic.py"\n'
    )
    path.write_text(text, encoding="utf-8")
    system = parse_system(text, path)
    assert system.performance is not None
    with pytest.raises(LoadTestError, match="cannot drive a dynamic scenario") as raised:
        base_test(system.performance.test[0], system, 0)
    assert raised.value.where is not None
    assert raised.value.where.path == tmp_path / "dynamic.py"
