"""Keys that tests share: made once, because RSA keys take long."""

from functools import cache

from hypothesis import HealthCheck, settings

from assay.trust.tokens.keys import Key, generate_key

NOW = 1_800_000_000.0
"""Seconds since the epoch, at which tests take place."""

STEADY = settings(
    # The same examples each time, and no word about how quick: tests of others run beside these.
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@cache
def key(algorithm: str, name: str = "one", issuer: str | None = None) -> Key:
    return generate_key(algorithm, identifier=name, issuer=issuer)
