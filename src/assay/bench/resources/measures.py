"""What is measured of a process and of the machine, with units, and how a kernel's counters become rates."""

from enum import StrEnum, unique

__all__ = ["RATES", "SHARES", "MachineMeasure", "ProcessMeasure"]


@unique
class ProcessMeasure(StrEnum):
    """Of one process. What is "per second" is the mean since the moment before."""

    CPU_USER = "cpu-user"
    """Cores kept busy by its own code: 1.0 is one core."""
    CPU_SYSTEM = "cpu-system"
    """Cores kept busy by the kernel on its behalf."""
    BUSIEST_THREAD = "busiest-thread"
    """Cores that the busiest of its threads kept busy: at 1.0 that thread can do no more."""
    BUSIEST_THREAD_WANTS = "busiest-thread-wants"
    """Cores that the busiest of its threads kept busy or waited for: at 1.0 it never rests, on a busy machine too."""
    RUN_DELAY = "run-delay"
    """Threads that could run and waited for a core, in the mean: seconds of waiting per second."""
    THROTTLED = "throttled"
    """Share of the time in which its control group had used up its quota of CPU."""
    RESIDENT = "resident-bytes"
    DESCRIPTORS = "descriptors"
    THREADS = "threads"
    VOLUNTARY_SWITCHES = "voluntary-switches"
    """Per second: a thread had to wait for something."""
    INVOLUNTARY_SWITCHES = "involuntary-switches"
    """Per second: a thread had to give up its core."""
    DISK_READ = "disk-read-bytes"
    """Per second, from the disk itself."""
    DISK_WRITTEN = "disk-written-bytes"
    """Per second, that have to reach the disk."""
    THREADS_READY = "threads-ready"
    """Threads that run or could run, in the mean of the looks."""
    THREADS_ON_LOCK = "threads-on-lock"
    """Threads that wait in a futex: for a lock, or idle for work, in the mean of the looks."""
    THREADS_ON_DISK = "threads-on-disk"
    """Threads in uninterruptible sleep, nearly always for a disk, in the mean of the looks."""
    CONNECTIONS_IN = "connections-in"
    """Established TCP connections to the ports it listens on."""
    CONNECTIONS_OUT = "connections-out"
    """Established TCP connections that it opened."""
    ACCEPT_QUEUE = "accept-queue"
    """Connections that wait to be accepted, of all its listening sockets."""
    NETWORK_RECEIVED = "network-received-bytes"
    """Per second over TCP; short connections that no look saw are missing."""
    NETWORK_SENT = "network-sent-bytes"
    """Per second over TCP, acknowledged; likewise."""
    RETRANSMITTED = "retransmitted-segments"
    """Per second over TCP; likewise."""


@unique
class MachineMeasure(StrEnum):
    """Of the machine, or of the container that Assay runs in."""

    CPU_BUSY = "cpu-busy"
    """Cores that were busy, whoever kept them so."""
    CPU_STOLEN = "cpu-stolen"
    """Cores that the host gave to others."""
    CPU_PRESSURE = "cpu-pressure"
    """Share of the time in which something waited for a core (PSI, `some`)."""
    DISK_PRESSURE = "disk-pressure"
    """Share of the time in which something waited for a disk."""
    MEMORY_PRESSURE = "memory-pressure"
    """Share of the time in which something waited for memory."""
    MEMORY_AVAILABLE = "memory-available-bytes"
    SWAPPED = "swapped-pages"
    """Per second, in and out."""
    LISTEN_OVERFLOWS = "listen-overflows"
    """Per second: connections refused since a listening socket's queue was full."""
    RETRANSMITTED = "retransmitted-segments"
    """Per second, over TCP."""
    NETWORK_RECEIVED = "network-received-bytes"
    """Per second, over all interfaces, loopback included."""
    NETWORK_SENT = "network-sent-bytes"
    """Per second, likewise."""


RATES = frozenset(
    {
        ProcessMeasure.CPU_USER,
        ProcessMeasure.CPU_SYSTEM,
        ProcessMeasure.RUN_DELAY,
        ProcessMeasure.THROTTLED,
        ProcessMeasure.VOLUNTARY_SWITCHES,
        ProcessMeasure.INVOLUNTARY_SWITCHES,
        ProcessMeasure.DISK_READ,
        ProcessMeasure.DISK_WRITTEN,
        ProcessMeasure.NETWORK_RECEIVED,
        ProcessMeasure.NETWORK_SENT,
        ProcessMeasure.RETRANSMITTED,
        MachineMeasure.CPU_BUSY,
        MachineMeasure.CPU_STOLEN,
        MachineMeasure.CPU_PRESSURE,
        MachineMeasure.DISK_PRESSURE,
        MachineMeasure.MEMORY_PRESSURE,
        MachineMeasure.SWAPPED,
        MachineMeasure.LISTEN_OVERFLOWS,
        MachineMeasure.RETRANSMITTED,
        MachineMeasure.NETWORK_RECEIVED,
        MachineMeasure.NETWORK_SENT,
    }
)
"""What is read as a counter that only grows, and told as its growth per second."""

SHARES = frozenset(
    {
        ProcessMeasure.THROTTLED,
        MachineMeasure.CPU_PRESSURE,
        MachineMeasure.DISK_PRESSURE,
        MachineMeasure.MEMORY_PRESSURE,
    }
)
"""Rates that are at most 1: where a look was late, more time seems to have passed in them than there was."""
