"""Text from outside, made safe to look at: no character in it moves the cursor, turns the line round or hides.

A statement or a counterexample may carry whatever a service answered. Terminals obey control characters, and every
viewer obeys bidirectional ones, with which a text can be made to read as something that it is not (CVE-2021-42574).
"""

import re

__all__ = ["one_line", "visible"]

_CONTROL_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"} | {0x7F: 0x2421}
_HIDDEN = re.compile("[\x80-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def visible(text: str) -> str:
    """The text with control characters as pictures, such as `␛`, and hidden ones by their number. Lines stay lines."""
    unified = text.replace("\r\n", "\n").translate(_CONTROL_PICTURES)
    return _HIDDEN.sub(lambda match: f"\\u{ord(match.group()):04x}", unified)


def one_line(text: str) -> str:
    """As `visible`, with every run of white space as one space."""
    return visible(" ".join(text.split()))
