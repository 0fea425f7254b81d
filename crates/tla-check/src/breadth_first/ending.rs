//! Why an exploration ended early.

use crate::ancestry::Sequence;
use crate::error::CheckError;
use crate::model::EvaluationError;
use crate::outcome::{Limit, TraceStep, Verdict};

/// Something to report with a path that leads to it.
pub(super) struct Finding {
    /// `Violation`, `Deadlock` or `Error`.
    pub(super) verdict: Verdict,
    /// The last explored state on the path.
    pub(super) predecessor: Sequence,
    /// The successor of it (or the initial state) that the finding is about, if it is not about `predecessor` itself.
    pub(super) last: Option<TraceStep>,
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
