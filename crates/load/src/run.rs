//! Carries a plan out.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::error::LoadError;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::schedule::Schedule;

/// Sends the requests of `plan` at the times of `schedule`, and returns what happened.
///
/// Blocks until all is answered, failed or timed out. `progress` is called in this thread, about every `interval`. Once
/// `stop` is true the test ends within a tenth of a second; its results are kept and marked partial. An error means that
/// the test was not begun; what goes wrong with requests is counted in the outcome.
pub fn run(
    plan: &Plan,
    schedule: &Schedule,
    stop: &AtomicBool,
    interval: Duration,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Outcome, LoadError> {
    #[cfg(target_os = "linux")]
    return threads::run(plan, schedule, stop, interval, progress);
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (plan, schedule, stop, interval, progress);
        Err(LoadError::Unsupported)
    }
}

#[cfg(target_os = "linux")]
mod threads {
    use std::num::NonZeroU64;
    use std::panic::{catch_unwind, AssertUnwindSafe};
    use std::sync::atomic::Ordering;
    use std::sync::mpsc;
    use std::thread;
    use std::time::{Instant, SystemTime};

    use super::*;
    use crate::client;
    use crate::connection::Clock;
    use crate::flow::session::Surroundings;
    use crate::histogram::Durations;
    use crate::model::{Share, SharedBudget};
    use crate::outcome::{CheckOutcome, Ending, EndpointOutcome};
    use crate::progress::{self, Published};
    use crate::saturation::{Meter, ThreadUse};
    use crate::schedule::Model;
    use crate::slowest::Slowest;
    use crate::statistics::Statistics;
    use crate::work::{Flowing, Mixing};
    use crate::worker::{Shared, Worker};

    /// Open files of the rest of the process that are allowed for.
    const OTHER_DESCRIPTORS: u64 = 64;
    /// In which all threads come to wait for the beginning, so that it is the same for all.
    const TIME_TO_START: Duration = Duration::from_millis(5);
    /// How often the caller's flag and the time for a report of progress are looked at.
    const SHORTEST_LOOK: Duration = Duration::from_millis(10);
    const LONGEST_LOOK: Duration = Duration::from_millis(50);

    /// A worker that ended unexpectedly.
    #[derive(Debug)]
    struct Ended;

    type Report = Result<(Statistics, ThreadUse), Ended>;

    pub(super) fn run(
        plan: &Plan,
        schedule: &Schedule,
        stop: &AtomicBool,
        interval: Duration,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Outcome, LoadError> {
        let connections = match schedule.model() {
            Model::Open(_) => plan.settings().connections,
            Model::Closed(users) => users.most().div_ceil(plan.settings().protocol.streams()),
        };
        let threads = plan.settings().threads.min(connections as usize);
        check_descriptors(u64::from(connections) + threads as u64 + OTHER_DESCRIPTORS)?;
        let published: Vec<Published> = (0..threads).map(|_| Published::default()).collect();
        // Threads stop when the caller says so, and when one of them has failed.
        let (halt, budget) = (AtomicBool::new(false), SharedBudget::new(0));
        let rows = plan.row_counters();
        let shared = Shared { plan, schedule, stop: &halt, budget: &budget, rows: &rows };
        let workers: Result<Vec<_>, _> = published
            .iter()
            .enumerate()
            .map(|(index, published)| AnyWorker::new(shared, Share { index, count: threads }, published))
            .collect();
        let workers = workers.map_err(|error| system("opening an epoll instance", error))?;

        let origin = Instant::now() + TIME_TO_START;
        let (sender, reports) = mpsc::channel();
        let mut outcome = empty_outcome(plan, schedule, SystemTime::now() + TIME_TO_START);
        thread::scope(|scope| {
            for worker in workers {
                let sender = sender.clone();
                // A receiver that is gone has no use for the report.
                let spawned = thread::Builder::new().name("load".to_owned()).spawn_scoped(scope, move || {
                    let _ = sender.send(report(worker, Clock { origin }));
                });
                if let Err(error) = spawned {
                    halt.store(true, Ordering::Relaxed);
                    return Err(LoadError::System { doing: "starting a thread", reason: error.to_string() });
                }
            }
            drop(sender);
            let watch = Watch { reports: &reports, stop, halt: &halt, interval };
            let seen = || progress::seen(&published, origin.elapsed(), schedule.duration());
            watch.collect(threads, &mut outcome, &mut || progress(&seen()));
            Ok(())
        })?;
        if outcome.exhausted && outcome.ending == Ending::Complete {
            outcome.ending = Ending::Stopped;
        }
        Ok(outcome)
    }

    /// A worker for what the plan asks for.
    enum AnyWorker<'a> {
        Mixing(Box<Worker<'a, Mixing<'a>>>),
        Flowing(Box<Worker<'a, Flowing<'a>>>),
        MixingClient(Box<client::Worker<'a, Mixing<'a>>>),
        FlowingClient(Box<client::Worker<'a, Flowing<'a>>>),
    }

