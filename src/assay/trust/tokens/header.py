"""The header of a JOSE object (RFC 7515 section 4, RFC 7516 section 4): what may stand in it, and where.

A header is the sender's wish. It chooses among own keys, and among what the chosen key allows; it never brings a key.
"""

from collections.abc import Mapping
from typing import Any

from assay.errors import TokenError
from assay.trust.tokens.base64url import decode_base64url
from assay.trust.tokens.strict_json import decode_json_object

__all__ = ["MAXIMUM_HEADER_BYTES", "decoded_header", "joined_header"]

MAXIMUM_HEADER_BYTES = 8 * 1024
"""Of one header, as JSON."""

MAXIMUM_TEXT = 512
"""Characters of a text in a header that is compared with something."""

_TEXTS = ("alg", "enc", "kid", "typ", "cty", "zip")
_BRING_A_KEY = ("jwk", "jku", "x5u", "x5c")
_REGISTERED = {
    *_TEXTS,
    *_BRING_A_KEY,
    *("x5t", "x5t#S256", "crit", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c"),
}
"""What RFC 7515 section 4.1.11 forbids `crit` to list: names that every reader knows."""


def decoded_header(text: str, what: str) -> dict[str, Any]:
    """The protected header that the text holds.

    Raises:
        TokenError: Not base64url, not one JSON object, or too large.
    """
    data = decode_base64url(text, what)
    return decode_json_object(data, what, maximum_bytes=MAXIMUM_HEADER_BYTES)


def joined_header(
    protected: Mapping[str, Any],
    *unprotected: Mapping[str, Any],
    understood: frozenset[str] = frozenset(),
    must_protect: tuple[str, ...] = (),
    may_bring_key: bool = False,
) -> dict[str, Any]:
    """All members of the headers of one signature or recipient.

    Args:
        protected: What the signature or the encryption covers.
        unprotected: What anyone on the way may have changed.
        understood: Extensions that the caller carries out, the only ones that `crit` may name.
        must_protect: Members that count only where they are covered.
        may_bring_key: Let `jwk` pass: for a proof of possession, where the key is what is proved (RFC 9449).

    Raises:
        TokenError: A name in two of them, a member of a wrong kind, one that brings a key, or a `crit` that is not
            understood whole.
    """
    joined = _joined(protected, *unprotected)
    for name in _TEXTS:
        if name in joined and not (isinstance(joined[name], str) and 0 < len(joined[name]) <= MAXIMUM_TEXT):
            raise TokenError(f"the member {name} of the header is not a text of 1 to {MAXIMUM_TEXT} characters")
    if "alg" not in joined:
        raise TokenError("the header names no algorithm (alg)")
    for name in must_protect:
        if name in joined and name not in protected:
            raise TokenError(f"the member {name} stands in a header that is not protected: anyone could change it")
    for name in _BRING_A_KEY:
        if name in joined and not (name == "jwk" and may_bring_key and name in protected):
            raise TokenError(f"the header brings a key, or says where one is ({name}): only own keys are used")
    if "crit" in joined:
        _check_critical(protected, joined, understood)
    if "b64" in joined:
        _check_unencoded(joined, understood)
    return joined


def _joined(*headers: Mapping[str, Any]) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    for header in headers:
        if joined.keys() & header.keys():
            raise TokenError("a member stands both in the protected and in an unprotected header")
        joined.update(header)
    return joined


def _check_critical(protected: Mapping[str, Any], joined: Mapping[str, Any], understood: frozenset[str]) -> None:
    """RFC 7515 section 4.1.11."""
    critical = joined["crit"]
    if "crit" not in protected:
        raise TokenError("crit stands in a header that is not protected")
    if not isinstance(critical, list) or not critical or not all(isinstance(name, str) for name in critical):
        raise TokenError("crit is not a list of names, or is empty")
    if len(set(critical)) != len(critical):
        raise TokenError("crit names an extension twice")
    for name in critical:
        if name in _REGISTERED or name not in protected:
            raise TokenError("crit names what is no extension, or does not stand in the protected header")
        if name not in understood:
            raise TokenError("crit names an extension that is not understood here")


def _check_unencoded(joined: Mapping[str, Any], understood: frozenset[str]) -> None:
    """RFC 7797 section 6."""
    if "b64" not in understood:
        raise TokenError("the header has b64, which is not allowed here")
    if not isinstance(joined["b64"], bool):
        raise TokenError("b64 is neither true nor false")
    if "b64" not in joined.get("crit", ()):
        raise TokenError("the header has b64 without naming it in crit")
