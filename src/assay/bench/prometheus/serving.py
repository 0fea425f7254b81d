"""The endpoint that a user's Prometheus reads, and the file for those whose node_exporter does."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

from assay.bench.prometheus.exposition import Exposition, Sample, expose
from assay.bench.prometheus.families import FAMILIES, live_samples, result_samples
from assay.bench.prometheus.live import LiveFile
from assay.bench.regressions.history import ResultHistory
from assay.errors import AssayError, Place, UsageError
from assay.evidence.artifacts import write_atomically

__all__ = ["Exporter", "server", "write_textfile"]

_PATH = "/metrics"
_LONGEST_WAIT = 10.0
"""Seconds for a request to arrive; a client that sends nothing does not hold a thread for longer."""

DEFAULT_PORT = 9464
"""As OpenTelemetry's exporters for Prometheus have it."""


class Exporter:
    """What is exported of a history and of the running test.

    Args:
        history: The results.
        live: The file in which the running test says how far it is.
    """

    def __init__(self, history: ResultHistory, live: LiveFile) -> None:
        self._history = history
        self._live = live
        self._lock = Lock()
        self._seen: object = None
        self._results: list[Sample] = []

    def text(self, exposition: Exposition) -> str:
        """All samples as they are now.

        Raises:
            EvidenceError: The history is damaged.
        """
        samples = [*self._of_results(), *live_samples(self._live.read())]
        return expose(sorted(samples, key=lambda sample: FAMILIES.index(sample.family)), exposition)

    def _of_results(self) -> list[Sample]:
        # Reading and searching a long history takes longer than Prometheus should have to wait every few seconds.
        with self._lock:
            seen = self._history.state()
            if seen != self._seen:
                self._results = [
                    sample
                    for test in self._history.tests
                    if (records := self._history.records(test))
                    for sample in result_samples(records)
                ]
                self._seen = seen
            return self._results


def server(exporter: Exporter, host: str, port: int) -> ThreadingHTTPServer:
    """A server that answers `/metrics`, bound but not yet serving.

    Raises:
        UsageError: The address is taken, or not one of this machine.
    """

    class Handler(_Handler):
        text = staticmethod(exporter.text)

    try:
        made = ThreadingHTTPServer((host, port), Handler)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"cannot serve on {host}:{port}: {reason}", hint="name another with --port or --host; 0 takes a free port"
        ) from error
    made.daemon_threads = True
    return made


def write_textfile(exporter: Exporter, path: Path) -> None:
    """Writes a file for the textfile collector of node_exporter, in one piece, as it asks for.

    Raises:
        UsageError: The name does not end with `.prom`, without which it would not be read; or it cannot be written.
        EvidenceError: The history is damaged.
    """
    if path.suffix != ".prom":
        raise UsageError(f"{path.name} would not be read by node_exporter", hint="let its name end with .prom")
    content = exporter.text(Exposition.PROMETHEUS).encode()
    try:
        write_atomically(path, content)
        path.chmod(0o644)
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=Place(path)) from error


class _Handler(BaseHTTPRequestHandler):
    text: Callable[[Exposition], str]
    protocol_version = "HTTP/1.1"
    timeout = _LONGEST_WAIT

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            page = f'<!doctype html><title>assay</title><a href="{_PATH}">{_PATH}</a>\n'
            self._answer(200, "text/html; charset=utf-8", page)
            return
        if path != _PATH:
            self._answer(404, "text/plain; charset=utf-8", f"not found; see {_PATH}\n")
            return
        exposition = Exposition.accepted(self.headers.get("Accept", ""))
        try:
            self._answer(200, exposition.value, self.text(exposition))
        except AssayError as error:
            where = f"{error.where}: " if error.where else ""
            self._answer(500, "text/plain; charset=utf-8", f"{where}{error.message}\n")

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: a line for each scrape tells nobody anything."""
