"""Slow requests from spans, made up, and written by OpenTelemetry itself."""

import io
from pathlib import Path

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

from assay.bench.bottleneck import Span, read_spans, slowest_traces


def span(identity: str, parent: str | None, service: str, began: float, ended: float, trace: str = "t1") -> Span:
    return Span(
        trace=trace,
        identity=identity,
        parent=parent,
        service=service,
        name=f"GET /{identity}",
        began=began,
        ended=ended,
    )


CALLS = [
    span("d", "b", "payments", 101.2, 101.7),
    span("a", "generator", "gateway", 101.0, 102.0),
    span("b", "a", "orders", 101.1, 101.9),
    # Two at the same time: their common time counts once.
    span("c", "b", "inventory", 101.5, 101.8),
    span("x", None, "gateway", 101.0, 101.5, trace="t2"),
    span("y", None, "gateway", 300.0, 309.0, trace="t3"),
]


def test_tells_where_the_time_of_the_slowest_requests_went() -> None:
    first, second = slowest_traces(CALLS, 100.0, 200.0)
    assert first.trace == "t1"
    assert first.seconds == pytest.approx(1.0)
    assert second.trace == "t2"
    assert [(one.service, one.depth) for one in first.spans] == [
        ("gateway", 0),
        ("orders", 1),
        ("payments", 2),
        ("inventory", 2),
    ]
    assert [one.own_seconds for one in first.spans] == pytest.approx([0.2, 0.2, 0.5, 0.3])
    assert first.largest.service == "payments"
    assert slowest_traces(CALLS, 100.0, 200.0, most=1) == (first,)


def test_children_that_outlive_their_parent_count_up_to_its_end() -> None:
    (slow,) = slowest_traces([span("a", None, "a", 1.0, 2.0), span("b", "a", "b", 1.5, 9.0)], 0.0, 10.0)
    assert slow.spans[0].own_seconds == pytest.approx(0.5)


def test_spans_that_are_each_others_parents_have_no_root_and_an_end() -> None:
    assert slowest_traces([span("a", "b", "a", 1.0, 2.0), span("b", "a", "b", 1.0, 2.0)], 0.0, 10.0) == ()
    (slow,) = slowest_traces([span("a", "gone", "a", 1.0, 2.0), span("a", "gone", "a", 1.0, 2.0)], 0.0, 10.0)
    assert len(slow.spans) == 1


def one_line(span: ReadableSpan) -> str:
    written: str = span.to_json(indent=None)
    return written + "\n"


def test_reads_what_opentelemetry_writes_between_other_lines(tmp_path: Path) -> None:
    output = io.StringIO()
    output.write("INFO: started\n{not json\n")
    provider = TracerProvider(resource=Resource.create({"service.name": "orders"}))
    provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(out=output, formatter=one_line)))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("GET /orders"), tracer.start_as_current_span("GET"):
        pass
    provider.shutdown()
    log = tmp_path / "orders.log"
    log.write_text(output.getvalue())
    inner, outer = read_spans(log)
    assert (outer.service, outer.name, outer.parent) == ("orders", "GET /orders", None)
    assert (inner.parent, inner.trace) == (outer.identity, outer.trace)
    (slow,) = slowest_traces([inner, outer], outer.began - 1, outer.ended)
    assert [one.name for one in slow.spans] == ["GET /orders", "GET"]
