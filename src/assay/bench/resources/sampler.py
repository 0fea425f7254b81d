"""Looks at services about ten times a second while a test runs, in a thread beside it."""

import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from assay.bench.resources.connections import ConnectionCounts
from assay.bench.resources.machine_reading import read_machine
from assay.bench.resources.measures import MachineMeasure, ProcessMeasure
from assay.bench.resources.process_reading import MOST_THREADS, ProcessReader
from assay.bench.resources.recording import Recording
from assay.bench.resources.scraping import Scraper
from assay.bench.resources.use import Peer, ProcessUse, ResourceUse, SamplerCost, ServiceUse
from assay.bench.resources.watched import Watched, family_of, parents

__all__ = ["Sampler", "sampling"]

MOST_PROCESSES = 256
"""Of all services together."""

MOST_MOMENTS = 6_000
"""Ten minutes at ten a second; of a longer test every second moment is kept, then every fourth, and so on."""

LARGEST_SHARE = 0.03
"""Of a core that looking may take; where it takes more, it is done less often."""

LONGEST_INTERVAL = 2.0
"""Seconds between two looks at most."""

_THOROUGH_SECONDS = 1.0
"""How often children, descriptors and connections are looked for; finding them takes longest."""

_MACHINE = "machine"


class Sampler:
    """Samples services from `start` to `stop`; use `sampling`.

    Args:
        watched: The services.
        interval: Seconds between two looks, to begin with.
        scrape_interval: Seconds between two times that each service is asked for its metrics; 0 for never.
    """

    def __init__(self, watched: Sequence[Watched], *, interval: float = 0.1, scrape_interval: float = 1.0) -> None:
        self._watched = tuple(watched)
        self._interval = interval
        self._recording = Recording(MOST_MOMENTS)
        self._readers: dict[int, ProcessReader] = {}
        self._service_of: dict[int, str] = {}
        self.ended: dict[int, float] = {}
        """Processes that are gone, and when that was seen, in seconds since 1970."""
        self._connections = ConnectionCounts()
        self._scrapers = [Scraper(one, scrape_interval) for one in watched if one.metrics_url and scrape_interval > 0]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="resource sampler", daemon=True)
        self._began = time.time()
        self._spent = 0.0
        self.looks = 0
        """How often everything was looked at."""
        self._thorough_at = 0.0
        self._limits: set[str] = set()
        self._unknown: set[str] = set()
        self._result: ResourceUse | None = None

    def start(self) -> None:
        """Begins. The first look is done when it returns."""
        self._began = time.time()
        if not sys.platform.startswith("linux"):
            self._unknown.add("all: only Linux shows it, in /proc")
            return
        self._look()
        self._thread.start()
        for scraper in self._scrapers:
            scraper.start()

    def stop(self) -> None:
        """Ends, with a last look. What was sampled stays."""
        if self._result is not None:
            return
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        for scraper in self._scrapers:
            if scraper.is_started:
                scraper.stop()
        self._result = self._collected(time.time())

    def result(self) -> ResourceUse:
        """What was used. Ends the sampling where it still goes on."""
        self.stop()
        assert self._result is not None  # noqa: S101 # `stop` sets it
        return self._result

    def _run(self) -> None:
        while not self._stop.wait(self._interval):
            self._look()
        self._look()

    def _look(self) -> None:
        began = time.thread_time()
        now = time.time()
        thorough = now - self._thorough_at >= _THOROUGH_SECONDS
        if thorough:
            self._thorough_at = now
            self._find_processes()
        values: dict[tuple[object, str], float] = {
            (_MACHINE, measure): value for measure, value in read_machine().items()
        }
        for pid, reader in self._readers.items():
            if pid in self.ended:
                continue
            found = reader.read(thorough=thorough)
            if found is None:
                self.ended[pid] = now
                continue
            values |= {(pid, measure): value for measure, value in found.items()}
        if thorough:
            values |= self._connections.look(pid for pid in self._readers if pid not in self.ended)
        if self._recording.add(now, values):
            self._interval = min(self._interval * 2, LONGEST_INTERVAL)
        self.looks += 1
        spent = time.thread_time() - began
        self._spent += spent
        self._slow_down(spent, thorough=thorough)

    def _slow_down(self, spent: float, *, thorough: bool) -> None:
        if not thorough and spent > self._interval * LARGEST_SHARE:
            self._interval = min(max(self._interval, spent / LARGEST_SHARE), LONGEST_INTERVAL)

    def _find_processes(self) -> None:
        parent_of = parents()
        for watched in self._watched:
            for pid in sorted(family_of(watched.pid, parent_of)):
                # A number that was watched and ended is never watched again: it is another process's.
                if pid in self._readers:
                    continue
                if len(self._readers) >= MOST_PROCESSES:
                    self._limits.add(f"only the first {MOST_PROCESSES} processes are watched")
                    return
                self._readers[pid] = ProcessReader(pid)
                self._service_of[pid] = watched.name

    def _collected(self, ended: float) -> ResourceUse:
        seconds = ended - self._began
        for reader in self._readers.values():
            if reader.has_too_many_threads:
                self._limits.add(f"only {MOST_THREADS} threads of process {reader.pid} are watched one by one")
            self._unknown |= {f"/proc/{reader.pid}/{name}: may not be read" for name in reader.unreadable}
        self._unknown |= self._connections.unknown
        for scraper in self._scrapers:
            if scraper.trouble:
                self._unknown.add(f"metrics of {scraper.watched.name}: {scraper.trouble}")
            if scraper.limit:
                self._limits.add(scraper.limit)
        machine = {measure: self._recording.series(_MACHINE, measure) for measure in MachineMeasure}
        return ResourceUse(
            began=self._began,
            seconds=seconds,
            cores=os.cpu_count() or 1,
            moments=tuple(round(moment, 3) for moment in self._recording.moments),
            services=tuple(self._service(watched) for watched in self._watched),
            machine={measure: values for measure, values in machine.items() if any(v is not None for v in values)},
            metrics=tuple(one for scraper in self._scrapers for one in scraper.series()),
            cost=SamplerCost(self._spent, self._spent / seconds if seconds > 0 else 0.0, self.looks, self._interval),
            unknown=tuple(sorted(self._unknown)),
            limits=tuple(sorted(self._limits)),
        )

    def _service(self, watched: Watched) -> ServiceUse:
        pids = [pid for pid, name in self._service_of.items() if name == watched.name]
        ports = self._connections.ports_of(pids)
        peers = []
        for address in self._connections.peers_of(pids):
            columns = [self._recording.column(("peer", pid, address), "connections") for pid in pids]
            counts = tuple(_sum(column) for column in zip(*columns, strict=True))
            peers.append(Peer(address, self._listener(address), counts))
        return ServiceUse(
            name=watched.name,
            processes=tuple(self._process(pid) for pid in pids),
            ports=ports,
            accept_queue_limit=self._connections.queue_limit_of(pids),
            peers=tuple(peers),
            ended=self.ended.get(watched.pid, None if watched.pid in self._readers else self._began),
        )

    def _listener(self, address: str) -> str | None:
        port = int(address.rpartition(":")[2])
        for watched in self._watched:
            pids = [pid for pid, name in self._service_of.items() if name == watched.name]
            if port in self._connections.ports_of(pids):
                return watched.name
        return None

    def _process(self, pid: int) -> ProcessUse:
        reader = self._readers[pid]
        series = {measure: self._recording.series(pid, measure) for measure in ProcessMeasure}
        return ProcessUse(
            pid=pid,
            command=reader.command,
            runs_python=reader.runs_python,
            descriptor_limit=reader.descriptor_limit,
            cpu_quota=reader.cpu_quota,
            memory_limit=reader.memory_limit,
            ended=self.ended.get(pid),
            series={measure: values for measure, values in series.items() if any(v is not None for v in values)},
        )


@contextmanager
def sampling(watched: Sequence[Watched], *, interval: float = 0.1, scrape_interval: float = 1.0) -> Iterator[Sampler]:
    """Watches services while the block of a `with` runs.

    A process that ends in mid-test, a service that cannot be asked and a machine that does not tell are recorded in the
    result, and are no error.
    """
    sampler = Sampler(watched, interval=interval, scrape_interval=scrape_interval)
    sampler.start()
    try:
        yield sampler
    finally:
        sampler.stop()


def _sum(column: tuple[float | None, ...]) -> float | None:
    read = [value for value in column if value is not None]
    return sum(read) if read else None
