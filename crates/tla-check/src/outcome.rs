//! What an exploration found, and what it covered.

use std::time::Duration;

use crate::model::{ActionIndex, EvaluationError};
use crate::temporal::Atoms;

/// Exit code that stands for a failure of the checker itself (TLC's `ERROR_SYSTEM`).
pub const SYSTEM_FAILURE: i32 = 255;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every reachable state within the constraints was explored and nothing was found.
    Complete,
    /// `invariant` is the index the model gave; indices after the invariants are properties of steps or initial states.
    Violation {
        invariant: usize,
    },
    /// A state without successors.
    Deadlock,
    /// A behaviour violates the property of this index in [`crate::temporal::Temporal::properties`].
    Liveness {
        property: usize,
    },
    /// Evaluation failed, or a worker panicked (code [`SYSTEM_FAILURE`]).
    Error(EvaluationError),
    /// Stopped on request.
    Interrupted,
    LimitReached(Limit),
}

/// Which limit of the options ended an exploration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    States(u64),
    Depth(u32),
    Duration(Duration),
    /// Simulation: all walks asked for were done.
    Walks(u64),
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::States(states) => write!(f, "the limit of {states} distinct states"),
            Self::Depth(levels) => write!(f, "the limit of {levels} levels"),
            Self::Duration(duration) => write!(f, "the limit of {:.1} seconds", duration.as_secs_f64()),
            Self::Walks(walks) => write!(f, "the limit of {walks} walks"),
        }
    }
}

/// One state of a path, as the model encodes it, and the action that led there (0 for the initial state).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceStep {
    pub state: Vec<u8>,
    pub action: ActionIndex,
    pub fingerprint: u64,
}

/// A path from an initial state to what was found. For a violation the last state violates; for a deadlock it has no
/// successor; for an error it is the state whose successors failed or, where an invariant or a constraint failed, the
/// state on which it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// `Violation`, `Deadlock` or `Error`.
    pub verdict: Verdict,
    pub trace: Vec<TraceStep>,
    /// Why the trace lacks its beginning, where the path could not be rebuilt.
    pub trace_problem: Option<String>,
}

/// A behaviour that never ends: the states of `trace`, then again and again those from `repeats_from` (an index) on. Where
/// that is the last one, it is a step that stutters, or one to itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lasso {
    pub property: usize,
    pub trace: Vec<TraceStep>,
    pub repeats_from: usize,
    /// Why the trace is cut short, and `repeats_from` says nothing, where it could not be rebuilt.
    pub trace_problem: Option<String>,
}

/// What is known of the temporal properties at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Liveness {
    /// Whether they were checked, on all reachable states within the constraints.
    pub checked: bool,
    /// Those that are violated, one behaviour for each. With `continue_after_violation` all of them, else the first.
    pub violated: Vec<Lasso>,
    /// Whether a constraint kept some step out of the graph: behaviours that leave it were not checked.
    pub cut: bool,
    /// Atoms of states and of steps that were true somewhere.
    pub seen_states: Atoms,
    pub seen_steps: Atoms,
    /// By fairness condition: whether its action was enabled somewhere.
    pub enabled: Vec<bool>,
    /// No behaviour satisfies what the specification demands: whatever is said of its behaviours is true.
    pub unsatisfiable: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActionCounts {
    pub generated: u64,
    pub distinct: u64,
}

/// New distinct successors per explored state, as TLC counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OutDegree {
    pub minimum: u64,
    pub maximum: u64,
    pub average: f64,
    pub percentile_95: u64,
}

/// Probability that some two distinct states had one fingerprint, so that one of them was missed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CollisionEstimate {
    /// distinct * (generated - distinct) / 2^64, TLC's optimistic estimate.
    pub optimistic: f64,
    /// 1 / smallest distance between two fingerprints, TLC's estimate from the actual ones; `None` where it was not
    /// computed because the fingerprints are on disk or too few.
    pub actual: Option<f64>,
}

#[derive(Clone, Debug)]
pub struct Outcome {
    /// What ended the exploration; when going on after violations, the first violation unless an error came later.
    pub verdict: Verdict,
    /// Whether every reachable state within the constraints was explored, also after violations.
    pub complete: bool,
    /// The path that belongs to `verdict`; empty where there is none.
    pub trace: Vec<TraceStep>,
    /// Why `trace` lacks its beginning, if it does.
    pub trace_problem: Option<String>,
    /// Violations and deadlocks that were seen, kept or not. More than 1 only when going on after violations.
    pub violations: u64,
    /// Those that were kept, in the order they were found.
    pub counterexamples: Vec<Counterexample>,
    /// `None` where the model has no temporal properties.
    pub liveness: Option<Liveness>,
    pub generated: u64,
    pub distinct: u64,
    pub left_on_queue: u64,
    /// Levels of the graph that were found, initial states being level 1; 0 where there is no state.
    pub depth: u32,
    /// Initial states generated, repetitions and states outside of constraints included.
    pub initial_states: u64,
    /// Indexed by action; actions past the end never occurred. Initial states count under action 0. With several
    /// workers, under which of its actions a state counts as distinct depends on chance, as do out degrees.
    pub actions: Vec<ActionCounts>,
    pub out_degree: OutDegree,
    pub collision: CollisionEstimate,
    pub duration: Duration,
    /// Most bytes that fingerprints, queue and logs, or afterwards the graph and searches in it, held in memory at once.
    pub peak_bytes: u64,
    /// Bytes written to spill files and ancestry logs.
    pub spilled_bytes: u64,
}

/// The error that stands for a panic with `payload`.
pub(crate) fn panicked(payload: &(dyn std::any::Any + Send)) -> EvaluationError {
    let said = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    EvaluationError { code: SYSTEM_FAILURE, message: format!("internal error, a worker panicked: {said}"), place: None }
}
