"""Whose TCP connections they are: from sockets of the machine to figures of processes."""

from collections.abc import Iterable

from assay.bench.resources.measures import ProcessMeasure
from assay.bench.resources.sockets import Socket, inodes_of, tcp_sockets

__all__ = ["MOST_PEERS", "ConnectionCounts"]

MOST_PEERS = 64
"""Addresses that a process is connected to, and that are told apart."""


class ConnectionCounts:
    """Looks at connections now and then."""

    def __init__(self) -> None:
        self.unknown: set[str] = set()
        self._values: dict[tuple[object, str], float] = {}
        self._ports: dict[int, set[int]] = {}
        self._limits: dict[int, int] = {}
        self._peers: dict[int, list[str]] = {}
        self._bytes: dict[int, dict[ProcessMeasure, float]] = {}
        self._sockets: dict[tuple[int, int], Socket] = {}

    def look(self, pids: Iterable[int]) -> dict[tuple[object, str], float]:
        """Counts the connections of these processes: figures by whose they are and what they are."""
        try:
            sockets = {one.inode: one for one in tcp_sockets()}
        except OSError as error:
            self.unknown.add(f"connections: {error}")
            return {}
        self._values = {}
        kept: dict[tuple[int, int], Socket] = {}
        for pid in pids:
            mine = [sockets[inode] for inode in inodes_of(pid) if inode in sockets]
            kept |= {(pid, one.inode): one for one in mine}
            self._count(pid, mine)
            self._add_bytes(pid, mine)
        self._sockets = kept
        return self._values

    def ports_of(self, pids: Iterable[int]) -> tuple[int, ...]:
        """On which these processes listen."""
        return tuple(sorted({port for pid in pids for port in self._ports.get(pid, ())}))

    def queue_limit_of(self, pids: Iterable[int]) -> int | None:
        """The shortest queue of their listening sockets."""
        return min((self._limits[pid] for pid in pids if pid in self._limits), default=None)

    def peers_of(self, pids: Iterable[int]) -> tuple[str, ...]:
        """Addresses that these processes were connected to, in order."""
        return tuple(sorted({address for pid in pids for address in self._peers.get(pid, ())}))

    def _count(self, pid: int, mine: list[Socket]) -> None:
        listening = [one for one in mine if one.listens]
        ports = {one.local[1] for one in listening}
        self._ports.setdefault(pid, set()).update(ports)
        if listening:
            self._limits[pid] = min(one.queue_limit for one in listening)
            self._values[pid, ProcessMeasure.ACCEPT_QUEUE] = float(sum(one.queued for one in listening))
        connected = [one for one in mine if not one.listens]
        outward = [one for one in connected if one.local[1] not in ports]
        self._values[pid, ProcessMeasure.CONNECTIONS_IN] = float(len(connected) - len(outward))
        self._values[pid, ProcessMeasure.CONNECTIONS_OUT] = float(len(outward))
        counts: dict[str, int] = {}
        for one in outward:
            address = f"{one.remote[0]}:{one.remote[1]}"
            counts[address] = counts.get(address, 0) + 1
        known = self._peers.setdefault(pid, [])
        known += [address for address in counts if address not in known][: max(0, MOST_PEERS - len(known))]
        for address in known:
            self._values[("peer", pid, address), "connections"] = float(counts.get(address, 0))

    def _add_bytes(self, pid: int, mine: list[Socket]) -> None:
        sums = self._bytes.get(pid)
        is_first = sums is None
        if sums is None:
            measures = (ProcessMeasure.NETWORK_SENT, ProcessMeasure.NETWORK_RECEIVED, ProcessMeasure.RETRANSMITTED)
            sums = self._bytes[pid] = dict.fromkeys(measures, 0.0)
        for one in mine:
            before = self._sockets.get((pid, one.inode), one if is_first else None)
            sums[ProcessMeasure.NETWORK_SENT] += one.sent - (before.sent if before else 0)
            sums[ProcessMeasure.NETWORK_RECEIVED] += one.received - (before.received if before else 0)
            sums[ProcessMeasure.RETRANSMITTED] += one.retransmitted - (before.retransmitted if before else 0)
        self._values |= {(pid, measure): value for measure, value in sums.items()}
