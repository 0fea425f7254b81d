//! A large graph in which everything is connected: each number steps to the next, or jumps.

use super::Graph;
use tla_check::model::{ActionIndex, EvaluationError, Flow};
use tla_check::temporal::{Atoms, Enabled, Fairness, Formula, Temporal};

pub(crate) struct Wheel {
    pub(crate) size: u32,
    pub(crate) temporal: Temporal,
    /// Whether the explorer is told of them.
    pub(crate) recorded: bool,
}

impl Wheel {
    /// Atom 0 of states: it is number 0. Atoms 0 and 1 of steps: a step to the next, a jump. Weakly fair steps.
    pub(crate) fn new(size: u32, properties: Vec<Formula>) -> Self {
        let fairness = vec![Fairness { strong: false, enabled: Enabled::BySteps, taken: 0 }];
        let recorded = true;
        Self {
            size,
            recorded,
            temporal: Temporal { state_atoms: 1, step_atoms: 2, fairness, properties, ..Temporal::default() },
        }
    }
}

impl Graph for Wheel {
    type State = u32;

    fn initial(&self) -> Vec<u32> {
        vec![0]
    }

    fn successors(&self, state: &u32, give: &mut dyn FnMut(ActionIndex, u32) -> Flow) -> Result<(), EvaluationError> {
        let jump = |times: u32, plus: u32| {
            ((u64::from(*state) * u64::from(times) + u64::from(plus)) % u64::from(self.size)) as u32
        };
        for (action, state) in [(1, jump(1, 1)), (2, jump(7, 3)), (2, jump(3, 1))] {
            if give(action, state) == Flow::Stop {
                break;
            }
        }
        Ok(())
    }

    fn encode(&self, state: &u32, into: &mut Vec<u8>) {
        into.extend_from_slice(&state.to_le_bytes());
    }

    fn decode(&self, bytes: &[u8]) -> u32 {
        bytes.try_into().map_or(u32::MAX, u32::from_le_bytes)
    }

    fn temporal(&self) -> Option<&Temporal> {
        self.recorded.then_some(&self.temporal)
    }

    fn state_atoms(&self, state: &u32, into: &mut Atoms) {
        if *state == 0 {
            into.set(0);
        }
    }

    fn step_atoms(&self, action: ActionIndex, into: &mut Atoms) {
        into.set(action as usize - 1);
    }
}
