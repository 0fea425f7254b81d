"""The summary of a performance test that took several steps."""

import msgspec
import pytest

from assay.bench import Ending, LoadTest, Request
from assay.bench.conducting import Conducted
from assay.bench.designs import Measured, Observed, Step
from assay.bench.designs.stress import StressAnalysis
from assay.bench.executor import ConstantArrivalRate
from assay.bench.result import LoadResult, SlowRequest
from assay.bench.testing import Outcome
from assay.cli.bench_output import print_outcome
from assay.system.performance import StressSettings
from tests.bench.results import result_of

TEST = LoadTest(target="http://localhost:1", requests=(Request(name="a"),), executor=ConstantArrivalRate(1, 1))


def measured(rate: int, result: LoadResult) -> Measured:
    return Measured(step=Step(label=f"{rate}/s", test=TEST), observed=Observed(result=result))


def outcome(*steps: Measured) -> Outcome:
    return Outcome(
        settings=StressSettings(name="buying", target=TEST.target, from_rate=10, to_rate=20),
        base=TEST,
        analysis=StressAnalysis(steps=(), last_good=None, broken_at=None, knee=None),
        findings=(),
        conducted=Conducted(steps=steps, use=(), stopped=False),
    )


def test_says_which_step_is_partial_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    died = msgspec.structs.replace(result_of([4], ending=Ending.STOPPED), explanation="it ceased to answer")
    print_outcome(outcome(measured(10, result_of([3])), measured(20, died)), first=True)
    printed = capsys.readouterr().out
    assert "20/s is partial: it ceased to answer\n" in printed
    assert "10/s is partial" not in printed


def test_names_the_slowest_of_all_steps_with_their_traces(capsys: pytest.CaptureFixture[str]) -> None:
    def slow(seconds: float, trace: str | None) -> LoadResult:
        request = SlowRequest(endpoint="order", seconds=seconds, ended=1.0, status=200, trace=trace)
        return msgspec.structs.replace(result_of([3]), slowest=(request,))

    print_outcome(outcome(measured(10, slow(0.2, "aa")), measured(20, slow(1.5, "bb"))), first=True)
    lines = [line for line in capsys.readouterr().out.splitlines() if "trace" in line]
    assert lines == ["  slow       1,500 ms  order  200  trace bb", "  slow       200.0 ms  order  200  trace aa"]
    print_outcome(outcome(measured(10, slow(0.2, None))), first=True)
    assert "slow" not in capsys.readouterr().out
