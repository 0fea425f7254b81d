"""A group of Raft servers on a network that loses, repeats, delays and reorders, with crashes; all from one seed."""

import hashlib
import heapq
import random
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from shop.bugs import NO_BUGS, Bug
from shop.raft.effects import Apply, Disk, Effect, Install, Persist, Replace, Send
from shop.raft.messages import Entry, Message, Snapshot
from shop.raft.server import Server, Timing
from shop.steps import Step

TIMING = Timing(heartbeat=0.1, shortest_election=0.5, longest_election=1.0, entries_in_message=3)
TICK = 0.05


class BrokenPromiseError(Exception):
    """A safety property of specs/raft does not hold."""


@dataclass(frozen=True, slots=True)
class Faults:
    """How often something goes wrong: chances for each message, or for each server at each tick."""

    loss: float = 0.1
    repeat: float = 0.1
    longest_delay: float = 0.3
    crash: float = 0.01
    longest_down: float = 2.0
    cut: float = 0.01
    """That a server is cut off from the others for a while."""
    tear: float = 0.0
    """That a server crashes between two effects of one input."""
    snapshot: float = 0.0
    """That a server takes a snapshot."""


CALM = Faults(loss=0.0, repeat=0.0, longest_delay=0.02, crash=0.0, cut=0.0)


@dataclass(frozen=True, slots=True)
class State:
    """A state machine that remembers what was applied, in order: the digest of all of it."""

    index: int = 0
    digest: str = ""

    def after(self, effect: Apply) -> "State":
        require(effect.index == self.index + 1, "Order", f"entry {effect.index} is applied after {self.index}")
        content = f"{self.digest} {effect.entry.term} {effect.entry.command}"
        return State(effect.index, hashlib.sha256(content.encode()).hexdigest()[:16])


