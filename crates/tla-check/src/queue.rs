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
    /// States in them.
    returned_states: u64,
    current: Level,
    next: Level,
    /// Bytes of chunks in memory.
    bytes: u64,
    peak_bytes: u64,
    limit: u64,
    directory: Arc<WorkingDirectory>,
}

struct Level {
    /// By worker, the states that it found itself.
    lanes: Vec<Lane>,
    file: Option<SpillFile>,
}

#[derive(Default)]
struct Lane {
    /// The batch that batches are cut from.
    open: Option<Batch>,
    chunks: VecDeque<Stored>,
    /// In both.
    states: u64,
}

enum Stored {
    Memory(Chunk),
    File(SpilledChunk),
}

/// Something in the queue.
pub(crate) enum Waiting<'queue> {
    Begun(&'queue Batch),
    Current(&'queue Chunk),
    Found(&'queue Chunk),
}

impl LevelQueue {
    /// A queue for that many workers, which holds up to `limit` bytes in memory, and the rest in `directory`.
    pub(crate) fn new(workers: usize, limit: Option<u64>, directory: Arc<WorkingDirectory>) -> Self {
        Self {
            returned: VecDeque::new(),
            returned_states: 0,
            current: Level::new(workers.max(1)),
            next: Level::new(workers.max(1)),
            bytes: 0,
            peak_bytes: 0,
            limit: limit.unwrap_or(u64::MAX),
            directory,
        }
    }

    /// Adds states to the level being found.
    pub(crate) fn append(&mut self, chunk: Chunk) -> Result<(), CheckError> {
        let lanes = self.next.lanes.len();
        let lane = &mut self.next.lanes[chunk.first.log() % lanes];
        lane.states += chunk.count;
        if self.bytes + chunk.memory() <= self.limit {
            self.bytes += chunk.memory();
            self.peak_bytes = self.peak_bytes.max(self.bytes);
            lane.chunks.push_back(Stored::Memory(chunk));
            return Ok(());
        }
        if self.next.file.is_none() {
            self.next.file = Some(SpillFile::create(&self.directory)?);
        }
        if let Some(file) = &mut self.next.file {
            lane.chunks.push_back(Stored::File(file.write(&chunk, &self.directory)?));
        }
        Ok(())
    }

    /// Up to `count` states (at least 1) of the level being explored for a worker: of those it found itself, since what it
    /// remembers helps it with them, or else of those of the worker that has most.
    pub(crate) fn take(&mut self, worker: usize, count: u64) -> Result<Option<Batch>, CheckError> {
        if let Some(batch) = self.returned.pop_front() {
            self.returned_states -= batch.remaining();
            return Ok(Some(batch));
        }
        let Level { lanes, file } = &mut self.current;
        let own = worker % lanes.len();
        let fullest = || (0..lanes.len()).max_by_key(|number| lanes[*number].states).unwrap_or(own);
        let lane = if lanes[own].states > 0 { own } else { fullest() };
        let lane = &mut lanes[lane];
        if lane.open.as_ref().is_none_or(|batch| batch.remaining() == 0) {
            let chunk = match (lane.chunks.pop_front(), file) {
                (Some(Stored::Memory(chunk)), _) => {
                    self.bytes -= chunk.memory();
                    Some(chunk)
                }
                (Some(Stored::File(spilled)), Some(file)) => Some(file.read(spilled)?),
                (Some(Stored::File(_)) | None, _) => None,
            };
            lane.open = chunk.map(|chunk| Batch::new(Arc::new(chunk)));
        }
        let batch = lane.open.as_mut().map(|open| open.split_front(count.max(1)));
        lane.states -= batch.as_ref().map_or(0, Batch::remaining);
        Ok(batch)
    }

    /// Takes back the unexplored rest of a batch.
    pub(crate) fn give_back(&mut self, batch: Batch) {
        if batch.remaining() > 0 {
            self.returned_states += batch.remaining();
            self.returned.push_back(batch);
        }
    }

    /// Starts exploring the level that was being found; false if it is empty. The level before must be exhausted.
    pub(crate) fn advance(&mut self) -> bool {
        debug_assert_eq!(self.waiting(), 0, "a level is left only when it is exhausted");
        let empty = Level::new(self.next.lanes.len());
        self.current = std::mem::replace(&mut self.next, empty);
        self.current.states() > 0
    }

    /// Gives everything that waits, in order: batches that were begun, the rest of the level being explored, the level
    /// being found.
    pub(crate) fn for_each(
        &self,
        mut give: impl FnMut(Waiting<'_>) -> Result<(), CheckError>,
    ) -> Result<(), CheckError> {
        let open = self.current.lanes.iter().filter_map(|lane| lane.open.as_ref());
        self.returned.iter().chain(open).try_for_each(|batch| give(Waiting::Begun(batch)))?;
        for (level, found) in [(&self.current, false), (&self.next, true)] {
            for stored in level.lanes.iter().flat_map(|lane| &lane.chunks) {
                let read;
                let chunk = match (stored, &level.file) {
                    (Stored::Memory(chunk), _) => chunk,
                    (Stored::File(spilled), Some(file)) => {
                        read = file.read(*spilled)?;
                        &read
                    }
                    (Stored::File(_), None) => continue,
                };
                give(if found { Waiting::Found(chunk) } else { Waiting::Current(chunk) })?;
            }
        }
        Ok(())
    }

    /// States of the level being explored that nobody has taken.
    pub(crate) fn waiting(&self) -> u64 {
        self.returned_states + self.current.states()
    }

    /// States of the level being found.
    pub(crate) fn found(&self) -> u64 {
        self.next.states()
    }

    pub(crate) fn peak_bytes(&self) -> u64 {
        self.peak_bytes
    }
}

impl Level {
    fn new(lanes: usize) -> Self {
        Self { lanes: (0..lanes).map(|_| Lane::default()).collect(), file: None }
    }

    fn states(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.states).sum()
    }
}
