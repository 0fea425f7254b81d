"""The pillar `performance`: how much load a system holds, why not more, and whether that changed."""

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
from assay.bench.histogram import Histogram
from assay.bench.load_test import LoadTest, Request, ThinkTime
from assay.bench.result import Ending, Endpoint, LoadResult

__all__ = [
    "ConstantArrivalRate",
    "ConstantUsers",
    "Ending",
    "Endpoint",
    "Executor",
    "Histogram",
    "LoadResult",
    "LoadTest",
    "PerUserIterations",
    "RampingArrivalRate",
    "RampingUsers",
    "Request",
    "SharedIterations",
    "Stage",
    "ThinkTime",
]
