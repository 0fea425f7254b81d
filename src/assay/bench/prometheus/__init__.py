"""Results and live progress for a user's Prometheus, and a Grafana dashboard that shows them."""

from assay.bench.prometheus.dashboard import dashboard_text
from assay.bench.prometheus.exposition import Exposition
from assay.bench.prometheus.live import Live, LiveFile, live_path
from assay.bench.prometheus.serving import DEFAULT_PORT, Exporter, server, write_textfile

__all__ = [
    "DEFAULT_PORT",
    "Exporter",
    "Exposition",
    "Live",
    "LiveFile",
    "dashboard_text",
    "live_path",
    "server",
    "write_textfile",
]
