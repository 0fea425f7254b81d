"""What follows from an executor: its name, how long it takes and how much it asks for."""

from assay.bench.executor import (
    ConstantArrivalRate,
    Executor,
    PerUserIterations,
    RampingArrivalRate,
    RampingUsers,
    SharedIterations,
)
from assay.bench.load_test import LoadTest

__all__ = ["executor_name", "intended_iterations", "longest_seconds", "scheduled_seconds"]


def executor_name(executor: Executor | type[Executor]) -> str:
    """k6's name."""
    return str(executor.__struct_config__.tag)


def longest_seconds(test: LoadTest) -> float:
    """How long a test may take at most: its schedule, and the answers that are then still to come."""
    return scheduled_seconds(test.executor) + test.timeout


def scheduled_seconds(executor: Executor) -> float:
    """For how long iterations are started at most."""
    match executor:
        case RampingArrivalRate() | RampingUsers():
            return sum(stage.seconds for stage in executor.stages)
        case SharedIterations() | PerUserIterations():
            return executor.longest_seconds
        case _:
            return executor.seconds


def intended_iterations(executor: Executor) -> int | None:
    """How many iterations an open schedule asks for; None in the closed model."""
    match executor:
        case ConstantArrivalRate(rate, seconds):
            return int(rate * seconds)
        case RampingArrivalRate(rate, stages):
            total = 0.0
            for stage in stages:
                total += (rate + stage.target) / 2 * stage.seconds
                rate = stage.target
            return int(total)
        case _:
            return None
