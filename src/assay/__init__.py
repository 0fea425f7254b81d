"""Assay: is this system of services correct, fast and safe? Answered with evidence.

Only the names listed here are public; `tests/repo/test_public_surface.py` holds the list.
"""

from assay._native import version as _native_version
from assay.errors import AssayError

__all__ = ["AssayError", "__version__"]

# The compiled half carries the version of the workspace's Cargo.toml, from which the wheel takes its own as well.
__version__: str = _native_version()
