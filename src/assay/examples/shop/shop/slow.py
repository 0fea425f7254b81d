"""What can be made slow, each in the service where such a mistake is natural: for those who look for bottlenecks."""

from enum import StrEnum

__all__ = ["NOT_SLOW", "Slow"]


class Slow(StrEnum):
    """What `--slow` may say. The comment says where, and what then limits how much gets done."""

    # gateway: it computes a checksum of each answer, byte by byte in Python. Its one core.
    CPU_LOOP = "cpu-loop"

    # orders: one lock for the stock of all items, in place of one for each. Whoever holds it.
    LOCK_CONTENTION = "lock-contention"

    # gateway: two calls of other services at once. A free place among the two.
    CONNECTION_POOL = "connection-pool"

    # payments: it writes a whole ledger to disk with every charge, and waits for it. The disk.
    DISK_WRITE = "disk-write"

    # catalog: it looks each price up in the history of all prices, every time. Its one core, for work already done.
    NO_CACHE = "no-cache"


NOT_SLOW: frozenset[Slow] = frozenset()
