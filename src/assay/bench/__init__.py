"""The pillar `performance`: how much load a system holds, why not more, and whether that changed."""

from typing import TYPE_CHECKING

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
from assay.bench.flow import Check, Data, Flow, Selector, Step, ThinkTime
from assay.bench.histogram import Histogram
from assay.bench.load_test import LoadTest, Request
from assay.bench.protocol import Grpc, Http1, Http2, Tls, WebSocket
from assay.bench.result import Ending, Endpoint, LoadResult

if TYPE_CHECKING:
    from assay.system import System
    from assay.task import Task


def tasks(system: "System") -> "list[Task]":
    """The tasks of the group `performance` for a system: one for each test that it describes.

    Raises:
        ConfigurationError: A test asks for a threshold that is none.
    """
    from assay.bench.task_list import tasks_of  # noqa: PLC0415 # who only reads results has no use for it

    return tasks_of(system)


__all__ = [
    "Check",
    "ConstantArrivalRate",
    "ConstantUsers",
    "Data",
    "Ending",
    "Endpoint",
    "Executor",
    "Flow",
    "Grpc",
    "Histogram",
    "Http1",
    "Http2",
    "LoadResult",
    "LoadTest",
    "PerUserIterations",
    "RampingArrivalRate",
    "RampingUsers",
    "Request",
    "Selector",
    "SharedIterations",
    "Stage",
    "Step",
    "ThinkTime",
    "Tls",
    "WebSocket",
    "tasks",
]
