"""When the iterations of a dynamic scenario begin: k6's executors, for threads that each wait for their turn."""

import bisect
import threading
from itertools import accumulate
from typing import NamedTuple

from assay.bench.executor import (
    ConstantArrivalRate,
    ConstantUsers,
    Executor,
    PerUserIterations,
    RampingArrivalRate,
    RampingUsers,
    SharedIterations,
    Stage,
)

__all__ = ["Turn", "Turns"]


class Turn(NamedTuple):
    """One iteration: its number, and when it is to begin, in seconds since the test began."""

    iteration: int
    due: float


class Turns:
    """Hands out iterations to users."""

    def __init__(self, executor: Executor, users: int) -> None:
        self.executor = executor
        self.users = users_of(executor, users)
        self._begun = 0
        self._of_user = [0] * self.users
        self._lock = threading.Lock()
        self._ramp = ramp_of(executor)
        self.seconds = sum(stage.seconds for stage in self._ramp[1])

    def next(self, user: int, now: float) -> Turn | None:
        """The next iteration of a user; None where there is none, or none before its number is active again."""
        with self._lock:
            due = self._due(user, now)
            if due is None or due >= self.seconds:
                return None
            self._begun += 1
            self._of_user[user] += 1
            return Turn(self._begun - 1, due)

    @property
    def intended(self) -> int | None:
        """How many iterations the schedule asks for; None in the closed model."""
        if not isinstance(self.executor, ConstantArrivalRate | RampingArrivalRate):
            return None
        count = int(self._area(self.seconds))
        while (start := self._start_of(count)) is not None and start < self.seconds:
            count += 1
        return count

    def _due(self, user: int, now: float) -> float | None:
        executor = self.executor
        if isinstance(executor, ConstantArrivalRate | RampingArrivalRate):
            return self._start_of(self._begun)
        if isinstance(executor, RampingUsers):
            return now if user < self._level(now) else None
        if isinstance(executor, SharedIterations) and self._begun >= executor.iterations:
            return None
        if isinstance(executor, PerUserIterations) and self._of_user[user] >= executor.iterations:
            return None
        return now if self._of_user[user] else 0.0

    def is_over(self, now: float) -> bool:
        """Whether nobody gets another iteration."""
        return now >= self.seconds or not isinstance(self.executor, RampingUsers)

    def _level(self, now: float) -> float:
        level, stages = self._ramp
        for stage in stages:
            if now < stage.seconds:
                return level + (stage.target - level) * now / stage.seconds
            now -= stage.seconds
            level = stage.target
        return level

    def _area(self, until: float) -> float:
        """Iterations that are to have begun by then."""
        level, stages = self._ramp
        area = 0.0
        for stage in stages:
            part = min(until, stage.seconds)
            if part > 0:
                area += part * (level + (stage.target - level) * part / stage.seconds / 2)
            until -= stage.seconds
            level = stage.target
        return area

    def _start_of(self, iteration: int) -> float | None:
        """When the rate has added up to so many iterations."""
        ends = list(accumulate(stage.seconds for stage in self._ramp[1]))
        total = self._area(self.seconds)
        if iteration >= total:
            return None
        stage = bisect.bisect_right([self._area(end) for end in ends], iteration)
        low, high = (ends[stage - 1] if stage else 0.0), ends[stage]
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self._area(middle) < iteration else (low, middle)
        return high if iteration else 0.0


def users_of(executor: Executor, most: int) -> int:
    """How many threads a schedule needs: in the open model as many as are allowed."""
    if isinstance(executor, ConstantUsers | SharedIterations | PerUserIterations):
        return executor.users
    if isinstance(executor, RampingUsers):
        return max(1, executor.start_users, *(int(stage.target) for stage in executor.stages))
    return most


def ramp_of(executor: Executor) -> tuple[float, tuple[Stage, ...]]:
    """The level at which it begins, and its stages."""
    if isinstance(executor, ConstantArrivalRate):
        return executor.rate, (Stage(executor.rate, executor.seconds),)
    if isinstance(executor, RampingArrivalRate):
        return executor.start_rate, executor.stages
    if isinstance(executor, RampingUsers):
        return executor.start_users, executor.stages
    seconds = executor.seconds if isinstance(executor, ConstantUsers) else executor.longest_seconds
    return executor.users, (Stage(executor.users, seconds),)
