"""wrk: the closed model alone, little CPU per request, and a guess at what a stall hid."""

import re
from pathlib import Path
from typing import NamedTuple

import msgspec

from assay.bench.executor import ConstantUsers
from assay.bench.histogram import Histogram
from assay.bench.load_test import LoadTest
from assay.bench.result import ClockEnd, ClockStart, Endpoint, LoadResult, Measurement, Omission
from assay.bench.tools.installation import version_of
from assay.bench.tools.process import Ended
from assay.bench.tools.quantile_grid import histogram_of_quantiles
from assay.bench.tools.request_cycle import LONGEST_CYCLE, cycle_length
from assay.bench.tools.tool import Launch, Tool
from assay.bench.tools.wrk_script import RESULT, wrk_script

__all__ = ["Wrk", "read_wrk"]

_MICROSECOND = 1e-6
_ERRORS = ("connect", "read", "write", "status", "timeout")
_FIGURE = re.compile(r"[0-9]{1,18}(\.[0-9]{1,9})?", re.ASCII)
_HEAD_LINES = 2
_MOST_DIGITS = 18
_LONGEST_RESULT = 64 * 1024**2


class Wrk(Tool):
    """wrk 4: `constant-vus`, in whole seconds.

    It counts from the moment a request is written to its last byte. Latencies above its time limit are lost, and a
    request that is never answered is not counted at all. From a latency that is longer than requests are apart in the
    mean it guesses those that were not sent meanwhile. (`stats_record` and `stats_correct` in wrk's `src/stats.c`)
    """

    name = "wrk"
    title = "wrk"
    executors = (ConstantUsers,)
    install = "apt-get install wrk"

    def version(self, path: Path) -> str:
        """As `wrk -v` says."""
        return version_of([str(path), "-v"])

    def _cannot(self, test: LoadTest) -> tuple[str, str] | None:
        executor = test.executor
        if isinstance(executor, ConstantUsers) and (executor.seconds != int(executor.seconds) or executor.seconds < 1):
            return f"takes whole seconds only, not {executor.seconds:g}", "round the duration"
        if test.timeout != int(test.timeout):
            return f"takes a time limit in whole seconds only, not {test.timeout:g}", "round the timeout"
        if cycle_length(test.requests) > LONGEST_CYCLE:
            return (
                f"is given weights up to {LONGEST_CYCLE:,} in all",
                "use smaller weights of about the same proportion",
            )
        return None

    def _launch(self, path: Path, test: LoadTest, folder: Path) -> Launch:
        assert isinstance(test.executor, ConstantUsers)  # noqa: S101 # for the type: `refusal` has seen to it
        users = test.executor.users
        script = folder / "script.lua"
        script.write_text(wrk_script(test), encoding="ascii")
        command = [str(path), "--threads", str(_threads(test.threads, users)), "--connections", str(users)]
        command += ["--duration", f"{test.executor.seconds:.0f}s", "--timeout", f"{test.timeout:.0f}s"]
        url = test.target + (test.requests[0].path if len(test.requests) == 1 else "/")
        return Launch([*command, "--script", str(script), "--", url])

    def _read(self, test: LoadTest, ended: Ended, version: str) -> LoadResult:
        path = ended.output.with_name(RESULT)
        if not path.is_file():
            raise self._unreadable("its script wrote nothing")
        if path.stat().st_size > _LONGEST_RESULT:
            raise self._unreadable(f"more than {_LONGEST_RESULT:,} bytes")
        try:
            counted = read_wrk(path.read_text(encoding="ascii", errors="replace"))
        except ValueError as error:
            raise self._unreadable(str(error)) from error
        return _result(test, ended, version, counted)


class Counted(NamedTuple):
    """What wrk counted, in all its threads."""

    seconds: float
    answered: int
    bytes_received: int
    errors: dict[str, int]
    latency: Histogram
    """With as many durations as there were answers, and not as many as wrk made of them."""
    telling_seconds: float
    """CPU seconds that it took to tell all this."""


