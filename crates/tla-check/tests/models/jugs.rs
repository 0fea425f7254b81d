//! Two jugs of 3 and 5 gallons. 16 states are reachable; 4 gallons can be measured in 6 steps.

use super::Graph;
use tla_check::model::{ActionIndex, EvaluationError, Flow};

#[derive(Default)]
pub(crate) struct Jugs {
    /// Whether "the big jug does not hold 4 gallons" is checked.
    pub(crate) never_four: bool,
    /// Whether "filling the small jug never leads back to two full jugs" is checked, as property 5.
    pub(crate) never_fills_up: bool,
}

impl Graph for Jugs {
    type State = [u8; 2];

    fn initial(&self) -> Vec<[u8; 2]> {
        vec![[0, 0]]
    }

    fn successors(
        &self,
        &[small, big]: &[u8; 2],
        give: &mut dyn FnMut(ActionIndex, [u8; 2]) -> Flow,
    ) -> Result<(), EvaluationError> {
        let to_big = small.min(5 - big);
        let to_small = big.min(3 - small);
        let next = [
            [3, big],
            [small, 5],
            [0, big],
            [small, 0],
            [small - to_big, big + to_big],
            [small + to_small, big - to_small],
        ];
        for (action, state) in (1..).zip(next) {
            if give(action, state) == Flow::Stop {
                break;
            }
        }
        Ok(())
    }

    fn encode(&self, state: &[u8; 2], into: &mut Vec<u8>) {
        into.extend_from_slice(state);
    }

    fn decode(&self, bytes: &[u8]) -> [u8; 2] {
        [bytes[0], bytes[1]]
    }

    fn violated_invariant(&self, state: &[u8; 2]) -> Result<Option<usize>, EvaluationError> {
        Ok((self.never_four && state[1] == 4).then_some(1))
    }

    fn violated_step(&self, action: ActionIndex, state: &[u8; 2]) -> Option<usize> {
        (self.never_fills_up && action == 1 && *state == [3, 5]).then_some(5)
    }
}
