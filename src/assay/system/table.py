"""What the tables of `assay.toml` are made of: their base, names, texts, and the patterns that values must match."""

from typing import Annotated

import msgspec

__all__ = ["NAME_PATTERN", "PATTERNS_IN_WORDS", "Name", "Table", "Text"]

NAME_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"

PATTERNS_IN_WORDS = {
    NAME_PATTERN: "lower-case words joined by hyphens",
}
"""What an error message says instead of the regular expression; who has a pattern adds it."""

Name = Annotated[str, msgspec.Meta(pattern=NAME_PATTERN, max_length=80)]
"""Lower-case words with hyphens; it becomes part of task and claim ids."""
Text = Annotated[str, msgspec.Meta(min_length=1)]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A table whose keys are written with hyphens."""
