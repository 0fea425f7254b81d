"""In which order requests of different weights are sent, for tools that go through a list."""

from collections.abc import Sequence
from math import gcd

from assay.bench.load_test import Request

__all__ = ["LONGEST_CYCLE", "cycle_length", "request_cycle"]

LONGEST_CYCLE = 10_000


def cycle_length(requests: Sequence[Request]) -> int:
    """How many requests it takes until each was sent as often as its weight says."""
    return sum(request.weight for request in requests) // gcd(*(request.weight for request in requests))


def request_cycle(requests: Sequence[Request]) -> list[int]:
    """Positions in `requests`, each as often as its weight says and as evenly spread as can be."""
    divisor = gcd(*(request.weight for request in requests))
    weights = [request.weight // divisor for request in requests]
    total, credit, order = sum(weights), [0] * len(weights), []
    for _ in range(total):
        credit = [have + weight for have, weight in zip(credit, weights, strict=True)]
        chosen = credit.index(max(credit))
        credit[chosen] -= total
        order.append(chosen)
    return order
