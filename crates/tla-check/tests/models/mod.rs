//! Small models written by hand, with known state graphs.
#![allow(dead_code, reason = "each test file uses some of them")]

pub(crate) mod counters;
pub(crate) mod endless;
pub(crate) mod jugs;
pub(crate) mod sketch;
pub(crate) mod synthetic;
pub(crate) mod two_phase;
pub(crate) mod wheel;

use tla_check::model::{ActionIndex, Candidate, EvaluationError, Flow, Model, Worker};
use tla_check::temporal::{Atoms, Temporal};

/// A state graph over plain Rust values, from which a [`Model`] follows.
pub(crate) trait Graph: Sync {
    type State: Clone;

    fn initial(&self) -> Vec<Self::State>;

    /// Gives each successor with its action until `give` says stop.
    fn successors(
        &self,
        state: &Self::State,
        give: &mut dyn FnMut(ActionIndex, Self::State) -> Flow,
    ) -> Result<(), EvaluationError>;

    fn encode(&self, state: &Self::State, into: &mut Vec<u8>);

    fn decode(&self, bytes: &[u8]) -> Self::State;

    fn fingerprint(&self, state: &Self::State) -> u64 {
        let mut bytes = Vec::with_capacity(64);
        self.encode(state, &mut bytes);
        fingerprint_of(&bytes)
    }

    fn within_constraints(&self, _state: &Self::State) -> Result<bool, EvaluationError> {
        Ok(true)
    }

    fn violated_invariant(&self, _state: &Self::State) -> Result<Option<usize>, EvaluationError> {
        Ok(None)
    }

    fn violated_step(&self, _action: ActionIndex, _state: &Self::State) -> Option<usize> {
        None
    }

    fn temporal(&self) -> Option<&Temporal> {
        None
    }

    fn state_atoms(&self, _state: &Self::State, _into: &mut Atoms) {}

    fn step_atoms(&self, _action: ActionIndex, _into: &mut Atoms) {}
}

/// FNV-1a over bytes, with a finishing mix.
pub(crate) fn fingerprint_of(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

pub(crate) struct GraphModel<G>(pub(crate) G);

pub(crate) struct GraphWorker<'model, G>(&'model G);

pub(crate) struct GraphCandidate<'model, G: Graph> {
    graph: &'model G,
    state: G::State,
    action: ActionIndex,
}

impl<'model, G: Graph> Model for &'model GraphModel<G> {
    type Worker = GraphWorker<'model, G>;

    fn worker(&self) -> Self::Worker {
        GraphWorker(&self.0)
    }

    fn temporal(&self) -> Option<&Temporal> {
        self.0.temporal()
    }
}

impl<G: Graph> Worker for GraphWorker<'_, G> {
    fn initial(&mut self, visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow) -> Result<(), EvaluationError> {
        for state in self.0.initial() {
            let mut candidate = GraphCandidate { graph: self.0, state, action: 0 };
            if visit(&mut candidate) == Flow::Stop {
                break;
            }
        }
        Ok(())
    }

    fn successors(
        &mut self,
        state: &[u8],
        visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow,
    ) -> Result<(), EvaluationError> {
        let graph = self.0;
        graph.successors(&graph.decode(state), &mut |action, state| visit(&mut GraphCandidate { graph, state, action }))
    }

    fn state_atoms(&mut self, state: &[u8], into: &mut Atoms) -> Result<(), EvaluationError> {
        self.0.state_atoms(&self.0.decode(state), into);
        Ok(())
    }
}

impl<G: Graph> Candidate for GraphCandidate<'_, G> {
    fn fingerprint(&mut self) -> Result<u64, EvaluationError> {
        Ok(self.graph.fingerprint(&self.state))
    }

    fn action(&self) -> ActionIndex {
        self.action
    }

    fn within_constraints(&mut self) -> Result<bool, EvaluationError> {
        self.graph.within_constraints(&self.state)
    }

    fn violated_invariant(&mut self) -> Result<Option<usize>, EvaluationError> {
        self.graph.violated_invariant(&self.state)
    }

    fn violated_step(&mut self) -> Result<Option<usize>, EvaluationError> {
        Ok(self.graph.violated_step(self.action, &self.state))
    }

    fn step_atoms(&mut self, into: &mut Atoms) -> Result<(), EvaluationError> {
        self.graph.step_atoms(self.action, into);
        Ok(())
    }

    fn encode(&mut self, into: &mut Vec<u8>) {
        self.graph.encode(&self.state, into);
    }
}

pub(crate) fn evaluation_error(message: &str) -> EvaluationError {
    EvaluationError { code: 75, message: message.into(), place: None }
}
