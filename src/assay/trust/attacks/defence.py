"""What stands between an attack and what it wants. Each attack names the one that stops it."""

from enum import StrEnum, unique

__all__ = ["Defence"]


@unique
class Defence(StrEnum):
    """One check of a service that takes access tokens."""

    SIGNATURE = "signature"
    """What the token says is what its issuer signed."""

    PINNED_ALGORITHM = "pinned-algorithm"
    """The algorithm is that of the own key, whatever the token says."""

    OWN_KEYS = "own-keys"
    """Keys are those the service was given; a token brings none, and says of none where it is."""

    TOKEN_TYPE = "token-type"  # noqa: S105 # no password
    """Only an access token is one."""

    AUDIENCE = "audience"
    """The token is for this service."""

    EXPIRY = "expiry"
    """Its time is not over."""

    BINDING = "binding"
    """It is bound to somebody who can prove to be it."""

    POSSESSION = "possession"
    """Its sender proves to have the key it is bound to."""

    REQUEST_BINDING = "request-binding"
    """The proof is for this method and address."""

    FRESHNESS = "freshness"
    """The proof was just made."""

    SINGLE_USE = "single-use"
    """The proof was not seen before."""

    SCOPE = "scope"
    """What the token is for includes what is asked."""
