"""Data of a scenario, from CSV files."""

import csv
from pathlib import Path
from typing import Any

from assay.bench.flow import Data
from assay.bench.scenario.places import caller, checked
from assay.errors import InvalidLoadTestError, Place

__all__ = ["table"]

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a CSV file."""


def table(path: str | Path, *, order: Any = "sequential") -> Data:
    """The rows of a CSV file (RFC 4180) in UTF-8, whose first line names the columns: placeholders in the flows.

    Args:
        path: Relative to the scenario.
        order: Which row an iteration gets: `sequential`, `random`, or `unique`, where each is used once.

    Raises:
        InvalidLoadTestError: The file cannot be read as a table; it points into the file, or at the scenario's line.
    """
    place = caller()
    file = place.path.parent / path
    rows = _rows(file, place)
    if not rows:
        raise InvalidLoadTestError(f"{path} is empty", where=place, hint="its first line names the columns")
    columns, *values = (row for _, row in rows)
    for name in columns:
        if not name.isidentifier():
            hint = "a name has letters, digits and underscores, and does not begin with a digit"
            raise InvalidLoadTestError(
                f"the column {name!r} has no name of a placeholder", where=Place(file, 1), hint=hint
            )
    for line, row in rows[1:]:
        if len(row) != len(columns):
            message = f"a row of {len(row)} values, where there are {len(columns)} columns"
            raise InvalidLoadTestError(message, where=Place(file, line))
    return checked(Data, place, {"name": str(path), "columns": columns, "rows": values, "order": order})


def _rows(file: Path, place: Place) -> list[tuple[int, tuple[str, ...]]]:
    """Each row that is not empty, with the line on which it ends."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise InvalidLoadTestError(f"{file.name} is larger than {LARGEST_FILE} bytes", where=place)
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.reader(text, strict=True)
            return [(reader.line_num, tuple(row)) for row in reader if row]
    except OSError as error:
        raise InvalidLoadTestError(f"{file.name} cannot be read: {error.strerror}", where=place) from error
    except UnicodeDecodeError as error:
        raise InvalidLoadTestError(f"{file.name} is not UTF-8", where=place) from error
    except csv.Error as error:
        raise InvalidLoadTestError(f"{file.name} is not CSV: {error}", where=Place(file)) from error
