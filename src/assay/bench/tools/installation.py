"""Where the load generators are on this machine, and how they get there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

__all__ = ["Installation", "artillery_folder", "find_program", "node_version", "version_of"]

_VERSION_SECONDS = 60.0
"""Artillery takes seconds to say its version, on a busy machine many."""
_VERSION = re.compile(r"\d+(?:\.\d+)+[-+~.\w]*")


class Installation(NamedTuple):
    """One program that was found."""

    path: Path
    version: str
    """As the program says it; `unknown` where it says none."""


def find_program(name: str) -> Path | None:
    """A program on the path, beside the Python that runs Assay, or in the folder that `doctor --install` uses."""
    beside = [str(Path(sys.executable).parent), str(artillery_folder() / "node_modules" / ".bin")]
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(beside))
    return Path(found) if found else None


def artillery_folder() -> Path:
    """The folder of its own that Artillery is installed into: inside the virtual environment, else the user's."""
    base = Path(sys.prefix) if sys.prefix != sys.base_prefix else Path("~/.local").expanduser()
    return base / "share" / "assay" / "artillery"


def version_of(command: list[str], *, environment: dict[str, str] | None = None) -> str:
    """The first thing like a version that a program says when asked; `unknown` where it says nothing of the kind."""
    try:
        ended = subprocess.run(  # noqa: S603 # a program that was looked up
            command,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_VERSION_SECONDS,
            check=False,
            env={**os.environ, **(environment or {})},
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    found = _VERSION.search(f"{ended.stdout}\n{ended.stderr}")
    return found[0] if found else "unknown"


def node_version() -> tuple[int, int] | None:
    """Major and minor version of Node.js, which Artillery runs on; None where it is not there."""
    node = find_program("node")
    found = re.match(r"(\d+)\.(\d+)", version_of([str(node), "--version"])) if node else None
    return (int(found[1]), int(found[2])) if found else None
