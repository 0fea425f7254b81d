//! States that wait to be explored, level by level, first in first out.

mod chunk;

use std::collections::VecDeque;
use std::sync::Arc;

pub(crate) use chunk::{Batch, Chunk, ChunkWriter};

use crate::error::CheckError;

/// Two levels: the one being explored and the one being found.
#[derive(Default)]
pub(crate) struct LevelQueue {
    /// Batches that were taken and not finished; they come first again.
    returned: VecDeque<Batch>,
    /// The batch that batches are cut from.
    open: Option<Batch>,
    current: VecDeque<Chunk>,
    next: VecDeque<Chunk>,
    /// States in `returned`, `open` and `current`.
    waiting: u64,
    /// States in `next`.
    found: u64,
    bytes: u64,
    peak_bytes: u64,
}

impl LevelQueue {
    /// Adds states to the level being found.
    pub(crate) fn append(&mut self, chunk: Chunk) -> Result<(), CheckError> {
        self.found += chunk.count();
        self.bytes += chunk.bytes();
        self.peak_bytes = self.peak_bytes.max(self.bytes);
        self.next.push_back(chunk);
        Ok(())
    }

    /// Up to `count` states (at least 1) of the level being explored.
    pub(crate) fn take(&mut self, count: u64) -> Result<Option<Batch>, CheckError> {
        if let Some(batch) = self.returned.pop_front() {
            self.waiting -= batch.remaining();
            return Ok(Some(batch));
        }
        if self.open.as_ref().is_none_or(|batch| batch.remaining() == 0) {
            let Some(chunk) = self.current.pop_front() else {
                self.open = None;
                return Ok(None);
            };
            self.bytes -= chunk.bytes();
            self.open = Some(Batch::new(Arc::new(chunk)));
        }
        let batch = self.open.as_mut().map(|open| open.split_front(count.max(1)));
        self.waiting -= batch.as_ref().map_or(0, Batch::remaining);
        Ok(batch)
    }

    /// Takes back the unexplored rest of a batch.
    pub(crate) fn give_back(&mut self, batch: Batch) {
        if batch.remaining() > 0 {
            self.waiting += batch.remaining();
            self.returned.push_back(batch);
        }
    }

    /// Starts exploring the level that was being found; false if it is empty. The level before must be exhausted.
    pub(crate) fn advance(&mut self) -> bool {
        debug_assert_eq!(self.waiting, 0, "a level is left only when it is exhausted");
        self.open = None;
        std::mem::swap(&mut self.current, &mut self.next);
        self.waiting = std::mem::take(&mut self.found);
        self.waiting > 0
    }

    /// States of the level being explored that nobody has taken.
    pub(crate) fn waiting(&self) -> u64 {
        self.waiting
    }

    /// States of the level being found.
    pub(crate) fn found(&self) -> u64 {
        self.found
    }

    pub(crate) fn peak_bytes(&self) -> u64 {
        self.peak_bytes
    }
}
