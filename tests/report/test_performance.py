"""Performance tests in a report: the table of what was measured, and what is no performance test."""

import msgspec

from assay.bench import Histogram
from assay.report.performance import performance_test_in, rows_of


def step(label: str, *, counts: bool = True, names: tuple[str, ...] = ("list",)) -> dict[str, object]:
    latency = msgspec.to_builtins(Histogram.of([0.01] * 99 + [0.5]))
    endpoints = [{"name": name, "answered": 100, "failed": 1, "latency": latency} for name in names]
    figures = {"answered": 100 * len(names), "failed": len(names), "dropped": 3, "latency": latency}
    times = {"scheduled_seconds": 10.0, "elapsed_seconds": 20.0}
    return {"label": label, "counts": counts, "result": {**figures, **times, "endpoints": endpoints}}


def document(*steps: dict[str, object], kind: str = "performance-test") -> bytes:
    return msgspec.json.encode({"kind": kind, "design": "load", "target": "http://a", "steps": steps, "more": 1})


def test_shows_the_steps_that_count() -> None:
    found = performance_test_in(document(step("idle", counts=False), step("10/s"), step("20/s")))
    assert found is not None
    rows = list(rows_of(found))
    assert [row.name for row in rows] == ["10/s", "20/s"]
    assert (rows[0].rate, rows[0].failed, rows[0].dropped, rows[0].longest) == (5.0, 1, 3, 500.0)
    assert rows[0].quantiles == (10.0, 10.0, 10.0)


def test_shows_each_kind_of_request_of_a_single_step_once() -> None:
    found = performance_test_in(document(step("10/s", names=("list", "order", "order"))))
    assert found is not None
    rows = list(rows_of(found))
    assert [(row.name, row.rate, row.dropped) for row in rows] == [
        ("10/s", 15, 3),
        ("list", 5, None),
        ("order", 10, None),
    ]


def test_takes_nothing_else_for_one() -> None:
    assert performance_test_in(b"{}") is None
    assert performance_test_in(b"not json") is None
    assert performance_test_in(document(step("10/s"), kind="invariant")) is None
    assert performance_test_in(document(step("idle", counts=False))) is None
