"""The specifications that ship with Assay, wherever it is installed."""

from pathlib import Path

import assay

__all__ = ["SPECIFICATIONS", "shipped"]

SPECIFICATIONS = Path(assay.__file__).parent / "specs"
"""The folder with a folder for each protocol."""

_SHOWN = "specs"
"""What the folder is called in commands, whether or not there is a folder of that name here."""


def shipped(path: Path) -> Path | None:
    """The shipped file or folder that `path` names, if it begins with `specs/` and there is one."""
    if path.is_absolute() or path.parts[:1] != (_SHOWN,) or ".." in path.parts:
        return None
    found = SPECIFICATIONS.joinpath(*path.parts[1:])
    return found if found.exists() else None
