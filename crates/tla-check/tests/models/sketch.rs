//! State graphs written down state by state, with temporal properties.

use tla_check::model::{ActionIndex, Candidate, EvaluationError, Flow, Model, Worker};
use tla_check::options::StopFlag;
use tla_check::temporal::{Atoms, Temporal};

use super::fingerprint_of;

/// States are numbers; state 0 is the initial one.
#[derive(Clone, Default)]
pub(crate) struct Sketch {
    /// By state, the atoms that are true of it.
    pub(crate) states: Vec<Vec<usize>>,
    /// From, to, the atoms that are true of the step. Its action is its index and 1.
    pub(crate) steps: Vec<(u32, u32, Vec<usize>)>,
    /// States outside of the constraints.
    pub(crate) outside: Vec<u32>,
    pub(crate) temporal: Option<Temporal>,
    /// Raised when a worker has taken states and has not begun with them.
    pub(crate) stop: Option<StopFlag>,
}

pub(crate) fn atoms(list: &[usize]) -> Atoms {
    let mut atoms = Atoms::default();
    list.iter().for_each(|atom| atoms.set(*atom));
    atoms
}

pub(crate) fn number(state: &[u8]) -> u32 {
    state.try_into().map_or(u32::MAX, u32::from_le_bytes)
}

pub(crate) struct SketchWorker<'model>(&'model Sketch);

struct SketchCandidate<'model> {
    sketch: &'model Sketch,
    state: u32,
    step: Option<usize>,
}

impl<'model> Model for &'model Sketch {
    type Worker = SketchWorker<'model>;

    fn worker(&self) -> Self::Worker {
        SketchWorker(self)
    }

    fn temporal(&self) -> Option<&Temporal> {
        self.temporal.as_ref()
    }
}

impl Worker for SketchWorker<'_> {
    fn at_level(&mut self, _level: u32) {
        self.0.stop.iter().for_each(StopFlag::request);
    }

    fn initial(&mut self, visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow) -> Result<(), EvaluationError> {
        visit(&mut SketchCandidate { sketch: self.0, state: 0, step: None });
        Ok(())
    }

    fn successors(
        &mut self,
        state: &[u8],
        visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow,
    ) -> Result<(), EvaluationError> {
        let state = number(state);
        for (index, (from, to, _)) in self.0.steps.iter().enumerate() {
            let mut candidate = SketchCandidate { sketch: self.0, state: *to, step: Some(index) };
            if *from == state && visit(&mut candidate) == Flow::Stop {
                break;
            }
        }
        Ok(())
    }

    fn state_atoms(&mut self, state: &[u8], into: &mut Atoms) -> Result<(), EvaluationError> {
        self.0.states[number(state) as usize].iter().for_each(|atom| into.set(*atom));
        Ok(())
    }
}

impl Candidate for SketchCandidate<'_> {
    fn fingerprint(&mut self) -> Result<u64, EvaluationError> {
        Ok(fingerprint_of(&self.state.to_le_bytes()))
    }

    fn action(&self) -> ActionIndex {
        self.step.map_or(0, |step| step as u32 + 1)
    }

    fn within_constraints(&mut self) -> Result<bool, EvaluationError> {
        Ok(!self.sketch.outside.contains(&self.state))
    }

    fn violated_invariant(&mut self) -> Result<Option<usize>, EvaluationError> {
        Ok(None)
    }

    fn step_atoms(&mut self, into: &mut Atoms) -> Result<(), EvaluationError> {
        let atoms = self.step.map(|step| &self.sketch.steps[step].2);
        atoms.into_iter().flatten().for_each(|atom| into.set(*atom));
        Ok(())
    }

    fn encode(&mut self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.state.to_le_bytes());
    }
}
