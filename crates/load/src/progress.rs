//! How far a test has come, while it runs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::series::{quantile_of, BUCKETS};

/// A glance at a running test.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub elapsed: Duration,
    /// For how long requests are started, at most.
    pub scheduled: Duration,
    pub answered: u64,
    pub failed: u64,
    /// Of the failed ones, those that were given up at their time limit.
    pub timed_out: u64,
    pub dropped: u64,
    /// Requests under way.
    pub in_flight: u64,
    pub bytes: u64,
    /// The latency that half of what was answered or timed out so far did not exceed, within 7%; zero before the first.
    pub median: Duration,
    /// As `median`, of 99 in a hundred.
    pub p99: Duration,
}

/// The counts of one thread, for others to read. Only that thread writes, once for each round of events, so that they need
/// not agree with each other; on cache lines of their own, so that threads do not slow each other down.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Published {
    answered: AtomicU64,
    failed: AtomicU64,
    timed_out: AtomicU64,
    dropped: AtomicU64,
    in_flight: AtomicU64,
    bytes: AtomicU64,
    latencies: Box<[AtomicU64]>,
}

impl Default for Published {
    fn default() -> Self {
        Self {
            answered: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            timed_out: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            in_flight: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            latencies: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Published {
    pub(crate) fn write(&self, progress: Progress) {
        self.answered.store(progress.answered, Ordering::Relaxed);
        self.failed.store(progress.failed, Ordering::Relaxed);
        self.timed_out.store(progress.timed_out, Ordering::Relaxed);
        self.dropped.store(progress.dropped, Ordering::Relaxed);
        self.in_flight.store(progress.in_flight, Ordering::Relaxed);
        self.bytes.store(progress.bytes, Ordering::Relaxed);
    }

    /// Says how many latencies were counted, by bucket. Costs more than `write`: a few times a second is enough.
    pub(crate) fn write_latencies(&self, counts: impl Iterator<Item = u64>) {
        for (published, count) in self.latencies.iter().zip(counts) {
            published.store(count, Ordering::Relaxed);
        }
    }

    fn add_to(&self, progress: &mut Progress) {
        progress.answered += self.answered.load(Ordering::Relaxed);
        progress.failed += self.failed.load(Ordering::Relaxed);
        progress.timed_out += self.timed_out.load(Ordering::Relaxed);
        progress.dropped += self.dropped.load(Ordering::Relaxed);
        progress.in_flight += self.in_flight.load(Ordering::Relaxed);
        progress.bytes += self.bytes.load(Ordering::Relaxed);
    }
}

/// What all threads have published together.
pub(crate) fn seen(threads: &[Published], elapsed: Duration, scheduled: Duration) -> Progress {
    let mut progress = Progress { elapsed, scheduled, ..Progress::default() };
    let mut latencies = [0u64; BUCKETS];
    for thread in threads {
        thread.add_to(&mut progress);
        for (sum, count) in latencies.iter_mut().zip(&thread.latencies) {
            *sum += count.load(Ordering::Relaxed);
        }
    }
    let counts = latencies.iter().enumerate().map(|(bucket, count)| (bucket as u8, *count));
    progress.median = Duration::from_nanos(quantile_of(counts.clone(), 0.5));
    progress.p99 = Duration::from_nanos(quantile_of(counts, 0.99));
    progress
}
