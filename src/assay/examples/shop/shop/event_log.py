"""The protocol steps of one process as NDJSON, with vector clocks: what happened before what, across processes."""

import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from shop.steps import Step

__all__ = ["CLOCK_HEADER", "EventLog", "VectorClock"]

CLOCK_HEADER = "vector-clock"
"""The HTTP header, in requests and answers, that carries the sender's clock as JSON."""

LARGEST_CLOCK = 64
"""Nodes in a clock. More than a shop has: what says more did not come from one."""


class VectorClock:
    """How many events of each node are known here to have happened."""

    def __init__(self, node: str) -> None:
        self._node = node
        self._counts = {node: 0}

    def tick(self) -> dict[str, int]:
        """An event happens here. Returns the clock as of this event."""
        self._counts[self._node] += 1
        return dict(self._counts)

    def merge(self, header: str | None) -> None:
        """A message from a node with this clock has arrived. What is no clock is ignored: it only serves the record."""
        try:
            theirs = msgspec.json.decode(header or "{}")
        except msgspec.DecodeError:
            return
        if not isinstance(theirs, dict) or len(theirs) > LARGEST_CLOCK:
            return
        for node, count in theirs.items():
            if isinstance(count, int) and node != self._node and len(self._counts) < LARGEST_CLOCK:
                self._counts[node] = max(count, self._counts.get(node, 0))

    def header(self) -> str:
        """The clock as it is sent."""
        return msgspec.json.encode(self._counts).decode()


class EventLog:
    """Writes the steps of one node.

    Args:
        node: The name of this process.
        path: Of the file, which is appended to; None writes nothing, and keeps the clock all the same.
    """

    def __init__(self, node: str, path: Path | None = None) -> None:
        self.node = node
        self.clock = VectorClock(node)
        self._file: BinaryIO | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab")

    def write(self, protocol: str, steps: Iterable[Step]) -> None:
        """Each step is an event of its own. A line is whole or, after a crash, the torn last one."""
        lines = [self._line(protocol, step, self.clock.tick()) for step in steps]
        if self._file is None or not lines:
            return
        try:
            self._file.write(b"".join(lines))
            self._file.flush()
        except OSError as error:
            # The record ends here; the protocols must not end with it.
            sys.stderr.write(f"shop: steps are not recorded any more: {error.strerror}\n")
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _line(self, protocol: str, step: Step, clock: Mapping[str, int]) -> bytes:
        event = {
            "time": time.time(),
            "node": self.node,
            "clock": clock,
            "protocol": protocol,
            "action": step.action,
            "parameters": step.parameters,
            "changed": step.changed,
        }
        return msgspec.json.encode(event) + b"\n"

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()
