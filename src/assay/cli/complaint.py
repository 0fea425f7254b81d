"""How an error looks to a person: what, where with the line it is about, and what to do."""

import os
import sys
from typing import TextIO

from assay.errors import AssayError, Place

__all__ = ["complaint_lines", "print_complaint", "uses_colour"]

_LONGEST_LINE = 160


def print_complaint(error: AssayError, stream: TextIO | None = None) -> None:
    """Writes `error` to standard error."""
    stream = stream or sys.stderr
    first, *rest = complaint_lines(error)
    head, _, message = first.partition(": ")
    if uses_colour(stream):
        head = f"\x1b[1;31m{head}\x1b[0m"
    print(f"{head}: {message}", *rest, sep="\n", file=stream)


def complaint_lines(error: AssayError) -> list[str]:
    """The lines of a complaint, without colour."""
    lines = [f"error[{error.code}]: {error.message}"]
    if error.where:
        lines += [f"  --> {error.where}", *_quoted(error.where)]
    if error.hint:
        lines.append(f"  hint: {error.hint}")
    return lines


def uses_colour(stream: TextIO) -> bool:
    """True for a terminal, unless NO_COLOR says otherwise (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _quoted(place: Place) -> list[str]:
    """The line that `place` points at, with a caret where the column is known; nothing where it cannot be read."""
    if not place.line:
        return []
    try:
        with place.path.open(encoding="utf-8", errors="replace") as file:
            line = _line_of(place, file)
    except OSError:
        return []
    if line is None:
        return []
    margin = f"{place.line:>4} | "
    shown = line.rstrip("\r\n").replace("\t", " ")[:_LONGEST_LINE]
    lines = [f"{margin}{shown}"]
    if 0 < place.column <= len(shown) + 1:
        lines.append(" " * (len(margin) - 2) + "| " + " " * (place.column - 1) + "^")
    return lines


def _line_of(place: Place, file: TextIO) -> str | None:
    if place.path.suffix == ".toml":
        # Environments of services are written there.
        from assay.system.masking import quotable_line

        return quotable_line(file, place.line)
    return next((line for number, line in enumerate(file, start=1) if number == place.line), None)
