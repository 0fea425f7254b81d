"""What services say of themselves, read from metrics by the names that are usual for them.

| what | a series of this kind |
|---|---|
| requests and their time | a histogram or summary `…request…seconds` or `…request…duration…` |
| waiting | a histogram or summary `…wait…seconds`, with a label `resource` |
| places of a pool | gauges `…pool…` that end in `size`, `limit`; `in_use`, `active`, `busy`; `waiting`, `pending` |
| a cache | a counter `…cache…` with a label that says `hit` or `miss`, or counters `…cache…hits`, `…cache…misses` |
"""

import math
import re
from collections.abc import Iterable

import msgspec

from assay.bench.resources import MetricSeries, ResourceUse

__all__ = ["CacheFigures", "PoolFigures", "ServiceFigures", "service_figures"]

_REQUESTS = re.compile(r"request.*(seconds|duration)")
_CLIENT = re.compile(r"client|outgoing|upstream|response_size|request_size|queue|wait")
_WAITS = re.compile(r"wait.*seconds|seconds.*wait")
_POOL = re.compile(r"pool|connections")
_SIZE = re.compile(r"_(size|max|limit|capacity)$")
_IN_USE = re.compile(r"_(in_use|used|active|busy|checked_out)$")
_WAITING = re.compile(r"_(waiting|pending|waiters)$")
_CACHE = re.compile(r"cache")
_HIT = re.compile(r"(^|_)hits?($|_)")
_MISS = re.compile(r"(^|_)miss(es)?($|_)")
_OWN_ROUTES = {"/metrics", "/healthz", "/readyz", "/health"}
"""What is asked by those who watch, not by the load."""


class PoolFigures(msgspec.Struct, frozen=True):
    """Of one pool."""

    name: str
    size: float | None
    in_use: float | None
    """In the mean of the times it was asked for."""
    waiting: float | None


class CacheFigures(msgspec.Struct, frozen=True):
    """Of one cache."""

    name: str
    hits: float
    """Per second."""
    misses: float


class ServiceFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Of one service; what it does not tell is None or empty."""

    name: str
    requests: float | None = None
    """That it answered, per second, without those of who watches."""
    in_flight: float | None = None
    """Requests in the service, in the mean."""
    waits: dict[str, float] = {}
    """How many wait in the mean, by what for."""
    pools: tuple[PoolFigures, ...] = ()
    caches: tuple[CacheFigures, ...] = ()


def service_figures(use: ResourceUse) -> dict[str, ServiceFigures]:
    """Of every service that exposes metrics."""
    by_service: dict[str, list[MetricSeries]] = {}
    for series in use.metrics:
        by_service.setdefault(series.service, []).append(series)
    return {name: _figures(name, series) for name, series in by_service.items()}


def _figures(name: str, series: list[MetricSeries]) -> ServiceFigures:
    counts: list[MetricSeries] = []
    sums: list[MetricSeries] = []
    for one in series:
        is_own = dict(one.labels).get("route") in _OWN_ROUTES or dict(one.labels).get("path") in _OWN_ROUTES
        stem = one.name.removesuffix("_count").removesuffix("_sum")
        if is_own or stem == one.name or not _REQUESTS.search(stem) or _CLIENT.search(stem):
            continue
        (counts if one.name.endswith("_count") else sums).append(one)
    return ServiceFigures(
        name=name,
        requests=_rate(counts),
        in_flight=_rate(sums),
        waits=_waits(series),
        pools=_pools(series),
        caches=_caches(series),
    )


def _rate(series: Iterable[MetricSeries]) -> float | None:
    rates = [rate for one in series if (rate := _growth_per_second(one)) is not None]
    return math.fsum(rates) if rates else None


def _growth_per_second(series: MetricSeries) -> float | None:
    if len(series.points) < 2:  # noqa: PLR2004 # growth is between two
        return None
    seconds = series.points[-1][0] - series.points[0][0]
    return series.growth / seconds if seconds > 0 else None


def _waits(series: list[MetricSeries]) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in series:
        if one.name.endswith("_sum") and _WAITS.search(one.name.removesuffix("_sum")):
            resource = dict(one.labels).get("resource", "")
            rate = _growth_per_second(one)
            if rate is not None:
                found[resource] = found.get(resource, 0.0) + rate
    return found


def _pools(series: list[MetricSeries]) -> tuple[PoolFigures, ...]:
    found: dict[str, dict[str, float]] = {}
    for one in series:
        if one.kind not in {"gauge", "untyped"} or not _POOL.search(one.name) or not one.points:
            continue
        for kind, pattern in (("size", _SIZE), ("in_use", _IN_USE), ("waiting", _WAITING)):
            stem = pattern.search(one.name)
            if stem:
                labels = dict(one.labels)
                name = labels.get("pool") or labels.get("name") or one.name[: stem.start()]
                values = [value for _, value in one.points]
                found.setdefault(name, {})[kind] = max(values) if kind == "size" else math.fsum(values) / len(values)
    return tuple(
        PoolFigures(name, known.get("size"), known.get("in_use"), known.get("waiting"))
        for name, known in sorted(found.items())
        if "in_use" in known or "waiting" in known
    )


def _caches(series: list[MetricSeries]) -> tuple[CacheFigures, ...]:
    found: dict[str, list[float]] = {}
    for one in series:
        if not _CACHE.search(one.name) or one.kind == "gauge" or one.name.endswith(("_sum", "_count")):
            continue
        labels = dict(one.labels)
        words = {one.name.removesuffix("_total"), *labels.values()}
        place = 0 if any(_HIT.search(word) for word in words) else 1 if any(_MISS.search(word) for word in words) else 2
        rate = _growth_per_second(one)
        if place < 2 and rate is not None:  # noqa: PLR2004 # neither hit nor miss
            found.setdefault(labels.get("cache", labels.get("name", "cache")), [0.0, 0.0])[place] += rate
    return tuple(CacheFigures(name, hits, misses) for name, (hits, misses) in sorted(found.items()))
