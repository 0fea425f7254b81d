"""base64url as RFC 7515 section 2 has it: no padding, no line breaks, and one text for each sequence of bytes.

Libraries forgive padding, characters of the other alphabet and bits that mean nothing. What forgives them gives one
token several spellings, and a list of revoked or seen tokens is then evaded by another spelling.
"""

import base64
import re

from assay.errors import TokenError

__all__ = ["decode_base64url", "encode_base64url"]

_TEXT = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def encode_base64url(data: bytes) -> str:
    """The text of the bytes, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str, what: str) -> bytes:
    """The bytes of the text. `what` is its name in an error.

    Raises:
        TokenError: Another character, padding, a length that cannot be, or bits behind the last byte that are not zero.
    """
    if not _TEXT.fullmatch(text):
        raise TokenError(f"{what} is not base64url: only letters, digits, '-' and '_' are allowed, and no padding")
    if len(text) % 4 == 1:
        raise TokenError(f"{what} is not base64url: no bytes have a text of {len(text)} characters")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode_base64url(data) != text:
        raise TokenError(f"{what} is not base64url: bits behind the last byte are not zero")
    return data
