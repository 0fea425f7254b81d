"""What the threads of a Python service wait for, read from where they stand and from the source line there."""

import linecache
import re
from collections import Counter
from enum import StrEnum, unique
from typing import NamedTuple

from assay.bench.profiling.stacks import Frame, Stacks

__all__ = ["Wait", "WaitShare", "waits_in"]


@unique
class Wait(StrEnum):
    """For what."""

    WORK = "work"
    """It is idle: nothing is there to be done."""
    LOCK = "lock"
    """A lock that one thread at a time may hold."""
    POOL = "pool"
    """One of so many places: a semaphore, or a queue of connections."""
    DISK = "disk"
    """Data to be on the disk."""
    SLEEP = "sleep"


_CROWD = 1.5
"""Threads that stand at one line in the mean: one alone may be doing what the line says."""


class WaitShare(NamedTuple):
    """How much of all threads' time is spent waiting in one place."""

    wait: Wait
    frame: Frame
    """Of the service's code, or of a library, but not of Python's own threading."""
    samples: int
    text: str
    """The source line there."""


_IDLE_FILES = ("selectors.py", "concurrent/futures/thread.py", "anyio/_backends/_asyncio.py", "socketserver.py")
_PLUMBING = ("/threading.py", "/queue.py", "/asyncio/locks.py", "/contextlib.py")
_DISK = re.compile(r"\b(fsync|fdatasync|sync)\(")
_SLEEP = re.compile(r"\bsleep\(")
_POOL = re.compile(r"semaphore|\bpool|\bslots?\b|\bconnections?\b", re.IGNORECASE)
_LOCK = re.compile(r"\bacquire\(|\bwith\b.*(lock|mutex|latch|guard)|\.wait\(", re.IGNORECASE)


def waits_in(stacks: Stacks, looks: int | None = None) -> list[WaitShare]:
    """Every place at which threads wait for something that can be named, the most frequent first.

    Args:
        stacks: Of all threads, those that wait included; the source is read where it is on this machine.
        looks: How often the threads were looked at. With it, a `with` at which several threads stand at every look is
            known for a lock, whatever it is called.
    """
    counts: Counter[tuple[Wait, Frame, str]] = Counter()
    for frames, count in stacks.counts:
        found = _wait(frames, is_crowded=looks is not None and count >= _CROWD * looks)
        if found is not None:
            counts[found] += count
    return [WaitShare(wait, frame, count, text) for (wait, frame, text), count in counts.most_common()]


def _wait(frames: tuple[str, ...], *, is_crowded: bool) -> tuple[Wait, Frame, str] | None:
    stack = [Frame.parsed(frame) for frame in reversed(frames)]
    plumbing = 0
    while plumbing < len(stack) - 1 and (stack[plumbing].file or "").endswith(_PLUMBING):
        plumbing += 1
    place = stack[plumbing]
    text = linecache.getline(place.file, place.line).strip() if place.file and place.line else ""
    if (place.file or "").endswith(_IDLE_FILES) or (plumbing == len(stack) - 1 and plumbing):
        return Wait.WORK, place, text
    through = {frame.name.rpartition(".")[2] for frame in stack[:plumbing]}
    if _DISK.search(text):
        return Wait.DISK, place, text
    if _SLEEP.search(text):
        return Wait.SLEEP, place, text
    if through & {"get", "put"} or _is_semaphore(stack[:plumbing]) or (_POOL.search(text) and _takes(text, through)):
        return Wait.POOL, place, text
    if _LOCK.search(text) or (is_crowded and text.startswith("with ")):
        return Wait.LOCK, place, text
    return None


def _is_semaphore(plumbing: list[Frame]) -> bool:
    return any("Semaphore" in frame.name for frame in plumbing)


def _takes(text: str, through: set[str]) -> bool:
    return "acquire(" in text or text.startswith("with ") or bool(through)
