//! What one thread does when: its part of a schedule.

mod arrivals;
mod users;

pub(crate) use arrivals::Arrivals;
pub(crate) use users::{SharedBudget, Users};

use crate::plan::Plan;
use crate::schedule::{self, Schedule};
use crate::selection::Selection;

/// The part of a schedule that one thread carries out.
#[derive(Debug)]
pub(crate) enum Model<'a> {
    Open(Arrivals<'a>),
    Closed(Users<'a>),
}

impl<'a> Model<'a> {
    pub(crate) fn new(schedule: &'a Schedule, plan: &Plan, share: Share, budget: &'a SharedBudget) -> Self {
        let settings = plan.settings();
        match schedule.model() {
            schedule::Model::Open(times) => Self::Open(Arrivals::new(times, share, plan.timeout(), settings.waiting)),
            schedule::Model::Closed(count) => {
                // Drawn apart from the choice of requests, which is then the same with and without think time.
                let random = Selection::new([1].into_iter(), settings.seed ^ (share.index as u64 + 1) << 48);
                Self::Closed(Users::new(count, share, settings.think_time, random, budget))
            }
        }
    }

    /// No more iterations begin.
    pub(crate) fn finish(&mut self) {
        match self {
            Self::Open(arrivals) => arrivals.finish(),
            Self::Closed(users) => users.finish(),
        }
    }
}

/// Which of several threads: it takes the arrivals and users whose number leaves `index` when divided by `count`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    pub(crate) index: usize,
    pub(crate) count: usize,
}

impl Share {
    /// How many of `total` this thread takes.
    pub(crate) fn of(self, total: u64) -> u64 {
        let (index, count) = (self.index as u64, self.count as u64);
        total / count + u64::from(index < total % count)
    }
}
