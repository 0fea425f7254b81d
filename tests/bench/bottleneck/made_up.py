"""Load results and uses of resources with figures that are chosen, to know what an analysis has to say."""

from collections.abc import Mapping, Sequence

from assay.bench import ConstantUsers, Ending, Endpoint, Histogram, LoadResult, LoadTest, Request
from assay.bench.profiling import Profile, ProfileTool, Stacks
from assay.bench.resources import (
    MachineMeasure,
    MetricSeries,
    ProcessMeasure,
    ProcessUse,
    ResourceUse,
    SamplerCost,
    ServiceUse,
)
from assay.bench.result import ClockEnd, ClockStart, Generator, Measurement, Omission

BEGAN = 1_000.0
SECONDS = 10.0
MEASUREMENT = Measurement(ClockStart.SCHEDULED, ClockEnd.LAST_BYTE, Omission.COUNTED)


def result(
    rate: float, latency: float, *, began: float = BEGAN, intended: int | None = None, limits: tuple[str, ...] = ()
) -> LoadResult:
    answered = round(rate * SECONDS)
    durations = Histogram(((latency, answered),), latency * answered, latency, latency)
    return LoadResult(
        tool="assay",
        version="1",
        executor="constant-vus",
        ending=Ending.COMPLETE,
        began=began,
        scheduled_seconds=SECONDS,
        elapsed_seconds=SECONDS,
        intended=intended,
        answered=answered,
        failed=0,
        dropped=None if intended is None else intended - answered,
        rate=rate,
        latency=durations,
        endpoints=(Endpoint(name="get", answered=answered, latency=durations),),
        measurement=MEASUREMENT,
        generator=Generator(user_seconds=1.0, system_seconds=1.0, limits=limits),
    )


def asking(*paths: str, method: str = "GET") -> LoadTest:
    requests = tuple(Request(name=path, path=path, method=method) for path in paths)
    return LoadTest(target="http://127.0.0.1:8700", requests=requests, executor=ConstantUsers(8, SECONDS))


def series(value: float, moments: Sequence[float]) -> tuple[float | None, ...]:
    return tuple(value for _ in moments)


def use(
    services: Mapping[str, Mapping[ProcessMeasure, float]],
    *,
    machine: Mapping[MachineMeasure, float] | None = None,
    metrics: Sequence[MetricSeries] = (),
    seconds: float = SECONDS,
    ports: Mapping[str, int] | None = None,
    ended: Mapping[str, float] | None = None,
) -> ResourceUse:
    moments = tuple(BEGAN + 0.1 * number for number in range(round(seconds * 10)))
    return ResourceUse(
        began=BEGAN,
        seconds=seconds,
        cores=8,
        moments=moments,
        services=tuple(
            ServiceUse(
                name=name,
                processes=(
                    ProcessUse(
                        pid=number + 1,
                        command=name,
                        descriptor_limit=1000,
                        cpu_quota=2.0,
                        series={measure: series(value, moments) for measure, value in measures.items()},
                    ),
                ),
                ports=(ports[name],) if ports and name in ports else (),
                ended=(ended or {}).get(name),
            )
            for number, (name, measures) in enumerate(services.items())
        ),
        machine={measure: series(value, moments) for measure, value in (machine or {}).items()},
        metrics=tuple(metrics),
        cost=SamplerCost(0.1, 0.01, len(moments), 0.1),
    )


def growing(service: str, name: str, per_second: float, **labels: str) -> MetricSeries:
    points = tuple((BEGAN + second, per_second * second) for second in range(round(SECONDS) + 1))
    return MetricSeries(service=service, name=name, labels=tuple(labels.items()), kind="counter", points=points)


def level(service: str, name: str, value: float, **labels: str) -> MetricSeries:
    points = tuple((BEGAN + second, value) for second in range(round(SECONDS) + 1))
    return MetricSeries(service=service, name=name, labels=tuple(labels.items()), kind="gauge", points=points)


def requests(service: str, rate: float, in_flight: float) -> list[MetricSeries]:
    return [
        growing(service, "shop_request_seconds_count", rate, route="/items"),
        growing(service, "shop_request_seconds_sum", in_flight, route="/items"),
        growing(service, "shop_request_seconds_count", 1000.0, route="/metrics"),
    ]


def idle(wants: float = 0.1) -> dict[ProcessMeasure, float]:
    return {
        ProcessMeasure.BUSIEST_THREAD: wants,
        ProcessMeasure.BUSIEST_THREAD_WANTS: wants,
        ProcessMeasure.THREADS: 4.0,
    }


def profile(service: str, *, gil: Stacks | None = None, everything: Stacks | None = None, looks: int = 100) -> Profile:
    return Profile(
        service=service,
        pid=1,
        tool=ProfileTool.PY_SPY,
        began=BEGAN,
        seconds=2.0,
        rate=50,
        on_cpu=gil or Stacks(),
        all_threads=everything,
        holding_gil=gil,
        looks=looks,
    )
