"""The specifications that ship with Assay, wherever it is installed."""

from pathlib import Path

import assay

__all__ = ["SPECIFICATIONS", "here_or_shipped", "shown"]

SPECIFICATIONS = Path(assay.__file__).parent / "specs"
"""The folder with a folder for each protocol."""

_SHOWN = "specs"
"""What the folder is called in commands, whether or not there is a folder of that name here."""


def here_or_shipped(path: Path) -> Path:
    """The path, or where it begins with `specs/` and is not here, the shipped file or folder that it names."""
    if path.exists() or path.is_absolute() or path.parts[:1] != (_SHOWN,) or ".." in path.parts:
        return path
    found = SPECIFICATIONS.joinpath(*path.parts[1:])
    return found if found.exists() else path


def shown(path: str) -> str:
    """The path as commands take it: shipped files by `specs/...`, wherever Assay is installed."""
    folder = f"{SPECIFICATIONS}/"
    return f"{_SHOWN}/{path.removeprefix(folder)}" if path.startswith(folder) else path
