//! Counts that workers keep while exploring.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::ActionIndex;
use crate::outcome::{ActionCounts, OutDegree};

/// Out degrees from here on share one bucket.
const OUT_DEGREE_BUCKETS: usize = 1024;

/// Counts of actions with a greater index are left out of the coverage.
const MAX_ACTIONS: usize = 1 << 16;

/// One worker's counts; summed up at the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Statistics {
    pub(crate) generated: u64,
    pub(crate) distinct: u64,
    /// Deepest level of a state that was found.
    pub(crate) depth: u32,
    pub(crate) initial_states: u64,
    /// States whose successors were all found.
    pub(crate) explored: u64,
    /// Violations and deadlocks.
    pub(crate) violations: u64,
    pub(crate) actions: Vec<ActionCounts>,
    /// How many states had so many new successors.
    pub(crate) out_degrees: Vec<u64>,
}

impl Statistics {
    #[inline]
    pub(crate) fn count_generated(&mut self, action: ActionIndex) {
        self.generated += 1;
        if let Some(counts) = self.action(action) {
            counts.generated += 1;
        }
    }

    /// Takes the last [`Statistics::count_generated`] back.
    pub(crate) fn uncount_generated(&mut self, action: ActionIndex) {
        self.generated -= 1;
        if let Some(counts) = self.action(action) {
            counts.generated -= 1;
        }
    }

    pub(crate) fn count_distinct(&mut self, action: ActionIndex, level: u32) {
        self.distinct += 1;
        self.depth = self.depth.max(level);
        if let Some(counts) = self.action(action) {
            counts.distinct += 1;
        }
    }

    pub(crate) fn count_explored(&mut self, new_successors: u64) {
        self.explored += 1;
        let bucket = usize::try_from(new_successors).unwrap_or(usize::MAX).min(OUT_DEGREE_BUCKETS - 1);
        if self.out_degrees.len() <= bucket {
            self.out_degrees.resize(bucket + 1, 0);
        }
        self.out_degrees[bucket] += 1;
    }

    #[inline]
    fn action(&mut self, action: ActionIndex) -> Option<&mut ActionCounts> {
        let index = action as usize;
        if index >= self.actions.len() && index < MAX_ACTIONS {
            self.actions.resize(index + 1, ActionCounts::default());
        }
        self.actions.get_mut(index)
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.generated += other.generated;
        self.distinct += other.distinct;
        self.depth = self.depth.max(other.depth);
        self.initial_states += other.initial_states;
        self.explored += other.explored;
        self.violations += other.violations;
        if self.actions.len() < other.actions.len() {
            self.actions.resize(other.actions.len(), ActionCounts::default());
        }
        for (sum, counts) in self.actions.iter_mut().zip(&other.actions) {
            sum.generated += counts.generated;
            sum.distinct += counts.distinct;
        }
        if self.out_degrees.len() < other.out_degrees.len() {
            self.out_degrees.resize(other.out_degrees.len(), 0);
        }
        for (sum, count) in self.out_degrees.iter_mut().zip(&other.out_degrees) {
            *sum += count;
        }
    }

    pub(crate) fn out_degree(&self) -> OutDegree {
        let observations: u64 = self.out_degrees.iter().sum();
        if observations == 0 {
            return OutDegree::default();
        }
        let present = || self.out_degrees.iter().zip(0_u64..).filter(|(count, _)| **count > 0);
        let total: u64 = present().map(|(count, degree)| count * degree).sum();
        // Ranks are far below 2^53.
        let rank = (observations as f64 * 0.95) as u64;
        let mut seen = 0;
        let percentile = present().find(|(count, _)| {
            seen += **count;
            seen > rank
        });
        OutDegree {
            minimum: present().next().map_or(0, |(_, degree)| degree),
            maximum: present().last().map_or(0, |(_, degree)| degree),
            average: total as f64 / observations as f64,
            percentile_95: percentile.map_or(0, |(_, degree)| degree),
        }
    }
}

/// What one worker publishes for progress reports. On a cache line of its own, so that publishing costs a plain store.
#[repr(align(128))]
#[derive(Default)]
pub(crate) struct LiveCounts {
    generated: AtomicU64,
    distinct: AtomicU64,
    depth: AtomicU64,
    explored: AtomicU64,
}

impl LiveCounts {
    pub(crate) fn publish(&self, statistics: &Statistics) {
        self.generated.store(statistics.generated, Ordering::Relaxed);
        self.distinct.store(statistics.distinct, Ordering::Relaxed);
        self.depth.store(u64::from(statistics.depth), Ordering::Relaxed);
        self.explored.store(statistics.explored, Ordering::Relaxed);
    }

    /// Generated, distinct, explored, depth.
    pub(crate) fn read(&self) -> (u64, u64, u64, u32) {
        (
            self.generated.load(Ordering::Relaxed),
            self.distinct.load(Ordering::Relaxed),
            self.explored.load(Ordering::Relaxed),
            u32::try_from(self.depth.load(Ordering::Relaxed)).unwrap_or(u32::MAX),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_out_degrees_as_a_distribution() {
        let mut statistics = Statistics::default();
        for degree in [0, 0, 1, 3] {
            statistics.count_explored(degree);
        }
        let expected = OutDegree { minimum: 0, maximum: 3, average: 1.0, percentile_95: 3 };
        assert_eq!(statistics.out_degree(), expected);
    }

    #[test]
    fn ignores_actions_of_absurd_index_in_coverage() {
        let mut statistics = Statistics::default();
        statistics.count_generated(u32::MAX);
        assert_eq!(statistics.generated, 1);
        assert!(statistics.actions.is_empty());
    }
}
