//! Counters that each go from 0 to a bound one step at a time, with switches for everything an explorer must notice.

use super::{evaluation_error, Graph};
use tla_check::model::{ActionIndex, EvaluationError, Flow};

#[derive(Clone, Default)]
pub(crate) struct Counters {
    pub(crate) count: usize,
    /// No counter goes past this: the state where all are there has no successor.
    pub(crate) bound: u8,
    /// Counters begin anywhere, not only at 0.
    pub(crate) begins_anywhere: bool,
    /// States whose sum is greater are outside of the constraints.
    pub(crate) constrained_to: Option<u32>,
    /// States whose sum is this or greater violate invariant 0.
    pub(crate) violates_from: Option<u32>,
    /// Successors of states of this sum cannot be computed past the first.
    pub(crate) fails_at: Option<u32>,
    /// The invariant cannot be computed on states of this sum.
    pub(crate) invariant_fails_at: Option<u32>,
    /// Evaluating states of this sum panics.
    pub(crate) panics_at: Option<u32>,
}

pub(crate) fn sum(state: &[u8]) -> u32 {
    state.iter().map(|value| u32::from(*value)).sum()
}

impl Graph for Counters {
    type State = Vec<u8>;

    fn initial(&self) -> Vec<Vec<u8>> {
        let last = if self.begins_anywhere { self.bound } else { 0 };
        (0..self.count).fold(vec![Vec::new()], |states, _| {
            let with = |state: &Vec<u8>, value| [state.as_slice(), &[value]].concat();
            states.iter().flat_map(|state| (0..=last).map(move |value| with(state, value))).collect()
        })
    }

    fn successors(
        &self,
        state: &Vec<u8>,
        give: &mut dyn FnMut(ActionIndex, Vec<u8>) -> Flow,
    ) -> Result<(), EvaluationError> {
        assert!(self.panics_at != Some(sum(state)), "counter {} is haunted", sum(state));
        for (index, action) in (0..self.count).zip(1..) {
            if state[index] < self.bound {
                let mut next = state.clone();
                next[index] += 1;
                if give(action, next) == Flow::Stop {
                    break;
                }
                if self.fails_at == Some(sum(state)) {
                    return Err(evaluation_error("attempted to add a string"));
                }
            }
        }
        Ok(())
    }

    fn encode(&self, state: &Vec<u8>, into: &mut Vec<u8>) {
        into.extend_from_slice(state);
    }

    fn decode(&self, bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    fn within_constraints(&self, state: &Vec<u8>) -> Result<bool, EvaluationError> {
        Ok(self.constrained_to.is_none_or(|limit| sum(state) <= limit))
    }

    fn violated_invariant(&self, state: &Vec<u8>) -> Result<Option<usize>, EvaluationError> {
        if self.invariant_fails_at == Some(sum(state)) {
            return Err(evaluation_error("the invariant is not boolean"));
        }
        Ok(self.violates_from.is_some_and(|limit| sum(state) >= limit).then_some(0))
    }
}
