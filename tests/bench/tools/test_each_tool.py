"""Each tool run for real against a real server; skipped where the tool is not installed."""

import threading
import time
from collections.abc import Iterator

import msgspec
import pytest

from assay.bench import (
    ConstantArrivalRate,
    ConstantUsers,
    Ending,
    Executor,
    LoadTest,
    PerUserIterations,
    RampingArrivalRate,
    RampingUsers,
    Request,
    SharedIterations,
    Stage,
)
from assay.bench.load_test import ThinkTime
from assay.bench.result import LoadResult
from assay.bench.tools import K6, TOOLS, Artillery, Hey, OwnEngine, Tool, Wrk
from assay.bench.tools.target_process import TargetProcess
from assay.errors import ToolError, UnsupportedByToolError

OPEN: tuple[Executor, ...] = (ConstantArrivalRate(40, 1), RampingArrivalRate(20, (Stage(40, 1), Stage(0, 0.5))))
CLOSED: tuple[Executor, ...] = (
    ConstantUsers(4, 1),
    RampingUsers(1, (Stage(4, 1), Stage(1, 0.5))),
    SharedIterations(4, 40),
    PerUserIterations(4, 10),
)
NOBODY = "http://127.0.0.1:1"
QUICK = [tool for tool in TOOLS if not isinstance(tool, Artillery)]
KINDS = (Request(name="good"), Request(name="bad", path="/status/503", weight=2))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with TargetProcess() as target:
        yield target.url


def load_test(url: str, executor: Executor, requests: tuple[Request, ...] = KINDS[:1]) -> LoadTest:
    return LoadTest(target=url, requests=requests, executor=executor, timeout=10, connections=20)


def installed(tool: Tool) -> Tool:
    if tool.find() is None:
        pytest.skip(f"{tool.title} is not installed: {tool.install}")
    return tool


def run(tool: Tool, test: LoadTest) -> LoadResult:
    result = run_once(tool, test)
    for _ in range(3):
        # A machine may be so busy that nothing is answered in a second.
        if not result.answered and test.target != NOBODY:
            result = run_once(tool, test)
    return result


def run_once(tool: Tool, test: LoadTest) -> LoadResult:
    try:
        return installed(tool).run(test)
    except ToolError as error:
        if isinstance(tool, Artillery) and "gave no result" in error.message:
            pytest.skip(f"Artillery is not in order on this machine: {error.message}")
        raise


@pytest.mark.parametrize("executor", [*OPEN, *CLOSED], ids=lambda executor: type(executor).__name__)
@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_does_what_it_can_and_refuses_the_rest(tool: Tool, executor: Executor, url: str) -> None:
    test = load_test(url, executor)
    if type(executor) not in tool.executors:
        with pytest.raises(UnsupportedByToolError, match=f"{tool.title} has no executor") as caught:
            tool.run(test)
        assert "assay can do that" in (caught.value.hint or "")
        return
    if isinstance(tool, Artillery):
        # It takes long to start, so that one test has to do.
        return
    result = run(tool, test)
    assert_is_complete(result, tool)
    if isinstance(executor, PerUserIterations | SharedIterations):
        assert result.answered == 40
    if result.intended is not None:
        assert result.answered <= result.intended + 2


def assert_is_complete(result: LoadResult, tool: Tool) -> None:
    assert (result.tool, result.ending, result.explanation) == (tool.name, Ending.COMPLETE, "")
    assert result.version != ""
    assert result.answered > 0
    assert result.failed == 0
    assert set(result.statuses) <= {200, 503}
    assert result.latency.count >= result.answered
    assert 0 <= result.latency.quantile(0.5) <= result.latency.maximum < 60
    assert result.generator.user_seconds + result.generator.system_seconds > 0
    assert (result.generator.peak_bytes or 1) > 0


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_several_kinds_of_requests(tool: Tool, url: str) -> None:
    test = load_test(url, OPEN[1] if isinstance(tool, Artillery) else ConstantUsers(2, 1), KINDS)
    if isinstance(tool, Hey):
        with pytest.raises(UnsupportedByToolError, match="one kind of request only"):
            tool.run(test)
        return
    result = run(tool, test)
    assert_is_complete(result, tool)
    if isinstance(tool, Wrk):
        assert "endpoints" in result.measurement.unknown
        return
    good, bad = result.endpoints
    assert (set(good.statuses) | {200}, set(bad.statuses) | {503}) == ({200}, {503})
    assert good.answered + bad.answered == result.answered
    if not isinstance(tool, Artillery):
        # Artillery draws lots.
        assert abs(bad.answered - 2 * good.answered) <= 4


