"""From the settings of a test to what is sent where: a `LoadTest` whose executor the design replaces."""

import msgspec

from assay.bench.executor import ConstantArrivalRate
from assay.bench.load_test import LoadTest, Request
from assay.bench.protocol import protocol_of, tls_of
from assay.errors import InvalidLoadTestError, Place
from assay.system import System
from assay.system.performance import RequestTable, TestSettings, is_address
from assay.system.protocols import TlsTable

__all__ = ["address_of", "base_test"]

_JSON = ("content-type", "application/json")


def address_of(settings: TestSettings, system: System) -> str:
    """Where the requests of a test go: `http://host:port`."""
    if is_address(settings.target):
        return settings.target.rstrip("/")
    url = next(service.url.rstrip("/") for service in system.services if service.name == settings.target)
    # A service that does not speak HTTP/1.1 may be described by its port alone.
    return url if is_address(url) else url.replace("tcp://", "http://", 1)


def base_test(settings: TestSettings, system: System, seed: int) -> LoadTest:
    """What is sent; the rate is that of no design yet.

    Raises:
        InvalidLoadTestError: The scenario cannot be read, or is dynamic.
    """
    if settings.scenario is not None:
        return _of_scenario(settings, system, seed)
    requests = settings.requests or (_only_request(settings),)
    return LoadTest(
        target=address_of(settings, system),
        protocol=protocol_of(settings, system.root),
        tls=tls_of(settings.tls, system.root),
        requests=tuple(_request(request, settings) for request in requests),
        executor=ConstantArrivalRate(1, 1),
        timeout=settings.timeout,
        connections=settings.connections,
        threads=settings.threads,
        seed=seed,
        traces=settings.traces,
    )


def _of_scenario(settings: TestSettings, system: System, seed: int) -> LoadTest:
    """What a scenario sends, to the target and within the limits of the test; the design says when."""
    from assay.bench.scenario import load_scenario  # noqa: PLC0415 # loaded only where there is one

    path = system.root / str(settings.scenario)
    test = load_scenario(path)
    if not isinstance(test, LoadTest):
        hint = "write what users do as flows, or run it from Python"
        raise InvalidLoadTestError("a design cannot drive a dynamic scenario", where=Place(path), hint=hint)
    return msgspec.structs.replace(
        test,
        target=address_of(settings, system),
        protocol=test.protocol if settings.protocol == "http1" else protocol_of(settings, system.root),
        tls=test.tls if settings.tls == TlsTable() else tls_of(settings.tls, system.root),
        executor=ConstantArrivalRate(1, 1),
        timeout=settings.timeout,
        connections=settings.connections,
        threads=settings.threads,
        seed=seed,
        traces=settings.traces,
    )


def _only_request(settings: TestSettings) -> RequestTable:
    return RequestTable(
        method=settings.method,
        path=settings.path,
        headers=settings.headers,
        body=settings.body,
        json=settings.json,
        answer=settings.answer,
    )


def _request(table: RequestTable, settings: TestSettings) -> Request:
    headers = tuple((name, value) for name, value in table.headers.items())
    body = (table.body or "").encode()
    if table.json is not None:
        body = msgspec.json.encode(table.json)
        over_http = settings.protocol in {"http1", "http2"}
        if over_http and not any(name.lower() == _JSON[0] for name, _ in headers):
            headers = (*headers, _JSON)
    return Request(
        name=table.name or f"{table.method} {table.path}",
        method=table.method,
        path=table.path,
        headers=headers,
        body=body,
        weight=table.weight,
        answer=table.answer,
    )
