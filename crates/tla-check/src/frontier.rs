//! The queue as workers share it: hands out batches, waits at the end of a level until all workers are there, and can
//! make all workers pause so that everything can be written down.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::CheckError;
use crate::model::Share;
use crate::options::{StopFlag, POLL};
use crate::queue::{Batch, Chunk, ChunkWriter, LevelQueue, Partly};

/// Most states in a batch: enough to make taking one cheap.
const BATCH_STATES: u64 = 256;

/// A worker takes this fraction of its share, so that all workers finish a level at about the same time.
const SHARES_PER_WORKER: u64 = 4;

pub(crate) struct Frontier {
    state: Mutex<State>,
    changed: Condvar,
    workers: usize,
    max_depth: Option<u32>,
    stop: StopFlag,
    /// Workers are to pause at the next successor.
    pausing: AtomicBool,
}

pub(crate) struct State {
    pub(crate) queue: LevelQueue,
    /// Shares of the initial states that are to be found, and how far each is.
    pub(crate) initial: Vec<(Share, Partly)>,
    /// Level being explored; 0 while initial states are found.
    pub(crate) level: u32,
    /// Workers that have something to do.
    active: usize,
    /// What workers that pause have yet to do.
    pub(crate) paused: Vec<Option<Work>>,
    /// Number of the latest pause.
    pause: u64,
    end: Option<End>,
}

/// Why no work is handed out any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Exhausted,
    DepthReached,
    Stopped,
}

#[derive(Clone)]
pub(crate) enum Work {
    /// Find a share of the initial states.
    Initial(Share, Partly),
    /// Explore states, which are on `level`.
    Explore { batch: Batch, level: u32 },
}

pub(crate) enum Taken {
    Work(Work),
    /// Call [`Frontier::pause_here`], then ask again.
    Pause,
    End,
}

impl Frontier {
    /// For `workers` workers. What is in `queue` is on `level`, or being found from it; `initial` are the shares of
    /// the initial states that are not known yet.
    pub(crate) fn new(
        queue: LevelQueue,
        level: u32,
        initial: Vec<(Share, Partly)>,
        workers: usize,
        max_depth: Option<u32>,
        stop: StopFlag,
    ) -> Self {
        let state = State { queue, initial, level, active: 0, paused: Vec::new(), pause: 0, end: None };
        let pausing = AtomicBool::new(false);
        Self { state: Mutex::new(state), changed: Condvar::new(), workers, max_depth, stop, pausing }
    }

    /// Hands in a chunk of states that were found.
    pub(crate) fn add(&self, chunk: Chunk) -> Result<(), CheckError> {
        self.lock().queue.append(chunk)
    }

    /// Waits for work for the worker `number`. What `writer` holds is handed in where the level ends.
    ///
    /// `working`: the caller had work, which it is done with. It counts as active until it is here, because until then
    /// its writer may hold states that nobody else knows of: a level must not end without them.
    pub(crate) fn take(&self, number: usize, writer: &mut ChunkWriter, working: bool) -> Result<Taken, CheckError> {
        let mut state = self.lock();
        state.active -= usize::from(working);
        loop {
            if self.stop.is_requested() {
                state.end.get_or_insert(End::Stopped);
            }
            if state.end.is_some() {
                hand_in(writer, &mut state.queue)?;
                return Ok(Taken::End);
            }
            if self.is_pausing() {
                // The pause may be over before this worker gets there, and it no longer counts as active.
                hand_in(writer, &mut state.queue)?;
                return Ok(Taken::Pause);
            }
            if let Some(work) = self.work(number, &mut state)? {
                state.active += 1;
                return Ok(Taken::Work(work));
            }
            hand_in(writer, &mut state.queue)?;
            if state.active == 0 {
                self.begin_level(&mut state);
            } else {
                state = self.wait(state);
            }
        }
    }

    fn work(&self, number: usize, state: &mut State) -> Result<Option<Work>, CheckError> {
        if let Some((share, partly)) = state.initial.pop() {
            return Ok(Some(Work::Initial(share, partly)));
        }
        let count = state.queue.waiting() / (self.workers as u64 * SHARES_PER_WORKER);
        let batch = state.queue.take(number, count.min(BATCH_STATES))?;
        Ok(batch.map(|batch| Work::Explore { batch, level: state.level }))
    }

