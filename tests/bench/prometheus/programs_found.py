"""Prometheus from Debian's package of that name; tests that need it are skipped where it is not installed."""

import shutil

import pytest

needs_prometheus = pytest.mark.skipif(shutil.which("prometheus") is None, reason="Prometheus is not installed")
needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="Prometheus is not installed")
