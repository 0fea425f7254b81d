"""A profile of one service: where it spent its time on the processor, what its threads waited for, who held the GIL."""

from enum import StrEnum, unique

import msgspec

from assay.bench.profiling.stacks import Stacks

__all__ = ["Profile", "ProfileTool"]


@unique
class ProfileTool(StrEnum):
    """What looked at the process."""

    PY_SPY = "py-spy"
    PERF = "perf"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What the threads of a service did, sampled."""

    service: str
    """Its name, or its process number."""
    pid: int
    tool: ProfileTool
    began: float
    """Seconds since 1970."""
    seconds: float
    rate: int
    """Looks per second that were asked for; on a busy machine there are fewer."""
    on_cpu: Stacks
    """Of threads that ran."""
    all_threads: Stacks | None = None
    """Of threads that ran and of those that waited; of Python only."""
    holding_gil: Stacks | None = None
    """Of the thread that held the interpreter's lock; of Python only."""
    looks: int | None = None
    """How often it was looked at, as far as that can be told."""
    notes: tuple[str, ...] = ()
    """What the tool complained of."""

    @property
    def gil_share(self) -> float | None:
        """Share of the time, from 0 to 1, in which some thread held the GIL: at 1 more threads help nothing."""
        if self.holding_gil is None or not self.looks:
            return None
        return min(1.0, self.holding_gil.samples / self.looks)
