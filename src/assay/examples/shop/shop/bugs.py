"""Guards that can be switched off: each makes the code one of the broken variants of the specifications."""

from enum import StrEnum

__all__ = ["NO_BUGS", "Bug"]


class Bug(StrEnum):
    """What `--bug` may say. The comment names the specification and the constant that is FALSE in its broken model."""

    # raft: PersistTerm, PersistVote, PersistLog, CompareLogs, CommitOwnTermOnly
    TERM_NOT_PERSISTED = "term-not-persisted"
    VOTE_NOT_PERSISTED = "vote-not-persisted"
    LOG_NOT_PERSISTED = "log-not-persisted"
    LOGS_NOT_COMPARED = "logs-not-compared"
    OLD_TERMS_COMMITTED = "old-terms-committed"

    # lock: Fencing, CheckExpiry, CheckOwner, ExpireLease
    SKIP_FENCING = "skip-fencing"
    NO_EXPIRY_CHECK = "no-expiry-check"
    NO_OWNER_CHECK = "no-owner-check"
    NO_LEASE_EXPIRY = "no-lease-expiry"

    # discovery: ExpireEntries, ExpireCache, RenewOnly, CompareVersions
    NO_TTL = "no-ttl"
    NO_CACHE_EXPIRY = "no-cache-expiry"
    HEARTBEAT_REGISTERS = "heartbeat-registers"
    VERSIONS_NOT_COMPARED = "versions-not-compared"

    # two-phase-commit: LogVote and LogCommit, NeedAllVotes, KeepPromise, AwaitDone, AskAgain
    NO_WAL = "no-wal"
    COMMIT_ON_TIMEOUT = "commit-on-timeout"
    BREAK_PROMISE = "break-promise"
    FORGET_EARLY = "forget-early"
    NEVER_ASK = "never-ask"

    # saga and outbox: RecognizeRepeats
    NO_IDEMPOTENCY = "no-idempotency"


NO_BUGS: frozenset[Bug] = frozenset()
