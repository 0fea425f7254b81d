//! A state that was just found, as the explorer sees it.

use tla_check::model::{ActionIndex, Candidate, EvaluationError};

use super::entry_points::EntryPoints;
use super::states::States;
use super::{carried, Stage};
use crate::compile::Mentioned;
use crate::evaluate::Evaluator;

pub(super) struct Found<'a> {
    pub(super) evaluator: &'a mut Evaluator,
    pub(super) entries: &'a EntryPoints,
    pub(super) states: &'a States,
    pub(super) initial: bool,
    /// The state before satisfies all invariants.
    pub(super) checked: bool,
}

impl Found<'_> {
    /// Variables that may differ from the state that the step started in. All of them where that state may violate an
    /// invariant itself.
    fn changed(&self) -> Mentioned {
        if self.initial || !self.checked {
            return Mentioned::ALL;
        }
        let pairs = self.evaluator.current.iter().zip(&self.evaluator.next).take(64);
        Mentioned(pairs.enumerate().fold(0, |bits, (index, (now, then))| bits | u64::from(!now.is_same(then)) << index))
    }
}

impl Candidate for Found<'_> {
    fn fingerprint(&mut self) -> Result<u64, EvaluationError> {
        if let Some(view) = &self.entries.view {
            let value = self.evaluator.run_routine(view).map_err(|error| carried(error, Stage::Specification))?;
            return Ok(self.entries.view_fingerprint(&value));
        }
        Ok(self.entries.fingerprint(&self.evaluator.next))
    }

    fn action(&self) -> ActionIndex {
        self.evaluator.action
    }

    fn within_constraints(&mut self) -> Result<bool, EvaluationError> {
        for constraint in &self.entries.constraints {
            if !self.evaluator.test_routine(constraint).map_err(|error| carried(error, Stage::Specification))? {
                return Ok(false);
            }
        }
        if self.initial {
            return Ok(true);
        }
        for constraint in &self.entries.action_constraints {
            if !self.evaluator.test_routine(constraint).map_err(|error| carried(error, Stage::Specification))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn violated_invariant(&mut self) -> Result<Option<usize>, EvaluationError> {
        let changed = self.changed();
        for (index, invariant) in self.entries.invariants.iter().enumerate() {
            if !invariant.holds(self.evaluator, changed).map_err(|error| carried(error, Stage::Property))? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn encode(&mut self, into: &mut Vec<u8>) {
        self.states.encode(&self.evaluator.current, &self.evaluator.next, into);
    }
}
