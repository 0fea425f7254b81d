"""Headless Chromium over the DevTools protocol: one page, with a virtual authenticator."""

import base64
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

PATIENCE = 120
"""Seconds. Where all is well, nobody waits that long."""


class Page:
    """A tab."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0
        self.complaints: list[str] = []

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        self._connection.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._connection.recv(timeout=PATIENCE))
            if message.get("method") in {"Runtime.exceptionThrown", "Log.entryAdded"}:
                self.complaints.append(json.dumps(message["params"]))
            if message.get("id") == self._number:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result

    def evaluate(self, script: str) -> Any:
        told = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def open(self, url: str) -> None:
        self.act(lambda: self.call("Page.navigate", url=url))

    def act(self, action: Any) -> None:
        """Does something that leads to another page, and waits for that one."""
        self.evaluate("window.before = true")
        action()
        self.wait("!window.before && document.readyState === 'complete'")

    def submit(self, **values: str) -> None:
        """Fills fields by their ids, as a person who types, and presses the button of the first one's form."""
        for name, value in values.items():
            self.evaluate(f"document.getElementById({name!r}).value = {json.dumps(value)}")
        first = next(iter(values))
        self.act(lambda: self.evaluate(f"document.getElementById({first!r}).form.querySelector('button').click()"))

    def wait(self, condition: str) -> None:
        until = time.monotonic() + PATIENCE
        while not self.evaluate(f"Boolean({condition})"):
            assert time.monotonic() < until, f"{condition}: {self.evaluate('document.body.innerText')}"
            time.sleep(0.05)

    @property
    def path(self) -> str:
        return str(self.evaluate("location.pathname"))

    @property
    def text(self) -> str:
        return str(self.evaluate("document.body.innerText"))

    def add_authenticator(self, **options: Any) -> str:
        self.call("WebAuthn.enable")
        standard = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = self.call("WebAuthn.addVirtualAuthenticator", options={**standard, **options})
        return str(added["authenticatorId"])

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))


@contextmanager
def chromium(program: str, folder: Path) -> Iterator[Page]:
    arguments = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0",
        "--window-size=600,900", f"--user-data-dir={folder}", "about:blank",
    ]  # fmt: skip
    with subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            port = _port(folder / "DevToolsActivePort", process)
            tabs = httpx.get(f"http://127.0.0.1:{port}/json/list", timeout=PATIENCE).json()
            (address,) = [tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page"]
            with connect(address, max_size=None, open_timeout=PATIENCE) as connection:
                page = Page(connection)
                for domain in ("Page", "Runtime", "Log"):
                    page.call(f"{domain}.enable")
                yield page
                page.call("Browser.close")
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _port(path: Path, process: "subprocess.Popen[bytes]") -> int:
    until = time.monotonic() + PATIENCE
    while True:
        written = path.read_text().splitlines() if path.exists() else []
        if len(written) > 1:
            return int(written[0])
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
