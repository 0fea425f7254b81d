//! Where an exploration begins: at the initial states, or where a checkpoint left off.

use std::time::Duration;

use super::ending::Findings;
use crate::ancestry::Log;
use crate::checkpoint::{read_queue, CheckpointDirectory, Identity, Snapshot};
use crate::error::CheckError;
use crate::fingerprints::FingerprintSet;
use crate::model::Share;
use crate::options::{CheckpointOptions, Options};
use crate::queue::{LevelQueue, Partly};
use crate::statistics::Statistics;

pub(super) struct Beginning {
    /// At least one for each worker.
    pub(super) logs: Vec<Log>,
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

pub(super) fn identity(options: &Options, checkpoint: &CheckpointOptions) -> Identity {
    Identity {
        model: checkpoint.model_identity,
        check_deadlock: options.check_deadlock,
        continue_after_violation: options.continue_after_violation,
    }
}

impl Beginning {
    /// Fills `queue` and `fingerprints`, which are empty, with what is known already.
    pub(super) fn new(
        options: &Options,
        queue: &mut LevelQueue,
        fingerprints: &FingerprintSet,
    ) -> Result<Self, CheckError> {
        match &options.checkpoint {
            None => Self::with_logs(options, None, |number| Ok(Log::temporary(number))),
            Some(checkpoint) if checkpoint.resume => Self::resume(options, checkpoint, queue, fingerprints),
            Some(checkpoint) => {
                let directory = CheckpointDirectory::create(&checkpoint.directory)?;
                let paths: Vec<_> = (0..options.workers).map(|number| directory.log(number)).collect();
                Self::with_logs(options, Some(directory), |number| Log::lasting(number, paths[number].clone()))
            }
        }
    }

    fn with_logs(
        options: &Options,
        directory: Option<CheckpointDirectory>,
        log: impl FnMut(usize) -> Result<Log, CheckError>,
    ) -> Result<Self, CheckError> {
        Ok(Self {
            logs: (0..options.workers).map(log).collect::<Result<_, _>>()?,
            level: 0,
            initial: shares(options.workers),
            statistics: Statistics::default(),
            findings: Findings::default(),
            elapsed: Duration::ZERO,
            directory,
        })
    }

    fn resume(
        options: &Options,
        checkpoint: &CheckpointOptions,
        queue: &mut LevelQueue,
        fingerprints: &FingerprintSet,
    ) -> Result<Self, CheckError> {
        let (directory, snapshot) = CheckpointDirectory::open(&checkpoint.directory, identity(options, checkpoint))?;
        let Snapshot { elapsed, level, initial, statistics, findings, logs: marks, queue: queue_mark, .. } = snapshot;
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
        for number in logs.len()..options.workers {
            logs.push(Log::lasting(number, directory.log(number))?);
        }
        Ok(Self { logs, level, initial, statistics, findings, elapsed, directory: Some(directory) })
    }
}
