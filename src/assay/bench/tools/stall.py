"""Coordinated omission made visible: a server that is held up at known times, and what each tool says of it.

At a constant rate, with the server held for S seconds once in T seconds and an instant drain afterwards, a request that
is due at a random moment waits with the quantiles max(0, S - (1 - q) T) and the mean S² / 2T.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, NamedTuple

import msgspec

from assay.bench.executor import ConstantArrivalRate, ConstantUsers
from assay.bench.load_test import LoadTest, Request
from assay.bench.tools.comparison import Figures, Turn, figures_of
from assay.bench.tools.hey import Hey
from assay.bench.tools.k6 import K6
from assay.bench.tools.schedule import executor_name
from assay.bench.tools.target_process import TargetProcess
from assay.bench.tools.tool import Tool
from assay.errors import ToolError

__all__ = ["STALL_QUANTILES", "Stall", "StallComparison", "StallFigures", "compare_in_stall"]

STALL_QUANTILES = (0.5, 0.9, 0.95, 0.99)
_SMALLEST_POOL = 50
_SPARE = 1.5
"""Times the requests that come in one stall: so many users k6 needs to hold them all."""


class Stall(msgspec.Struct, frozen=True):
    """How the server is held up.

    Raises:
        ValueError: It is held longer than a period, or `periods` times `period` are no whole seconds.
    """

    held: Annotated[float, msgspec.Meta(gt=0, le=60)] = 1.5
    """Seconds that it is held in each period."""
    period: Annotated[float, msgspec.Meta(gt=0, le=600)] = 10.0
    """Seconds."""
    periods: Annotated[int, msgspec.Meta(ge=1, le=100)] = 2
    rate: Annotated[int, msgspec.Meta(ge=10, le=20_000)] = 1000
    """Requests per second."""

    def __post_init__(self) -> None:
        if self.held >= self.period:
            raise ValueError("the server is held for a whole period")
        if self.seconds != int(self.seconds):
            raise ValueError("all periods together have to last whole seconds, since wrk runs for no others")

    @property
    def seconds(self) -> float:
        """That the test lasts."""
        return self.period * self.periods

    @property
    def mean(self) -> float:
        """Seconds that a request waits in the mean."""
        return self.held**2 / (2 * self.period)

    def quantile(self, share: float) -> float:
        """Seconds that the share of requests does not exceed."""
        return max(0.0, self.held - (1 - share) * self.period)


class StallFigures(NamedTuple):
    """What one tool said."""

    figures: Figures
    model: str
    """`open`, `closed` or `paced`: closed with a limit of its rate."""
    quantiles: tuple[float, ...]
    """Seconds, at `STALL_QUANTILES`."""


class StallComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Every tool on the same stalls."""

    stall: Stall
    true_quantiles: tuple[float, ...]
    true_mean: float
    tools: tuple[StallFigures, ...]
    failed: dict[str, str]


def compare_in_stall(
    stall: Stall,
    tools: Sequence[Tool],
    *,
    on_turn: Callable[[Turn], None] | None = None,
    stop: threading.Event | None = None,
) -> StallComparison:
    """Runs each tool once, each against a server of its own that is held up.

    Where a tool has no open model it does what comes nearest: hey keeps its workers to the rate, wrk goes as fast as it
    can.
    """
    said: list[StallFigures] = []
    failed: dict[str, str] = {}
    for asked in tools:
        if stop and stop.is_set():
            break
        with TargetProcess() as target:
            tool, test, model = _nearest(asked, stall, target.url)
            if on_turn:
                on_turn(Turn(tool.name, executor_name(test.executor), 1, 1))
            try:
                with _held_up(target, stall):
                    result = tool.run(test, stop=stop)
            except ToolError as error:
                if not (stop and stop.is_set()):
                    failed[tool.name] = str(error)
                continue
        said.append(StallFigures(figures_of([result]), model, tuple(result.latency.quantiles(STALL_QUANTILES))))
    return StallComparison(
        stall=stall,
        true_quantiles=tuple(map(stall.quantile, STALL_QUANTILES)),
        true_mean=stall.mean,
        tools=tuple(said),
        failed=failed,
    )


def _nearest(tool: Tool, stall: Stall, url: str) -> tuple[Tool, LoadTest, str]:
    # k6 drops what has no user of its own; with the others, what waits for a connection is counted.
    needed = round(stall.rate * stall.held * _SPARE) if isinstance(tool, K6) else 0
    test = LoadTest(
        target=url,
        requests=(Request(name="all"),),
        executor=ConstantArrivalRate(stall.rate, stall.seconds),
        timeout=float(max(10, round(stall.held * 4))),
        connections=max(_SMALLEST_POOL, needed),
    )
    if ConstantArrivalRate in tool.executors:
        return tool, test, "open"
    users = ConstantUsers(_SMALLEST_POOL, stall.seconds)
    closed = msgspec.structs.replace(test, executor=users)
    if isinstance(tool, Hey):
        return Hey(pace=stall.rate / users.users), closed, "paced"
    return tool, closed, "closed"


@contextmanager
def _held_up(target: TargetProcess, stall: Stall) -> Iterator[None]:
    """Holds the server in the middle of each period, counted from the first request, until the block ends."""
    ended = threading.Event()

    def hold() -> None:
        while not target.asked.wait(0.05):
            if ended.is_set():
                return
        free = stall.period - stall.held
        # Also past the last period, for a tool that does not keep up with the rate and takes longer.
        while not ended.wait(free / 2):
            target.hold()
            ended.wait(stall.held)
            target.release()
            if ended.wait(free / 2):
                return

    holding = threading.Thread(target=hold)
    holding.start()
    try:
        yield
    finally:
        ended.set()
        holding.join()
