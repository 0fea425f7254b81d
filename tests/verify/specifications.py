"""The small specifications in `specs/`."""

from pathlib import Path

SPECS = Path(__file__).parent / "specs"
