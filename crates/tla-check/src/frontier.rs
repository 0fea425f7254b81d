//! The queue as workers share it: hands out batches, waits at the end of a level until all workers are there.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::CheckError;
use crate::options::StopFlag;
use crate::queue::{Batch, Chunk, ChunkWriter, LevelQueue};

/// Most states in a batch: enough to make taking one cheap.
const BATCH_STATES: u64 = 256;

/// A worker takes this fraction of its share, so that all workers finish a level at about the same time.
const SHARES_PER_WORKER: u64 = 4;

pub(crate) struct Frontier {
    state: Mutex<State>,
    changed: Condvar,
    workers: u64,
    max_depth: Option<u32>,
    stop: StopFlag,
}

struct State {
    queue: LevelQueue,
    /// Workers that hold a batch.
    active: usize,
    level: u32,
    end: Option<End>,
}

/// Why no batch is handed out any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Exhausted,
    DepthReached,
    Stopped,
}

/// A batch, and the level its states are on.
pub(crate) struct Taken {
    pub(crate) batch: Batch,
    pub(crate) level: u32,
}

impl Frontier {
    /// Of `queue`, for `workers` workers, all of which count as active until they first ask for a batch.
    pub(crate) fn new(queue: LevelQueue, workers: usize, max_depth: Option<u32>, stop: StopFlag) -> Self {
        let state = State { queue, active: workers, level: 0, end: None };
        Self { state: Mutex::new(state), changed: Condvar::new(), workers: workers as u64, max_depth, stop }
    }

    /// Hands in a chunk of states that were found.
    pub(crate) fn add(&self, chunk: Chunk) -> Result<(), CheckError> {
        self.lock().queue.append(chunk)
    }

    /// Ends the caller's batch and waits for another; `None` at the end. What `writer` holds is handed in where the level
    /// ends.
    pub(crate) fn take(&self, writer: &mut ChunkWriter) -> Result<Option<Taken>, CheckError> {
        let mut state = self.lock();
        state.active -= 1;
        loop {
            if self.stop.is_requested() {
                state.end.get_or_insert(End::Stopped);
            }
            if state.end.is_some() {
                hand_in(writer, &mut state.queue)?;
                return Ok(None);
            }
            let count = state.queue.waiting() / (self.workers * SHARES_PER_WORKER);
            if let Some(batch) = state.queue.take(count.min(BATCH_STATES))? {
                state.active += 1;
                return Ok(Some(Taken { batch, level: state.level }));
            }
            hand_in(writer, &mut state.queue)?;
            if state.active == 0 {
                self.begin_level(&mut state);
            } else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Takes back what is left of a batch. The caller still counts as active.
    pub(crate) fn give_back(&self, batch: Batch) {
        self.lock().queue.give_back(batch);
    }

    /// Makes waiting workers look at the stop flag.
    pub(crate) fn wake(&self) {
        // Taking the lock keeps a worker that just looked at the flag from missing this.
        drop(self.lock());
        self.changed.notify_all();
    }

    /// States that were found and not explored.
    pub(crate) fn left(&self) -> u64 {
        let state = self.lock();
        state.queue.waiting() + state.queue.found()
    }

    pub(crate) fn end(&self) -> Option<End> {
        self.lock().end
    }

    pub(crate) fn peak_bytes(&self) -> u64 {
        self.lock().queue.peak_bytes()
    }

    fn begin_level(&self, state: &mut State) {
        if state.queue.found() == 0 {
            state.end = Some(End::Exhausted);
        } else if self.max_depth.is_some_and(|levels| state.level + 1 >= levels) {
            state.end = Some(End::DepthReached);
        } else {
            state.queue.advance();
            state.level += 1;
        }
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A worker that panicked ends the exploration; what it left here is only counted.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hand_in(writer: &mut ChunkWriter, queue: &mut LevelQueue) -> Result<(), CheckError> {
    writer.close().map_or(Ok(()), |chunk| queue.append(chunk))
}
