"""Every sentence that the command line and the reports say to people, in one catalogue for each language.

A catalogue is a typed dictionary: mypy finds a missing or misspelt entry, a test a missing placeholder. Entries are
filled with `str.format`. Text that belongs to one error stands where the error is raised, in English.
"""

from assay.texts.catalogue import Texts
from assay.texts.english import ENGLISH

__all__ = ["LANGUAGES", "TEXTS", "Texts"]

LANGUAGES: dict[str, Texts] = {"en": ENGLISH}
"""By BCP 47 tag. The first is the one that is used where no other fits."""

TEXTS: Texts = ENGLISH
"""The catalogue in use."""
