"""JSON of strangers: one meaning or none.

Two readers that disagree on which of two equal names counts are an old way past a check, so such a text is refused, as
are numbers that are none, halves of surrogate pairs, and whatever is larger or deeper than a token needs.
"""

import json
import math
import re
from typing import Any

from assay.errors import TokenError

__all__ = ["MAXIMUM_DEPTH", "MAXIMUM_MEMBERS", "decode_json_object"]

MAXIMUM_DEPTH = 12
"""Objects and lists within each other. A token with the longest chain of actors needs eight."""

MAXIMUM_MEMBERS = 128
"""Members of one object."""

_MAXIMUM_DIGITS = 20
"""Of a whole number: more than any time or count needs, few enough to compute with as a float."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode_json_object(data: bytes, what: str, *, maximum_bytes: int) -> dict[str, Any]:
    """The object that the UTF-8 text holds. `what` is its name in an error.

    Raises:
        TokenError: Not UTF-8, not JSON, not an object, a name that stands twice, or a limit that is passed.
    """
    if len(data) > maximum_bytes:
        raise TokenError(f"{what} is {len(data)} bytes long: the limit is {maximum_bytes}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise TokenError(f"{what} is not UTF-8") from None
    _check_depth(text, what)
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, what),
            parse_constant=lambda name: _refuse_number(name, what),
            parse_float=lambda digits: _number(digits, what),
            parse_int=lambda digits: _whole_number(digits, what),
        )
    except (ValueError, RecursionError):
        # The decoder's own message quotes what it read.
        raise TokenError(f"{what} is not JSON") from None
    if not isinstance(value, dict):
        raise TokenError(f"{what} is not a JSON object")
    _check_text(value, what)
    return value


def _check_depth(text: str, what: str) -> None:
    depth = 0
    for character in _STRING.sub("", text):
        if character in "[{":
            depth += 1
            if depth > MAXIMUM_DEPTH:
                raise TokenError(f"{what} is nested too deeply: the limit is {MAXIMUM_DEPTH}")
        elif character in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]], what: str) -> dict[str, Any]:
    if len(pairs) > MAXIMUM_MEMBERS:
        raise TokenError(f"{what} has an object of {len(pairs)} members: the limit is {MAXIMUM_MEMBERS}")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise TokenError(f"{what} has a member that stands twice in one object")
    return found


def _refuse_number(name: str, what: str) -> float:
    raise TokenError(f"{what} holds {name}, which is no number in JSON")


def _number(digits: str, what: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise TokenError(f"{what} holds a number that is too large")
    return number


def _whole_number(digits: str, what: str) -> int:
    if len(digits) > _MAXIMUM_DIGITS:
        raise TokenError(f"{what} holds a number of {len(digits)} digits: the limit is {_MAXIMUM_DIGITS}")
    return int(digits)


def _check_text(value: Any, what: str) -> None:
    """Its depth is bounded already."""
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise TokenError(f"{what} holds half of a surrogate pair, which is no text")
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_text(name, what)
            _check_text(member, what)
    elif isinstance(value, list):
        for item in value:
            _check_text(item, what)
