"""A model of a service, in virtual time: workers that take requests in the order in which they came.

It answers the steps of a design as the load engine would, and what it had not worked off stays for the next step, as it
does in a real service.
"""

import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from typing import TypeVar

from assay.bench import ConstantArrivalRate, Endpoint, Histogram, LoadResult, LoadTest, PerUserIterations, Request
from assay.bench.designs import Observed, Procedure, Step, Track
from assay.bench.executor import RampingArrivalRate
from assay.bench.result import Ending, Generator, Second
from tests.bench.results import MEASUREMENT

BASE = LoadTest(
    target="http://localhost:8080",
    requests=(Request(name="order"),),
    executor=ConstantArrivalRate(1, 1),
    timeout=5.0,
)

Result = TypeVar("Result")

# When a request came, when it was answered, and its status; 0 where it timed out.
Answer = tuple[float, float, int]


class SyntheticService:
    """Workers and a queue.

    Args:
        workers: How many requests are worked on at once.
        work: How long the next request takes, in seconds.
        status: Of an answer, by how many requests waited when it came.
        tracks: What is recorded during a step, from the time at which it began.
    """

    def __init__(
        self,
        workers: int,
        work: Callable[[], float],
        *,
        status: Callable[[int], int] = lambda _: 200,
        tracks: Callable[[float, float], tuple[Track, ...]] = lambda _begin, _seconds: (),
    ) -> None:
        self.steps: list[Step] = []
        self._free = [0.0] * workers
        self._work = work
        self._status = status
        self._tracks = tracks
        self._waiting: list[float] = []
        self._now = 0.0

    def conduct(self, procedure: Procedure[Result]) -> Result:
        """Carries a design out to its end."""
        step = next(procedure)
        while True:
            try:
                step = procedure.send(self.answer(step))
            except StopIteration as end:
                result: Result = end.value
                return result

    def answer(self, step: Step) -> Observed:
        """What comes of a step."""
        self.steps.append(step)
        begin = self._now
        answers = list(self._answers(step.test))
        executor = step.test.executor
        scheduled = scheduled_seconds(step.test) or max(end for _, end, _ in answers) - begin
        self._now = max(begin + scheduled, *(end for _, end, _ in answers))
        is_open = not isinstance(executor, PerUserIterations)
        result = result_from(answers, begin, scheduled, intended=len(answers) if is_open else None)
        return Observed(result=result, tracks=self._tracks(begin, scheduled))

    def _answers(self, test: LoadTest) -> Iterator[Answer]:
        if isinstance(test.executor, PerUserIterations):
            came = self._now
            for _ in range(test.executor.iterations):
                answer = self._serve(came, test.timeout)
                came = answer[1]
                yield answer
            return
        for arrival in arrivals(test):
            yield self._serve(self._now + arrival, test.timeout)

    def _serve(self, came: float, timeout: float) -> Answer:
        while self._waiting and self._waiting[0] <= came:
            heapq.heappop(self._waiting)
        status = self._status(len(self._waiting))
        begin = max(came, heapq.heappop(self._free))
        end = begin + self._work()
        heapq.heappush(self._free, end)
        heapq.heappush(self._waiting, end)
        return (came, end, status) if end - came < timeout else (came, came + timeout, 0)


def arrivals(test: LoadTest) -> Iterator[float]:
    """When requests start, by an executor of the open model whose rate is constant in each stage."""
    executor = test.executor
    if isinstance(executor, ConstantArrivalRate):
        stages = [(executor.rate, executor.seconds)]
    else:
        assert isinstance(executor, RampingArrivalRate)
        stages = [(stage.target, stage.seconds) for stage in executor.stages]
    begin = 0.0
    for rate, seconds in stages:
        yield from (begin + number / rate for number in range(round(rate * seconds)))
        begin += seconds


def scheduled_seconds(test: LoadTest) -> float:
    executor = test.executor
    if isinstance(executor, ConstantArrivalRate):
        return executor.seconds
    return sum(stage.seconds for stage in executor.stages) if isinstance(executor, RampingArrivalRate) else 0.0


def result_from(answers: list[Answer], begin: float, scheduled: float, *, intended: int | None) -> LoadResult:
    """As the engine would write it down."""
    good = [answer for answer in answers if answer[2]]
    timeouts = len(answers) - len(good)
    latency = Histogram.of(round(end - came, 4) for came, end, _ in answers)
    statuses = {status: len(list(each)) for status, each in itertools.groupby(sorted(answer[2] for answer in good))}
    last = max(end for _, end, _ in answers) - begin
    return LoadResult(
        tool="model",
        version="0",
        executor="",
        ending=Ending.COMPLETE,
        began=begin,
        scheduled_seconds=scheduled,
        elapsed_seconds=last,
        intended=intended,
        answered=len(good),
        failed=timeouts,
        dropped=0,
        rate=len(good) / scheduled,
        latency=latency,
        endpoints=(
            Endpoint(
                name="order",
                answered=len(good),
                failed=timeouts,
                statuses=statuses,
                failures={"timeout-waiting": timeouts} if timeouts else {},
                latency=latency,
            ),
        ),
        seconds=tuple(seconds_of(answers, begin)),
        measurement=MEASUREMENT,
        generator=Generator(user_seconds=0.0, system_seconds=0.0),
    )


def seconds_of(answers: list[Answer], begin: float) -> Iterator[Second]:
    by_second: dict[int, list[Answer]] = {}
    for answer in answers:
        by_second.setdefault(int(answer[1] - begin), []).append(answer)
    for number in range(max(by_second) + 1):
        ended = by_second.get(number, [])
        durations = Histogram.of(end - came for came, end, _ in ended)
        p50, p95, p99 = durations.quantiles([0.5, 0.95, 0.99])
        failed = sum(not status for _, _, status in ended)
        yield Second(answered=len(ended) - failed, failed=failed, p50=p50, p95=p95, p99=p99, longest=durations.maximum)


def constant(seconds: float) -> Callable[[], float]:
    """Every request takes equally long."""
    return lambda: seconds


def exponential(mean: float, seed: int) -> Callable[[], float]:
    """Requests take as long as chance has it, without memory."""
    source = random.Random(seed)
    return lambda: source.expovariate(1 / mean)
