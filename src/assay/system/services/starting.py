"""Starts services: what is needed first, side by side where possible, until all are ready or one cannot be."""

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, replace

from assay.system.bundled import remember_ports
from assay.system.model import System
from assay.system.needs import with_needs
from assay.system.service import Service
from assay.system.services.bringing_up import Cancellation, ServiceStart, StartOutcome, bring_up
from assay.system.services.records import ServiceFolder
from assay.system.services.stopping import ServiceStop, end_processes, stop_all

__all__ = ["StartResult", "start_services"]

_MOST_AT_ONCE = 32
_INTERVAL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class StartResult:
    """What came of starting services."""

    services: tuple[ServiceStart, ...]
    """In the order of `assay.toml`."""
    stopped: tuple[ServiceStop, ...] = ()
    """Of those that were started, what was stopped again, because not all became ready."""
    is_cancelled: bool = False
    """True where it was asked to stop."""

    @property
    def is_ready(self) -> bool:
        """True where all are ready."""
        return all(service.outcome in {StartOutcome.READY, StartOutcome.ALREADY_RUNNING} for service in self.services)


def start_services(
    system: System,
    names: Sequence[str] = (),
    *,
    keep: bool = False,
    stop: threading.Event | None = None,
    hurry: threading.Event | None = None,
    on_start: Callable[[ServiceStart], None] = lambda _start: None,
    on_stop: Callable[[ServiceStop], None] = lambda _stop: None,
) -> StartResult:
    """Starts services with all that they need, and waits until they are ready. What runs already is left alone.

    Where one does not become ready, what was started here is stopped again.

    Args:
        system: Whose services.
        names: Of services that are described; all where none is named.
        keep: Leave running what was started although not all became ready, and go on with what can still be.
        stop: Once it is set, gives up, and stops what was started here.
        hurry: Once it is set, stopping kills at once.
        on_start: Told what came of each service, in this thread.
        on_stop: Told of each that is stopped again, from several threads.

    Raises:
        ServiceError: Another command works on the services for too long, or their folder cannot be written.
    """
    services = with_needs(system.services, names or [service.name for service in system.services])
    folder = ServiceFolder(system.state)
    cancellation = Cancellation(stop or threading.Event())
    done: dict[str, ServiceStart] = {}
    with folder.locked(cancellation.is_set):
        remember_ports(system)
        try:
            with closing(_started(services, system, folder, cancellation, done, keep=keep)) as starts:
                for start in starts:
                    on_start(start)
        except BaseException:
            _stop_again(system, services, done, folder, hurry, on_stop)
            raise
        result = StartResult(
            services=tuple(done[service.name] for service in services), is_cancelled=cancellation.is_asked
        )
        if result.is_cancelled or not (result.is_ready or keep):
            stopped = _stop_again(system, services, done, folder, hurry, on_stop)
            result = replace(result, stopped=stopped)
    return result


def _started(
    services: Sequence[Service],
    system: System,
    folder: ServiceFolder,
    cancellation: Cancellation,
    done: dict[str, ServiceStart],
    *,
    keep: bool,
) -> Generator[ServiceStart]:
    """Yields what came of each service, as it comes; `done` gets that too, also of those at work when it is closed."""
    waiting = {service.name: service for service in services}
    ready: set[str] = set()
    lost: set[str] = set()
    working: dict[Future[ServiceStart], str] = {}
    with ThreadPoolExecutor(max_workers=_MOST_AT_ONCE) as pool:
        try:
            while waiting or working:
                for name in [name for name, service in waiting.items() if ready.issuperset(service.needs)]:
                    if not cancellation.is_set():
                        working[pool.submit(bring_up, waiting.pop(name), system, folder, cancellation)] = name
                finished, _ = wait(working, timeout=_INTERVAL, return_when=FIRST_COMPLETED)
                for future in finished:
                    name = working.pop(future)
                    start = done[name] = future.result()
                    well = start.outcome in {StartOutcome.READY, StartOutcome.ALREADY_RUNNING}
                    (ready if well else lost).add(name)
                    if not well and not keep:
                        cancellation.give_up()
                    yield start
                for start in _hopeless(waiting, lost, cancellation):
                    del waiting[start.name]
                    lost.add(start.name)
                    done[start.name] = start
                    yield start
        except BaseException:
            cancellation.give_up()
            done.update((name, future.result()) for future, name in working.items())
            raise


def _hopeless(waiting: dict[str, Service], lost: set[str], cancellation: Cancellation) -> Iterator[ServiceStart]:
    """Those that will not be started."""
    for service in tuple(waiting.values()):
        needed = next((need for need in service.needs if need in lost), None)
        if needed is None and not cancellation.is_set():
            continue
        reason = f"needs {needed}" if needed else "another service did not become ready"
        if cancellation.is_asked:
            reason = "stopped before it was started"
        yield ServiceStart(name=service.name, outcome=StartOutcome.NOT_STARTED, url=service.url, reason=reason)


def _stop_again(
    system: System,
    services: Sequence[Service],
    done: dict[str, ServiceStart],
    folder: ServiceFolder,
    hurry: threading.Event | None,
    on_stop: Callable[[ServiceStop], None],
) -> tuple[ServiceStop, ...]:
    """Stops what was started here. The record of what died by itself stays, so that its state can be asked for."""
    names = []
    for service in services:
        start = done.get(service.name)
        record = folder.record(service.name)
        if start is None or not start.mark or record is None or record.mark != start.mark:
            continue
        if record.runs:
            names.append(service.name)
        else:
            end_processes(service, record, hurry or threading.Event())
    if not names:
        return ()
    return stop_all(system, names, folder, hurry or threading.Event(), on_stop)
