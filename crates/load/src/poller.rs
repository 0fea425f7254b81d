//! Edge-triggered epoll: a socket is registered once, for everything, and never again touched while it is open.

use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{epoll, Timespec};
use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::io::Errno;

/// Events that are fetched at once. With more, requests that fall due while they are handled would start late.
const EVENTS: usize = 64;

const SECOND: u64 = 1_000_000_000;

/// How often a thread looks for events before it sleeps: some 10 µs. To be woken costs the waking server more than that, so
/// that a server at its limit answers about a seventh more to one that stays awake (`bench/load.py`).
const LOOKS: u32 = 30;
/// A sleep shorter than this would have been looked through as well.
const SHORT_SLEEP: Duration = Duration::from_micros(20);

/// What happened on one connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Readiness {
    pub(crate) slot: usize,
    /// Tells a connection from earlier ones in the same slot, whose events may still be under way.
    pub(crate) generation: u32,
    pub(crate) readable: bool,
    pub(crate) writable: bool,
    /// The other side has sent all it will send, or the connection is broken.
    pub(crate) closing: bool,
}

#[derive(Debug)]
pub(crate) struct Poller {
    epoll: OwnedFd,
    /// Whether the next events are likely to come before a thread is asleep.
    stays_awake: bool,
}

/// Room for events. Made in the thread that uses it: events hold pointers, which do not go from one to another.
pub(crate) struct Events(Vec<epoll::Event>);

impl Events {
    pub(crate) fn new() -> Self {
        Self(Vec::with_capacity(EVENTS))
    }

    /// One of the events that `wait` counted.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Readiness {
        let event = self.0[index];
        let (data, flags) = (event.data.u64(), event.flags);
        let closing = epoll::EventFlags::RDHUP | epoll::EventFlags::HUP | epoll::EventFlags::ERR;
        Readiness {
            slot: (data & u64::from(u32::MAX)) as usize,
            generation: (data >> 32) as u32,
            readable: flags.intersects(epoll::EventFlags::IN | closing),
            writable: flags.intersects(epoll::EventFlags::OUT | epoll::EventFlags::HUP | epoll::EventFlags::ERR),
            closing: flags.intersects(closing),
        }
    }
}

impl Poller {
    pub(crate) fn new() -> Result<Self, Errno> {
        Ok(Self { epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?, stays_awake: false })
    }

    pub(crate) fn register(&self, socket: BorrowedFd<'_>, slot: usize, generation: u32) -> Result<(), Errno> {
        epoll::add(&self.epoll, socket, token(slot, generation), interest())
    }

    /// Asks for the events of a socket again, although nothing new has happened on it.
    pub(crate) fn repeat(&self, socket: BorrowedFd<'_>, slot: usize, generation: u32) -> Result<(), Errno> {
        epoll::modify(&self.epoll, socket, token(slot, generation), interest())
    }

    /// Waits for events, at most so many nanoseconds, and returns how many there are.
    pub(crate) fn wait(&mut self, events: &mut Events, nanoseconds: u64) -> Result<usize, Errno> {
        if self.stays_awake && nanoseconds > 0 {
            for _ in 0..LOOKS {
                let count = self.fetch(events, 0)?;
                if count > 0 {
                    return Ok(count);
                }
            }
        }
        let began = Instant::now();
        let count = self.fetch(events, nanoseconds)?;
        self.stays_awake = count > 0 && began.elapsed() < SHORT_SLEEP;
        Ok(count)
    }

    fn fetch(&self, events: &mut Events, nanoseconds: u64) -> Result<usize, Errno> {
        let timeout = Timespec { tv_sec: (nanoseconds / SECOND) as i64, tv_nsec: (nanoseconds % SECOND) as _ };
        events.0.clear();
        match epoll::wait(&self.epoll, spare_capacity(&mut events.0), Some(&timeout)) {
            Err(Errno::INTR) => Ok(0),
            waited => waited,
        }
    }
}

fn interest() -> epoll::EventFlags {
    epoll::EventFlags::IN | epoll::EventFlags::OUT | epoll::EventFlags::RDHUP | epoll::EventFlags::ET
}

fn token(slot: usize, generation: u32) -> epoll::EventData {
    epoll::EventData::new_u64(u64::from(generation) << 32 | slot as u64)
}
