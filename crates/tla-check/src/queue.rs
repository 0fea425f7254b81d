//! States that wait to be explored, level by level, first in first out; past a limit of memory they wait in files.

mod chunk;
mod spill;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

pub(crate) use chunk::{Batch, Chunk, ChunkWriter, Partly};

use crate::error::CheckError;
use crate::working_directory::WorkingDirectory;
use spill::{SpillFile, SpilledChunk};

/// Two levels: the one being explored and the one being found.
pub(crate) struct LevelQueue {
    /// Batches that were taken and not finished; they come first again.
    returned: VecDeque<Batch>,
    /// The batch that batches are cut from.
    open: Option<Batch>,
    current: Level,
    next: Level,
    /// States in `returned` and `open`.
    opened: u64,
    /// Bytes of chunks in memory.
    bytes: u64,
    peak_bytes: u64,
    limit: u64,
    directory: Arc<WorkingDirectory>,
}

#[derive(Default)]
struct Level {
    chunks: VecDeque<Stored>,
    states: u64,
    file: Option<SpillFile>,
}

enum Stored {
    Memory(Chunk),
    File { chunk: SpilledChunk, states: u64 },
}

/// Something in the queue.
pub(crate) enum Waiting<'queue> {
    Begun(&'queue Batch),
    Current(&'queue Chunk),
    Found(&'queue Chunk),
}

impl LevelQueue {
    /// A queue that holds up to `limit` bytes in memory, and the rest in `directory`.
    pub(crate) fn new(limit: Option<u64>, directory: Arc<WorkingDirectory>) -> Self {
        Self {
            returned: VecDeque::new(),
            open: None,
            current: Level::default(),
            next: Level::default(),
            opened: 0,
            bytes: 0,
            peak_bytes: 0,
            limit: limit.unwrap_or(u64::MAX),
            directory,
        }
    }

    /// Adds states to the level being found.
    pub(crate) fn append(&mut self, chunk: Chunk) -> Result<(), CheckError> {
        let states = chunk.count;
        if self.bytes + chunk.memory() > self.limit {
            if self.next.file.is_none() {
                self.next.file = Some(SpillFile::create(&self.directory)?);
            }
            if let Some(file) = &mut self.next.file {
                let chunk = file.write(&chunk, &self.directory)?;
                self.next.chunks.push_back(Stored::File { chunk, states });
            }
        } else {
            self.bytes += chunk.memory();
            self.peak_bytes = self.peak_bytes.max(self.bytes);
            self.next.chunks.push_back(Stored::Memory(chunk));
        }
        self.next.states += states;
        Ok(())
    }

    /// Up to `count` states (at least 1) of the level being explored.
    pub(crate) fn take(&mut self, count: u64) -> Result<Option<Batch>, CheckError> {
        if let Some(batch) = self.returned.pop_front() {
            self.opened -= batch.remaining();
            return Ok(Some(batch));
        }
        if self.open.as_ref().is_none_or(|batch| batch.remaining() == 0) {
            self.open = None;
            let Some(chunk) = self.open_chunk()? else { return Ok(None) };
            self.opened += chunk.count;
            self.open = Some(Batch::new(Arc::new(chunk)));
        }
        let batch = self.open.as_mut().map(|open| open.split_front(count.max(1)));
        self.opened -= batch.as_ref().map_or(0, Batch::remaining);
        Ok(batch)
    }

    fn open_chunk(&mut self) -> Result<Option<Chunk>, CheckError> {
        let chunk = match (self.current.chunks.front(), &self.current.file) {
            (Some(Stored::File { chunk, .. }), Some(file)) => Some(file.read(*chunk)?),
            _ => None,
        };
        let Some(stored) = self.current.chunks.pop_front() else { return Ok(None) };
        self.current.states -= stored.states();
        Ok(match stored {
            Stored::File { .. } => chunk,
            Stored::Memory(chunk) => {
                self.bytes -= chunk.memory();
                Some(chunk)
            }
        })
    }

    /// Takes back the unexplored rest of a batch.
    pub(crate) fn give_back(&mut self, batch: Batch) {
        if batch.remaining() > 0 {
            self.opened += batch.remaining();
            self.returned.push_back(batch);
        }
    }

    /// Starts exploring the level that was being found; false if it is empty. The level before must be exhausted.
    pub(crate) fn advance(&mut self) -> bool {
        debug_assert_eq!(self.waiting(), 0, "a level is left only when it is exhausted");
        self.open = None;
        self.current = std::mem::take(&mut self.next);
        self.current.states > 0
    }

    /// Gives everything that waits, in order: batches that were begun, the rest of the level being explored, the level
    /// being found.
    pub(crate) fn for_each(
        &self,
        mut give: impl FnMut(Waiting<'_>) -> Result<(), CheckError>,
    ) -> Result<(), CheckError> {
        self.returned.iter().chain(&self.open).try_for_each(|batch| give(Waiting::Begun(batch)))?;
        for (level, found) in [(&self.current, false), (&self.next, true)] {
            for stored in &level.chunks {
                let read;
                let chunk = match (stored, &level.file) {
                    (Stored::File { chunk, .. }, Some(file)) => {
                        read = file.read(*chunk)?;
                        &read
                    }
                    (Stored::Memory(chunk), _) => chunk,
                    (Stored::File { .. }, None) => continue,
                };
                give(if found { Waiting::Found(chunk) } else { Waiting::Current(chunk) })?;
            }
        }
        Ok(())
    }

    /// States of the level being explored that nobody has taken.
    pub(crate) fn waiting(&self) -> u64 {
        self.opened + self.current.states
    }

    /// States of the level being found.
    pub(crate) fn found(&self) -> u64 {
        self.next.states
    }

    pub(crate) fn peak_bytes(&self) -> u64 {
        self.peak_bytes
    }
}

impl Stored {
    fn states(&self) -> u64 {
        match self {
            Self::Memory(chunk) => chunk.count,
            Self::File { states, .. } => *states,
        }
    }
}