    impl<'a> AnyWorker<'a> {
        fn new(shared: Shared<'a>, share: Share, published: &'a Published) -> Result<Self, rustix::io::Errno> {
            let Shared { plan, rows, .. } = shared;
            let random = plan.selection(share.index);
            Ok(match plan.flows() {
                Some(flows) => {
                    let around = Surroundings { flows, target: &plan.settings().target, rows, random };
                    let traces = plan.settings().sends_traces();
                    let work = Flowing::new(around, shared.lanes(share), share, traces);
                    if !plan.is_plain() {
                        let worker = client::Worker::new(shared, share, published, work)?;
                        return Ok(Self::FlowingClient(Box::new(worker)));
                    }
                    Self::Flowing(Box::new(Worker::new(shared, share, published, work)?))
                }
                None => {
                    let traced = plan.settings().sends_traces().then(|| shared.lanes(share));
                    let work = Mixing::new(plan.serialised(), random, traced);
                    if !plan.is_plain() {
                        let worker = client::Worker::new(shared, share, published, work)?;
                        return Ok(Self::MixingClient(Box::new(worker)));
                    }
                    Self::Mixing(Box::new(Worker::new(shared, share, published, work)?))
                }
            })
        }

        fn run(self, clock: Clock) -> Result<Statistics, rustix::io::Errno> {
            match self {
                Self::Mixing(worker) => worker.run(clock),
                Self::Flowing(worker) => worker.run(clock),
                Self::MixingClient(worker) => worker.run(clock),
                Self::FlowingClient(worker) => worker.run(clock),
            }
        }
    }

    /// What the caller's thread looks at while workers run.
    struct Watch<'a> {
        reports: &'a mpsc::Receiver<Report>,
        stop: &'a AtomicBool,
        halt: &'a AtomicBool,
        interval: Duration,
    }

    impl Watch<'_> {
        /// Adds the reports of so many threads to `outcome`.
        fn collect(&self, threads: usize, outcome: &mut Outcome, progress: &mut dyn FnMut()) {
            let mut next_progress = Instant::now() + self.interval;
            let mut left = threads;
            while left > 0 {
                match self.reports.recv_timeout(self.interval.clamp(SHORTEST_LOOK, LONGEST_LOOK)) {
                    Ok(Ok((statistics, used))) => {
                        outcome.add(statistics, used);
                        left -= 1;
                    }
                    Ok(Err(Ended)) => {
                        self.end_early(Ending::Broken, outcome);
                        left -= 1;
                    }
                    Err(mpsc::RecvTimeoutError::Timeout) => {}
                    Err(mpsc::RecvTimeoutError::Disconnected) => return self.end_early(Ending::Broken, outcome),
                }
                if left > 0 && self.stop.load(Ordering::Relaxed) {
                    self.end_early(Ending::Stopped, outcome);
                }
                if Instant::now() >= next_progress {
                    progress();
                    next_progress = Instant::now() + self.interval;
                }
            }
        }

        fn end_early(&self, ending: Ending, outcome: &mut Outcome) {
            self.halt.store(true, Ordering::Relaxed);
            if outcome.ending != Ending::Broken {
                outcome.ending = ending;
            }
        }
    }

    fn report(worker: AnyWorker<'_>, clock: Clock) -> Report {
        thread::sleep(clock.origin.saturating_duration_since(Instant::now()));
        // A sleep ends up to this much late: by default 50 µs. Where it cannot be set requests start a little later.
        let _ = rustix::thread::set_current_timer_slack(NonZeroU64::new(1));
        let meter = Meter::start();
        // Nothing of a worker that panicked is used again.
        let statistics = catch_unwind(AssertUnwindSafe(|| worker.run(clock))).map_err(|_| Ended)?;
        Ok((statistics.map_err(|_| Ended)?, meter.read()))
    }

    fn check_descriptors(needed: u64) -> Result<(), LoadError> {
        match rustix::process::getrlimit(rustix::process::Resource::Nofile).current {
            Some(allowed) if allowed < needed => Err(LoadError::Descriptors { needed, allowed }),
            _ => Ok(()),
        }
    }

    fn system(doing: &'static str, error: rustix::io::Errno) -> LoadError {
        LoadError::System { doing, reason: error.to_string() }
    }

    fn empty_outcome(plan: &Plan, schedule: &Schedule, began: SystemTime) -> Outcome {
        Outcome {
            began,
            executor: schedule.name(),
            ending: Ending::Complete,
            scheduled: schedule.duration(),
            elapsed: Duration::ZERO,
            started: Duration::ZERO,
            intended: schedule.intended_arrivals(),
            answered: 0,
            failed: 0,
            interrupted: 0,
            unsolicited: 0,
            bytes: 0,
            connect: Durations::new(),
            tls: Durations::new(),
            reasons: Vec::new(),
            dropped: Durations::new(),
            lateness: Durations::new(),
            iterations: Durations::new(),
            cut_short: 0,
            checks: plan
                .checks()
                .iter()
                .map(|name| CheckOutcome { name: name.clone(), passed: 0, failed: 0 })
                .collect(),
            exhausted: false,
            endpoints: plan.endpoints().map(EndpointOutcome::new).collect(),
            seconds: Vec::new(),
            threads: Vec::new(),
            slowest: Slowest::default(),
        }
    }
}
