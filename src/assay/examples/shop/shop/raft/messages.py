"""What Raft's servers send each other, and what a log holds. Names are those of figure 2 of the Raft paper."""

import msgspec

__all__ = [
    "AppendAnswer",
    "AppendEntries",
    "Entry",
    "InstallSnapshot",
    "Message",
    "RequestVote",
    "Snapshot",
    "VoteAnswer",
]


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One place of the log."""

    term: int
    command: str
    """What the state machine shall do; the log does not look into it. Empty for the entry a new leader begins with."""


class Snapshot(msgspec.Struct, frozen=True):
    """What the state machine is after the entry at `index`: all entries up to there are not needed any more."""

    index: int
    term: int
    """Of that entry."""
    data: str
    """The log does not look into it."""


class RequestVote(msgspec.Struct, frozen=True, tag=True):
    """A candidate asks for a vote."""

    term: int
    candidate: str
    last_index: int
    last_term: int


class VoteAnswer(msgspec.Struct, frozen=True, tag=True):
    """A server gives its vote, or does not."""

    term: int
    voter: str
    granted: bool


class AppendEntries(msgspec.Struct, frozen=True, tag=True):
    """A leader sends entries; without any it is a heartbeat."""

    term: int
    leader: str
    previous_index: int
    previous_term: int
    entries: tuple[Entry, ...]
    commit_index: int


class InstallSnapshot(msgspec.Struct, frozen=True, tag=True):
    """A leader sends what stands in for entries that it does not have any more. The answer is an `AppendAnswer`."""

    term: int
    leader: str
    snapshot: Snapshot


class AppendAnswer(msgspec.Struct, frozen=True, tag=True):
    """A follower has the entries, or they do not fit behind its log."""

    term: int
    follower: str
    fits: bool
    match_index: int
    """If they fit: up to where the two logs are now known to be the same. If not: up to where they may be."""


Message = RequestVote | VoteAnswer | AppendEntries | AppendAnswer | InstallSnapshot
