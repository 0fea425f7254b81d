"""A coordinator and participants on a network that loses, repeats, delays and reorders, with crashes; from one seed."""

import heapq
import random
from collections import defaultdict
from dataclasses import dataclass, field

from shop.bugs import NO_BUGS, Bug
from shop.commit.coordinator import Coordinator, CoordinatorTiming
from shop.commit.messages import Apply, Decided, Drop, Effect, Log, Message, Prepare, Record, Send
from shop.commit.participant import Participant, ParticipantTiming

PARTICIPANTS = ("payments", "inventory")
TICK = 0.05


class NotAtomicError(Exception):
    """Some did what others did not."""


@dataclass
class Deployment:
    """Nodes, their disks, their data, and the messages between them."""

    seed: int
    bugs: frozenset[Bug] = NO_BUGS
    loss: float = 0.1
    crash: float = 0.02
    refusal: float = 0.1
    now: float = 0.0
    disks: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    data: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By participant: the transactions whose work was done."""
    dropped: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    decisions: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    begun: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.coordinator: Coordinator | None = None
        self.participants: dict[str, Participant] = {}
        self._network: list[tuple[float, int, str, str, Message]] = []
        self._sent = 0
        self._down_until = dict.fromkeys(("orders", *PARTICIPANTS), 0.0)

    def start(self, name: str) -> None:
        records = self.disks[name]
        if name == "orders":
            timing = CoordinatorTiming(votes=1.0, resend=0.3, longest_resend=0.6)
            self.coordinator = Coordinator(name, records, now=self.now, timing=timing, bugs=self.bugs)
            self.carry_out(name, self.coordinator.recovered())
        else:
            waits = ParticipantTiming(ask=0.4)
            node = Participant(name, records, now=self.now, timing=waits, bugs=self.bugs)
            self.participants[name] = node
            self.carry_out(name, node.recovered())

    def stop(self, name: str, seconds: float) -> None:
        self._down_until[name] = self.now + seconds
        if name == "orders":
            self.coordinator = None
        else:
            del self.participants[name]

    def is_up(self, name: str) -> bool:
        return self.coordinator is not None if name == "orders" else name in self.participants

    def carry_out(self, name: str, effects: list[Effect]) -> None:
        # A crash may come between any two effects: the rest of them never happens.
        survives = self.chance.random() >= self.crash
        kept = effects if survives else effects[: self.chance.randint(0, len(effects))]
        for effect in kept:
            match effect:
                case Log(record):
                    self.disks[name].append(record)
                case Apply(transaction, _):
                    self.data[name].add(transaction)
                case Drop(transaction):
                    self.dropped[name].add(transaction)
                case Decided(transaction, outcome, _):
                    self.decisions[transaction].add(outcome)
                case Send(to, message):
                    self._send(name, to, message)
                case _:
                    pass
        if not survives and self.is_up(name):
            self.stop(name, self.chance.uniform(0, 2))

    def _send(self, sender: str, to: str, message: Message) -> None:
        for _ in range(2 if self.chance.random() < self.loss else 1):
            if self.chance.random() >= self.loss:
                self._sent += 1
                arrival = self.now + self.chance.expovariate(5)
                heapq.heappush(self._network, (arrival, self._sent, sender, to, message))

    def deliver(self, sender: str, to: str, message: Message) -> None:
        if to == "orders" and self.coordinator is not None:
            self.carry_out(to, self.coordinator.receive(message))
        elif to in self.participants:
            node = self.participants[to]
            if isinstance(message, Prepare):
                refusal = "cannot" if self.chance.random() < self.refusal else None
                self.carry_out(to, node.prepare(message, refusal, self.now))
            else:
                self.carry_out(to, node.receive(message, sender))

    def run(self, seconds: float, begin: float = 0.1) -> None:
        """Lets time pass. `begin` is the chance, at each tick, that a transaction begins."""
        end = self.now + seconds
        while self.now < end:
            self.now += TICK
            for name, until in self._down_until.items():
                if not self.is_up(name) and self.now >= until:
                    self.start(name)
            while self._network and self._network[0][0] <= self.now:
                _, _, sender, to, message = heapq.heappop(self._network)
                self.deliver(sender, to, message)
            if self.coordinator is not None and self.chance.random() < begin:
                name = f"t{len(self.begun)}"
                self.begun.append(name)
                self.carry_out("orders", self.coordinator.begin(name, {one: {} for one in PARTICIPANTS}, self.now))
            for name, node in list(self.participants.items()):
                self.carry_out(name, node.tick(self.now))
            if self.coordinator is not None:
                self.carry_out("orders", self.coordinator.tick(self.now))
            self.check()

    def calm_down(self) -> None:
        """From now on nothing goes wrong; everything that is open can be finished."""
        self.loss = self.crash = 0.0
        self.run(seconds=12, begin=0.0)

    def check(self) -> None:
        for name in self.begun:
            did = {one for one in PARTICIPANTS if name in self.data[one]}
            did_not = {one for one in PARTICIPANTS if name in self.dropped[one]}
            if did and did_not:
                raise NotAtomicError(f"{name}: {sorted(did)} did it, {sorted(did_not)} did not")
            if len(self.decisions[name]) > 1 or (did and self.decisions[name] == {"abort"}):
                raise NotAtomicError(f"{name}: {sorted(did)} did it, decisions were {self.decisions[name]}")

    def check_finished(self) -> None:
        """All or nothing, once everything is finished."""
        self.check()
        for name in self.begun:
            did = {one for one in PARTICIPANTS if name in self.data[one]}
            if did not in (set(), set(PARTICIPANTS)):
                raise NotAtomicError(f"{name}: only {sorted(did)} did it")
