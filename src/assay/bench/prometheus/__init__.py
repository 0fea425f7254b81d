"""Results and live progress for a user's Prometheus, and a Grafana dashboard that shows them."""

from assay.bench.prometheus.dashboard import dashboard_text
from assay.bench.prometheus.exposition import Exposition
from assay.bench.prometheus.live import Live, LiveFile
from assay.bench.prometheus.serving import DEFAULT_PORT, Exporter, server, write_textfile

__all__ = [
    "DEFAULT_PORT",
    "Exporter",
    "Exposition",
    "Live",
    "LiveFile",
    "dashboard_text",
    "server",
    "write_textfile",
]
