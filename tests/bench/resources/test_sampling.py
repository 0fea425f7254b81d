"""Sampling of a real process with a child: what is there is found; how much it is depends on the machine."""

import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from assay.bench.resources import MachineMeasure, ProcessMeasure, ResourceUse, Watched, sampling

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux shows it, in /proc")

PROGRAM = Path(__file__).parent / "programs" / "busy_service.py"
PATIENCE = 60.0


class Busy:
    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(folder)], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.process.stdout
        self.child, self.port = map(int, self.process.stdout.readline().split())

    def stop(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    service = Busy(tmp_path_factory.mktemp("busy"))
    yield service
    service.stop()


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def kernel_tells_what_threads_wait_for(pid: int) -> bool:
    threads = Path(f"/proc/{pid}/task").iterdir()
    return any((thread / "wchan").read_text().startswith("futex") for thread in threads)


@pytest.fixture(scope="module")
def use(busy: Busy) -> ResourceUse:
    with sampling([Watched("busy", busy.process.pid)]) as sampler:
        # Long enough for what is looked for once a second to be looked for again.
        wait_for(lambda: sampler.looks >= 8)
        time.sleep(2.5)
    return sampler.result()


def test_finds_what_a_service_and_its_child_use(use: ResourceUse, busy: Busy) -> None:
    (service,) = use.services
    assert {process.pid for process in service.processes} == {busy.process.pid, busy.child}
    cores = use.cpu_cores("busy")
    assert cores is not None
    assert cores > 0
    child = next(process for process in service.processes if process.pid == busy.child)
    parent = next(process for process in service.processes if process.pid == busy.process.pid)
    assert max(value or 0.0 for value in child.series[ProcessMeasure.CPU_USER]) > 0
    assert parent.descriptor_limit is None or parent.descriptor_limit > 8

    def last(measure: ProcessMeasure) -> float:
        found = use.summary("busy", measure)
        assert found is not None, measure
        return found.last

    # Main thread, three at the lock, one that writes; and the child.
    assert last(ProcessMeasure.THREADS) == 6
    if kernel_tells_what_threads_wait_for(busy.process.pid):
        assert last(ProcessMeasure.THREADS_ON_LOCK) >= 3
    # Standard streams, the listening socket, three connections with two ends, the file; the child has some of them.
    assert last(ProcessMeasure.DESCRIPTORS) >= 11
    assert last(ProcessMeasure.RESIDENT) > 1_000_000
    assert last(ProcessMeasure.VOLUNTARY_SWITCHES) >= 0
    assert service.ended is None
    if any(reason.startswith("connections:") for reason in use.unknown):
        pytest.skip("this kernel does not tell about connections")
    assert (last(ProcessMeasure.CONNECTIONS_IN), last(ProcessMeasure.CONNECTIONS_OUT)) == (3, 3)
    assert service.ports == (busy.port,)
    assert service.accept_queue_limit == 5
    (peer,) = service.peers
    assert (peer.address, peer.service) == (f"127.0.0.1:{busy.port}", "busy")


def test_every_series_has_a_value_or_a_gap_for_every_moment(use: ResourceUse) -> None:
    assert list(use.moments) == sorted(use.moments)
    assert use.began - 1 <= use.moments[0] <= use.moments[-1] <= use.began + use.seconds + 1
    for process in use.services[0].processes:
        assert {len(values) for values in process.series.values()} == {len(use.moments)}
    assert {len(values) for values in use.machine.values()} == {len(use.moments)}
    assert MachineMeasure.CPU_BUSY in use.machine
    assert use.cost.looks >= 8
    assert 0 < use.cost.cpu_seconds < use.seconds


def test_survives_json_and_can_be_cut(use: ResourceUse) -> None:
    assert msgspec.json.decode(msgspec.json.encode(use), type=ResourceUse) == use
    middle = use.moments[len(use.moments) // 2]
    part = use.between(middle, use.began + use.seconds)
    assert part.moments == tuple(moment for moment in use.moments if moment >= middle)
    assert part.services[0].processes[0].series[ProcessMeasure.THREADS] != ()
    assert len(part.services[0].series(ProcessMeasure.RESIDENT)) == len(part.moments)


def test_a_process_that_dies_is_recorded(tmp_path: Path) -> None:
    busy = Busy(tmp_path)
    with sampling([Watched("busy", busy.process.pid), Watched("absent", 2**22 - 1)]) as sampler:
        began = time.time()
        os.killpg(busy.process.pid, signal.SIGKILL)
        wait_for(lambda: busy.process.pid in sampler.ended)
    busy.stop()
    use = sampler.result()
    service, absent = use.services
    assert service.ended is not None
    assert began - 1 <= service.ended <= use.began + use.seconds
    assert absent.ended is not None
    assert absent.processes == ()


class Exposing(http.server.BaseHTTPRequestHandler):
    answers = 0

    def do_GET(self) -> None:
        type(self).answers += 1
        is_there = self.path == "/metrics"
        self.send_response(200 if is_there else 404)
        self.end_headers()
        self.wfile.write(f"# TYPE served counter\nserved_total {type(self).answers * 10}\n".encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def exposing() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exposing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_keeps_what_services_expose_and_asks_none_that_has_nothing(exposing: str) -> None:
    watched = [
        Watched("good", os.getpid(), f"{exposing}/metrics"),
        Watched("bad", os.getpid(), f"{exposing}/elsewhere"),
        Watched("gone", os.getpid(), "http://127.0.0.1:1/metrics"),
    ]
    with sampling(watched, scrape_interval=0.05) as sampler:
        wait_for(lambda: Exposing.answers >= 4)
    use = sampler.result()
    (series,) = use.metrics
    assert (series.service, series.name, series.kind) == ("good", "served_total", "counter")
    assert series.growth == series.points[-1][1] - series.points[0][1] > 0
    assert use.unknown[0] == "metrics of bad: /elsewhere answers 404"
    assert use.unknown[1].startswith("metrics of gone: ConnectionRefusedError")
