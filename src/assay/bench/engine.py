"""Assay's own load engine, from a load test to its result: `crates/load`, where no Python runs for a request."""

import os
import threading
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from assay import _native
from assay.bench.compiling import compiled
from assay.bench.engine_report import Answer, Outcome, failure_reasons, failure_sentences, load_result
from assay.bench.load_test import LoadTest
from assay.bench.protocol import Grpc
from assay.bench.result import Ending, LoadResult
from assay.errors import InvalidLoadTestError, LoadTestError

__all__ = ["LoadProgress", "run"]

HINTS = {
    "refused": "start the service, or check the port",
    "unreachable": "check the address and the network",
    "timeout-connecting": "check the address, the port and the firewall",
    "reset": "the service closes connections before it answers; its log may say why",
    "closed-early": "the service closes connections before it answers; its log may say why",
    "malformed": "check the port, and that what listens there speaks HTTP/1.1 without TLS",
    "tls-handshake": "check the port and the settings of TLS",
    "http2-refused": "use HTTP/1.1, or let the service offer h2",
    "http2-malformed": "check the port, and that what listens there speaks HTTP/2",
    "websocket-refused": "check the path, and that the service takes WebSockets there",
    "head-too-large": "the limit is {largest_head:,} bytes; raise `largest_head` if the service is right",
    "unsendable": "take another value, or leave line breaks out of the data",
    "body-too-large": "the limit is {largest_body:,} bytes; raise `largest_body` if the service is right",
    "no-local-port": "use fewer connections, or keep them open",
    "no-descriptor": "raise the limit of open files (ulimit -n), or use fewer connections",
}
"""What to do where nothing was answered, by the most frequent failure; filled with fields of the load test."""

MISTAKES = {"target", "request", "setting", "limit"}
"""Refusals of the native half that are about the test itself, and not about the machine or the network."""

DECIDED_HERE = {"abandon_after", "data", "cookies"}
"""Fields of a load test of which the native half knows nothing, or not under that name."""

SHORTEST_SILENCE = 1.0
"""Seconds without an answer at the end of a test after which the service counts as having ended."""

FEWEST_FAILURES = 3
"""That many requests fail in that time at least."""


class LoadProgress(NamedTuple):
    """How far a test is."""

    seconds: float
    scheduled_seconds: float
    """For how long iterations are to be started."""
    answered: int
    failed: int
    timed_out: int
    """Of the failed."""
    dropped: int
    in_flight: int
    bytes_received: int
    p50: float
    """Seconds, of all latencies so far; this and the other within 7%."""
    p99: float
    rate: float
    """Answers per second since the report before."""


class _Watch:
    """Looks at a test while it runs: whether to stop it, and why."""

    def __init__(
        self, test: LoadTest, progress: Callable[[LoadProgress], bool | None] | None, stop: threading.Event | None
    ) -> None:
        self._test = test
        self._progress = progress
        self._stop = stop
        self._seconds = 0.0
        self._answered = 0
        self._timed_out = 0
        self._failed_before_silence = 0
        self._silent_since = 0.0
        self.abandoned = False
        self.peak_bytes = resident_bytes()

    def __call__(
        self,
        seconds: float,
        scheduled: float,
        answered: int,
        failed: int,
        timed_out: int,
        *others: float,
    ) -> bool:
        """Whether the test goes on."""
        dropped, in_flight, received, p50, p99 = others
        passed = seconds - self._seconds
        rate = (answered - self._answered) / passed if passed > 0 else 0.0
        self._look(seconds, answered, failed, timed_out)
        self.peak_bytes = max(self.peak_bytes or 0, resident_bytes() or 0) or None
        figures = (seconds, scheduled, answered, failed, timed_out, int(dropped), int(in_flight), int(received))
        goes_on = self._progress is None or self._progress(LoadProgress(*figures, p50, p99, rate)) is not False
        stopped = self._stop is not None and self._stop.is_set()
        # A status of gRPC other than OK is counted as a failure, but says that the service is there.
        limit = None if isinstance(self._test.protocol, Grpc) else self._test.abandon_after
        silence = seconds - self._silent_since
        self.abandoned = limit is not None and silence >= limit and failed - timed_out > self._failed_before_silence
        return goes_on and not stopped and not self.abandoned

    def silence(self, outcome: Outcome) -> float | None:
        """When in the test the service ceased to answer, in seconds; None where it did not."""
        timed_out = sum(count for name, _, count in failure_sentences(outcome) if _is_timeout(name) or _is_word(name))
        self._look(outcome.elapsed_seconds, outcome.answered, outcome.failed, timed_out)
        failed = outcome.failed - timed_out - self._failed_before_silence
        silent = outcome.elapsed_seconds - self._silent_since >= SHORTEST_SILENCE and failed >= FEWEST_FAILURES
        return self._silent_since if silent else None

    def _look(self, seconds: float, answered: int, failed: int, timed_out: int) -> None:
        if (answered, timed_out) != (self._answered, self._timed_out):
            self._silent_since = seconds
            self._failed_before_silence = failed - timed_out
        self._seconds, self._answered, self._timed_out = seconds, answered, timed_out


