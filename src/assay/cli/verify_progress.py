"""The progress of checks: one line that is written over on a terminal, a line every ten seconds elsewhere."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from assay.texts.verify import VERIFY_TEXTS
from assay.verify.checking import CheckProgress

__all__ = ["Progress"]

_PLAIN_SECONDS = 10.0
_LIVE_SECONDS = 0.2
_QUIET_SECONDS = 0.5
"""A check that is shorter shows nothing."""


class Progress:
    """Shows how far several checks are; may be told from several threads.

    Args:
        stream: Where it is shown.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._next = time.monotonic() + (_QUIET_SECONDS if self._live else _PLAIN_SECONDS)
        self._shown = False
        self.stopping = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._clear()

    def tell(self, name: str, progress: CheckProgress) -> bool:
        """Shows it where it is time to. Returns whether the check is to go on."""
        return self.tell_line(lambda: _line(name, progress))

    def tell_line(self, line: Callable[[], str]) -> bool:
        """Shows a line where it is time to. Returns whether what it is about is to go on."""
        now = time.monotonic()
        if now >= self._next and not self.stopping:
            # Two threads that come here at once show two lines: no harm, and no lock for which to load `threading`.
            self._next = now + (_LIVE_SECONDS if self._live else _PLAIN_SECONDS)
            self._show(line())
        return not self.stopping

    def stop(self, message: str) -> None:
        """Asks every check to stop. Called by the handler of a signal, so it waits for nothing."""
        self.stopping = True
        self._clear()
        self._stream.write(f"{message}\n")
        self._stream.flush()

    def _show(self, line: str) -> None:
        if self._live:
            self._stream.write(f"\r\x1b[2K{line}")
            self._shown = True
        else:
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def _clear(self) -> None:
        if self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._shown = False


def _line(name: str, progress: CheckProgress) -> str:
    if not progress.generated:
        return VERIFY_TEXTS["preparing"].format(name=name)
    if progress.checks_properties:
        seconds, distinct = progress.seconds, progress.distinct
        return VERIFY_TEXTS["checking_properties"].format(name=name, distinct=distinct, seconds=seconds)
    return VERIFY_TEXTS["progress"].format(
        name=name,
        distinct=progress.distinct,
        rate=progress.states_per_second,
        queue=progress.queue,
        depth=progress.depth,
    )
