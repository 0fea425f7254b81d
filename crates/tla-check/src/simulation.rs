//! Random walks through a model's state graph, for graphs too large to explore.
//!
//! Walk number N under a seed is the same walk whichever worker does it and whatever other walks there are, so that it
//! can be repeated alone. Of several walks that find something the one of the smallest number is reported, so with the
//! same seed the finding does not depend on the number of workers.

mod run;
mod tally;
mod walk;

use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::error::CheckError;
use crate::model::{Flow, Model};
use crate::options::StopFlag;
use crate::outcome::{ActionCounts, TraceStep, Verdict};
use run::Simulation;

/// Options of a simulation. `None` means no such limit.
#[derive(Clone)]
pub struct SimulationOptions {
    pub seed: u64,
    pub workers: usize,
    pub check_deadlock: bool,
    /// Record violations and deadlocks and go on with the next walk, instead of ending at the first.
    pub continue_after_violation: bool,
    /// How many counterexamples are kept when going on; all are counted.
    pub kept_counterexamples: usize,
    /// States of a walk; at least 1.
    pub max_depth: u32,
    /// Number of the first walk. With a `max_walks` of 1, that walk alone is repeated.
    pub first_walk: u64,
    pub max_walks: Option<u64>,
    pub max_duration: Option<Duration>,
    /// Stack of each worker thread in bytes.
    pub stack_bytes: usize,
    pub progress_interval: Duration,
    pub stop: StopFlag,
    pub clock: Arc<dyn Clock>,
}

impl Default for SimulationOptions {
    fn default() -> Self {
        Self {
            seed: 0,
            workers: 1,
            check_deadlock: true,
            continue_after_violation: false,
            kept_counterexamples: 10,
            max_depth: 100,
            first_walk: 0,
            max_walks: None,
            max_duration: None,
            stack_bytes: 256 << 20,
            progress_interval: Duration::from_millis(500),
            stop: StopFlag::new(),
            clock: SystemClock::shared(),
        }
    }
}

/// A snapshot of a running simulation.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulationProgress {
    /// Walks that ended.
    pub walks: u64,
    pub generated: u64,
    /// States of the longest walk.
    pub longest: u32,
    pub elapsed: Duration,
    /// Generated states per second since the snapshot before.
    pub generated_per_second: f64,
}

/// A walk that found something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundOnWalk {
    /// `Violation`, `Deadlock` or `Error`.
    pub verdict: Verdict,
    pub walk: u64,
    /// The walk, and after it the successor that violates or on which evaluation failed, if there is one.
    pub trace: Vec<TraceStep>,
}

#[derive(Clone, Debug)]
pub struct SimulationOutcome {
    /// `Complete` only where there is no initial state within the constraints; `LimitReached(Limit::Walks(_))` where all
    /// walks asked for were done and nothing was found.
    pub verdict: Verdict,
    /// With it and a walk's number the walk can be repeated.
    pub seed: u64,
    /// Number of the walk that belongs to `verdict`.
    pub walk: Option<u64>,
    pub trace: Vec<TraceStep>,
    /// Violations and deadlocks that were seen.
    pub violations: u64,
    /// Those that were kept, by number of their walk.
    pub counterexamples: Vec<FoundOnWalk>,
    pub walks: u64,
    /// Initial states (once) and all successors of states on walks.
    pub generated: u64,
    pub initial_states: u64,
    /// States of the longest walk.
    pub longest: u32,
    /// States per walk.
    pub mean_length: f64,
    /// Indexed by action: generated states, and steps taken as `distinct`.
    pub actions: Vec<ActionCounts>,
    pub duration: Duration,
}

/// Walks at random, each time choosing uniformly among the successors within the constraints. Invariants are checked on
/// all successors.
///
/// # Errors
/// [`CheckError`] where threads cannot be started or options make no sense. What fails in the model is an outcome.
pub fn simulate<M: Model>(
    model: &M,
    options: &SimulationOptions,
    progress: &mut dyn FnMut(&SimulationProgress) -> Flow,
) -> Result<SimulationOutcome, CheckError> {
    Simulation::new(model, options)?.run(progress)
}
