//! A large graph that costs little to compute: each number has `degree` successors, spread over the whole range.

use super::Graph;
use tla_check::model::{ActionIndex, EvaluationError, Flow};

pub(crate) struct Synthetic {
    pub(crate) states: u64,
    pub(crate) degree: u64,
    /// Rounds of useless arithmetic for each successor, about 1 nanosecond each.
    pub(crate) work: u64,
}

impl Graph for Synthetic {
    type State = u64;

    fn initial(&self) -> Vec<u64> {
        vec![0]
    }

    fn successors(&self, state: &u64, give: &mut dyn FnMut(ActionIndex, u64) -> Flow) -> Result<(), EvaluationError> {
        for step in 0..self.degree {
            let mut value = (state * self.degree + step + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            for _ in 0..self.work {
                value = std::hint::black_box(value.rotate_left(7) ^ 0x5555);
            }
            // Every number is reached from its quotient, so the whole range is; further edges repeat.
            let next = if self.work > 0 && value == 0 { 0 } else { (state * self.degree + step + 1) % self.states };
            if give(1 + step as u32, next) == Flow::Stop {
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

    fn fingerprint(&self, state: &u64) -> u64 {
        // Zero comes out for state zero: a fingerprint like any other.
        let mixed = (state ^ (state >> 31)).wrapping_mul(0x7fb5_d329_728e_a185);
        mixed ^ (mixed >> 27)
    }
}
