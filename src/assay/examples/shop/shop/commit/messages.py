"""What coordinator and participants send each other, log, and want done."""

from typing import Any, Literal, NamedTuple

import msgspec

from shop.steps import Step

__all__ = [
    "Abort",
    "Apply",
    "Ask",
    "Commit",
    "Decided",
    "Done",
    "Drop",
    "Effect",
    "Finished",
    "Hold",
    "Log",
    "Message",
    "No",
    "Prepare",
    "Record",
    "Send",
    "Work",
    "Yes",
]

Work = dict[str, Any]
"""A participant's part of a transaction, as JSON. The protocol does not look into it."""


class Prepare(msgspec.Struct, frozen=True, tag=True):
    """The coordinator asks for a vote."""

    transaction: str
    coordinator: str
    work: Work


class Yes(msgspec.Struct, frozen=True, tag=True):
    """The participant can do its part, whatever happens, and waits for the decision."""

    transaction: str
    participant: str


class No(msgspec.Struct, frozen=True, tag=True):
    """The participant cannot do its part."""

    transaction: str
    participant: str
    reason: str


class Commit(msgspec.Struct, frozen=True, tag=True):
    """The decision: do it."""

    transaction: str


class Abort(msgspec.Struct, frozen=True, tag=True):
    """The decision: do not."""

    transaction: str


class Ask(msgspec.Struct, frozen=True, tag=True):
    """A participant that has heard no decision asks for it."""

    transaction: str
    participant: str


class Done(msgspec.Struct, frozen=True, tag=True):
    """The participant has committed, and does not need the coordinator any more."""

    transaction: str
    participant: str


Message = Prepare | Yes | No | Commit | Abort | Ask | Done


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of a write-ahead log."""

    transaction: str
    kind: Literal["prepared", "commit", "abort", "end"]
    coordinator: str = ""
    work: Work = {}
    participants: tuple[str, ...] = ()


class Log(NamedTuple):
    """Write this to disk before anything that follows, and wait until it is there; for an `end` that is not needed."""

    record: Record


class Send(NamedTuple):
    """Send it. It may be lost, come late, twice, or be overtaken."""

    to: str
    message: Message


class Hold(NamedTuple):
    """Keep everything that this part needs from others, until `Apply` or `Drop`."""

    transaction: str
    work: Work


class Apply(NamedTuple):
    """Do it, for good. It may be asked for again after a crash, and must then do nothing."""

    transaction: str
    work: Work


class Drop(NamedTuple):
    """Let go of what was held."""

    transaction: str


class Decided(NamedTuple):
    """The coordinator has decided; for a commit, it is on disk."""

    transaction: str
    outcome: Literal["commit", "abort"]
    reason: str


class Finished(NamedTuple):
    """Every participant has carried the commit out."""

    transaction: str


Effect = Log | Step | Hold | Apply | Drop | Decided | Finished | Send
