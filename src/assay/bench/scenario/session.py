"""What a dynamic scenario does its requests with: one user, one connection, one record of what it saw."""

import http.client
import random
import threading
import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import SplitResult

import msgspec

__all__ = ["Record", "RequestFailedError", "Response", "Seen", "Session"]


class Response(NamedTuple):
    """A complete answer."""

    status: int
    headers: Mapping[str, str]
    """By name in lower case; of several headers of one name the last."""
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8, with replacement characters for what is none."""
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: It is none.
        """
        return msgspec.json.decode(self.body)


class RequestFailedError(Exception):
    """A request got no answer. It is counted; where a scenario does not catch it, it ends the iteration."""


class Seen(NamedTuple):
    """One request that ended."""

    name: str
    ended: float
    """Seconds since the test began, as all times here."""
    latency: float
    wait: float
    receive: float
    status: int
    """0 where it failed."""
    failure: str
    size: int


class Record:
    """What the users of a test saw, together."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.connects: list[float] = []
        self.checks: dict[str, list[int]] = {}
        self.lock = threading.Lock()

    def check(self, name: str, *, passed: bool) -> None:
        """Counts a check."""
        with self.lock:
            self.checks.setdefault(name, [0, 0])[0 if passed else 1] += 1


class Session:
    """One user of a dynamic scenario.

    Attributes:
        user: Its number, from 0.
        iteration: The number of the iteration, over all users, from 0.
        random: Random numbers that are the same for the same seed.
    """

    def __init__(self, user: int, target: SplitResult, timeout: float, record: Record, began: float) -> None:
        self.user = user
        self.iteration = 0
        self.random = random.Random(user)  # noqa: S311 # chance decides what is sent, not who may know what
        self._target = target
        self._timeout = timeout
        self._record = record
        self._began = began
        self._due: float | None = None
        self._cookies: SimpleCookie = SimpleCookie()
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str, *, name: str | None = None, headers: Mapping[str, str] | None = None) -> Response:
        """A GET: see `request`."""
        return self.request("GET", path, name=name, headers=headers)

    def post(  # as `request`
        self,
        path: str,
        *,
        name: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | str = b"",
        json: Any = None,
    ) -> Response:
        """A POST: see `request`."""
        return self.request("POST", path, name=name, headers=headers, body=body, json=json)

    def request(  # what a request consists of
        self,
        method: str,
        path: str,
        *,
        name: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | str = b"",
        json: Any = None,
    ) -> Response:
        """Sends a request and waits for its answer, whose latency is counted under `name`.

        The first request of an iteration counts from when the iteration was to begin. Cookies are sent back within the
        iteration.

        Raises:
            RequestFailedError: There was no answer.
        """
        sent_headers = dict(headers or {})
        if json is not None:
            body = msgspec.json.encode(json)
            sent_headers.setdefault("Content-Type", "application/json")
        if self._cookies:
            sent_headers["Cookie"] = "; ".join(f"{key}={value.coded_value}" for key, value in self._cookies.items())
        now = time.perf_counter()
        intended, self._due = now if self._due is None else self._due, None
        counted = name or f"{method} {path}"
        try:
            return self._exchange(counted, intended, (method, path, body, sent_headers))
        except (OSError, http.client.HTTPException) as error:
            self._close()
            failure = failure_name(error)
            ended = time.perf_counter()
            # What timed out took at least its time limit.
            latency = max(ended - intended, self._timeout) if failure.startswith("timeout") else ended - intended
            self._record.seen.append(Seen(counted, ended - self._began, latency, 0.0, 0.0, 0, failure, 0))
            raise RequestFailedError(f"{counted}: {failure}") from error

    def check(self, name: str, passed: Any) -> bool:  # as `check("paid", order["paid"])` reads
        """Counts whether something that is expected is so, and returns it."""
        self._record.check(name, passed=bool(passed))
        return bool(passed)

    def pause(self, seconds: float) -> None:
        """Waits, as a person does who reads a page."""
        time.sleep(seconds)

    def _begin(self, iteration: int, due: float) -> None:
        self.iteration = iteration
        self._due = due
        self._cookies.clear()

    def _exchange(self, name: str, intended: float, sent: tuple[str, str, bytes | str, dict[str, str]]) -> Response:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                self._target.hostname or "", self._target.port, timeout=self._timeout
            )
            connecting = time.perf_counter()
            self._connection.connect()
            self._record.connects.append(time.perf_counter() - connecting)
        began = time.perf_counter()
        method, path, body, headers = sent
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        first = time.perf_counter()
        content = answer.read()
        ended = time.perf_counter()
        for value in answer.headers.get_all("Set-Cookie") or ():
            try:
                self._cookies.load(value)
            except CookieError:
                continue
        if answer.will_close:
            self._close()
        times = (ended - self._began, ended - intended, first - began, ended - first)
        self._record.seen.append(Seen(name, *times, answer.status, "", len(content)))
        return Response(answer.status, {key.lower(): value for key, value in answer.headers.items()}, content)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def failure_name(error: BaseException) -> str:
    """The short name under which the compiled engine counts the same failure."""
    if isinstance(error, TimeoutError):
        return "timeout-waiting"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, http.client.RemoteDisconnected | http.client.IncompleteRead):
        return "closed-early"
    if isinstance(error, ConnectionError):
        return "reset"
    return "malformed" if isinstance(error, http.client.HTTPException) else "system"
