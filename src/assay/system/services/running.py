"""Services for the length of a task: made ready before it, and left after it as they were."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assay.errors import ServiceError
from assay.system.model import System
from assay.system.needs import with_needs
from assay.system.services.bringing_up import ServiceStart, StartOutcome
from assay.system.services.starting import StartResult, start_services
from assay.system.services.stopping import stop_services

__all__ = ["complaint_about", "services_running"]

_Key = tuple[Path, str]

_guard = threading.Lock()
_users: Counter[_Key] = Counter()
"""How many tasks of this process use a service: what one task started, another may still need."""
_started: set[_Key] = set()
"""Services that were started for tasks of this process."""


@contextmanager
def services_running(
    system: System, names: Sequence[str] = (), *, stop: threading.Event | None = None
) -> Iterator[StartResult]:
    """Makes services ready, and leaves them as they were: what was started for it is stopped, what ran runs again.

    Several tasks of one process may use it at once: the last one that needs a service stops it.

    Args:
        system: Whose services.
        names: Of services that are described; all where none is named. What they need is made ready as well.
        stop: Once it is set, gives up waiting for them.

    Raises:
        ServiceError: One does not become ready, or one that ran before could not be started again.
    """
    wanted = with_needs(system.services, names or [service.name for service in system.services])
    keys = [(system.root, service.name) for service in wanted]
    with _guard:
        result = start_services(system, names, stop=stop)
        if not result.is_ready:
            raise complaint_about(result)
        _users.update(keys)
        _started.update((system.root, start.name) for start in result.services if start.mark)
    try:
        yield result
    finally:
        _leave(system, keys, result)


def complaint_about(result: StartResult) -> ServiceError:
    """What went wrong, as an error about the first service that failed by itself."""
    if result.is_cancelled:
        return ServiceError("stopped before all services were ready")
    failed = [start for start in result.services if start.outcome is StartOutcome.FAILED]
    first = failed[0] if failed else result.services[0]
    message = f"service {first.name}: {first.reason}"
    if first.last_answer and first.exit_code is None:
        message += f"; its last check: {first.last_answer}"
    if first.last_lines:
        message += f"; its last line: {first.last_lines[-1]}"
    hint = f"its log is {first.log}" if first.log else first.hint
    return ServiceError(message, hint=hint)


def _leave(system: System, keys: Sequence[_Key], result: StartResult) -> None:
    with _guard:
        _users.subtract(keys)
        unused = [key for key in keys if _users[key] <= 0]
        for key in unused:
            del _users[key]
        to_stop = [name for root, name in unused if (root, name) in _started]
        _started.difference_update(unused)
        if to_stop:
            stop_services(system, to_stop)
        # What ran before and was started by Assay is to run again, whatever the task did to it.
        to_restore = [start.name for start in result.services if _ran_before(start) and start.name not in to_stop]
        if to_restore:
            restored = start_services(system, to_restore)
            if not restored.is_ready:
                raise complaint_about(restored)


def _ran_before(start: ServiceStart) -> bool:
    return start.outcome is StartOutcome.ALREADY_RUNNING and start.pid is not None
