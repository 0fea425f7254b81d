"""Services with a planted bottleneck, running; and a closed load on them from threads, at two levels."""

import http.client
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assay.bench import ConstantUsers, Ending, Endpoint, Histogram, LoadResult, LoadTest, Request
from assay.bench.bottleneck import BottleneckReport, explain
from assay.bench.profiling import profiling
from assay.bench.resources import Watched, sampling
from assay.bench.result import ClockEnd, ClockStart, Generator, Measurement, Omission

SERVER = Path(__file__).parent / "programs" / "slow_server.py"
MEASUREMENT = Measurement(ClockStart.CONNECTING, ClockEnd.LAST_BYTE, Omission.OMITTED)


@contextmanager
def running(mistake: str, behind: str, folder: Path) -> Iterator[tuple[int, str]]:
    command = [sys.executable, str(SERVER), mistake, behind, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.pid, f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def load(target: str, users: int, seconds: float) -> tuple[LoadTest, LoadResult]:
    durations: list[float] = []
    began = time.time()
    until = time.monotonic() + seconds

    def ask() -> None:
        connection = http.client.HTTPConnection(target.removeprefix("http://"))
        while time.monotonic() < until:
            sent = time.perf_counter()
            connection.request("GET", "/")
            connection.getresponse().read()
            durations.append(time.perf_counter() - sent)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.time() - began
    latency = Histogram.of(durations)
    result = LoadResult(
        tool="threads",
        version="1",
        executor="constant-vus",
        ending=Ending.COMPLETE,
        began=began,
        scheduled_seconds=seconds,
        elapsed_seconds=elapsed,
        intended=None,
        answered=len(durations),
        failed=0,
        dropped=None,
        rate=len(durations) / elapsed,
        latency=latency,
        endpoints=(Endpoint(name="/", answered=len(durations), latency=latency),),
        measurement=MEASUREMENT,
        generator=Generator(user_seconds=0.0, system_seconds=0.0),
    )
    test = LoadTest(target=target, requests=(Request(name="/"),), executor=ConstantUsers(users, seconds))
    return test, result


def diagnosed(mistake: str, folder: Path, *, behind: str = "none") -> BottleneckReport:
    """What the analysis says of a system whose front has this mistake."""
    with running(behind, "-", folder) as (pid, url), running(mistake, url, folder) as (front_pid, front_url):
        watched = [
            Watched("front", front_pid, f"{front_url}/metrics"),
            Watched("behind", pid, f"{url}/metrics"),
        ]
        with sampling(watched, scrape_interval=0.5) as sampler:
            light = load(front_url, 1, 1.0)
            with profiling([watched[0]], 2) as progress:
                heavy = load(front_url, 12, 4.0)
    return explain([light[1], heavy[1]], sampler.result(), tests=[light[0], heavy[0]], profiles=progress.profiles)
