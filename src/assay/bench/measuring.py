"""One performance test of a system: its services made ready, the load put on them, everything recorded."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import msgspec

from assay.bench.conducting import StepProgress
from assay.bench.designs import Settings
from assay.bench.generators import generator_named
from assay.bench.linking import ServiceLogs
from assay.bench.requests import base_test
from assay.bench.resources import watched_services
from assay.bench.testing import Outcome, carry_out
from assay.bench.written_thresholds import Limits
from assay.system import System
from assay.system.performance import is_address
from assay.system.services import services_running

__all__ = ["measure", "services_of"]


def services_of(test: Settings, system: System) -> tuple[str, ...]:
    """Which services a test makes ready and watches: those that it names, else all where its target is one of them."""
    if test.services:
        return test.services
    return () if is_address(test.target) else tuple(service.name for service in system.services)


def measure(
    test: Settings,
    system: System,
    limits: Limits,
    *,
    seed: int,
    progress: Callable[[StepProgress], None] | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Carries a test out, with the services that it needs running, and leaves them as they were.

    Args:
        test: What is asked.
        system: Whose services, and which load generator where the test names none.
        limits: The test's thresholds and SLO, parsed.
        seed: Of what is random.
        progress: Is told how far it is.
        stop: Ends it before its time, with an outcome that is partial.

    Raises:
        ServiceError: A service does not become ready.
        LoadTestError: The test makes no sense, or not one request was answered.
        ToolError: The load generator is not there, or cannot do it.
    """
    names = services_of(test, system)
    base = base_test(test, system, seed)
    generate = generator_named(test.tool or system.performance.tool)
    running: AbstractContextManager[object] = services_running(system, names, stop=stop) if names else nullcontext()
    logs = ServiceLogs(system)
    with running:
        watched = watched_services(system, names) if names else ()
        outcome = carry_out(test, base, limits, generate, watched=watched, progress=progress, stop=stop)
    # After services that were started for it have ended, and written their last spans.
    return msgspec.structs.replace(outcome, traces=logs.traces(outcome.slowest))
