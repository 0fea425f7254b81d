"""Where the result of `assay verify` goes."""

import sys
from pathlib import Path

from assay.errors import UsageError

__all__ = ["write_output"]


def write_output(path: Path | None, text: str) -> None:
    """Writes to a file, or to standard output where none is named.

    Raises:
        UsageError: The file cannot be written.
    """
    if path is None:
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
