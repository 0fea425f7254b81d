//! Two-phase commit of Gray and Lamport's paper (TwoPhase.tla): with 3 resource managers TLC finds 288 distinct states,
//! 1146 generated, depth 11.

use super::Graph;
use tla_check::model::{ActionIndex, EvaluationError, Flow};

#[derive(Clone, Copy, PartialEq)]
#[repr(u8)]
enum Manager {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, PartialEq)]
#[repr(u8)]
enum Transaction {
    Init,
    Committed,
    Aborted,
}

const COMMIT: u32 = 1 << 30;
const ABORT: u32 = 1 << 31;

#[derive(Clone)]
pub(crate) struct State {
    managers: Vec<Manager>,
    transaction: Transaction,
    /// Managers that the transaction manager knows to be prepared, as bits.
    prepared: u32,
    /// Messages sent: "prepared" of each manager, COMMIT, ABORT.
    messages: u32,
}

pub(crate) struct TwoPhase {
    pub(crate) managers: usize,
}

impl TwoPhase {
    fn transaction_manager(&self, state: &State, give: &mut dyn FnMut(ActionIndex, State) -> Flow) -> Flow {
        if state.transaction != Transaction::Init {
            return Flow::Continue;
        }
        if state.prepared == (1 << self.managers) - 1 {
            let transaction = Transaction::Committed;
            let next = State { transaction, messages: state.messages | COMMIT, ..state.clone() };
            if give(1, next) == Flow::Stop {
                return Flow::Stop;
            }
        }
        let transaction = Transaction::Aborted;
        give(2, State { transaction, messages: state.messages | ABORT, ..state.clone() })
    }

    fn resource_manager(
        &self,
        manager: usize,
        state: &State,
        give: &mut dyn FnMut(ActionIndex, State) -> Flow,
    ) -> Flow {
        let bit = 1 << manager;
        let working = state.managers[manager] == Manager::Working;
        let become_ = |new: Manager| {
            let mut next = state.clone();
            next.managers[manager] = new;
            next
        };
        let received = state.transaction == Transaction::Init && state.messages & bit != 0;
        let prepare = State { messages: state.messages | bit, ..become_(Manager::Prepared) };
        let steps = [
            (3, received, State { prepared: state.prepared | bit, ..state.clone() }),
            (4, working, prepare),
            (5, working, become_(Manager::Aborted)),
            (6, state.messages & COMMIT != 0, become_(Manager::Committed)),
            (7, state.messages & ABORT != 0, become_(Manager::Aborted)),
        ];
        for (action, enabled, next) in steps {
            if enabled && give(action, next) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::Continue
    }
}

impl Graph for TwoPhase {
    type State = State;

    fn initial(&self) -> Vec<State> {
        let managers = vec![Manager::Working; self.managers];
        vec![State { managers, transaction: Transaction::Init, prepared: 0, messages: 0 }]
    }

    fn successors(
        &self,
        state: &State,
        give: &mut dyn FnMut(ActionIndex, State) -> Flow,
    ) -> Result<(), EvaluationError> {
        let mut flow = self.transaction_manager(state, give);
        for manager in 0..self.managers {
            if flow == Flow::Continue {
                flow = self.resource_manager(manager, state, give);
            }
        }
        Ok(())
    }

    fn encode(&self, state: &State, into: &mut Vec<u8>) {
        into.extend(state.managers.iter().map(|manager| *manager as u8));
        into.push(state.transaction as u8);
        into.extend_from_slice(&state.prepared.to_le_bytes());
        into.extend_from_slice(&state.messages.to_le_bytes());
    }

    fn decode(&self, bytes: &[u8]) -> State {
        let (managers, rest) = bytes.split_at(self.managers);
        let managers = managers.iter().map(|byte| match byte {
            0 => Manager::Working,
            1 => Manager::Prepared,
            2 => Manager::Committed,
            _ => Manager::Aborted,
        });
        let transaction = match rest[0] {
            0 => Transaction::Init,
            1 => Transaction::Committed,
            _ => Transaction::Aborted,
        };
        let word = |at: usize| u32::from_le_bytes([rest[at], rest[at + 1], rest[at + 2], rest[at + 3]]);
        State { managers: managers.collect(), transaction, prepared: word(1), messages: word(5) }
    }

    /// TCConsistent: no manager has aborted while another has committed.
    fn violated_invariant(&self, state: &State) -> Result<Option<usize>, EvaluationError> {
        let any = |what: Manager| state.managers.contains(&what);
        Ok((any(Manager::Aborted) && any(Manager::Committed)).then_some(0))
    }
}
