//! Rebuilds the states of a path from its fingerprints, by evaluating the model again along it.

use crate::ancestry::Record;
use crate::model::{ActionIndex, Candidate, EvaluationError, Flow, Worker};
use crate::outcome::TraceStep;
use crate::temporal::Atoms;

/// A state on a path, and what is known of the step to it.
pub(super) struct Wanted {
    pub(super) fingerprint: u64,
    pub(super) action: Option<ActionIndex>,
    pub(super) step_atoms: Option<Atoms>,
}

impl From<&Record> for Wanted {
    fn from(record: &Record) -> Self {
        Self { fingerprint: record.fingerprint, action: Some(record.action), step_atoms: None }
    }
}

/// The states along `path`, which begins with an initial state.
///
/// # Errors
/// What kept the path from being rebuilt: the model gives other states than before, or fails.
pub(super) fn replay<W: Worker>(worker: &mut W, path: &[Wanted]) -> Result<Vec<TraceStep>, String> {
    let mut steps: Vec<TraceStep> = Vec::with_capacity(path.len());
    for wanted in path {
        let mut seek = Seek { wanted, found: None, failed: None };
        worker.at_level(u32::try_from(steps.len()).unwrap_or(u32::MAX));
        let visited = match steps.last() {
            None => worker.initial(&mut |candidate| seek.visit(candidate)),
            Some(step) => worker.successors(&step.state, &mut |candidate| seek.visit(candidate)),
        };
        match (seek.found, seek.failed, visited) {
            (Some(step), _, _) => steps.push(step),
            (None, Some(error), _) | (None, None, Err(error)) => return Err(format!("evaluation failed: {error}")),
            (None, None, Ok(())) => {
                return Err(format!("state {} did not come up again: the model is not deterministic", steps.len() + 1))
            }
        }
    }
    Ok(steps)
}

struct Seek<'path> {
    wanted: &'path Wanted,
    found: Option<TraceStep>,
    failed: Option<EvaluationError>,
}

impl Seek<'_> {
    fn visit(&mut self, candidate: &mut dyn Candidate) -> Flow {
        match self.matches(candidate) {
            Ok(false) => Flow::Continue,
            Ok(true) => {
                let mut state = Vec::new();
                candidate.encode(&mut state);
                let fingerprint = self.wanted.fingerprint;
                self.found = Some(TraceStep { state, action: candidate.action(), fingerprint });
                Flow::Stop
            }
            Err(error) => {
                self.failed = Some(error);
                Flow::Stop
            }
        }
    }

    /// Under a view, a state outside of the constraints may share its fingerprint with the one that was explored.
    fn matches(&self, candidate: &mut dyn Candidate) -> Result<bool, EvaluationError> {
        let Wanted { fingerprint, action, step_atoms } = self.wanted;
        Ok(action.is_none_or(|action| action == candidate.action())
            && candidate.fingerprint()? == *fingerprint
            && candidate.within_constraints()?
            && step_atoms.as_ref().map_or(Ok(true), |wanted| has_step_atoms(candidate, wanted))?)
    }
}

fn has_step_atoms(candidate: &mut dyn Candidate, wanted: &Atoms) -> Result<bool, EvaluationError> {
    let mut atoms = Atoms::default();
    candidate.step_atoms(&mut atoms)?;
    Ok(atoms == *wanted)
}
