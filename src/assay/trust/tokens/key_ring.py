"""Keys that rotate: the next is known before it signs, the last is known after, so that no token is refused meanwhile.

    published ──lead──► signs ──────► the next begins ──overlap──► forgotten
      NEXT              CURRENT         RETIRED

Nothing here changes by itself: a ring is a value, and time is handed in.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from assay.errors import TokenError
from assay.trust.tokens.algorithms import SIGNATURES, KeyType, KeyUse
from assay.trust.tokens.keys import Key
from assay.trust.tokens.strict_json import decode_json_object

__all__ = ["MAXIMUM_RING_KEYS", "KeyRing", "KeyState", "RingKey", "keys_of_set"]

MAXIMUM_RING_KEYS = 16
"""In one ring, and in one published set."""

MAXIMUM_SET_BYTES = 128 * 1024
"""Of a published set, as JSON."""


class KeyState(StrEnum):
    """Where a key is on its way."""

    NEXT = "next"
    """Published, so that others know it in time. It signs nothing, and nothing is believed that it signed."""

    CURRENT = "current"
    RETIRED = "retired"
    """Signs no more. What it signed is believed until the overlap ends."""

    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class RingKey:
    """A private key, and the moment from which on it signs, in seconds since the epoch."""

    key: Key
    begins_at: float


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The signing keys of one issuer, in the order in which they sign.

    Raises:
        TokenError: No key or too many, a key that is public, symmetric or of another issuer, two of one identifier,
            keys out of order, or an overlap that is not positive.
    """

    issuer: str
    keys: tuple[RingKey, ...]
    overlap: float
    """Seconds that a retired key is still believed: at least the longest lifetime of a token and its leeway."""

    lead: float
    """Seconds that a key is published before it signs: at least as long as others keep a published set."""

    skew: float = 60.0
    """Seconds by which the clocks of two issuing processes may differ."""

    def __post_init__(self) -> None:
        if not 0 < len(self.keys) <= MAXIMUM_RING_KEYS:
            raise TokenError(f"a ring of {len(self.keys)} keys: 1 to {MAXIMUM_RING_KEYS} are allowed")
        for entry in self.keys:
            key = entry.key
            if not key.is_private or key.use is not KeyUse.SIGNATURE or key.type is KeyType.OCT:
                raise TokenError("a key of a ring is public, symmetric or not for signatures")
            if key.issuer != self.issuer:
                raise TokenError("a key of a ring is not bound to the issuer of the ring")
        if len({entry.key.identifier for entry in self.keys}) != len(self.keys):
            raise TokenError("two keys of a ring have one identifier (kid)")
        begins = [entry.begins_at for entry in self.keys]
        if begins != sorted(set(begins)):
            raise TokenError("the keys of a ring are not in the order in which they begin, or two begin at once")
        if self.overlap <= 0 or self.lead < 0 or self.skew < 0:
            raise TokenError("the overlap of a ring is not positive, or its lead or skew is negative")

    def state(self, identifier: str, now: float) -> KeyState:
        """That of the key with the identifier; forgotten where the ring has none."""
        index = next((i for i, entry in enumerate(self.keys) if entry.key.identifier == identifier), None)
        if index is None:
            return KeyState.FORGOTTEN
        if now < self.keys[index].begins_at:
            return KeyState.NEXT
        if index + 1 == len(self.keys) or now < self.keys[index + 1].begins_at:
            return KeyState.CURRENT
        return KeyState.RETIRED if now < self.keys[index + 1].begins_at + self.overlap else KeyState.FORGOTTEN

    def signing_key(self, now: float) -> Key:
        """The only key that signs now.

        Raises:
            TokenError: The first key has not begun.
        """
        for entry in reversed(self.keys):
            if entry.begins_at <= now:
                return entry.key
        raise TokenError("no key of the ring signs yet: the first begins later")

    def verification_keys(self, now: float) -> tuple[Key, ...]:
        """The keys whose signatures are believed now: current, retired, and one that begins within `skew`."""
        believed = (KeyState.CURRENT, KeyState.RETIRED)
        return tuple(
            entry.key
            for entry in self.keys
            if self.state(entry.key.identifier, now) in believed or 0 < entry.begins_at - now <= self.skew
        )

    def public_set(self, now: float) -> dict[str, Any]:
        """The JWK set to publish (RFC 7517 section 5): all but forgotten keys, without private members."""
        known = [entry.key for entry in self.keys if self.state(entry.key.identifier, now) is not KeyState.FORGOTTEN]
        return {"keys": [key.public_jwk() for key in known]}

    def with_next(self, key: Key, *, begins_at: float, now: float) -> Self:
        """The ring with one more key, and without those that are forgotten by now.

        Raises:
            TokenError: It would sign before others can know it, or before a key that is in the ring already.
        """
        if begins_at < now + self.lead:
            raise TokenError(f"the next key begins too early: it must be published {self.lead:g} s before it signs")
        kept = tuple(e for e in self.keys if self.state(e.key.identifier, now) is not KeyState.FORGOTTEN)
        return replace(self, keys=(*kept, RingKey(key, begins_at)))


def keys_of_set(data: bytes | Mapping[str, Any], *, issuer: str) -> tuple[Key, ...]:
    """The keys of a published set that verify signatures, bound to its issuer.

    Keys for other uses and algorithms that are not known are passed over: an issuer may publish more than is used here.

    Raises:
        TokenError: It is no set, has too many keys or none that is of use, two of one identifier, or a secret one.
    """
    if isinstance(data, bytes):
        members = decode_json_object(data, "the set of keys", maximum_bytes=MAXIMUM_SET_BYTES)
    else:
        members = decode_json_object(json.dumps(data).encode(), "the set of keys", maximum_bytes=MAXIMUM_SET_BYTES)
    entries = members.get("keys")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise TokenError("the set of keys has no list of keys")
    if len(entries) > MAXIMUM_RING_KEYS:
        raise TokenError(f"the set has {len(entries)} keys: the limit is {MAXIMUM_RING_KEYS}")
    keys = [
        Key.from_jwk(entry, issuer=issuer)
        for entry in entries
        if entry.get("use", "sig") == "sig" and entry.get("alg") in SIGNATURES
    ]
    if any(key.is_private for key in keys):
        raise TokenError("a published set holds a secret key: whoever reads it could sign")
    if len({key.identifier for key in keys}) != len(keys) or not keys:
        raise TokenError("two keys of the set have one identifier (kid), or none verifies signatures")
    return tuple(keys)
