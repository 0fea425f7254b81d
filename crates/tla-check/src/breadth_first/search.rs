//! One exploration: what its threads share, and how they are started and ended.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::beginning::Beginning;
use super::ending::{Ending, Finding, Findings};
use super::expansion::Explorer;
use super::persistence::WorkerRecord;
use super::watch::{EndOnDrop, Watch};
use crate::ancestry::{Log, Sequence, MAX_LOGS};
use crate::behaviour::{BehaviourMark, Recorder};
use crate::checkpoint::CheckpointDirectory;
use crate::error::CheckError;
use crate::fingerprints::FingerprintSet;
use crate::frontier::Frontier;
use crate::model::{Flow, Model};
use crate::options::Options;
use crate::outcome::{panicked, Verdict};
use crate::progress::Progress;
use crate::queue::LevelQueue;
use crate::statistics::{LiveCounts, Statistics};
use crate::working_directory::WorkingDirectory;

pub(super) struct Search<'run, M: Model> {
    pub(super) model: &'run M,
    pub(super) options: &'run Options,
    pub(super) fingerprints: FingerprintSet,
    pub(super) frontier: Frontier,
    pub(super) directory: Arc<WorkingDirectory>,
    /// At least one for each worker, which holds its lock while it runs.
    pub(super) logs: Vec<Mutex<Log>>,
    /// One for each log where there are temporal properties, else none.
    pub(super) recorders: Vec<Mutex<Recorder>>,
    pub(super) live: Vec<LiveCounts>,
    /// One for each log.
    pub(super) records: Vec<Mutex<WorkerRecord>>,
    /// What was counted before a checkpoint from which this exploration goes on.
    pub(super) before: Statistics,
    pub(super) elapsed_before: Duration,
    /// By the clock.
    pub(super) started: Duration,
    /// Distinct states of all workers; counted only where there is a limit.
    pub(super) distinct: AtomicU64,
    pub(super) findings: Mutex<Findings>,
    /// The first reason to end early.
    pub(super) ending: Mutex<Option<Ending>>,
    pub(super) checkpoint_directory: Mutex<Option<CheckpointDirectory>>,
}

impl<'run, M: Model> Search<'run, M> {
    pub(super) fn new(model: &'run M, options: &'run Options) -> Result<Self, CheckError> {
        let workers = options.workers;
        if workers == 0 || workers > MAX_LOGS {
            return Err(CheckError::Options(format!("the number of workers is {workers}; it must be 1 to {MAX_LOGS}")));
        }
        let directory = Arc::new(WorkingDirectory::new(options.working_directory.as_deref()));
        // Fingerprints are looked up at random, so memory serves them better than the queue.
        let fingerprints_limit = options.memory_limit.map(|bytes| bytes / 3 * 2);
        let fingerprints = FingerprintSet::new(workers, fingerprints_limit, Arc::clone(&directory));
        let mut queue = LevelQueue::new(workers, options.memory_limit.map(|bytes| bytes / 3), Arc::clone(&directory));
        let beginning = Beginning::new(model, options, &mut queue, &fingerprints)?;
        let records = beginning.records();
        let Beginning { logs, recorders, level, initial, statistics, findings, elapsed, .. } = beginning;
        Ok(Self {
            model,
            options,
            fingerprints,
            frontier: Frontier::new(queue, level, initial, workers, options.max_depth, options.stop.clone()),
            directory,
            records: records.into_iter().map(Mutex::new).collect(),
            logs: logs.into_iter().map(Mutex::new).collect(),
            recorders: recorders.into_iter().map(Mutex::new).collect(),
            live: (0..workers).map(|_| LiveCounts::default()).collect(),
            distinct: AtomicU64::new(statistics.distinct),
            before: statistics,
            elapsed_before: elapsed,
            started: options.clock.now(),
            findings: Mutex::new(findings),
            ending: Mutex::new(None),
            checkpoint_directory: Mutex::new(beginning.directory),
        })
    }

    /// Runs the workers and watches them; how long it took, with what was before.
    pub(super) fn run(&self, progress: &mut dyn FnMut(&Progress) -> Flow) -> Result<Duration, CheckError> {
        let started = self.started;
        let watch = Watch::new(self.options.workers, started);
        thread::scope(|scope| {
            // If the callback panics, the scope waits for the workers, which must therefore end.
            let _end = EndOnDrop(self);
            for number in 0..self.options.workers {
                let builder = thread::Builder::new().name(format!("explorer-{number}"));
                let watch = &watch;
                builder
                    .stack_size(self.options.stack_bytes)
                    .spawn_scoped(scope, move || {
                        self.work(number);
                        watch.running.one_ended();
                    })
                    .map_err(|source| CheckError::Thread { source })?;
            }
            watch.until_all_ended(self, progress);
            Ok(self.elapsed_before + self.options.clock.now().saturating_sub(started))
        })
    }

    fn work(&self, number: usize) {
        let mut log = lock(&self.logs[number]);
        let mut recorder = self.recorders.get(number).map(lock);
        let mut statistics = Statistics::default();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let mut explorer = Explorer::new(self, number, &mut log, recorder.as_deref_mut(), &mut statistics);
            explorer.run()
        }));
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.end(Ending::Failed(error)),
            Err(payload) => self.end(Ending::Found(Finding {
                verdict: Verdict::Error(panicked(payload.as_ref())),
                predecessor: Sequence::NONE,
                last: None,
            })),
        }
        let behaviour = recorder.map_or_else(BehaviourMark::default, |recorder| recorder.mark());
        self.record(number, WorkerRecord { statistics, mark: log.mark(), behaviour });
    }

    /// Ends the exploration; the first reason given is the one that is reported.
    pub(super) fn end(&self, ending: Ending) {
        lock(&self.ending).get_or_insert(ending);
        self.options.stop.request();
        self.frontier.wake();
    }

    /// Takes a violation or deadlock; whether the exploration goes on.
    pub(super) fn found(&self, finding: Finding) -> Flow {
        if !self.options.continue_after_violation {
            self.end(Ending::Found(finding));
            return Flow::Stop;
        }
        let mut findings = lock(&self.findings);
        if findings.kept.len() < self.options.kept_counterexamples.max(1) {
            findings.kept.push(finding);
        }
        Flow::Continue
    }

    /// The limit of states, if another state would exceed it. Several workers may exceed it by one state each.
    pub(super) fn reached_state_limit(&self) -> Option<u64> {
        let limit = self.options.max_states?;
        (self.distinct.load(Ordering::Relaxed) >= limit).then_some(limit)
    }

    pub(super) fn count_distinct(&self) {
        if self.options.max_states.is_some() {
            self.distinct.fetch_add(1, Ordering::Relaxed);
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Workers' panics are caught and end the exploration; what they left behind is still worth reporting.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
