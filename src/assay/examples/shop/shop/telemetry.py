"""Traces and metrics of one process.

Spans go where the standard variable OTEL_TRACES_EXPORTER says: `none` (as where it is not set), `console` (one JSON
object a line on standard output), or `otlp` (to OTEL_EXPORTER_OTLP_ENDPOINT, over HTTP).
"""

import os

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

__all__ = ["Telemetry"]

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds."""


class Telemetry:
    """Of the process with this name.

    Args:
        service: The kind of process: `orders`.
        instance: This one of them.

    Raises:
        ValueError: OTEL_TRACES_EXPORTER names no exporter that is known here.
    """

    def __init__(self, service: str, instance: str) -> None:
        resource = Resource.create({"service.name": service, "service.instance.id": instance})
        exporter = os.environ.get("OTEL_TRACES_EXPORTER", "none")
        # What goes nowhere is not recorded; the context of a trace is passed on all the same.
        sampler = ParentBased(ALWAYS_OFF if exporter == "none" else ALWAYS_ON)
        self._provider = TracerProvider(resource=resource, sampler=sampler)
        _add_exporter(self._provider, exporter)
        self.tracer = self._provider.get_tracer("shop")
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.requests = Histogram(
            "shop_request_seconds",
            "Time from a request's arrival to the end of its answer",
            ["method", "route", "status"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.retries = Counter(
            "shop_retries", "Calls of others that were tried again", ["service"], registry=self.registry
        )

        self.waits = Histogram(
            "shop_wait_seconds",
            "Time spent waiting for what others use: a lock, a place in a pool, the disk",
            ["resource"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.disk_bytes = Counter("shop_disk_bytes", "Written to disk and waited for", registry=self.registry)
        self.lookups = Counter(
            "shop_cache_lookups", "Questions to a cache: hit or miss", ["cache", "result"], registry=self.registry
        )
        self.pool_size = Gauge("shop_pool_size", "Places of a pool", ["pool"], registry=self.registry)
        self.pool_in_use = Gauge("shop_pool_in_use", "Places that are taken", ["pool"], registry=self.registry)
        self.pool_waiting = Gauge("shop_pool_waiting", "Who waits for a place", ["pool"], registry=self.registry)

    def wrote(self, size: int, seconds: float) -> None:
        """So many bytes were written to disk, and waited for so long."""
        self.disk_bytes.inc(size)
        self.waits.labels("disk").observe(seconds)

    def shutdown(self) -> None:
        """Sends what has not been sent yet."""
        self._provider.shutdown()


def _add_exporter(provider: TracerProvider, name: str) -> None:
    if name == "none":
        return
    if name == "console":
        provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(formatter=_one_line)))
    elif name == "otlp":
        provider.add_span_processor(BatchSpanProcessor(_otlp()))
    else:
        raise ValueError(f"OTEL_TRACES_EXPORTER={name}: only none, console and otlp are known here")


def _otlp() -> SpanExporter:
    # Loading it takes half as long as starting a service, and most runs do not need it.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    return OTLPSpanExporter()


def _one_line(span: ReadableSpan) -> str:
    line: str = span.to_json(indent=None)
    return line + "\n"
