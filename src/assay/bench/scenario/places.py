"""Where in a scenario something is written: the line of the file that called, for messages that point there."""

import sys
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from assay.errors import InvalidLoadTestError, Place

__all__ = ["caller", "checked"]

_Struct = TypeVar("_Struct", bound=msgspec.Struct)


def caller() -> Place:
    """The nearest line outside of this package."""
    here = str(Path(__file__).parent)
    frame = sys._getframe(1)  # noqa: SLF001 # the one way to know the line without reading all frames' sources
    while frame.f_back is not None and str(Path(frame.f_code.co_filename).parent) == here:
        frame = frame.f_back
    return Place(Path(frame.f_code.co_filename), frame.f_lineno)


def checked(kind: type[_Struct], place: Place, values: dict[str, Any]) -> _Struct:
    """A struct whose values have the types that it says.

    Raises:
        InvalidLoadTestError: One has not; it points at the caller's line.
    """
    try:
        return msgspec.convert(msgspec.to_builtins(kind(**values)), kind)
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        raise InvalidLoadTestError(_lower(str(error)), where=place) from error


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
