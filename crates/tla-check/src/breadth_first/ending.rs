//! Why an exploration ended early.

use crate::ancestry::Sequence;
use crate::error::CheckError;
use crate::model::EvaluationError;
use crate::outcome::{Limit, TraceStep, Verdict};

/// Something to report with a path that leads to it.
#[derive(Clone)]
pub(crate) struct Finding {
    /// `Violation`, `Deadlock` or `Error`.
    pub(crate) verdict: Verdict,
    /// The last explored state on the path.
    pub(crate) predecessor: Sequence,
    /// The successor of it (or the initial state) that the finding is about, if it is not about `predecessor` itself.
    pub(crate) last: Option<TraceStep>,
}

/// Violations and deadlocks that are kept while the exploration goes on after them.
#[derive(Clone, Default)]
pub(crate) struct Findings {
    pub(crate) kept: Vec<Finding>,
}

pub(super) enum Ending {
    Found(Finding),
    Interrupted,
    Limit(Limit),
    Failed(CheckError),
}

/// What can go wrong while a state is examined.
pub(super) enum Problem {
    Evaluation(EvaluationError),
    Check(CheckError),
    /// One more state than so many would be needed.
    StateLimit(u64),
}

impl From<EvaluationError> for Problem {
    fn from(error: EvaluationError) -> Self {
        Self::Evaluation(error)
    }
}

impl From<CheckError> for Problem {
    fn from(error: CheckError) -> Self {
        Self::Check(error)
    }
}
