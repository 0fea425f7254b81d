//! What one thread does when: its part of a schedule.

mod arrivals;
mod users;

pub(crate) use arrivals::Arrivals;
pub(crate) use users::{SharedBudget, Users};

/// The part of a schedule that one thread carries out.
#[derive(Debug)]
pub(crate) enum Model<'a> {
    Open(Arrivals<'a>),
    Closed(Users<'a>),
}

impl Model<'_> {
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
