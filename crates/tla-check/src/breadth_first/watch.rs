//! The calling thread's part: waits for the workers, reports progress, enforces limits of time.

use std::time::Duration;

use super::ending::Ending;
use super::search::Search;
use crate::model::{Flow, Model};
use crate::options::POLL;
use crate::outcome::Limit;
use crate::progress::Progress;
use crate::running::Running;

/// When a checkpoint is tried again for which a worker did not pause.
const RETRY: Duration = Duration::from_secs(10);

pub(super) struct Watch {
    pub(super) running: Running,
    started: Duration,
    checks_properties: bool,
}

/// Ends the exploration when it goes out of scope, also by a panic. Harmless where it has ended.
pub(super) struct EndOnDrop<'search, 'run, M: Model>(pub(super) &'search Search<'run, M>);

impl<M: Model> Drop for EndOnDrop<'_, '_, M> {
    fn drop(&mut self) {
        if std::thread::panicking() || self.0.frontier.end().is_none() {
            self.0.end(Ending::Interrupted);
        }
    }
}

impl Watch {
    pub(super) fn new(workers: usize, started: Duration) -> Self {
        Self { running: Running::new(workers), started, checks_properties: false }
    }

    /// For threads that check temporal properties once all states are found.
    pub(super) fn of_properties(threads: usize, started: Duration) -> Self {
        Self { checks_properties: true, ..Self::new(threads, started) }
    }

    pub(super) fn until_all_ended<M: Model>(
        &self,
        search: &Search<'_, M>,
        progress: &mut dyn FnMut(&Progress) -> Flow,
    ) {
        let options = search.options;
        let mut last = self.snapshot(search, None);
        let mut next_checkpoint = options.checkpoint.as_ref().map(|every| self.started.saturating_add(every.interval));
        let poll = POLL.min(options.progress_interval);
        while !self.running.all_ended_within(poll) {
            if options.stop.is_requested() {
                search.end(Ending::Interrupted);
            }
            let now = options.clock.now();
            if let Some(limit) = options.max_duration {
                if now.saturating_sub(self.started) >= limit {
                    search.end(Ending::Limit(Limit::Duration(limit)));
                }
            }
            if next_checkpoint.is_some_and(|due| now >= due) {
                next_checkpoint = self.checkpoint(search, now);
            }
            if now.saturating_sub(self.reported_at(search, &last)) >= options.progress_interval {
                last = self.snapshot(search, Some(&last));
                if progress(&last) == Flow::Stop {
                    search.end(Ending::Interrupted);
                }
            }
        }
    }

    /// Writes a checkpoint; when the next is due.
    fn checkpoint<M: Model>(&self, search: &Search<'_, M>, now: Duration) -> Option<Duration> {
        let interval = search.options.checkpoint.as_ref()?.interval;
        match search.checkpoint(now.saturating_sub(self.started)) {
            Ok(true) => Some(now.saturating_add(interval)),
            Ok(false) => Some(now.saturating_add(interval.min(RETRY))),
            Err(error) => {
                search.end(Ending::Failed(error));
                None
            }
        }
    }

    /// When a snapshot was taken. Its time counts from the beginning of an exploration that may have been resumed.
    fn reported_at<M: Model>(&self, search: &Search<'_, M>, progress: &Progress) -> Duration {
        self.started + progress.elapsed.saturating_sub(search.elapsed_before)
    }

    fn snapshot<M: Model>(&self, search: &Search<'_, M>, last: Option<&Progress>) -> Progress {
        let before = &search.before;
        let (mut generated, mut distinct) = (before.generated, before.distinct);
        let (mut explored, mut depth) = (before.explored, before.depth);
        for counts in &search.live {
            let (worker_generated, worker_distinct, worker_explored, worker_depth) = counts.read();
            generated += worker_generated;
            distinct += worker_distinct;
            explored += worker_explored;
            depth = worker_depth.max(depth);
        }
        let elapsed = search.elapsed_before + search.options.clock.now().saturating_sub(self.started);
        let seconds = last.map_or(Duration::ZERO, |last| elapsed.saturating_sub(last.elapsed)).as_secs_f64();
        let rate = |now: u64, before: Option<u64>| {
            let increase = now.saturating_sub(before.unwrap_or(0));
            if seconds > 0.0 {
                increase as f64 / seconds
            } else {
                0.0
            }
        };
        Progress {
            generated,
            distinct,
            queue: u64::saturating_sub(distinct, explored),
            depth,
            elapsed,
            generated_per_second: rate(generated, last.map(|last| last.generated)),
            distinct_per_second: rate(distinct, last.map(|last| last.distinct)),
            checks_properties: self.checks_properties,
        }
    }
}
