//! Wakes a worker at a moment, to the microsecond: the runtime's own timers know milliseconds only, and a request that
//! starts a millisecond late has a millisecond too much in its latency.

use std::task::{ready, Context, Poll};
use std::time::Duration;

use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::time::{
    timerfd_create, timerfd_settime, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec,
};
use tokio::io::unix::AsyncFd;

#[derive(Debug)]
pub(crate) struct Timer {
    descriptor: AsyncFd<OwnedFd>,
    /// When it will wake, in nanoseconds since the test began; nothing where it is not set.
    set_to: Option<u64>,
}

impl Timer {
    /// Only within a runtime.
    pub(crate) fn new() -> Result<Self, Errno> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let descriptor = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        // What took its place is unsafe, for types that do not own a descriptor as this one does.
        #[allow(deprecated)]
        let descriptor = AsyncFd::new(descriptor).map_err(|error| errno_of(&error))?;
        Ok(Self { descriptor, set_to: None })
    }

    /// Wakes at `moment`, or earlier where it is set to that already: waking for nothing is cheaper than setting it anew.
    pub(crate) fn wake_at(&mut self, moment: u64, now: u64) -> Result<(), Errno> {
        if self.set_to.is_some_and(|set| set <= moment) {
            return Ok(());
        }
        // No time at all would switch it off.
        let from_now = Duration::from_nanos(moment.saturating_sub(now).max(1));
        let value = Timespec { tv_sec: from_now.as_secs() as _, tv_nsec: from_now.subsec_nanos().into() };
        let never = Timespec { tv_sec: 0, tv_nsec: 0 };
        let once = Itimerspec { it_interval: never, it_value: value };
        timerfd_settime(self.descriptor.get_ref(), TimerfdTimerFlags::empty(), &once)?;
        self.set_to = Some(moment);
        Ok(())
    }

    /// Ready when it has woken; it has to be set again then.
    pub(crate) fn poll_woken(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Errno>> {
        loop {
            let mut guard = ready!(self.descriptor.poll_read_ready(context)).map_err(|error| errno_of(&error))?;
            let read = guard.try_io(|timer| {
                let mut count = [0; 8];
                rustix::io::read(timer.get_ref(), &mut count).map_err(std::io::Error::from)
            });
            // It was not the time yet: the event was an old one.
            if let Ok(read) = read {
                read.map_err(|error| errno_of(&error))?;
                self.set_to = None;
                return Poll::Ready(Ok(()));
            }
        }
    }
}

pub(crate) fn errno_of(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}
