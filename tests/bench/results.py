"""Results of load tests, made by hand: what a test of their analysis begins with."""

from collections.abc import Iterable

import msgspec

from assay.bench import Ending, Endpoint, Histogram, LoadResult
from assay.bench.result import CheckCount, ClockEnd, ClockStart, Generator, Measurement, Omission, Second

MEASUREMENT = Measurement(ClockStart.SCHEDULED, ClockEnd.LAST_BYTE, Omission.COUNTED)


def result_of(  # noqa: PLR0913 # what a test is about stands in its call, by name
    milliseconds: Iterable[float] = (),
    *,
    seconds: Iterable[Second] | None = None,
    statuses: dict[int, int] | None = None,
    failures: dict[str, int] | None = None,
    dropped: int = 0,
    intended: int | None = None,
    scheduled_seconds: float = 10.0,
    rate: float | None = None,
    checks: tuple[CheckCount, ...] = (),
    limits: tuple[str, ...] = (),
    ending: Ending = Ending.COMPLETE,
    unknown: tuple[str, ...] = (),
) -> LoadResult:
    """The result of a test of `scheduled_seconds` whose answers had these latencies."""
    latency = Histogram.of(each / 1000 for each in milliseconds)
    failed = sum((failures or {}).values())
    endpoint = Endpoint(
        name="order",
        answered=latency.count,
        failed=failed,
        statuses=statuses if statuses is not None else {200: latency.count},
        failures=failures or {},
        latency=latency,
    )
    asked = latency.count + failed + dropped
    return LoadResult(
        tool="assay",
        version="0",
        executor="constant-arrival-rate",
        ending=ending,
        began=0.0,
        scheduled_seconds=scheduled_seconds,
        elapsed_seconds=scheduled_seconds,
        intended=asked if intended is None else intended,
        answered=latency.count,
        failed=failed,
        dropped=dropped,
        rate=latency.count / scheduled_seconds if rate is None else rate,
        latency=latency,
        endpoints=(endpoint,),
        checks=checks,
        seconds=None if seconds is None else tuple(seconds),
        measurement=msgspec.structs.replace(MEASUREMENT, unknown=unknown),
        generator=Generator(user_seconds=0.1, system_seconds=0.1, limits=limits),
    )


def second_of(milliseconds: float, *, answered: int = 100, failed: int = 0, dropped: int = 0) -> Second:
    """A second in which all answers took equally long."""
    each = milliseconds / 1000
    return Second(answered=answered, failed=failed, dropped=dropped, p50=each, p95=each, p99=each, longest=each)
