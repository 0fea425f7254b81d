//! Starts walkers, watches them, and sums up what they did.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::tally::{FoundWalks, LiveTally, Tally};
use super::walk::Walker;
use super::{SimulationOptions, SimulationOutcome, SimulationProgress};
use crate::error::CheckError;
use crate::model::{Flow, Model};
use crate::options::POLL;
use crate::outcome::{Limit, Verdict};
use crate::running::Running;

const MAX_WORKERS: usize = 4096;

pub(super) struct Simulation<'run, M: Model> {
    pub(super) model: &'run M,
    pub(super) options: &'run SimulationOptions,
    pub(super) found: FoundWalks,
    pub(super) live: Vec<LiveTally>,
    next_walk: AtomicU64,
    /// Sum of the workers that ended.
    total: Mutex<Tally>,
    nowhere_to_begin: AtomicBool,
    timed_out: AtomicBool,
}

/// Stops the walkers when it goes out of scope, also by a panic.
struct StopOnDrop<'run>(&'run SimulationOptions);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop.request();
        }
    }
}

impl<'run, M: Model> Simulation<'run, M> {
    pub(super) fn new(model: &'run M, options: &'run SimulationOptions) -> Result<Self, CheckError> {
        let workers = options.workers;
        if workers == 0 || workers > MAX_WORKERS {
            return Err(CheckError::Options(format!(
                "the number of workers is {workers}; it must be 1 to {MAX_WORKERS}"
            )));
        }
        if options.max_depth == 0 {
            return Err(CheckError::Options("the depth of walks is 0; it must be at least 1".into()));
        }
        let bound = options.max_walks.map_or(u64::MAX, |walks| options.first_walk.saturating_add(walks));
        Ok(Self {
            model,
            options,
            found: FoundWalks::new(bound, options.continue_after_violation, options.kept_counterexamples),
            live: (0..workers).map(|_| LiveTally::default()).collect(),
            next_walk: AtomicU64::new(options.first_walk),
            total: Mutex::new(Tally::default()),
            nowhere_to_begin: AtomicBool::new(false),
            timed_out: AtomicBool::new(false),
        })
    }

    pub(super) fn run(
        self,
        progress: &mut dyn FnMut(&SimulationProgress) -> Flow,
    ) -> Result<SimulationOutcome, CheckError> {
        let started = self.options.clock.now();
        let running = Running::new(self.options.workers);
        thread::scope(|scope| {
            let _stop = StopOnDrop(self.options);
            for number in 0..self.options.workers {
                let builder = thread::Builder::new().name(format!("walker-{number}"));
                let (simulation, running) = (&self, &running);
                let started = builder.stack_size(self.options.stack_bytes).spawn_scoped(scope, move || {
                    simulation.work(number);
                    running.one_ended();
                });
                if let Err(source) = started {
                    self.options.stop.request();
                    return Err(CheckError::Thread { source });
                }
            }
            self.watch(&running, started, progress);
            Ok(())
        })?;
        let duration = self.options.clock.now().saturating_sub(started);
        Ok(self.report(duration))
    }

    /// The number of a walk that nobody has done, while one is wanted.
    pub(super) fn next_walk(&self) -> Option<u64> {
        let stop = self.options.stop.is_requested() || self.nowhere_to_begin.load(Ordering::Relaxed);
        let walk = self.next_walk.load(Ordering::Relaxed);
        // Looked at first, so that the counter does not run on past the bound.
        if stop || !self.found.is_wanted(walk) {
            return None;
        }
        let walk = self.next_walk.fetch_add(1, Ordering::Relaxed);
        self.found.is_wanted(walk).then_some(walk)
    }

    fn work(&self, number: usize) {
        let mut walker = Walker::new(self, number);
        if !walker.run() {
            self.nowhere_to_begin.store(true, Ordering::Relaxed);
        }
        self.total.lock().unwrap_or_else(PoisonError::into_inner).add(&walker.tally);
    }

    fn watch(&self, running: &Running, started: Duration, progress: &mut dyn FnMut(&SimulationProgress) -> Flow) {
        let options = self.options;
        let mut last = self.snapshot(Duration::ZERO, None);
        while !running.all_ended_within(POLL.min(options.progress_interval)) {
            let elapsed = options.clock.now().saturating_sub(started);
            if options.max_duration.is_some_and(|limit| elapsed >= limit) && !options.stop.is_requested() {
                self.timed_out.store(true, Ordering::Relaxed);
                options.stop.request();
            }
            if elapsed.saturating_sub(last.elapsed) >= options.progress_interval {
                last = self.snapshot(elapsed, Some(&last));
                if progress(&last) == Flow::Stop {
                    options.stop.request();
                }
            }
        }
    }

    fn snapshot(&self, elapsed: Duration, last: Option<&SimulationProgress>) -> SimulationProgress {
        let (mut generated, mut walks, mut longest) = (0, 0, 0);
        for live in &self.live {
            let (worker_generated, worker_walks, worker_longest) = live.read();
            generated += worker_generated;
            walks += worker_walks;
            longest = worker_longest.max(longest);
        }
        let seconds = last.map_or(0.0, |last| elapsed.saturating_sub(last.elapsed).as_secs_f64());
        let increase = generated - last.map_or(0, |last| last.generated);
        let generated_per_second = if seconds > 0.0 { increase as f64 / seconds } else { 0.0 };
        SimulationProgress { walks, generated, longest, elapsed, generated_per_second }
    }

    fn report(self, duration: Duration) -> SimulationOutcome {
        let options = self.options;
        let Tally { statistics, walks, steps, longest } =
            self.total.into_inner().unwrap_or_else(PoisonError::into_inner);
        let stopped = options.stop.is_requested();
        let kept = self.found.into_kept();
        // An error ends the simulation, a violation need not, so an error says more.
        let decisive = kept.iter().find(|found| matches!(found.verdict, Verdict::Error(_))).or(kept.first());
        let verdict = match decisive {
            Some(found) => found.verdict.clone(),
            None if self.timed_out.into_inner() => {
                Verdict::LimitReached(Limit::Duration(options.max_duration.unwrap_or_default()))
            }
            None if stopped => Verdict::Interrupted,
            None if self.nowhere_to_begin.into_inner() => Verdict::Complete,
            None => Verdict::LimitReached(Limit::Walks(walks)),
        };
        if verdict != Verdict::Interrupted {
            options.stop.clear();
        }
        SimulationOutcome {
            verdict,
            seed: options.seed,
            walk: decisive.map(|found| found.walk),
            trace: decisive.map_or_else(Vec::new, |found| found.trace.clone()),
            violations: if options.continue_after_violation {
                statistics.violations
            } else {
                statistics.violations.min(1)
            },
            counterexamples: kept,
            walks,
            generated: statistics.generated,
            initial_states: statistics.initial_states,
            longest,
            mean_length: if walks == 0 { 0.0 } else { steps as f64 / walks as f64 },
            actions: statistics.actions,
            duration,
        }
    }
}
