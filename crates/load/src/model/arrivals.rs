//! The arrivals of one thread. Those that wait for a connection need no queue: they are the ones from `next` on that are due.

use super::Share;
use crate::schedule::ArrivalTimes;
use crate::statistics::Statistics;

#[derive(Debug)]
pub(crate) struct Arrivals<'a> {
    times: &'a ArrivalTimes,
    share: Share,
    /// The number of the next arrival among those of all threads.
    next: u64,
    next_start: Option<u64>,
    timeout: u64,
    /// How many may wait.
    waiting: Option<u64>,
    /// Whether the next arrival had to wait for a connection, so that its lateness is not the generator's.
    blocked: bool,
}

impl<'a> Arrivals<'a> {
    pub(crate) fn new(times: &'a ArrivalTimes, share: Share, timeout: u64, waiting: Option<u64>) -> Self {
        let next = share.index as u64;
        let waiting = waiting.map(|waiting| share.of(waiting));
        Self { times, share, next, next_start: times.start_of(next), timeout, waiting, blocked: false }
    }

    /// When the next arrival is intended to start.
    pub(crate) fn next_start(&self) -> Option<u64> {
        self.next_start
    }

    /// The intended start of an arrival that is due and not yet too late, to be sent on a free connection.
    #[inline]
    pub(crate) fn take(&mut self, now: u64, statistics: &mut Statistics) -> Option<u64> {
        self.drop_overdue(now, statistics);
        let Some(intended) = self.next_start.filter(|start| *start <= now) else {
            self.blocked = false;
            return None;
        };
        if !self.blocked {
            statistics.lateness.record(now - intended);
        }
        self.advance();
        Some(intended)
    }

    /// Says that there is no free connection. Drops what has waited too long, and the oldest where too many wait.
    pub(crate) fn hold(&mut self, now: u64, statistics: &mut Statistics) {
        self.drop_overdue(now, statistics);
        if let Some(waiting) = self.waiting {
            let ahead = waiting.saturating_mul(self.share.count as u64);
            while self.times.start_of(self.next.saturating_add(ahead)).is_some_and(|start| start <= now) {
                self.drop_next(now, statistics);
            }
        }
        self.blocked = self.next_start.is_some_and(|start| start <= now);
    }

    fn drop_overdue(&mut self, now: u64, statistics: &mut Statistics) {
        while self.next_start.is_some_and(|start| start + self.timeout <= now) {
            self.drop_next(now, statistics);
        }
    }

    fn drop_next(&mut self, now: u64, statistics: &mut Statistics) {
        statistics.dropped(now.saturating_sub(self.next_start.unwrap_or(now)), now);
        self.advance();
    }

    /// No more arrivals begin.
    pub(crate) fn finish(&mut self) {
        self.next_start = None;
        self.next = u64::MAX;
    }

    fn advance(&mut self) {
        self.next += self.share.count as u64;
        self.next_start = self.times.start_of(self.next);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::schedule::{Executor, Model, Schedule};

    const MILLISECOND: u64 = 1_000_000;

    /// 1000 per second for a second.
    fn with_arrivals(share: Share, waiting: Option<u64>, check: impl FnOnce(Arrivals<'_>, Statistics)) {
        let executor = Executor::ConstantArrivalRate { rate: 1000.0, duration: Duration::from_secs(1) };
        let schedule = Schedule::new(&executor).expect("a good schedule");
        let Model::Open(times) = schedule.model() else { panic!("an arrival rate is the open model") };
        let timeout = 20 * MILLISECOND;
        check(Arrivals::new(times, share, timeout, waiting), Statistics::new([].into_iter(), timeout));
    }

    const ALL: Share = Share { index: 0, count: 1 };

    #[test]
    fn takes_what_is_due_and_no_more() {
        with_arrivals(ALL, None, |mut arrivals, mut statistics| {
            assert_eq!(arrivals.take(MILLISECOND, &mut statistics), Some(0));
            assert_eq!(arrivals.take(MILLISECOND, &mut statistics), Some(MILLISECOND));
            assert_eq!(arrivals.take(MILLISECOND, &mut statistics), None);
        });
    }

    #[test]
    fn takes_each_arrival_in_one_thread() {
        let mut all: Vec<u64> = Vec::new();
        for index in 0..3 {
            with_arrivals(Share { index, count: 3 }, None, |mut arrivals, mut statistics| {
                for now in 0..1100 {
                    all.extend(std::iter::from_fn(|| arrivals.take(now * MILLISECOND, &mut statistics)));
                }
                assert_eq!(statistics.dropped.count(), 0);
            });
        }
        all.sort_unstable();
        assert_eq!(all, (0..1000).map(|arrival| arrival * MILLISECOND).collect::<Vec<_>>());
    }

    #[test]
    fn drops_what_has_waited_as_long_as_its_time_limit() {
        with_arrivals(ALL, None, |mut arrivals, mut statistics| {
            arrivals.hold(50 * MILLISECOND, &mut statistics);
            assert_eq!(statistics.dropped.count(), 31);
            assert_eq!(arrivals.take(50 * MILLISECOND, &mut statistics), Some(31 * MILLISECOND));
        });
    }

    #[test]
    fn drops_the_oldest_where_too_many_wait() {
        with_arrivals(ALL, Some(5), |mut arrivals, mut statistics| {
            arrivals.hold(10 * MILLISECOND, &mut statistics);
            assert_eq!(statistics.dropped.count(), 6);
            assert!(statistics.dropped.minimum() >= Duration::from_micros(19_980), "a drop counts as a time limit");
            assert_eq!(arrivals.take(10 * MILLISECOND, &mut statistics), Some(6 * MILLISECOND));
        });
    }

    #[test]
    fn does_not_blame_the_generator_for_waiting_for_a_connection() {
        with_arrivals(ALL, None, |mut arrivals, mut statistics| {
            arrivals.hold(10 * MILLISECOND, &mut statistics);
            assert_eq!(arrivals.take(10 * MILLISECOND, &mut statistics), Some(0));
            assert_eq!(statistics.lateness.count(), 0);
            while arrivals.take(10 * MILLISECOND, &mut statistics).is_some() {}
            assert_eq!(arrivals.take(14 * MILLISECOND, &mut statistics), Some(11 * MILLISECOND));
            assert_eq!(statistics.lateness.count(), 1);
        });
    }
}
