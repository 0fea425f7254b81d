"""A checksum as one writes it who has not measured: every byte in Python, over and over."""

__all__ = ["STEPS", "checksum"]

STEPS = 100_000
"""Bytes that are gone through for each checksum, so that it is equally dear for every answer."""

_PRIME = 0x100000001B3
_OFFSET = 0xCBF29CE484222325
_MASK = (1 << 64) - 1


def checksum(body: bytes) -> tuple[int, int]:
    """FNV-1a over the body, as often as it takes. Returns it, and how many bytes were gone through."""
    value, steps = _OFFSET, 0
    while steps < STEPS:
        for byte in body or b"\0":
            value = ((value ^ byte) * _PRIME) & _MASK
            steps += 1
    return value, steps
