"""Every sentence that the command line says to people, in one catalogue for each language.

A catalogue is a typed dictionary: mypy finds a missing or misspelt entry, a test a missing placeholder. Entries are
filled with `str.format`. Text that belongs to one error stands where the error is raised, in English.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.texts.catalogue import Texts
    from assay.texts.english import ENGLISH

    LANGUAGES: dict[str, Texts] = {"en": ENGLISH}
    """By BCP 47 tag. The first is the one that is used where no other fits."""

    TEXTS: Texts = ENGLISH
    """The catalogue in use."""

__all__ = ["LANGUAGES", "TEXTS", "Texts"]


def __getattr__(name: str) -> Any:
    """Loads the catalogue when it is first used: `assay verify` has its own, in `assay.texts.verify`, and is fast."""
    if name not in __all__:
        raise AttributeError(name)
    from assay.texts.catalogue import Texts  # noqa: PLC0415 # see above
    from assay.texts.english import ENGLISH  # noqa: PLC0415

    globals().update(LANGUAGES={"en": ENGLISH}, TEXTS=ENGLISH, Texts=Texts)
    return globals()[name]
