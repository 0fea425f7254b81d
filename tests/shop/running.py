"""A shop that runs: processes on free loopback ports, each stopped by its own process id."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from shop.settings import COORDINATION_NODES, PORTS, SERVICES
from tests.repo.files import ROOT

ALL = (*COORDINATION_NODES, *SERVICES)

PATIENCE = 200.0
"""Seconds until something must have happened. A busy machine is slow; where all is well nobody waits that long."""


def wait_until(condition: Callable[[], Any], what: str) -> Any:
    """Asks again and again, and returns the first answer that counts as true."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not after {PATIENCE:.0f} seconds")


def free_base_port() -> int:
    """The first of as many free ports in a row as a shop has processes."""
    for base in range(20_000 + os.getpid() % 9000, 32_000, len(PORTS)):
        try:
            for offset in range(len(PORTS)):
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", base + offset))
        except OSError:
            continue
        return base
    raise AssertionError("no free ports in a row")


@dataclass
class RunningShop:
    """Starts and stops processes of one shop."""

    data: Path
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    base_port: int = field(default_factory=free_base_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.base_port + PORTS[name]}"

    def log(self, name: str) -> Path:
        return self.data / f"{name}.log"

    def start(self, names: Iterable[str]) -> None:
        """Starts them all at once, then waits until each is ready."""
        started = list(names)
        for name in started:
            command = [sys.executable, "-m", "shop", name, "--base-port", str(self.base_port), "--data", str(self.data)]
            with self.log(name).open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    [*command, *self.arguments],
                    cwd=ROOT / "examples" / "shop",
                    env={**os.environ, "OTEL_TRACES_EXPORTER": "console", **self.environment},
                    stdout=log,
                    stderr=log,
                )
        for name in started:
            wait_until(lambda name=name: self.is_ready(name), f"{name} is ready")  # type: ignore[misc]

    def is_ready(self, name: str) -> bool:
        assert self.processes[name].poll() is None, self.log(name).read_text()
        return self.status_of(name, "/readyz") == 200

    def status_of(self, name: str, path: str) -> int:
        try:
            return httpx.get(self.url(name) + path, timeout=5, trust_env=False).status_code
        except httpx.HTTPError:
            return 0

    def kill(self, name: str) -> None:
        """At once, as a crash would."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def signal(self, name: str, number: signal.Signals) -> None:
        self.processes[name].send_signal(number)

    def stop(self) -> None:
        """In order; what does not end in time is killed."""
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def get(self, name: str, path: str) -> Any:
        answer = httpx.get(self.url(name) + path, timeout=30, trust_env=False)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def order(self, key: str, customer: str, item: str, quantity: int = 1) -> httpx.Response:
        body = {"customer": customer, "item": item, "quantity": quantity}
        headers = {"idempotency-key": key}
        return httpx.post(f"{self.url('gateway')}/orders", json=body, headers=headers, timeout=60, trust_env=False)

    def leader(self) -> str:
        """The coordination node that leads, once one does."""

        def found() -> str | None:
            for name in COORDINATION_NODES:
                if name in self.processes:
                    try:
                        answer = httpx.get(f"{self.url(name)}/status", timeout=5, trust_env=False)
                    except httpx.HTTPError:
                        continue
                    if answer.json()["leads"]:
                        return name
            return None

        return str(wait_until(found, "a leader"))

    def events(self, name: str) -> list[dict[str, Any]]:
        """Its steps; a torn last line, which a crash leaves, is no step."""
        lines = (self.data / "events" / f"{name}.ndjson").read_text(encoding="utf-8").split("\n")
        return [json.loads(line) for line in lines[:-1]]
