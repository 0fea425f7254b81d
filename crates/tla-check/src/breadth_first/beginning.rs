//! Where an exploration begins: at the initial states, or where a checkpoint left off.

use std::time::Duration;

use super::ending::Findings;
use super::persistence::WorkerRecord;
use crate::ancestry::Log;
use crate::behaviour::Recorder;
use crate::checkpoint::{read_queue, CheckpointDirectory, Identity, Snapshot};
use crate::error::CheckError;
use crate::fingerprints::FingerprintSet;
use crate::model::{Model, Share};
use crate::options::{CheckpointOptions, Options};
use crate::queue::{LevelQueue, Partly};
use crate::statistics::Statistics;
use crate::temporal::Temporal;

pub(super) struct Beginning {
    /// At least one for each worker.
    pub(super) logs: Vec<Log>,
    /// One for each log where there are temporal properties, else none.
    pub(super) recorders: Vec<Recorder>,
    pub(super) level: u32,
    /// Shares of the initial states that are not known yet, and how far each is.
    pub(super) initial: Vec<(Share, Partly)>,
    pub(super) statistics: Statistics,
    pub(super) findings: Findings,
    /// Time spent before.
    pub(super) elapsed: Duration,
    pub(super) directory: Option<CheckpointDirectory>,
}

/// A share for each worker.
fn shares(workers: usize) -> Vec<(Share, Partly)> {
    let of = workers as u64;
    (0..of).rev().map(|index| (Share { index, of }, Partly::default())).collect()
}

pub(super) fn identity<M: Model>(model: &M, options: &Options, checkpoint: &CheckpointOptions) -> Identity {
    Identity {
        model: checkpoint.model_identity,
        temporal: model.temporal().map_or(0, Temporal::identity),
        check_deadlock: options.check_deadlock,
        continue_after_violation: options.continue_after_violation,
    }
}

impl Beginning {
    /// Fills `queue` and `fingerprints`, which are empty, with what is known already.
    pub(super) fn new<M: Model>(
        model: &M,
        options: &Options,
        queue: &mut LevelQueue,
        fingerprints: &FingerprintSet,
    ) -> Result<Self, CheckError> {
        let recorded = if model.temporal().is_some() { options.workers } else { 0 };
        match &options.checkpoint {
            None => {
                let logs = (0..options.workers).map(Log::temporary).collect();
                Ok(Self::start(logs, (0..recorded).map(|_| Recorder::temporary()).collect(), None))
            }
            Some(checkpoint) if checkpoint.resume => {
                let identity = identity(model, options, checkpoint);
                Self::resume(options, identity, checkpoint, queue, fingerprints)
            }
            Some(checkpoint) => {
                let directory = CheckpointDirectory::create(&checkpoint.directory)?;
                let logs = (0..options.workers).map(|number| Log::lasting(number, directory.log(number)));
                let recorders = (0..recorded).map(|number| Recorder::lasting(directory.steps(number)));
                let (logs, recorders) = (logs.collect::<Result<_, _>>()?, recorders.collect::<Result<_, _>>()?);
                Ok(Self::start(logs, recorders, Some(directory)))
            }
        }
    }

    /// What the workers have done before they begin.
    pub(super) fn records(&self) -> Vec<WorkerRecord> {
        let behaviour = |number: usize| self.recorders.get(number).map(Recorder::mark).unwrap_or_default();
        let record = |(number, log): (usize, &Log)| WorkerRecord {
            statistics: Statistics::default(),
            mark: log.mark(),
            behaviour: behaviour(number),
        };
        self.logs.iter().enumerate().map(record).collect()
    }

    fn start(logs: Vec<Log>, recorders: Vec<Recorder>, directory: Option<CheckpointDirectory>) -> Self {
        Self {
            initial: shares(logs.len()),
            logs,
            recorders,
            level: 0,
            statistics: Statistics::default(),
            findings: Findings::default(),
            elapsed: Duration::ZERO,
            directory,
        }
    }

    fn resume(
        options: &Options,
        identity: Identity,
        checkpoint: &CheckpointOptions,
        queue: &mut LevelQueue,
        fingerprints: &FingerprintSet,
    ) -> Result<Self, CheckError> {
        let (directory, snapshot) = CheckpointDirectory::open(&checkpoint.directory, identity)?;
        let Snapshot {
            elapsed, level, initial, statistics, findings, logs: marks, behaviour, queue: queue_mark, ..
        } = snapshot;
        let damaged = |what: std::path::PathBuf| {
            directory.unusable(format!("`{}` is damaged: its length or checksum differs", what.display()))
        };
        let queue_path = directory.queue(queue_mark.file);
        if !read_queue(&queue_path, queue_mark, queue)? {
            return Err(damaged(queue_path));
        }
        let mut handle = fingerprints.handle(0);
        let mut logs = Vec::new();
        let mut distinct = 0;
        for (number, mark) in marks.into_iter().enumerate() {
            let path = directory.log(number);
            let give = |fingerprint| {
                distinct += u64::from(handle.insert(fingerprint)?);
                Ok(())
            };
            logs.push(Log::resume(number, path.clone(), mark, give)?.ok_or_else(|| damaged(path))?);
        }
        if distinct != statistics.distinct {
            return Err(directory.unusable(format!(
                "its logs hold {distinct} distinct states, not {} as it says",
                statistics.distinct
            )));
        }
        let mut recorders = Vec::new();
        for (number, mark) in behaviour.into_iter().enumerate() {
            let path = directory.steps(number);
            recorders.push(Recorder::resume(path.clone(), mark)?.ok_or_else(|| damaged(path))?);
        }
        for number in logs.len()..options.workers {
            logs.push(Log::lasting(number, directory.log(number))?);
            if identity.temporal != 0 {
                recorders.push(Recorder::lasting(directory.steps(number))?);
            }
        }
        Ok(Self { logs, recorders, level, initial, statistics, findings, elapsed, directory: Some(directory) })
    }
}