@dataclass
class Group:
    """Servers, their disks, the messages between them, and what has been promised so far."""

    seed: int
    size: int = 3
    faults: Faults = Faults()
    bugs: frozenset[Bug] = NO_BUGS
    now: float = 0.0
    servers: dict[str, Server] = field(default_factory=dict)
    disks: dict[str, Disk] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=lambda: {0: ""})
    """By index: the state after the entry there, on whichever server it was applied first."""
    steps: list[tuple[str, Step]] = field(default_factory=list)
    leaders: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    committed: dict[int, tuple[Entry, int]] = field(default_factory=dict)
    """By index: the entry, and the term in which somebody first knew it to be committed."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.names = [f"s{number}" for number in range(1, self.size + 1)]
        self._network: list[tuple[float, int, str, Message]] = []
        self._sent = 0
        self._down_until: dict[str, float] = {}
        self._cut_until: dict[str, float] = {}
        self._commands = 0
        for name in self.names:
            self.disks[name] = Disk()
            self.start(name)

    # What may happen.

    def start(self, name: str) -> None:
        peers = [peer for peer in self.names if peer != name]
        chance = random.Random(self.chance.random())
        disk = self.disks[name]
        server = Server(name, peers, disk=disk, timing=TIMING, chance=chance, now=self.now, bugs=self.bugs)
        self.servers[name] = server
        self.states[name] = State()
        if disk.snapshot is not None:
            self._install(name, disk.snapshot)
        self.carry_out(name, server.started())

    def crash(self, name: str, seconds: float) -> None:
        del self.servers[name]
        self._down_until[name] = self.now + seconds

    def carry_out(self, name: str, effects: list[Effect]) -> None:
        # A crash may come between any two effects: the rest of them never happens.
        torn = self.faults.tear > 0 and bool(effects) and self.chance.random() < self.faults.tear
        for effect in effects[: self.chance.randint(0, len(effects))] if torn else effects:
            match effect:
                case Persist() | Replace():
                    self.disks[name] = self.disks[name].after(effect)
                case Step():
                    self.steps.append((name, effect))
                    if effect.action == "BecomeLeader":
                        self.leaders[effect.changed["currentTerm"]].add(name)
                case Install(snapshot):
                    self._install(name, snapshot)
                case Apply():
                    self._note_committed(name, effect)
                    self.states[name] = self.states[name].after(effect)
                    known = self.digests.setdefault(effect.index, self.states[name].digest)
                    require(known == self.states[name].digest, "StateMachineSafety", f"{name} differs at {effect}")
                case Send():
                    self._send(name, effect)
        if torn:
            self.crash(name, self.chance.uniform(0, self.faults.longest_down))

    def _install(self, name: str, snapshot: Snapshot) -> None:
        known = self.digests.get(snapshot.index)
        require(known == snapshot.data, "StateMachineSafety", f"{name} installs another state at {snapshot.index}")
        self.states[name] = State(snapshot.index, snapshot.data)

    def _send(self, sender: str, effect: Send) -> None:
        if self.now < max(self._cut_until.get(sender, 0), self._cut_until.get(effect.to, 0)):
            return
        copies = 2 if self.chance.random() < self.faults.repeat else 1
        for _ in range(copies):
            if self.chance.random() >= self.faults.loss:
                self._sent += 1
                arrival = self.now + self.chance.uniform(0.001, self.faults.longest_delay)
                heapq.heappush(self._network, (arrival, self._sent, effect.to, effect.message))

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now += TICK
            self._let_things_go_wrong()
            while self._network and self._network[0][0] <= self.now:
                arrival, _, to, message = heapq.heappop(self._network)
                if to in self.servers:
                    self.carry_out(to, self.servers[to].receive(message, arrival))
                    self.check()
            for name, server in list(self.servers.items()):
                self.carry_out(name, server.tick(self.now))
                if name in self.servers and server.role == "leader" and self.chance.random() < 0.2:
                    self.propose(name)
                if name in self.servers and self.faults.snapshot and self.chance.random() < self.faults.snapshot:
                    self.carry_out(name, server.compact(self.states[name].digest))
            self.check()

    def propose(self, name: str) -> None:
        self._commands += 1
        _, effects = self.servers[name].propose([f"command {self._commands}"])
        self.carry_out(name, effects)

    def _let_things_go_wrong(self) -> None:
        for name in self.names:
            if name in self.servers and self.chance.random() < self.faults.crash:
                self.crash(name, self.chance.uniform(0, self.faults.longest_down))
            elif name not in self.servers and self.now >= self._down_until[name]:
                self.start(name)
            if self.chance.random() < self.faults.cut:
                self._cut_until[name] = self.now + self.chance.uniform(0, 3)

    # What must hold. The names are those of specs/raft.

    def check(self) -> None:
        for term, leaders in self.leaders.items():
            require(len(leaders) <= 1, "OneLeaderPerTerm", f"term {term} has the leaders {sorted(leaders)}")
        self._check_logs()
        for name, server in self.servers.items():
            if server.role == "leader":
                for index, (entry, term) in self.committed.items():
                    holds = term >= server.term or _has(server, index, entry)
                    require(holds, "LeaderCompleteness", f"{name} leads term {server.term} without entry {index}")

    def _check_logs(self) -> None:
        servers = list(self.servers.values())
        for server in servers:
            terms = [server.log.base_term, *(entry.term for entry in server.log.from_index(server.log.base + 1))]
            ordered = all(a <= b for a, b in pairwise([*terms, server.term]))
            require(ordered, "LogTermsInOrder", f"{server.name} has {terms} in term {server.term}")
        for one, other in ((a, b) for a in servers for b in servers if a.name < b.name):
            base = max(one.log.base, other.log.base)
            shared = min(len(one.log), len(other.log))
            while shared > base and one.log.term_at(shared) != other.log.term_at(shared):
                shared -= 1
            if shared <= base:
                continue
            same = one.log.from_index(base + 1, shared - base) == other.log.from_index(base + 1, shared - base)
            require(same, "LogMatching", f"{one.name} and {other.name} agree on {shared}, but not on all before")

    def _note_committed(self, name: str, effect: Apply) -> None:
        known = self.committed.setdefault(effect.index, (effect.entry, self.servers[name].term))[0]
        require(known == effect.entry, "StateMachineSafety", f"{name} applies {effect}, another applied {known}")


def _has(server: Server, index: int, entry: Entry) -> bool:
    if index <= server.log.base:
        return True
    return len(server.log) >= index and server.log.entry(index) == entry


def require(holds: bool, prop: str, explanation: str) -> None:
    if not holds:
        raise BrokenPromiseError(f"{prop}: {explanation}")
