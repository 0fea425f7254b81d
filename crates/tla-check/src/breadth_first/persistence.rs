//! Writing checkpoints of a running or stopped exploration.

use std::time::Duration;

use super::beginning::identity;
use super::search::{lock, Search};
use crate::ancestry::LogMark;
use crate::behaviour::BehaviourMark;
use crate::checkpoint::{CheckpointDirectory, Snapshot};
use crate::error::CheckError;
use crate::frontier::{State, Work};
use crate::model::Model;
use crate::statistics::Statistics;

/// How long a checkpoint waits for workers to pause before it is left for the next time: one may be busy with a single
/// successor, and the others stand still meanwhile.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a worker has done, as of its latest pause or its end.
#[derive(Clone, Default)]
pub(super) struct WorkerRecord {
    pub(super) statistics: Statistics,
    pub(super) mark: LogMark,
    pub(super) behaviour: BehaviourMark,
}

impl<M: Model> Search<'_, M> {
    /// A worker's account of itself, to be given when it pauses or ends.
    pub(super) fn record(&self, worker: usize, record: WorkerRecord) {
        *lock(&self.records[worker]) = record;
    }

    /// What all workers recorded and what was done before them.
    pub(super) fn total(&self) -> Statistics {
        let mut total = self.before.clone();
        self.records.iter().for_each(|record| total.add(&lock(record).statistics));
        total
    }

    /// Writes a checkpoint while workers pause; false if they did not.
    pub(super) fn checkpoint(&self, elapsed: Duration) -> Result<bool, CheckError> {
        let mut directory = lock(&self.checkpoint_directory);
        let Some(directory) = directory.as_mut() else { return Ok(true) };
        let written = self.frontier.while_paused(PATIENCE, |state| self.write(state, directory, elapsed));
        written.map_or(Ok(false), |result| result.map(|()| true))
    }

    /// Writes a checkpoint of what is left when all workers have ended in good order.
    pub(super) fn final_checkpoint(&self, elapsed: Duration) -> Result<(), CheckError> {
        let mut directory = lock(&self.checkpoint_directory);
        let Some(directory) = directory.as_mut() else { return Ok(()) };
        self.frontier.when_ended(|state| self.write(state, directory, elapsed))
    }

    /// Removes the checkpoint of an exploration that needs none any more.
    pub(super) fn remove_checkpoint(&self) -> Result<(), CheckError> {
        match lock(&self.checkpoint_directory).as_ref() {
            Some(directory) => directory.remove(self.records.len()),
            None => Ok(()),
        }
    }

    fn write(&self, state: &State, directory: &mut CheckpointDirectory, elapsed: Duration) -> Result<(), CheckError> {
        let Some(checkpoint) = &self.options.checkpoint else { return Ok(()) };
        let paused = state.paused.iter().flatten().filter_map(|work| match work {
            Work::Initial(share, partly) => Some((*share, *partly)),
            Work::Explore { .. } => None,
        });
        let queue = directory.write_queue(state)?;
        let beside = self.model.write_beside_checkpoint(&checkpoint.directory);
        beside.map_err(|source| CheckError::file("write beside the checkpoint", &checkpoint.directory, source))?;
        let findings = lock(&self.findings);
        directory.replace(&Snapshot {
            identity: identity(self.model, self.options, checkpoint),
            elapsed: self.elapsed_before + elapsed,
            level: state.level,
            initial: state.initial.iter().copied().chain(paused).collect(),
            statistics: self.total(),
            findings: findings.clone(),
            logs: self.records.iter().map(|record| lock(record).mark).collect(),
            behaviour: self.recorders.iter().zip(&self.records).map(|(_, record)| lock(record).behaviour).collect(),
            queue,
        })
    }
}
