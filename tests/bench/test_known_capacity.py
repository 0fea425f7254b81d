"""The search for a capacity, on a real service over real connections, whose limit is built in.

Two workers that take 20 ms each do 100 requests/s and not one more, however fast the machine is. A busy machine may do
less, or leave it unknown.
"""

import threading
import time

from assay.bench.designs.capacity import CapacityAnalysis
from assay.bench.executor import ConstantArrivalRate
from assay.bench.generators import generator_named
from assay.bench.load_test import LoadTest, Request
from assay.bench.testing import carry_out
from assay.bench.thresholds import parse_threshold
from assay.system.performance import CapacitySettings
from tests.bench.servers import OK, Server, server

LIMIT = 100.0


def test_does_not_find_more_than_a_service_can_do() -> None:
    workers = threading.Semaphore(2)

    def answer(_request: bytes, _state: Server) -> bytes:
        with workers:
            time.sleep(0.02)
            return OK

    slo = "http_req_duration: p(95)<200"
    settings = CapacitySettings(
        name="a", target="b", slo=(slo,), from_rate=5, to_rate=640, seconds=2, precision=0.5, repeats=2
    )
    with server(answer) as running:
        base = LoadTest(
            target=running.url,
            requests=(Request(name="GET /"),),
            executor=ConstantArrivalRate(1, 1),
            timeout=60,
            connections=50,
        )
        outcome = carry_out(settings, base, ((), (parse_threshold(slo),)), generator_named("assay"))
    analysis = outcome.analysis
    assert isinstance(analysis, CapacityAnalysis)
    (finding,) = outcome.findings
    assert finding.explanation
    assert analysis.above is None, "every rate was kept, also those that two workers cannot do"
    # For two seconds a service can be a little beyond its limit, until waiting takes 200 ms.
    assert all(trial.rate < 1.25 * LIMIT for trial in analysis.trials if trial.kept)
