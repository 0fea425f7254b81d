"""Scenarios: Python files that describe a load test. They are read once and compiled; no Python runs for a request.

A scenario assigns a `LoadTest` to `test`:

    from assay.bench.scenario import ConstantArrivalRate, LoadTest, flow, get, json_value, post, status

    test = LoadTest(
        target="http://127.0.0.1:8080",
        executor=ConstantArrivalRate(rate=100, seconds=30),
        flows=(
            flow(
                "buy",
                get("/products", take={"product": json_value("$[0].id")}),
                post("/orders", json={"product": "{product}"}, expect=status(201)),
            ),
        ),
    )

What cannot be said that way is a `DynamicTest`, whose function `iteration(session)` runs in Python threads.
"""

from assay.bench.executor import (
    ConstantArrivalRate,
    ConstantUsers,
    PerUserIterations,
    RampingArrivalRate,
    RampingUsers,
    SharedIterations,
    Stage,
)
from assay.bench.flow import Check, Data, Flow, Selector, Step, ThinkTime
from assay.bench.load_test import LoadTest, Request
from assay.bench.scenario.dynamic import DynamicTest, Response, Session, run_dynamic
from assay.bench.scenario.loading import load_scenario
from assay.bench.scenario.steps import (
    body,
    cookie,
    delete,
    flow,
    get,
    header,
    json_value,
    patch,
    post,
    put,
    request,
    status,
)
from assay.bench.scenario.tables import table

__all__ = [
    "Check",
    "ConstantArrivalRate",
    "ConstantUsers",
    "Data",
    "DynamicTest",
    "Flow",
    "LoadTest",
    "PerUserIterations",
    "RampingArrivalRate",
    "RampingUsers",
    "Request",
    "Response",
    "Selector",
    "Session",
    "SharedIterations",
    "Stage",
    "Step",
    "ThinkTime",
    "body",
    "cookie",
    "delete",
    "flow",
    "get",
    "header",
    "json_value",
    "load_scenario",
    "patch",
    "post",
    "put",
    "request",
    "run_dynamic",
    "status",
    "table",
]