@pytest.mark.parametrize("tool", QUICK, ids=lambda tool: tool.name)
def test_nobody_listens(tool: Tool) -> None:
    test = load_test(NOBODY, ConstantUsers(2, 1))
    if isinstance(tool, Wrk):
        with pytest.raises(ToolError, match=r"wrk gave no result: .*unable to connect"):
            installed(tool).run(test)
        return
    result = run(tool, test)
    assert result.answered == 0
    if isinstance(tool, Hey):
        # It leaves failures out of its list, and knows their number only where it was told how many to send.
        assert "failed" in result.measurement.unknown
        assert result.explanation == "hey: no request was answered; it does not say why"
    else:
        assert set(result.failures) == {"refused"}
        assert result.failed == result.failures["refused"] > 0


@pytest.mark.parametrize("tool", [OwnEngine(), K6(), Hey()], ids=lambda tool: tool.name)
def test_a_server_that_does_not_answer(tool: Tool) -> None:
    with TargetProcess() as target:
        target.hold()
        test = msgspec.structs.replace(load_test(target.url, PerUserIterations(2, 1)), timeout=1)
        result = installed(tool).run(test)
    assert (result.answered, result.failed) == (0, 2)
    if isinstance(tool, Hey):
        # It counts them nowhere: that two are missing is all there is.
        assert (result.failures, result.latency.count) == ({"unknown": 2}, 0)
        return
    (how,) = result.failures
    assert how.startswith("timeout")
    assert (result.latency.count, result.latency.minimum >= 0.99) == (2, True)


@pytest.mark.parametrize("tool", QUICK, ids=lambda tool: tool.name)
def test_stopped_in_the_middle_keeps_what_it_has(tool: Tool) -> None:
    installed(tool)
    for patience in (0.3, 1, 3, 10):
        result = stopped_after(patience, tool)
        assert (result.ending, result.is_partial) == (Ending.STOPPED, True)
        assert result.explanation == f"{tool.title}: it was stopped"
        # On a busy machine nothing may have been answered yet.
        if result.answered > 0:
            return
    pytest.fail("nothing was answered before it was stopped")


def stopped_after(seconds: float, tool: Tool) -> LoadResult:
    stop = threading.Event()
    with TargetProcess() as target:

        def soon() -> None:
            target.asked.wait(60)
            time.sleep(seconds)
            stop.set()

        waiting = threading.Thread(target=soon)
        waiting.start()
        result = tool.run(load_test(target.url, ConstantUsers(2, 120)), stop=stop)
        waiting.join()
    return result


def test_artillery_stopped_in_the_middle_has_nothing() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(ToolError, match="Artillery gave no result: it was stopped"):
        installed(Artillery()).run(load_test("http://127.0.0.1:1", ConstantArrivalRate(1, 60)), stop=stop)


def test_a_tool_that_is_not_there_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.bench.tools.tool.find_program", lambda _: None)
    with pytest.raises(ToolError, match="hey is not installed") as caught:
        Hey().run(load_test("http://127.0.0.1:1", ConstantUsers(1, 1)))
    assert caught.value.hint == "apt-get install hey, or `assay doctor --install`"


@pytest.mark.parametrize(
    ("tool", "test", "reason"),
    [
        (Wrk(), {"executor": ConstantUsers(1, 1.5)}, "whole seconds only"),
        (K6(), {"think_time": ThinkTime(1, 2)}, "k6 is not told think time"),
        (Wrk(), {"timeout": 0.5}, "a time limit in whole seconds only"),
        (Hey(), {"timeout": 0.5}, "a time limit in whole seconds only"),
        (Hey(), {"requests": (Request(name="a", method="PURGE"),)}, "does not send PURGE"),
        (Hey(), {"requests": (Request(name="a", headers=(("x", ""),)),)}, "no header with an empty value"),
    ],
)
def test_refuses_what_it_would_do_otherwise_than_asked(tool: Tool, test: dict[str, object], reason: str) -> None:
    values = {"target": "http://127.0.0.1:1", "requests": KINDS[:1], "executor": ConstantUsers(1, 1), **test}
    with pytest.raises(UnsupportedByToolError, match=reason):
        tool.run(LoadTest(**values))  # type: ignore[arg-type] # put together from parts of the right kind