def read_wrk(text: str) -> Counted:
    """What the script of `wrk_script` wrote.

    Raises:
        ValueError: It is not that, or not all of it.
    """
    lines = text.splitlines()
    if len(lines) <= _HEAD_LINES or not lines[-1].startswith("end "):
        raise ValueError("its result is cut off")
    duration, answered, received = _numbers(lines[0], "summary", 3)
    errors = _numbers(lines[1], "errors", len(_ERRORS))
    (telling,) = _figures(lines[-1], "end", 1)
    return Counted(
        seconds=duration * _MICROSECOND,
        answered=answered,
        bytes_received=received,
        errors=dict(zip(_ERRORS, errors, strict=True)),
        latency=_latency(lines[_HEAD_LINES:-1], answered),
        telling_seconds=telling,
    )


def _latency(lines: list[str], answered: int) -> Histogram:
    if not lines:
        return Histogram()
    minimum, maximum, mean = _figures(lines[0], "latency", 3)
    quantiles = [_figures(line, "percentile", 2) for line in lines[1:]]
    return histogram_of_quantiles(
        {percent: value * _MICROSECOND for percent, value in quantiles},
        count=answered,
        mean=mean * _MICROSECOND,
        minimum=minimum * _MICROSECOND,
        maximum=maximum * _MICROSECOND,
    )


def _figures(line: str, name: str, count: int) -> list[float]:
    head, *parts = line.split()
    if head != name or len(parts) != count or not all(_FIGURE.fullmatch(part) for part in parts):
        raise ValueError(f"`{line[:80]}` is not a line of its result")
    return [float(part) for part in parts]


def _numbers(line: str, name: str, count: int) -> list[int]:
    head, *parts = line.split()
    if head != name or len(parts) != count or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f"`{line[:80]}` is not a line of its result")
    if any(len(part) > _MOST_DIGITS for part in parts):
        raise ValueError(f"`{line[:80]}` has a number beyond all measure")
    return [int(part) for part in parts]


def _threads(threads: int, users: int) -> int:
    """Each thread gets as many connections, by which those are left out that do not divide evenly."""
    return next(count for count in range(min(threads, users), 0, -1) if users % count == 0)


def _result(test: LoadTest, ended: Ended, version: str, counted: Counted) -> LoadResult:
    assert isinstance(test.executor, ConstantUsers)  # noqa: S101 # for the type: `refusal` has seen to it
    seconds, answered, received, errors, latency, telling = counted
    used = ended.generator
    used = msgspec.structs.replace(used, user_seconds=max(0.0, used.user_seconds - telling))
    failures = {name: errors[name] for name in ("connect", "read", "write") if errors[name]}
    unknown = ["statuses", "seconds", "connect", "wait", "receive", "latency between the quantiles"]
    if len(test.requests) > 1:
        unknown.append("endpoints")
    endpoint = Endpoint(
        name=test.requests[0].name,
        answered=answered,
        failed=sum(failures.values()),
        statuses={0: errors["status"]} if errors["status"] else {},
        failures=failures,
        latency=latency,
    )
    return LoadResult(
        tool=Wrk.name,
        version=version,
        executor="constant-vus",
        ending=ended.ending,
        began=ended.began,
        scheduled_seconds=test.executor.seconds,
        elapsed_seconds=seconds,
        intended=None,
        answered=answered,
        failed=sum(failures.values()),
        dropped=None,
        bytes_received=received,
        rate=answered / seconds if seconds else 0.0,
        latency=latency,
        endpoints=(endpoint,) if len(test.requests) == 1 else (),
        measurement=Measurement(
            clock_start=ClockStart.SENT,
            clock_end=ClockEnd.LAST_BYTE,
            omission=Omission.BACK_FILLED,
            censored_above=test.timeout,
            resolution=_MICROSECOND,
            unknown=tuple(unknown),
        ),
        generator=used,
        explanation=f"wrk: {ended.explanation}" if ended.explanation else "",
    )
