"""The slowest requests with their traces: where in which service each of them spent its time.

Spans are read as OpenTelemetry's console exporter writes them, one JSON object a line: OTEL_TRACES_EXPORTER=console
puts them into the log of a service, which `assay system` keeps in `.assay/system/logs/`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

import msgspec

from assay.bench.result import SlowRequest

__all__ = ["MOST_SPANS", "SlowTrace", "Span", "SpanTime", "read_spans", "slowest_traces", "traces_of"]

MOST_SPANS = 500_000
"""Of one call; later ones are left out."""

LONGEST_LINE = 1 << 17
"""Bytes. A span is shorter."""

DEEPEST = 64
"""Spans below one another that are told; what is deeper is left out."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work in one service. Times are seconds since 1970."""

    trace: str
    identity: str
    parent: str | None
    service: str
    name: str
    began: float
    ended: float
    failed: bool = False

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(0.0, self.ended - self.began)


class SpanTime(msgspec.Struct, frozen=True, kw_only=True):
    """A span of a trace, in the order in which they began below one another."""

    service: str
    name: str
    depth: int
    """0 for the request itself."""
    offset: float
    """Seconds from the beginning of the request to that of the span."""
    seconds: float
    own_seconds: float
    """In which none of its children was under way: what it did itself, or waited for."""
    failed: bool


class SlowTrace(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was slow, and where its time went."""

    trace: str
    """Its identity, under which an observability tool finds it."""
    began: float
    """Seconds since 1970."""
    seconds: float
    spans: tuple[SpanTime, ...]

    @property
    def largest(self) -> SpanTime:
        """The span with most time of its own."""
        return max(self.spans, key=lambda span: span.own_seconds)


class _Context(msgspec.Struct):
    trace_id: str
    span_id: str


class _Status(msgspec.Struct):
    status_code: str = "UNSET"


class _Resource(msgspec.Struct):
    attributes: dict[str, object] = {}


class _Written(msgspec.Struct):
    name: str
    context: _Context
    start_time: datetime
    end_time: datetime
    parent_id: str | None = None
    status: _Status = msgspec.field(default_factory=_Status)
    resource: _Resource = msgspec.field(default_factory=_Resource)


def read_spans(path: Path, *, begin: int = 0, traces: Collection[str] | None = None) -> Iterator[Span]:
    """Every span in a log; lines that are none are passed over.

    Args:
        path: The log.
        begin: From which of its bytes on it is read.
        traces: Identities; spans of other traces are left out, and so not even decoded.

    Raises:
        OSError: It cannot be read.
    """
    decoder = msgspec.json.Decoder(_Written)
    wanted = None if traces is None else tuple(trace.encode() for trace in traces)
    with path.open("rb") as log:
        log.seek(begin)
        for line in log:
            if not line.startswith(b"{") or len(line) > LONGEST_LINE or b'"trace_id"' not in line:
                continue
            if wanted is not None and not any(trace in line for trace in wanted):
                continue
            try:
                written = decoder.decode(line)
            except msgspec.DecodeError:
                continue
            yield Span(
                # OpenTelemetry writes identities as numbers here, and without the prefix everywhere else.
                trace=written.context.trace_id.removeprefix("0x"),
                identity=written.context.span_id,
                parent=written.parent_id,
                service=str(written.resource.attributes.get("service.name", "?")),
                name=written.name,
                began=written.start_time.timestamp(),
                ended=written.end_time.timestamp(),
                failed=written.status.status_code == "ERROR",
            )


def slowest_traces(spans: Iterable[Span], began: float, ended: float, *, most: int = 10) -> tuple[SlowTrace, ...]:
    """The requests that took longest, of those that began in a window: that of a load test.

    Args:
        spans: Of all services that a request goes through; what is missing counts as time of the span above it.
        began: Seconds since 1970, as `LoadResult.began`.
        ended: Likewise.
        most: How many are told.

    Returns:
        The slowest first.
    """
    by_trace = _by_trace(spans)
    roots = [span for known in by_trace.values() for span in _roots(known) if began <= span.began <= ended]
    roots.sort(key=lambda span: (-span.seconds, span.trace))
    return tuple(_slow(root, by_trace[root.trace]) for root in roots[:most])


def traces_of(requests: Sequence[SlowRequest], spans: Iterable[Span]) -> tuple[SlowTrace, ...]:
    """The traces that slow requests began, in their order; those of which no span is known are left out.

    Args:
        requests: As `LoadResult.slowest` has them.
        spans: Of all services that a request goes through.
    """
    by_trace = _by_trace(spans)
    found = []
    for request in requests:
        known = by_trace.get(request.trace or "", {})
        # Where a service did not pass the trace on there are several; the longest is nearest to all of it.
        root = max(_roots(known), key=lambda span: span.seconds, default=None)
        if root is not None:
            found.append(_slow(root, known))
    return tuple(found)


def _by_trace(spans: Iterable[Span]) -> dict[str, dict[str, Span]]:
    by_trace: dict[str, dict[str, Span]] = {}
    for span in islice(spans, MOST_SPANS):
        by_trace.setdefault(span.trace, {})[span.identity] = span
    return by_trace


def _roots(known: dict[str, Span]) -> list[Span]:
    """The spans whose parent is not known: they were called by the load generator, or by who is not watched."""
    return [span for span in known.values() if span.parent is None or span.parent not in known]


def _slow(root: Span, known: dict[str, Span]) -> SlowTrace:
    children: dict[str, list[Span]] = {}
    for span in sorted(known.values(), key=lambda span: (span.began, span.identity)):
        if span.parent is not None:
            children.setdefault(span.parent, []).append(span)
    told: list[SpanTime] = []
    open_ends = [(root, 0)]
    seen: set[str] = set()
    while open_ends:
        span, depth = open_ends.pop()
        if span.identity in seen:
            continue
        seen.add(span.identity)
        below = children.get(span.identity, [])
        told.append(
            SpanTime(
                service=span.service,
                name=span.name,
                depth=depth,
                offset=span.began - root.began,
                seconds=span.seconds,
                own_seconds=span.seconds - _covered(span, below),
                failed=span.failed,
            )
        )
        if depth < DEEPEST:
            open_ends += [(child, depth + 1) for child in reversed(below)]
    return SlowTrace(trace=root.trace, began=root.began, seconds=root.seconds, spans=tuple(told))


def _covered(span: Span, below: list[Span]) -> float:
    """Seconds of a span in which at least one of its children was under way; they are in order of their beginning."""
    covered, until = 0.0, span.began
    for child in below:
        start, end = max(child.began, until), min(child.ended, span.ended)
        if end > start:
            covered += end - start
            until = end
    return covered
