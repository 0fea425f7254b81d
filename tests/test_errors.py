"""The exception tree: drawn as it is, each leaf with a code of its own."""

import re
from collections.abc import Iterator
from pathlib import Path

from assay import errors
from assay.errors import AssayError, Place


def tree(kind: type[AssayError]) -> Iterator[type[AssayError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from tree(child)


def test_docstring_draws_the_tree_in_order() -> None:
    drawn = re.findall(r"^ *[│ ├└─]*(\w+Error)\b(?: +([a-z-]+))?", errors.__doc__ or "", re.MULTILINE)
    assert drawn == [(kind.__name__, "" if kind is AssayError else kind.code) for kind in tree(AssayError)]


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in tree(AssayError)]
    assert len(codes) == len(set(codes))


def test_place_reads_as_editors_link_it() -> None:
    path = Path("assay.toml")
    assert [str(Place(path)), str(Place(path, 3)), str(Place(path, 3, 7))] == [
        "assay.toml",
        "assay.toml:3",
        "assay.toml:3:7",
    ]
