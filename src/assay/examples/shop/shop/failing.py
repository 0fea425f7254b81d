"""Stopping at once, where going on would break promises.

A process that cannot write to disk has in memory what it cannot keep. A crash is what the others are made for.
"""

import asyncio
import os
import sys
from typing import NoReturn

__all__ = ["EXIT_CODE", "stop_at_once", "stop_if_it_fails"]

EXIT_CODE = 74
"""EX_IOERR of sysexits.h."""


def stop_at_once(reason: str) -> NoReturn:
    """Ends the process as a crash would, but says why."""
    sys.stderr.write(f"shop: stopped at once: {reason}\n")
    sys.stderr.flush()
    os._exit(EXIT_CODE)


def stop_if_it_fails(task: asyncio.Task[None]) -> asyncio.Task[None]:
    """Watches what runs beside the requests: without it the process would look alive and not be."""

    def look(ended: asyncio.Task[None]) -> None:
        if not ended.cancelled() and (error := ended.exception()) is not None:
            stop_at_once(f"{type(error).__name__}: {error}")

    task.add_done_callback(look)
    return task
