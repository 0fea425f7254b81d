"""Files that lie beside specifications, read into their types."""

import re
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from assay.errors import Place, SpecificationError

__all__ = ["read_toml"]

_Form = TypeVar("_Form")


def read_toml(path: Path, form: type[_Form]) -> _Form:
    """The file's content.

    Raises:
        SpecificationError: It cannot be read, is not TOML, or does not follow its form.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), form)
    except OSError as error:
        raise SpecificationError(f"cannot read: {error.strerror}", where=Place(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecificationError(f"not TOML: {error}", where=Place(path)) from error
    except msgspec.ValidationError as error:
        raise SpecificationError(re.sub(r"^Expected", "expected", str(error)), where=Place(path)) from error
