"""When iterations start: the six executors, under the names that k6 gave them."""

from typing import Annotated

import msgspec

__all__ = [
    "ConstantArrivalRate",
    "ConstantUsers",
    "Executor",
    "PerUserIterations",
    "RampingArrivalRate",
    "RampingUsers",
    "SharedIterations",
    "Stage",
    "is_open",
]

Seconds = Annotated[float, msgspec.Meta(ge=0, le=7 * 24 * 3600)]
Rate = Annotated[float, msgspec.Meta(ge=0, le=10_000_000)]
"""Iterations per second."""
Users = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
Iterations = Annotated[int, msgspec.Meta(ge=1)]


class Stage(msgspec.Struct, frozen=True):
    """A part of a ramp: within `seconds` the rate, or the number of users, goes evenly to `target`."""

    target: Rate
    seconds: Seconds


class ConstantArrivalRate(msgspec.Struct, frozen=True, tag_field="executor", tag="constant-arrival-rate"):
    """Open model: iterations start at a fixed rate, whether or not earlier ones have ended."""

    rate: Rate
    seconds: Seconds


class RampingArrivalRate(msgspec.Struct, frozen=True, tag_field="executor", tag="ramping-arrival-rate"):
    """Open model: the rate changes over time."""

    start_rate: Rate
    stages: tuple[Stage, ...]


class ConstantUsers(msgspec.Struct, frozen=True, tag_field="executor", tag="constant-vus"):
    """Closed model: each user does one iteration after the other."""

    users: Users
    seconds: Seconds


class RampingUsers(msgspec.Struct, frozen=True, tag_field="executor", tag="ramping-vus"):
    """Closed model: the number of users changes over time."""

    start_users: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    stages: tuple[Stage, ...]


class SharedIterations(msgspec.Struct, frozen=True, tag_field="executor", tag="shared-iterations"):
    """Closed model: the users share so many iterations; a faster one does more."""

    users: Users
    iterations: Iterations
    longest_seconds: Seconds = 600


class PerUserIterations(msgspec.Struct, frozen=True, tag_field="executor", tag="per-vu-iterations"):
    """Closed model: each user does so many iterations."""

    users: Users
    iterations: Iterations
    longest_seconds: Seconds = 600


Executor = (
    ConstantArrivalRate | RampingArrivalRate | ConstantUsers | RampingUsers | SharedIterations | PerUserIterations
)


def is_open(executor: Executor) -> bool:
    """Whether iterations start by the clock, so that a slow system does not slow its own load down."""
    return isinstance(executor, ConstantArrivalRate | RampingArrivalRate)
