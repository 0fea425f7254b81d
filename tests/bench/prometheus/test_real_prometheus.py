"""Prometheus itself reads the endpoint; the dashboard's expressions are evaluated by it."""

import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import IO, Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from assay.bench.prometheus import server
from tests.bench.prometheus.programs_found import needs_prometheus, needs_promtool
from tests.bench.prometheus.test_dashboard import expressions
from tests.bench.prometheus.test_exposition import filled
from tests.system.running import free_port

LONGEST_WAIT = 120.0

CONFIGURATION = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: assay
    static_configs:
      - targets: ["{target}"]
"""


@pytest.fixture
def target(tmp_path: Path) -> Iterator[str]:
    made = server(filled(tmp_path), "127.0.0.1", 0)
    thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"127.0.0.1:{made.server_address[1]}"
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def prometheus(target: str, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "prometheus.yml").write_text(CONFIGURATION.format(target=target))
    with (tmp_path / "prometheus.log").open("wb") as log:
        for _ in range(5):
            address = f"127.0.0.1:{free_port()}"
            process = started(tmp_path, address, log)
            if answers(f"http://{address}", process):
                break
            # Somebody else took the port in between.
            process.wait()
        else:
            pytest.fail((tmp_path / "prometheus.log").read_text())
    try:
        yield f"http://{address}"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def started(folder: Path, address: str, log: IO[bytes]) -> "subprocess.Popen[bytes]":
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--web.enable-remote-write-receiver",
    ]
    return subprocess.Popen(command, stdout=log, stderr=log)


def answers(address: str, process: "subprocess.Popen[bytes]") -> bool:
    """Waits until Prometheus is ready; False where it ended."""
    began = time.monotonic()
    while process.poll() is None and time.monotonic() - began < LONGEST_WAIT:
        try:
            with urlopen(f"{address}/-/ready", timeout=60):  # noqa: S310 # http
                return True
        except URLError:
            time.sleep(0.1)
    process.kill()
    return False


def asked(prometheus: str, expression: str) -> list[dict[str, Any]]:
    with urlopen(f"{prometheus}/api/v1/query?query={quote(expression)}", timeout=60) as answer:  # noqa: S310 # http
        result = json.loads(answer.read())
    assert result["status"] == "success"
    return list(result["data"]["result"])


def scraped(prometheus: str) -> None:
    """Waits until Prometheus has read the endpoint."""
    began = time.monotonic()
    while time.monotonic() - began < LONGEST_WAIT:
        if asked(prometheus, "assay_bench_results"):
            return
        time.sleep(0.2)
    pytest.fail("Prometheus did not read the endpoint")


@needs_prometheus
def test_prometheus_reads_the_endpoint_and_evaluates_the_dashboard(prometheus: str) -> None:
    scraped(prometheus)
    values = {one["metric"]["test"]: one["value"][1] for one in asked(prometheus, "assay_bench_results")}
    assert values == {"checkout": "12", "search": "1"}
    [change] = asked(prometheus, 'assay_bench_last_change_ratio{test="checkout",measure="p99"}')
    assert float(change["value"][1]) == pytest.approx(1.3, rel=0.02)
    for expression in expressions():
        if not expression.startswith("label_values"):
            filled_in = re.sub(r"\$test", ".*", expression).replace("$__rate_interval", "1m")
            asked(prometheus, filled_in)


@needs_promtool
def test_promtool_accepts_every_expression(tmp_path: Path) -> None:
    rules = [
        {"record": f"panel:number{number}", "expr": expression.replace("$__rate_interval", "1m").replace("$test", "a")}
        for number, expression in enumerate(expressions())
        if not expression.startswith("label_values")
    ]
    path = tmp_path / "rules.yml"
    path.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    checked = subprocess.run(
        ["promtool", "check", "rules", str(path)],  # noqa: S607 # wherever it is
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")
