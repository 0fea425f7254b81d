"""The slow requests of a test, found again in what the services logged meanwhile."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from assay.bench.bottleneck.traces import SlowTrace, Span, read_spans, traces_of
from assay.bench.result import SlowRequest
from assay.system import System
from assay.system.services.records import ServiceFolder

__all__ = ["ServiceLogs"]

LARGEST_LOG = 1 << 30
"""Bytes that a service logged during a test; what is larger is not searched."""


class ServiceLogs:
    """The logs of a system's services, from now on.

    Args:
        system: Of all its services, as a request may go through those that no test names.
    """

    def __init__(self, system: System) -> None:
        folder = ServiceFolder(system.state)
        paths = [folder.log_path(service.name) for service in system.services]
        self._begins = {path: _size(path) for path in paths}

    def traces(self, requests: Sequence[SlowRequest]) -> tuple[SlowTrace, ...]:
        """Where the time of slow requests went; only of those that services wrote spans of."""
        wanted = {request.trace for request in requests if request.trace}
        return traces_of(requests, self._spans(wanted)) if wanted else ()

    def _spans(self, wanted: Iterable[str]) -> Iterator[Span]:
        traces = frozenset(wanted)
        for path, begin in self._begins.items():
            size = _size(path)
            # A service that was started again may have begun its log again.
            start = begin if begin <= size else 0
            if not 0 < size - start <= LARGEST_LOG:
                continue
            try:
                yield from read_spans(path, begin=start, traces=traces)
            except OSError:
                # It was there a moment ago; what others say is kept.
                continue


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
