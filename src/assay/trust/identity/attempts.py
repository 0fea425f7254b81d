"""How often one may guess: leaky buckets in a table of fixed size.

A dictionary of names would grow with every made-up name, and one that throws entries away can be flushed by somebody
who wants his own failures forgotten. So attempts are counted in a count-min sketch (Cormode, Muthukrishnan 2005): each
key has one cell in each row, and counts as what its emptiest cell says. Memory never grows, and nothing is ever counted
too low; where all cells of a key are shared, it is counted too high, that is, refused too early. Cells are chosen by a
secret, so that nobody can aim at the cells of somebody else.
"""

import hashlib
import secrets
import threading
from array import array
from dataclasses import dataclass

from assay.errors import IdentityError, TooManyAttemptsError
from assay.trust.identity.store import Clock

__all__ = ["AttemptLimit", "Attempts"]

_ROWS = 4
_CELLS = 16_384


@dataclass(frozen=True)
class AttemptLimit:
    """At most `failures` at once, of which one is forgiven each `forgiven_seconds`."""

    failures: int
    forgiven_seconds: float

    def __post_init__(self) -> None:
        if self.failures < 1 or self.forgiven_seconds <= 0:
            raise IdentityError("a limit of attempts is not positive", hint="give at least 1 failure and some seconds")


class Attempts:
    """Counts attempts by key.

    An attempt is counted before it is judged and given back when it succeeds, so that many at once are no way around
    the limit.

    Args:
        limit: How many.
        clock: Forgives.
    """

    def __init__(self, limit: AttemptLimit, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._levels = array("d", bytes(8 * _ROWS * _CELLS))
        self._times = array("d", bytes(8 * _ROWS * _CELLS))
        self._lock = threading.Lock()

    @property
    def memory_bytes(self) -> int:
        """What the tables take, however many keys there are."""
        return sum(each.itemsize * len(each) for each in (self._levels, self._times))

    def take(self, key: str) -> None:
        """Counts an attempt.

        Raises:
            TooManyAttemptsError: Too many already; this one is not counted.
        """
        with self._lock:
            cells = self._leak(key)
            level = min(self._levels[cell] for cell in cells)
            over = level + 1 - self._limit.failures
            # What is left of a float that leaked away to nothing must not refuse anybody.
            if over > 1e-9:  # noqa: PLR2004
                raise TooManyAttemptsError(max(1.0, over * self._limit.forgiven_seconds))
            for cell in cells:
                self._levels[cell] += 1

    def give_back(self, key: str) -> None:
        """The attempt succeeded: it does not count."""
        with self._lock:
            for cell in self._leak(key):
                self._levels[cell] = max(0.0, self._levels[cell] - 1)

    def _leak(self, key: str) -> list[int]:
        """The cells of a key, after what has been forgiven since they were touched."""
        hashed = hashlib.blake2b(key.encode(), key=self._secret, digest_size=4 * _ROWS).digest()
        cells = [row * _CELLS + int.from_bytes(hashed[4 * row : 4 * row + 4], "big") % _CELLS for row in range(_ROWS)]
        now = self._clock()
        for cell in cells:
            # A clock that is set back forgives nothing.
            passed = max(0.0, now - self._times[cell])
            self._levels[cell] = max(0.0, self._levels[cell] - passed / self._limit.forgiven_seconds)
            self._times[cell] = now
        return cells
