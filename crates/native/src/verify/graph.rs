//! The state graph of a small model: every state with its variables, every step with its action.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use tla_check::model::{Candidate, EvaluationError, Flow, Worker};
use tla_eval::executable::{EvalWorker, Executable};

use super::values::tagged;

#[derive(Debug, Default, Serialize)]
pub(super) struct StateGraph {
    /// The variables of each state; a state is known by its index.
    states: Vec<Vec<(String, serde_json::Value)>>,
    initial: Vec<usize>,
    steps: Vec<GraphStep>,
    /// Whether there are more states than were asked for; the steps that lead to them are left out.
    truncated: bool,
}

#[derive(Debug, Serialize)]
struct GraphStep {
    from: usize,
    to: usize,
    action: String,
}

/// Explores breadth-first with one worker, on the calling thread.
pub(super) fn state_graph(executable: &Executable, most_states: usize) -> Result<StateGraph, EvaluationError> {
    let mut builder = Builder { most_states, ..Builder::default() };
    let mut worker = tla_check::model::Model::worker(executable);
    let mut found = Vec::new();
    worker.initial(&mut |candidate| collect(candidate, &mut found))?;
    for candidate in found.drain(..).collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        if let Some(index) = builder.index_of(candidate) {
            if !builder.graph.initial.contains(&index) {
                builder.graph.initial.push(index);
            }
        }
    }
    let mut from = 0;
    while let Some(state) = builder.encoded.get(from).cloned() {
        worker.successors(&state, &mut |candidate| collect(candidate, &mut found))?;
        for candidate in found.drain(..).collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
            builder.step(from, candidate, executable);
        }
        from += 1;
    }
    Ok(builder.finish(executable, &mut worker))
}

struct FoundState {
    fingerprint: u64,
    encoded: Vec<u8>,
    action: u32,
}

type Collected = Vec<Result<Option<FoundState>, EvaluationError>>;

/// States outside of the constraints are not part of the graph.
fn collect(candidate: &mut dyn Candidate, found: &mut Collected) -> Flow {
    let state = describe(candidate);
    let flow = if state.is_ok() { Flow::Continue } else { Flow::Stop };
    found.push(state);
    flow
}

fn describe(candidate: &mut dyn Candidate) -> Result<Option<FoundState>, EvaluationError> {
    if !candidate.within_constraints()? {
        return Ok(None);
    }
    let (fingerprint, action) = (candidate.fingerprint()?, candidate.action());
    let mut encoded = Vec::new();
    candidate.encode(&mut encoded);
    Ok(Some(FoundState { fingerprint, encoded, action }))
}

#[derive(Default)]
struct Builder {
    graph: StateGraph,
    most_states: usize,
    encoded: Vec<Vec<u8>>,
    known: HashMap<u64, usize>,
    steps: HashSet<(usize, usize, u32)>,
}

impl Builder {
    fn index_of(&mut self, state: FoundState) -> Option<usize> {
        if let Some(&index) = self.known.get(&state.fingerprint) {
            return Some(index);
        }
        if self.encoded.len() >= self.most_states {
            self.graph.truncated = true;
            return None;
        }
        let index = self.encoded.len();
        self.known.insert(state.fingerprint, index);
        self.encoded.push(state.encoded);
        Some(index)
    }

    fn step(&mut self, from: usize, state: FoundState, executable: &Executable) {
        let action = state.action;
        let Some(to) = self.index_of(state) else { return };
        if self.steps.insert((from, to, action)) {
            let name = executable.actions().get(action as usize).map_or_else(String::new, |found| found.name.clone());
            self.graph.steps.push(GraphStep { from, to, action: name });
        }
    }

    fn finish(mut self, executable: &Executable, worker: &mut EvalWorker) -> StateGraph {
        for state in &self.encoded {
            let names = executable.variables().iter().map(|name| name.to_string());
            let values = worker.decode(state);
            self.graph.states.push(names.zip(values.iter().map(tagged)).collect());
        }
        self.graph
    }
}
