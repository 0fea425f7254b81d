//! How many worker threads still run, and waiting until none does.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

pub(crate) struct Running {
    count: Mutex<usize>,
    ended: Condvar,
}

impl Running {
    pub(crate) fn new(workers: usize) -> Self {
        Self { count: Mutex::new(workers), ended: Condvar::new() }
    }

    pub(crate) fn one_ended(&self) {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.ended.notify_all();
    }

    /// Waits up to `time`; whether all have ended.
    pub(crate) fn all_ended_within(&self, time: Duration) -> bool {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.ended.wait_timeout_while(count, time, |count| *count > 0);
        let (count, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *count == 0
    }
}
