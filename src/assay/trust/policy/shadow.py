"""A second policy set, asked beside the first and never obeyed: what would change if it were."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from assay.trust.policy.decision import AccessRequest, Decision

__all__ = ["Difference", "ShadowLog"]

_KEPT = 1000


class Difference(NamedTuple):
    """A request that the two sets decide differently, or for which one of them could not evaluate a policy.

    `at` is seconds since 1970.
    """

    at: float
    request: AccessRequest
    enforced: Decision
    shadow: Decision


class ShadowLog:
    """How often the sets agreed, and the latest differences. Bounded; may be used from several threads.

    Args:
        kept: How many differences are kept; older ones are dropped, and counted.
        clock: Seconds since 1970.
    """

    def __init__(self, *, kept: int = _KEPT, clock: Callable[[], float] = time.time) -> None:
        self._lock = threading.Lock()
        self._latest: deque[Difference] = deque(maxlen=kept)
        self._clock = clock
        self.compared = 0
        self.would_deny = 0
        self.would_allow = 0
        self.dropped = 0

    def record(self, request: AccessRequest, enforced: Decision, shadow: Decision) -> None:
        """Counts a pair of decisions, and keeps it where they differ."""
        with self._lock:
            self.compared += 1
            if enforced.allowed == shadow.allowed and enforced.skipped == shadow.skipped:
                return
            self.would_deny += enforced.allowed and not shadow.allowed
            self.would_allow += shadow.allowed and not enforced.allowed
            self.dropped += len(self._latest) == self._latest.maxlen
            self._latest.append(Difference(self._clock(), request, enforced, shadow))

    def latest(self) -> tuple[Difference, ...]:
        """The differences that are kept, oldest first."""
        with self._lock:
            return tuple(self._latest)
