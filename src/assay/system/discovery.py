"""Which system a command is about: the one described here, or the one that ships with Assay."""

from pathlib import Path

from assay.system.bundled import bundled_system
from assay.system.model import System
from assay.system.parse import read_system

__all__ = ["CONFIGURATION_NAME", "find_system"]

CONFIGURATION_NAME = "assay.toml"


def find_system(folder: Path, configuration: Path | None = None) -> System:
    """The system that `configuration` describes, else the `assay.toml` in `folder` or closest above, else the bundled.

    Raises:
        ConfigurationError: What was found, or named, does not describe a system.
    """
    if configuration is not None:
        return read_system(configuration)
    here = folder.absolute()
    found = (above / CONFIGURATION_NAME for above in (here, *here.parents) if (above / CONFIGURATION_NAME).exists())
    closest = next(found, None)
    return read_system(closest) if closest else bundled_system(folder)
