//! A state that never runs out of successors.

use super::{evaluation_error, Graph};
use tla_check::model::{ActionIndex, EvaluationError, Flow};
use tla_check::options::StopFlag;

pub(crate) struct Endless {
    /// Where present, not even a successor comes until the flag is raised, and then an error does.
    pub(crate) polls: Option<StopFlag>,
}

impl Graph for Endless {
    type State = u64;

    fn initial(&self) -> Vec<u64> {
        vec![0]
    }

    fn successors(&self, _state: &u64, give: &mut dyn FnMut(ActionIndex, u64) -> Flow) -> Result<(), EvaluationError> {
        if let Some(stop) = &self.polls {
            while !stop.is_requested() {
                std::thread::yield_now();
            }
            return Err(evaluation_error("evaluation was interrupted"));
        }
        for next in 0.. {
            if give(1, next % 1000) == Flow::Stop {
                break;
            }
        }
        Ok(())
    }

    fn encode(&self, state: &u64, into: &mut Vec<u8>) {
        into.extend_from_slice(&state.to_le_bytes());
    }

    fn decode(&self, bytes: &[u8]) -> u64 {
        let mut word = [0; 8];
        word.copy_from_slice(bytes);
        u64::from_le_bytes(word)
    }
}
