//! Exploring the state graph, wholly or on random walks.

use std::time::{Duration, Instant};

use tla_check::breadth_first;
use tla_check::error::CheckError;
use tla_check::model::Flow;
use tla_check::options::{Options, StopFlag};
use tla_check::outcome::{ActionCounts, Counterexample, Liveness, Outcome, TraceStep, Verdict};
use tla_check::progress::Progress;
use tla_check::simulation::{self, SimulationOptions, SimulationOutcome, SimulationProgress};
use tla_eval::executable::Executable;
use tla_syntax::config::Model;
use tla_syntax::source::SourceMap;

use super::report::{Collision, Counts, OutDegree};
use super::request::{Request, Simulation};
use super::watching::Observer;

const PROGRESS_INTERVAL: Duration = Duration::from_millis(250);

/// What an exploration found, whichever way it was done.
pub(super) struct Explored {
    pub(super) verdict: Verdict,
    pub(super) complete: bool,
    pub(super) trace: Vec<TraceStep>,
    pub(super) trace_problem: Option<String>,
    pub(super) counterexamples: Vec<Counterexample>,
    pub(super) violations: u64,
    /// Of temporal properties that need the state graph, where that was made.
    pub(super) liveness: Option<Liveness>,
    pub(super) counts: Counts,
    pub(super) actions: Vec<ActionCounts>,
    pub(super) collision: Option<Collision>,
    pub(super) out_degree: Option<OutDegree>,
    pub(super) duration: Duration,
    pub(super) held_bytes: u64,
    pub(super) spilled_bytes: u64,
}

/// Within which limits to explore.
pub(super) struct Limits<'a> {
    pub(super) request: &'a Request,
    pub(super) model: &'a Model,
    pub(super) sources: &'a SourceMap,
    pub(super) stop: &'a StopFlag,
    pub(super) until: Option<Instant>,
}

impl Limits<'_> {
    pub(super) fn explore(&self, executable: &Executable, observer: &mut Observer<'_>) -> Result<Explored, CheckError> {
        match &self.request.simulation {
            Some(simulation) => self.walk(executable, simulation, observer),
            None => {
                let explored = breadth_first::explore(executable, &self.options(), observer).map(Explored::from);
                if let Some(checkpoint) = &self.request.checkpoint {
                    checkpoint.clear()?;
                }
                explored
            }
        }
    }

    fn walk(
        &self,
        executable: &Executable,
        simulation: &Simulation,
        observer: &mut Observer<'_>,
    ) -> Result<Explored, CheckError> {
        let options = SimulationOptions {
            seed: self.request.seed,
            workers: self.request.workers.max(1),
            check_deadlock: self.model.check_deadlock,
            continue_after_violation: self.request.continue_after_violation,
            max_depth: simulation.depth.max(1),
            max_walks: simulation.walks,
            max_duration: self.time_left(),
            stack_bytes: tla_eval::STACK_BYTES,
            progress_interval: PROGRESS_INTERVAL,
            stop: self.stop.clone(),
            ..SimulationOptions::default()
        };
        let mut observe = |progress: &SimulationProgress| -> Flow { observer(&as_progress(progress)) };
        simulation::simulate(executable, &options, &mut observe).map(Explored::from)
    }

    fn options(&self) -> Options {
        let request = self.request;
        Options {
            workers: request.workers.max(1),
            check_deadlock: self.model.check_deadlock,
            continue_after_violation: request.continue_after_violation,
            memory_limit: request.memory_limit,
            max_states: request.max_states,
            max_depth: request.max_depth,
            max_duration: self.time_left(),
            stack_bytes: tla_eval::STACK_BYTES,
            progress_interval: PROGRESS_INTERVAL,
            checkpoint: request.checkpoint.as_ref().map(|checkpoint| checkpoint.options(request, self.sources)),
            stop: self.stop.clone(),
            ..Options::default()
        }
    }

    fn time_left(&self) -> Option<Duration> {
        self.until.map(|until| until.saturating_duration_since(Instant::now()))
    }
}

impl From<Outcome> for Explored {
    fn from(outcome: Outcome) -> Self {
        let (collision, degree) = (outcome.collision, outcome.out_degree);
        Self {
            verdict: outcome.verdict,
            complete: outcome.complete,
            trace: outcome.trace,
            trace_problem: outcome.trace_problem,
            counterexamples: outcome.counterexamples,
            violations: outcome.violations,
            liveness: outcome.liveness,
            counts: Counts {
                generated: outcome.generated,
                distinct: outcome.distinct,
                initial: outcome.initial_states,
                queue: outcome.left_on_queue,
                depth: outcome.depth,
                walks: 0,
            },
            actions: outcome.actions,
            collision: Some(Collision { optimistic: collision.optimistic, actual: collision.actual }),
            out_degree: Some(OutDegree {
                minimum: degree.minimum,
                maximum: degree.maximum,
                average: degree.average,
                percentile_95: degree.percentile_95,
            }),
            duration: outcome.duration,
            held_bytes: outcome.peak_bytes,
            spilled_bytes: outcome.spilled_bytes,
        }
    }
}

impl From<SimulationOutcome> for Explored {
    fn from(outcome: SimulationOutcome) -> Self {
        let counterexamples = outcome.counterexamples.into_iter().map(|found| Counterexample {
            verdict: found.verdict,
            trace: found.trace,
            trace_problem: None,
        });
        Self {
            // Without an initial state there was nothing to walk through.
            complete: outcome.verdict == Verdict::Complete,
            verdict: outcome.verdict,
            trace: outcome.trace,
            trace_problem: None,
            counterexamples: counterexamples.collect(),
            violations: outcome.violations,
            liveness: None,
            counts: Counts {
                generated: outcome.generated,
                initial: outcome.initial_states,
                depth: outcome.longest,
                walks: outcome.walks,
                ..Counts::default()
            },
            actions: outcome.actions,
            collision: None,
            out_degree: None,
            duration: outcome.duration,
            held_bytes: 0,
            spilled_bytes: 0,
        }
    }
}

/// Walks do not know which of their states are distinct.
fn as_progress(progress: &SimulationProgress) -> Progress {
    Progress {
        generated: progress.generated,
        distinct: progress.generated,
        queue: 0,
        depth: progress.longest,
        elapsed: progress.elapsed,
        generated_per_second: progress.generated_per_second,
        distinct_per_second: progress.generated_per_second,
        checks_properties: false,
    }
}
