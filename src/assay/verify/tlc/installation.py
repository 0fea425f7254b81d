"""Where TLC and Java are on this machine."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from assay.errors import UsageError

__all__ = ["JAR_VARIABLE", "Installation", "find_installation", "find_jar", "find_java"]

JAR_VARIABLE = "ASSAY_TLA2TOOLS"
"""The environment variable that names `tla2tools.jar`."""

_JAR = "tla2tools.jar"
_COMMUNITY_JARS = ("CommunityModules-deps.jar", "CommunityModules.jar")
_FOLDERS = (
    ".",
    "~/.tla",
    "~/tla",
    "~/.local/share/tla",
    "/usr/local/share/tla",
    "/usr/share/java",
    "/opt/tla",
    "/opt/TLA+Toolbox",
)
_EXTENSIONS = ("~/.vscode/extensions", "~/.vscode-server/extensions")
"""Where Visual Studio Code keeps its extensions; the one for TLA+ brings the jar along."""


class Installation(NamedTuple):
    """What is needed to run TLC."""

    java: Path
    jar: Path

    @property
    def class_path(self) -> str:
        """The jar, and the community modules where they lie beside it."""
        beside = (self.jar.with_name(name) for name in _COMMUNITY_JARS)
        return os.pathsep.join(str(path) for path in (self.jar, *beside) if path.is_file())


def find_installation(jar: Path | None = None) -> Installation:
    """The TLC that is to be used.

    Args:
        jar: `tla2tools.jar`; where it is not given, what the environment variable names, else one at a usual place.

    Raises:
        UsageError: There is no jar, or no Java.
    """
    found = find_jar(jar)
    if found is None:
        raise UsageError(
            f"{_JAR} was not found, which TLC is run from",
            hint=f"name it with --tlc-jar, or in the environment variable {JAR_VARIABLE}",
        )
    java = find_java()
    if java is None:
        raise UsageError("Java was not found, which TLC needs", hint="install a Java 11 or later, or set JAVA_HOME")
    return Installation(java, found)


def find_jar(jar: Path | None = None) -> Path | None:
    """`tla2tools.jar`; None where there is none at a usual place.

    Raises:
        UsageError: It is named, and not there.
    """
    named = jar or (Path(text) if (text := os.environ.get(JAR_VARIABLE)) else None)
    if named is not None:
        if not named.is_file():
            raise UsageError(f"there is no file {named}", hint=f"--tlc-jar and {JAR_VARIABLE} name {_JAR}")
        return named.absolute()
    return next((path.absolute() for path in _usual_places() if path.is_file()), None)


def find_java() -> Path | None:
    """The `java` of JAVA_HOME, else the one on the path."""
    home = os.environ.get("JAVA_HOME")
    if home and (java := Path(home, "bin", "java")).is_file():
        return java
    found = shutil.which("java")
    return Path(found) if found else None


def _usual_places() -> Iterator[Path]:
    for folder in _FOLDERS:
        yield Path(folder).expanduser() / _JAR
    for folder in _EXTENSIONS:
        # The newest version last by name, as the extension's versions are dates.
        yield from sorted(Path(folder).expanduser().glob(f"*tlaplus*/tools/{_JAR}"), reverse=True)
