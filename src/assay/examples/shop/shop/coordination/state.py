"""The replicated state machine: registry and locks. It knows no clock but the times in the log.

It follows `specs/discovery/Discovery.tla` and `specs/lock/Lock.tla`; their Tick is here the time of the next entry.
"""

from typing import Any

import msgspec

from shop.bugs import NO_BUGS, Bug
from shop.coordination.commands import (
    Acquire,
    Advance,
    Deregister,
    Done,
    Granted,
    Heartbeat,
    Instance,
    Listing,
    Outcome,
    Refused,
    Register,
    Release,
    Renew,
    Stamped,
)
from shop.steps import Step

__all__ = ["MAXIMUM_INSTANCES", "MAXIMUM_LOCKS", "CoordinationState"]

MAXIMUM_INSTANCES = 1000
MAXIMUM_LOCKS = 10_000
"""Held at once. A snapshot of all of them fits into a message."""


class _Registration(msgspec.Struct, frozen=True):
    service: str
    url: str
    expires: int


class _Lease(msgspec.Struct, frozen=True):
    holder: str
    request: str
    token: int
    expires: int


class _Content(msgspec.Struct, frozen=True):
    """All that the state is."""

    time: int
    version: int
    last_token: int
    registrations: dict[str, _Registration]
    leases: dict[str, _Lease]


class CoordinationState:
    """Who is listed, and who has which lock."""

    def __init__(self, bugs: frozenset[Bug] = NO_BUGS) -> None:
        self.time = 0
        """Milliseconds: the highest time in the log so far, so that it does not go back when the leader changes."""
        self.version = 0
        self.last_token = 0
        """One number for all locks: each token is higher than all before it."""
        self._registrations: dict[str, _Registration] = {}
        self._leases: dict[str, _Lease] = {}
        self._bugs = bugs
        self._steps: list[tuple[str, Step]] = []

    def apply(self, stamped: Stamped) -> Outcome:
        """Carries out what one entry of the log says."""
        self.time = max(self.time, stamped.time)
        self._expire()
        outcome: Outcome
        match stamped.command:
            case Register() as command:
                outcome = self._register(command, "Register")
            case Heartbeat() as command:
                outcome = self._heartbeat(command)
            case Deregister() as command:
                outcome = self._deregister(command)
            case Acquire() as command:
                outcome = self._acquire(command)
            case Renew() as command:
                outcome = self._renew(command)
            case Release() as command:
                outcome = self._release(command)
            case Advance():
                outcome = Done()
        return outcome

    def something_expires(self, time: int) -> bool:
        """Whether at `time` something would have expired that is still there."""
        ends = [
            *(entry.expires for entry in self._registrations.values() if Bug.NO_TTL not in self._bugs),
            *(lease.expires for lease in self._leases.values() if Bug.NO_LEASE_EXPIRY not in self._bugs),
        ]
        return min(ends, default=time + 1) <= time

    def listing(self, service: str) -> Listing:
        """The instances of a service that are listed, in the order of their names."""
        found = [
            Instance(name, entry.url) for name, entry in sorted(self._registrations.items()) if entry.service == service
        ]
        return Listing(self.version, tuple(found))

    def snapshot(self) -> str:
        """All of it, for `restore`."""
        content = _Content(self.time, self.version, self.last_token, self._registrations, self._leases)
        return msgspec.json.encode(content).decode()

    def restore(self, snapshot: str) -> None:
        """Becomes what another one was."""
        content = msgspec.json.decode(snapshot, type=_Content)
        self.time, self.version, self.last_token = content.time, content.version, content.last_token
        self._registrations, self._leases = content.registrations, content.leases

    def take_steps(self) -> list[tuple[str, Step]]:
        """The steps since the last call, each with the name of its protocol."""
        steps, self._steps = self._steps, []
        return steps

    def _expire(self) -> None:
        if not self.something_expires(self.time):
            return
        if Bug.NO_TTL not in self._bugs:
            for name in [name for name, entry in self._registrations.items() if entry.expires <= self.time]:
                del self._registrations[name]
                self._note_listing("Tick", name)
        if Bug.NO_LEASE_EXPIRY not in self._bugs:
            for name in [name for name, lease in self._leases.items() if lease.expires <= self.time]:
                del self._leases[name]
                self._note_lease("Tick", name)

    # The registry.

    def _register(self, command: Register | Heartbeat, action: str) -> Outcome:
        is_new = command.instance not in self._registrations
        if is_new and len(self._registrations) >= MAXIMUM_INSTANCES:
            return Refused(f"the registry lists {MAXIMUM_INSTANCES} instances already")
        self._registrations[command.instance] = _Registration(command.service, command.url, self.time + command.ttl)
        self._note_listing(action, command.instance, changed=is_new)
        return Done()

    def _heartbeat(self, command: Heartbeat) -> Outcome:
        # A late heartbeat of an instance that has gone must not bring it back.
        if command.instance not in self._registrations and Bug.HEARTBEAT_REGISTERS not in self._bugs:
            return Refused("not listed: register again")
        return self._register(command, "ReceiveHeartbeat")

    def _deregister(self, command: Deregister) -> Outcome:
        if self._registrations.pop(command.instance, None) is not None:
            self._note_listing("Stop", command.instance)
        return Done()

    # The locks.

    def _acquire(self, command: Acquire) -> Outcome:
        lease = self._leases.get(command.lock)
        if lease is not None:
            if (lease.holder, lease.request) == (command.holder, command.request):
                return Granted(lease.token, lease.expires - self.time)
            return Refused(f"held by {lease.holder}")
        if len(self._leases) >= MAXIMUM_LOCKS:
            return Refused(f"{MAXIMUM_LOCKS} locks are held already")
        self.last_token += 1
        self._leases[command.lock] = _Lease(command.holder, command.request, self.last_token, self.time + command.lease)
        self._note_lease("Grant", command.lock)
        return Granted(self.last_token, command.lease)

    def _renew(self, command: Renew) -> Outcome:
        lease = self._leases.get(command.lock)
        if lease is None or (lease.holder, lease.token) != (command.holder, command.token):
            return Refused("not held any more")
        self._leases[command.lock] = _Lease(lease.holder, lease.request, lease.token, self.time + command.lease)
        self._note_lease("Renew", command.lock)
        return Granted(lease.token, command.lease)

    def _release(self, command: Release) -> Outcome:
        lease = self._leases.get(command.lock)
        if lease is None:
            return Done()
        owner = (lease.holder, lease.token) == (command.holder, command.token)
        if not owner and Bug.NO_OWNER_CHECK not in self._bugs:
            return Refused("held by somebody else")
        del self._leases[command.lock]
        self._note_lease("ReceiveRelease", command.lock)
        return Done()

    # The record.

    def _note_listing(self, action: str, instance: str, *, changed: bool = True) -> None:
        self.version += changed
        entry = self._registrations.get(instance)
        values: dict[str, Any] = {"ttl": {instance: entry.expires - self.time if entry else 0}}
        if changed:
            values["version"] = self.version
        self._steps.append(("discovery", Step(action, {"instance": instance, "time": self.time}, values)))

    def _note_lease(self, action: str, lock: str) -> None:
        lease = self._leases.get(lock)
        shown: dict[str, Any] = {"holder": None, "token": 0, "remaining": 0}
        if lease is not None:
            shown = {"holder": lease.holder, "token": lease.token, "remaining": lease.expires - self.time}
        changed = {"lease": shown, "lastToken": self.last_token}
        self._steps.append(("lock", Step(action, {"lock": lock, "time": self.time}, changed)))
