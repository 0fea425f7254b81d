//! What walks counted and found.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::FoundOnWalk;
use crate::outcome::Verdict;
use crate::statistics::Statistics;

/// What one worker counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) statistics: Statistics,
    pub(super) walks: u64,
    /// States of all walks.
    pub(super) steps: u64,
    pub(super) longest: u32,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.statistics.add(&other.statistics);
        self.walks += other.walks;
        self.steps += other.steps;
        self.longest = self.longest.max(other.longest);
    }
}

/// Of one worker, for progress reports.
#[repr(align(128))]
#[derive(Default)]
pub(super) struct LiveTally {
    generated: AtomicU64,
    walks: AtomicU64,
    longest: AtomicU64,
}

impl LiveTally {
    pub(super) fn publish(&self, tally: &Tally) {
        self.generated.store(tally.statistics.generated, Ordering::Relaxed);
        self.walks.store(tally.walks, Ordering::Relaxed);
        self.longest.store(u64::from(tally.longest), Ordering::Relaxed);
    }

    /// Generated, walks, longest.
    pub(super) fn read(&self) -> (u64, u64, u32) {
        let longest = u32::try_from(self.longest.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        (self.generated.load(Ordering::Relaxed), self.walks.load(Ordering::Relaxed), longest)
    }
}

/// Findings of all workers, those of the smallest walk numbers.
pub(super) struct FoundWalks {
    /// Walks of this number or a greater one need not be done.
    bound: AtomicU64,
    go_on: bool,
    kept: Mutex<Vec<FoundOnWalk>>,
    limit: usize,
}

impl FoundWalks {
    /// For walks below `bound`. Where it is not to `go_on`, each finding lowers the bound.
    pub(super) fn new(bound: u64, go_on: bool, limit: usize) -> Self {
        let limit = if go_on { limit.max(1) } else { 1 };
        Self { bound: AtomicU64::new(bound), go_on, kept: Mutex::new(Vec::new()), limit }
    }

    pub(super) fn is_wanted(&self, walk: u64) -> bool {
        walk < self.bound.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, found: FoundOnWalk) {
        // After an error the walks that follow would most likely fail the same way.
        if !self.go_on || matches!(found.verdict, Verdict::Error(_)) {
            self.bound.fetch_min(found.walk, Ordering::Relaxed);
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.partition_point(|other| other.walk <= found.walk);
        kept.insert(place, found);
        kept.truncate(self.limit);
    }

    pub(super) fn into_kept(self) -> Vec<FoundOnWalk> {
        self.kept.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
