//! How far a test has come, while it runs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A glance at a running test.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub elapsed: Duration,
    /// For how long requests are started, at most.
    pub scheduled: Duration,
    pub answered: u64,
    pub failed: u64,
    pub dropped: u64,
    /// Requests under way.
    pub in_flight: u64,
    pub bytes: u64,
}

/// The counts of one thread, for others to read. Only that thread writes, once for each round of events, so that they need
/// not agree with each other; on cache lines of their own, so that threads do not slow each other down.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Published {
    answered: AtomicU64,
    failed: AtomicU64,
    dropped: AtomicU64,
    in_flight: AtomicU64,
    bytes: AtomicU64,
}

impl Published {
    #[cfg(target_os = "linux")]
    pub(crate) fn write(&self, progress: Progress) {
        self.answered.store(progress.answered, Ordering::Relaxed);
        self.failed.store(progress.failed, Ordering::Relaxed);
        self.dropped.store(progress.dropped, Ordering::Relaxed);
        self.in_flight.store(progress.in_flight, Ordering::Relaxed);
        self.bytes.store(progress.bytes, Ordering::Relaxed);
    }

    pub(crate) fn add_to(&self, progress: &mut Progress) {
        progress.answered += self.answered.load(Ordering::Relaxed);
        progress.failed += self.failed.load(Ordering::Relaxed);
        progress.dropped += self.dropped.load(Ordering::Relaxed);
        progress.in_flight += self.in_flight.load(Ordering::Relaxed);
        progress.bytes += self.bytes.load(Ordering::Relaxed);
    }
}
