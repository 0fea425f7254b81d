"""Asks services for their metrics while a test runs: bounded in size, in time and in how many series are kept."""

import http.client
import threading
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

from assay.bench.resources.exposition import Sample, read_exposition
from assay.bench.resources.use import MetricSeries
from assay.bench.resources.watched import Watched

__all__ = ["LARGEST_ANSWER", "MOST_SERIES", "SCRAPE_SECONDS", "Scraper"]

SCRAPE_SECONDS = 5.0
"""How long an answer may take."""

LARGEST_ANSWER = 8 * 1024 * 1024
"""Bytes."""

MOST_SERIES = 2_000
"""Of one service."""

_OK = 200
_ACCEPT = "text/plain; version=0.0.4, application/openmetrics-text; version=1.0.0; q=0.5"
_LEFT_OUT = ("_bucket", "_created")
"""Suffixes of series that are not kept: there are many of them, and what is said here needs none."""

_Key = tuple[str, tuple[tuple[str, str], ...]]


class Scraper:
    """Asks one service again and again, in a thread of its own, since a service under load answers late.

    Args:
        watched: The service; it has a `metrics_url`.
        interval: Seconds between two times.
    """

    def __init__(self, watched: Watched, interval: float) -> None:
        self.watched = watched
        self.trouble: str | None = None
        """Why it was not asked any more, or what the last answer was where it was no good."""
        self.limit: str | None = None
        self._interval = interval
        self._points: dict[_Key, list[tuple[float, float]]] = {}
        self._kinds: dict[_Key, str] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"scrape {watched.name}", daemon=True)

    def start(self) -> None:
        """Begins to ask."""
        self._thread.start()

    @property
    def is_started(self) -> bool:
        """Whether it has begun to ask."""
        return self._thread.ident is not None

    def stop(self) -> None:
        """Asks one last time, so that the end of the test is covered, and ends."""
        self._stop.set()
        self._thread.join(SCRAPE_SECONDS * 2)

    def series(self) -> tuple[MetricSeries, ...]:
        """What was answered."""
        return tuple(
            MetricSeries(
                service=self.watched.name,
                name=name,
                labels=labels,
                kind=self._kinds[name, labels],
                points=tuple(points),
            )
            for (name, labels), points in list(self._points.items())
        )

    def _run(self) -> None:
        is_last = False
        while True:
            try:
                self._keep(time.time(), read_exposition(_fetched(self.watched.metrics_url or "")))
                self.trouble = None
            except _NoMetricsError as error:
                self.trouble = str(error)
                return
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.trouble = f"{type(error).__name__}: {error}"
            if is_last:
                return
            is_last = self._stop.wait(self._interval)

    def _keep(self, moment: float, samples: Iterable[Sample]) -> None:
        for sample in samples:
            key = (sample.name, sample.labels)
            if sample.name.endswith(_LEFT_OUT):
                continue
            if key not in self._points:
                if len(self._points) >= MOST_SERIES:
                    self.limit = f"{self.watched.name}: only the first {MOST_SERIES:,} series of its metrics are kept"
                    return
                self._points[key] = []
                self._kinds[key] = sample.kind
            self._points[key].append((moment, sample.value))


class _NoMetricsError(Exception):
    """The service has none: asking again would only be a load on it."""


def _fetched(url: str) -> str:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SCRAPE_SECONDS)
    try:
        connection.request("GET", parts.path or "/", headers={"Accept": _ACCEPT})
        answer = connection.getresponse()
        body = answer.read(LARGEST_ANSWER + 1)
    finally:
        connection.close()
    if answer.status != _OK:
        raise _NoMetricsError(f"{parts.path} answers {answer.status}")
    if len(body) > LARGEST_ANSWER:
        raise _NoMetricsError(f"{parts.path} is longer than {LARGEST_ANSWER:,} bytes")
    return body.decode("utf-8", errors="replace")
