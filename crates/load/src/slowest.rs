//! The slowest requests of a test: a few of them, each with its trace.

use crate::failure::Failure;

/// That many are kept.
pub const MOST_KEPT: usize = 10;

/// A request that took longer than nearly all others. Times are nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlowRequest {
    /// The number of its endpoint in the outcome.
    pub endpoint: usize,
    /// From its intended start to its last byte; of one that timed out at least the time limit.
    pub latency: u64,
    /// From its intended start to the moment it was sent, where it was answered: what no trace shows.
    pub unsent: Option<u64>,
    /// When it ended, since the test began.
    pub ended: u64,
    /// The status of its answer, or how it failed.
    pub end: Result<u16, Failure>,
    /// The identity of the trace that it began, where it was sent with one.
    pub trace: Option<u128>,
}

/// Those that took longest, the slowest first. Of two that took equally long the earlier one stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Slowest {
    kept: Vec<SlowRequest>,
    /// What takes no longer than this is not among them.
    floor: u64,
}

impl Slowest {
    /// Whether a request that took so long belongs here: for nearly all it is this comparison that they cost.
    #[inline]
    pub(crate) fn admits(&self, latency: u64) -> bool {
        latency > self.floor
    }

    #[inline(never)]
    pub(crate) fn note(&mut self, request: SlowRequest) {
        let place = self.kept.partition_point(|other| other.latency >= request.latency);
        if place < MOST_KEPT {
            self.kept.truncate(MOST_KEPT - 1);
            self.kept.insert(place, request);
        }
        if let Some(last) = self.kept.get(MOST_KEPT - 1) {
            self.floor = last.latency;
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        other.kept.iter().filter(|request| request.latency > self.floor).for_each(|request| self.kept.push(*request));
        self.kept.sort_by_key(|request| (std::cmp::Reverse(request.latency), request.ended));
        self.kept.truncate(MOST_KEPT);
        self.floor = self.kept.get(MOST_KEPT - 1).map_or(0, |last| last.latency);
    }

    pub(crate) fn kept(&self) -> &[SlowRequest] {
        &self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(latencies: impl IntoIterator<Item = u64>) -> Slowest {
        let mut slowest = Slowest::default();
        for (number, latency) in latencies.into_iter().enumerate() {
            if slowest.admits(latency) {
                let (ended, end) = (number as u64, Ok(200));
                slowest.note(SlowRequest { endpoint: 0, latency, unsent: None, ended, end, trace: None });
            }
        }
        slowest
    }

    fn latencies(slowest: &Slowest) -> Vec<u64> {
        slowest.kept().iter().map(|request| request.latency).collect()
    }

    #[test]
    fn keeps_those_that_took_longest() {
        // Each number below 997 once, in no order.
        let mixed = (1..997).map(|number| number * 421 % 997);
        assert_eq!(latencies(&noted(mixed)), (987..997).rev().collect::<Vec<_>>());
        assert_eq!(latencies(&noted([3, 1, 2])), [3, 2, 1]);
    }

    #[test]
    fn keeps_the_earlier_of_two_that_took_equally_long() {
        let slowest = noted([5; 40]);
        assert_eq!(slowest.kept().iter().map(|request| request.ended).collect::<Vec<_>>(), (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn merges_those_of_several_threads() {
        let mut all = noted((1..20).map(|number| number * 2));
        all.merge(&noted((1..20).map(|number| number * 2 + 1)));
        assert_eq!(latencies(&all), (30..40).rev().collect::<Vec<_>>());
        assert!(!all.admits(30) && all.admits(31));
    }
}
