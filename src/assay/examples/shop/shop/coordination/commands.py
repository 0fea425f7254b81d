"""What the coordination nodes are asked to do, and what they answer. Durations are milliseconds."""

from typing import Annotated

import msgspec

__all__ = [
    "Acquire",
    "Advance",
    "Command",
    "Deregister",
    "Done",
    "Granted",
    "Heartbeat",
    "Instance",
    "Listing",
    "Outcome",
    "Refused",
    "Register",
    "Release",
    "Renew",
    "Stamped",
]

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Duration = Annotated[int, msgspec.Meta(ge=1, le=3_600_000)]


class Register(msgspec.Struct, frozen=True, tag=True):
    """List an instance of a service, from now on for `ttl`."""

    service: Name
    instance: Name
    url: Annotated[str, msgspec.Meta(pattern="^https?://", max_length=200)]
    ttl: Duration


class Heartbeat(msgspec.Struct, frozen=True, tag=True):
    """The instance is alive. It says who it is only for the sake of `--bug heartbeat-registers`."""

    service: Name
    instance: Name
    url: Annotated[str, msgspec.Meta(pattern="^https?://", max_length=200)]
    ttl: Duration


class Deregister(msgspec.Struct, frozen=True, tag=True):
    """Take an instance off the list."""

    instance: Name


class Acquire(msgspec.Struct, frozen=True, tag=True):
    """Lend a lock. Asked again with the same `request`, the answer is the same lease."""

    lock: Name
    holder: Name
    request: Name
    lease: Duration


class Renew(msgspec.Struct, frozen=True, tag=True):
    """Lend it for longer to the one who holds it."""

    lock: Name
    holder: Name
    token: int
    lease: Duration


class Release(msgspec.Struct, frozen=True, tag=True):
    """Give it back."""

    lock: Name
    holder: Name
    token: int


class Advance(msgspec.Struct, frozen=True, tag=True):
    """Nothing but that time has passed."""


Command = Register | Heartbeat | Deregister | Acquire | Renew | Release | Advance


class Stamped(msgspec.Struct, frozen=True):
    """What an entry of the log holds: with the leader's time, all replicas let the same things expire."""

    time: int
    """Milliseconds since 1970 by the clock of the leader that took the command."""
    command: Command


class Granted(msgspec.Struct, frozen=True, tag=True):
    """The lock is lent, for `remaining` milliseconds at most since the request was sent."""

    token: int
    remaining: int


class Done(msgspec.Struct, frozen=True, tag=True):
    """It is so."""


class Refused(msgspec.Struct, frozen=True, tag=True):
    """It is not so."""

    reason: str


Outcome = Granted | Done | Refused


class Instance(msgspec.Struct, frozen=True):
    """Where an instance of a service is."""

    instance: str
    url: str


class Listing(msgspec.Struct, frozen=True):
    """The instances of a service, as of a version of the whole list."""

    version: int
    instances: tuple[Instance, ...]