    fn begin_level(&self, state: &mut State) {
        if state.queue.found() == 0 {
            state.end = Some(End::Exhausted);
        } else if self.max_depth.is_some_and(|levels| state.level >= levels.saturating_sub(1)) {
            state.end = Some(End::DepthReached);
        } else {
            state.queue.advance();
            state.level += 1;
        }
        self.changed.notify_all();
    }

    /// Gives back what is left of the work that was taken; the next [`Self::take`] ends it.
    pub(crate) fn finish(&self, rest: Option<Work>) {
        let mut state = self.lock();
        match rest {
            Some(Work::Initial(share, partly)) => state.initial.push((share, partly)),
            Some(Work::Explore { batch, .. }) => state.queue.give_back(batch),
            None => {}
        }
    }

    /// Makes waiting workers look at the stop flag.
    pub(crate) fn wake(&self) {
        // Taking the lock keeps a worker that just looked at the flag from missing this.
        drop(self.lock());
        self.changed.notify_all();
    }

    #[inline]
    pub(crate) fn is_pausing(&self) -> bool {
        self.pausing.load(Ordering::Relaxed)
    }

    /// For a worker that has been asked to pause: waits until it may go on. `rest` is what it has yet to do.
    pub(crate) fn pause_here(&self, writer: &mut ChunkWriter, rest: Option<Work>) -> Result<(), CheckError> {
        let mut state = self.lock();
        hand_in(writer, &mut state.queue)?;
        state.paused.push(rest);
        let pause = state.pause;
        self.changed.notify_all();
        while self.is_pausing() && state.pause == pause {
            if self.stop.is_requested() {
                // Whoever waits for the others to pause must not take this worker for one that does.
                state.end.get_or_insert(End::Stopped);
                break;
            }
            state = self.wait(state);
        }
        Ok(())
    }

    /// Makes all workers pause and calls `act` once they do; `None` if they do not within `patience`, or end.
    pub(crate) fn while_paused<T>(&self, patience: Duration, act: impl FnOnce(&State) -> T) -> Option<T> {
        let deadline = Instant::now() + patience;
        let mut state = self.lock();
        state.paused.clear();
        state.pause += 1;
        self.pausing.store(true, Ordering::Relaxed);
        self.changed.notify_all();
        while state.paused.len() < self.workers && state.end.is_none() && !self.stop.is_requested() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            // Whoever requests the stop need not wake anybody.
            state = self.changed.wait_timeout(state, left.min(POLL)).unwrap_or_else(PoisonError::into_inner).0;
        }
        let all_paused = state.paused.len() == self.workers && state.end.is_none();
        let result = all_paused.then(|| act(&state));
        self.pausing.store(false, Ordering::Relaxed);
        self.changed.notify_all();
        result
    }

    /// Calls `act` with what is left when all workers have ended.
    pub(crate) fn when_ended<T>(&self, act: impl FnOnce(&State) -> T) -> T {
        let mut state = self.lock();
        state.paused.clear();
        act(&state)
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

    fn wait<'state>(&self, state: MutexGuard<'state, State>) -> MutexGuard<'state, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A worker that panicked ends the exploration; what it left here is only counted.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hand_in(writer: &mut ChunkWriter, queue: &mut LevelQueue) -> Result<(), CheckError> {
    writer.close().map_or(Ok(()), |chunk| queue.append(chunk))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ancestry::Sequence;
    use crate::working_directory::WorkingDirectory;

    #[test]
    fn knows_of_all_states_when_a_worker_is_told_to_pause() -> Result<(), CheckError> {
        let queue = LevelQueue::new(1, None, Arc::new(WorkingDirectory::new(None)));
        let frontier = Frontier::new(queue, 0, vec![(Share::ALL, Partly::default())], 1, None, StopFlag::new());
        let mut writer = ChunkWriter::default();
        assert!(matches!(frontier.take(0, &mut writer, false)?, Taken::Work(Work::Initial(..))));
        assert!(writer.push(Sequence::new(0, 0), |bytes| bytes.push(7)).is_none());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| frontier.while_paused(Duration::from_secs(60), |state| state.queue.found()));
            while !frontier.is_pausing() {
                std::thread::yield_now();
            }
            assert!(matches!(frontier.take(0, &mut writer, true)?, Taken::Pause));
            assert_eq!(frontier.left(), 1);
            frontier.pause_here(&mut writer, None)?;
            assert_eq!(waiting.join().ok(), Some(Some(1)));
            Ok(())
        })
    }
}