def run(
    test: LoadTest,
    *,
    progress: Callable[[LoadProgress], bool | None] | None = None,
    stop: threading.Event | None = None,
) -> LoadResult:
    """Carries a load test out and returns what it found.

    What goes wrong with requests is counted in the result. A test that is stopped, or whose target ceases to answer,
    gives a partial result that says why.

    Args:
        test: What is sent, when, and within which limits.
        progress: Is called about four times a second; where it returns False, the test stops.
        stop: Stops the test within half a second once it is set.

    Raises:
        InvalidLoadTestError: The test makes no sense.
        LoadTestError: Its target has no address, or not one request was answered.
        KeyboardInterrupt: Ctrl-C, unless the program handles SIGINT itself.
    """
    watch = _Watch(test, progress, stop)
    answer = msgspec.json.decode(_native.run_load_test(_request(test), watch), type=Answer)
    if answer.outcome is None:
        message = answer.error.message if answer.error else "the engine gave no answer"
        kind = answer.error.kind if answer.error else ""
        raise (InvalidLoadTestError if kind in MISTAKES else LoadTestError)(message)
    outcome = answer.outcome
    if outcome.answered == 0 and outcome.failed > 0 and not _has_waited(outcome):
        raise _nothing_measured(test, outcome)
    ending, explanation = _ending(test, outcome, watch)
    return load_result(outcome, ending, explanation, watch.peak_bytes)


def _request(test: LoadTest) -> str:
    """The test as JSON. Structs check their values where they are read, so it is read once."""
    fields = msgspec.to_builtins(test)
    try:
        msgspec.convert(fields, LoadTest)
    except msgspec.ValidationError as error:
        raise InvalidLoadTestError(f"the load test makes no sense: {_lower(str(error))}") from error
    fields["flows"] = compiled(test.flows, test.data, test.cookies) if test.flows else None
    return msgspec.json.encode({name: value for name, value in fields.items() if name not in DECIDED_HERE}).decode()


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _has_waited(outcome: Outcome) -> bool:
    """Whether a request came as far as the service, which took its time limit: that is a measurement too."""
    names = {name for name, _, _ in failure_sentences(outcome)}
    return any(map(_is_word, names)) or bool(names & {"timeout-sending", "timeout-waiting", "timeout-receiving"})


def _nothing_measured(test: LoadTest, outcome: Outcome) -> LoadTestError:
    failures = failure_sentences(outcome)
    reasons = failure_reasons(outcome)
    ways = ", ".join(
        f"{sentence}{': ' + reasons[name] if name in reasons else ''} ({count} times)"
        for name, sentence, count in failures[:3]
    )
    hint = HINTS.get(failures[0][0], "").format(largest_head=test.largest_head, largest_body=test.largest_body) or None
    return LoadTestError(f"no request to {test.target} was answered: {ways}", hint=hint)


def _ending(test: LoadTest, outcome: Outcome, watch: _Watch) -> tuple[Ending, str]:
    silent_since = watch.silence(outcome)
    if outcome.ending is Ending.BROKEN:
        return Ending.BROKEN, "a thread of the generator ended unexpectedly; the figures are those of the others"
    if silent_since is not None and (watch.abandoned or outcome.ending is Ending.COMPLETE):
        ways = " and ".join(sentence for name, sentence, _ in failure_sentences(outcome) if not _is_timeout(name))
        return Ending.STOPPED, (
            f"{test.target} ceased to answer about {silent_since:.1f} s into the test; since then every request failed "
            f"({ways})"
        )
    if outcome.exhausted:
        names = " or ".join(data.name for data in test.data if data.order == "unique")
        return Ending.STOPPED, f"each row of {names} was used once, and none was left for another iteration"
    if outcome.ending is Ending.STOPPED:
        scheduled = outcome.scheduled_seconds
        return Ending.STOPPED, f"stopped on request after {outcome.elapsed_seconds:.1f} s of {scheduled:.1f} s"
    return Ending.COMPLETE, ""


def _is_word(name: str) -> bool:
    """Whether it is the service's own word that it failed: a status of gRPC."""
    return name.startswith("grpc-")


def _is_timeout(name: str) -> bool:
    return name.startswith("timeout-")


def resident_bytes() -> int | None:
    """Memory of this process that is resident now; None where the operating system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 # four times a second
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None
