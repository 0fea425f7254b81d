"""The parameters in `[[formal-verification.spec]]` entries: keys that only the shipped specification knows."""

from pathlib import Path
from typing import Any

import msgspec

from assay.errors import ConfigurationError, Place
from assay.system.configuration import Specification
from assay.system.model import GivenParameter
from assay.system.position import Key, line_of

__all__ = ["SPECIFICATION_KEYS", "taken_parameters"]

SPECIFICATION_KEYS = frozenset(field.encode_name for field in msgspec.structs.fields(Specification))
"""What an entry may say besides parameters."""

_TABLE = ("formal-verification", "spec")


def taken_parameters(document: dict[str, Any], text: str, path: Path) -> dict[int, tuple[GivenParameter, ...]]:
    """Takes the parameters out of a document, so that what is left has the keys of `Configuration` only.

    Returns:
        Those of each entry with `spec`, by the entry's index from 0.

    Raises:
        ConfigurationError: One of them is neither a whole number nor true or false.
    """
    table = document.get(_TABLE[0])
    entries = table.get(_TABLE[1]) if isinstance(table, dict) else None
    if not isinstance(entries, list):
        return {}
    return {
        index: tuple(
            _parameter(name, entry.pop(name), (*_TABLE, index, name), text, path)
            for name in [name for name in entry if name not in SPECIFICATION_KEYS]
        )
        for index, entry in enumerate(entries)
        if isinstance(entry, dict) and "spec" in entry
    }


def _parameter(name: str, value: object, key: Key, text: str, path: Path) -> GivenParameter:
    line = line_of(text, key)
    if not isinstance(value, int):
        raise ConfigurationError(
            f"`{name}`: a parameter of a specification is a whole number, or true or false",
            where=Place(path, line),
            hint="`assay run help` lists the protocols that ship with Assay; their chapters list the parameters",
        )
    return GivenParameter(name, value, line)
