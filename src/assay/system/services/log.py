"""The log of a service: everything that it wrote since it was last started."""

import os
import re
from pathlib import Path
from typing import BinaryIO

from assay.system.masking import Masking

__all__ = ["LAST_LINES", "last_lines", "open_new_log", "without_controls"]

LAST_LINES = 20
"""How many lines of a log are shown where a service is not well."""

_LAST_BYTES = 64 * 1024
_LONGEST_LINE = 500
# Colours and other control sequences of terminals (ECMA-48), and control characters that would act on one.
_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f]")


def open_new_log(path: Path) -> BinaryIO:
    """Opens an empty log, for its owner only. The one before is kept beside it as `NAME.log.previous`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.replace(path.with_name(f"{path.name}.previous"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def last_lines(path: Path, masking: Masking, count: int = LAST_LINES) -> tuple[str, ...]:
    """The last lines that are not empty, without secrets and terminal controls; none where there is no log."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _LAST_BYTES))
            text = file.read().decode("utf-8", errors="replace")
            if size > _LAST_BYTES:
                # Half a line may begin with half a secret, which nobody would recognise.
                text = text.partition("\n")[2]
    except OSError:
        return ()
    # Masked as a whole: a secret may have several lines.
    lines = without_controls(masking(text)).splitlines()
    return tuple(shortened(line.rstrip()) for line in lines if line.strip())[-count:]


def without_controls(text: str) -> str:
    """The text without what a terminal would obey."""
    return _CONTROL.sub("", text)


def shortened(line: str) -> str:
    """The line, cut where it is too long to be read."""
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + "…"
