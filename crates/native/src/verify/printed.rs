//! What `Print` and `PrintT` write, from all threads.

use std::sync::{Arc, Mutex, PoisonError};

/// More lines are counted and dropped: a specification that prints in every state would fill the memory.
const KEPT: usize = 10_000;

#[derive(Clone, Default)]
pub(super) struct Printed(Arc<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    kept: Vec<String>,
    dropped: u64,
}

impl Printed {
    pub(super) fn line(&self, text: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.kept.len() < KEPT {
            lines.kept.push(text.to_owned());
        } else {
            lines.dropped += 1;
        }
    }

    /// The lines, and one more that says how many were dropped.
    pub(super) fn take(&self) -> Vec<String> {
        let lines = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut kept = lines.kept;
        if lines.dropped > 0 {
            kept.push(format!("({} lines more, past the limit of {KEPT})", lines.dropped));
        }
        kept
    }
}
