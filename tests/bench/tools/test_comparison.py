"""Tools that take turns on the same work, and what is said where one cannot, fails, or is stopped."""

import threading
from collections.abc import Iterator

import pytest

from assay.bench import ConstantUsers, LoadTest, Request
from assay.bench.tools import Artillery, Hey, OwnEngine, Wrk
from assay.bench.tools.comparison import Turn, compare
from assay.bench.tools.stall import Stall, compare_in_stall
from assay.bench.tools.target_process import TargetProcess


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with TargetProcess() as target:
        yield target.url


def load_test(url: str) -> LoadTest:
    return LoadTest(target=url, requests=(Request(name="all"),), executor=ConstantUsers(2, 1), timeout=10)


def test_tools_take_turns_and_begin_with_another_each_time(url: str) -> None:
    turns: list[Turn] = []
    tools = [OwnEngine(), *(tool for tool in (Wrk(), Hey()) if tool.find())]
    comparison = compare(load_test(url), tools, 2, on_turn=turns.append)
    names = [tool.name for tool in tools]
    assert [turn.tool for turn in turns] == [*names, *names[1:], names[0]]
    assert [figures.tool for figures in comparison.figures] == names
    for figures in comparison.figures:
        assert figures.runs == 2
        assert figures.requests_per_second > 0
        assert list(figures.quantiles) == sorted(figures.quantiles)
        assert figures.cpu_microseconds > 0
        assert figures.partial == ()


def test_a_tool_that_cannot_or_fails_is_named_with_its_reason(url: str) -> None:
    comparison = compare(load_test("http://127.0.0.1:1"), [OwnEngine(), Artillery()], 1)
    assert comparison.figures == ()
    assert "connection refused" in comparison.failed["assay"]
    assert comparison.refused == {"artillery": "Artillery has no executor constant-vus"}
    assert compare(load_test(url), [], 3).figures == ()


def test_stopping_keeps_what_was_measured(url: str) -> None:
    stop = threading.Event()
    comparison = compare(
        load_test(url), [OwnEngine()], 20, on_turn=lambda turn: stop.set() if turn.number == 2 else None, stop=stop
    )
    assert [figures.runs for figures in comparison.figures] in ([1], [2])
    assert comparison.failed == {}


def test_the_truth_of_a_stall_is_known() -> None:
    stall = Stall(1.5, 10, 2)
    assert [stall.quantile(share) for share in (0.5, 0.9, 0.99)] == pytest.approx([0, 0.5, 1.4])
    assert (stall.mean, stall.seconds) == (0.1125, 20)
    with pytest.raises(ValueError, match="a whole period"):
        Stall(2, 2, 1)
    with pytest.raises(ValueError, match="whole seconds"):
        Stall(0.1, 0.75, 1)


def test_our_engine_counts_what_a_stall_delayed() -> None:
    """The server is held for a fifth of the time: one request in ten waits for half of that, or longer."""
    tried = []
    for _ in range(5):
        comparison = compare_in_stall(Stall(0.4, 2, 1, rate=200), [OwnEngine()])
        (said,) = comparison.tools
        assert (said.model, said.figures.omission, comparison.failed) == ("open", "counted", {})
        # A machine so busy that the server was held after the test makes another try.
        if said.quantiles[1] >= 0.15 and said.quantiles[3] >= 0.3:
            return
        tried.append(said.quantiles)
    pytest.fail(f"it said {tried}")


def test_a_tool_without_an_open_model_does_what_comes_nearest() -> None:
    tools = [tool for tool in (Wrk(), Hey()) if tool.find()]
    if not tools:
        pytest.skip("neither wrk nor hey is installed")
    turns: list[Turn] = []
    comparison = compare_in_stall(Stall(0.3, 1, 1, rate=100), tools, on_turn=turns.append)
    models = {"wrk": "closed", "hey": "paced"}
    assert {said.figures.tool: said.model for said in comparison.tools} == {
        tool.name: models[tool.name] for tool in tools
    }
    assert {turn.executor for turn in turns} == {"constant-vus"}
