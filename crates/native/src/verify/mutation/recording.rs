//! A model that adds up the states and steps that are explored, so that two graphs can be compared.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tla_check::model::{ActionIndex, Candidate, EvaluationError, Flow, Model, Worker};
use tla_check::temporal::{Atoms, Temporal};

/// Fingerprint sums of a state graph. Graphs with the same sums are the same, but for a coincidence of 64-bit numbers.
///
/// Steps from a state to itself are left out: a behaviour may stutter anyway. What temporal properties see of a state or
/// step is part of it where there are any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Graph {
    states: u64,
    state_sum: u64,
    initial: u64,
    initial_sum: u64,
    steps: u64,
    step_sum: u64,
}

impl Graph {
    pub(super) fn states(&self) -> u64 {
        self.states
    }

    fn add(&mut self, other: &Self) {
        self.states += other.states;
        self.state_sum = self.state_sum.wrapping_add(other.state_sum);
        self.initial += other.initial;
        self.initial_sum = self.initial_sum.wrapping_add(other.initial_sum);
        self.steps += other.steps;
        self.step_sum = self.step_sum.wrapping_add(other.step_sum);
    }
}

/// Explored by one worker: the states that are known carry their fingerprint.
pub(super) struct Recorded<'m, M> {
    model: &'m M,
    sum: Arc<Mutex<Graph>>,
}

impl<'m, M: Model> Recorded<'m, M> {
    pub(super) fn new(model: &'m M) -> Self {
        Self { model, sum: Arc::default() }
    }

    /// What was explored by workers that have ended.
    pub(super) fn graph(&self) -> Graph {
        *self.sum.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M: Model> Model for Recorded<'_, M> {
    type Worker = Recorder<M::Worker>;

    fn worker(&self) -> Self::Worker {
        Recorder {
            worker: self.model.worker(),
            sum: self.sum.clone(),
            graph: Graph::default(),
            hasher: BuildHasherDefault::default(),
            seen: HashSet::default(),
        }
    }

    fn temporal(&self) -> Option<&Temporal> {
        self.model.temporal()
    }

    fn write_beside_checkpoint(&self, directory: &Path) -> io::Result<()> {
        self.model.write_beside_checkpoint(directory)
    }
}

type Hasher = BuildHasherDefault<DefaultHasher>;

pub(super) struct Recorder<W> {
    worker: W,
    sum: Arc<Mutex<Graph>>,
    graph: Graph,
    hasher: Hasher,
    /// Steps from the current state, and initial states.
    seen: HashSet<u64, Hasher>,
}

impl<W> Drop for Recorder<W> {
    fn drop(&mut self) {
        self.sum.lock().unwrap_or_else(PoisonError::into_inner).add(&self.graph);
    }
}

/// A state's bytes without, and its fingerprint.
fn taken_apart(state: &[u8]) -> (&[u8], u64) {
    match state.split_last_chunk::<8>() {
        Some((bytes, fingerprint)) => (bytes, u64::from_le_bytes(*fingerprint)),
        None => (state, 0),
    }
}

impl<W: Worker> Worker for Recorder<W> {
    fn at_level(&mut self, level: u32) {
        self.worker.at_level(level);
    }

    fn initial(&mut self, visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow) -> Result<(), EvaluationError> {
        let Self { worker, graph, hasher, seen, .. } = self;
        seen.clear();
        worker.initial(&mut |candidate| {
            let mut candidate = Fingerprinted { candidate, fingerprint: None, atoms: 0, hasher };
            let flow = visit(&mut candidate);
            if let Some(fingerprint) = candidate.fingerprint.filter(|&fingerprint| seen.insert(fingerprint)) {
                graph.initial += 1;
                graph.initial_sum = graph.initial_sum.wrapping_add(hasher.hash_one(fingerprint));
            }
            flow
        })
    }

    fn successors(
        &mut self,
        state: &[u8],
        visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow,
    ) -> Result<(), EvaluationError> {
        let Self { worker, graph, hasher, seen, .. } = self;
        let (bytes, from) = taken_apart(state);
        graph.states += 1;
        graph.state_sum = graph.state_sum.wrapping_add(hasher.hash_one(from));
        seen.clear();
        worker.successors(bytes, &mut |candidate| {
            let mut candidate = Fingerprinted { candidate, fingerprint: None, atoms: 0, hasher };
            let flow = visit(&mut candidate);
            let atoms = candidate.atoms;
            if let Some(to) = candidate.fingerprint.filter(|&to| to != from) {
                let step = hasher.hash_one((from, to, atoms));
                if seen.insert(step) {
                    graph.steps += 1;
                    graph.step_sum = graph.step_sum.wrapping_add(step);
                }
            }
            flow
        })
    }

    fn state_atoms(&mut self, state: &[u8], into: &mut Atoms) -> Result<(), EvaluationError> {
        let (bytes, fingerprint) = taken_apart(state);
        self.worker.state_atoms(bytes, into)?;
        let seen = self.hasher.hash_one((fingerprint, &*into));
        self.graph.state_sum = self.graph.state_sum.wrapping_add(seen);
        Ok(())
    }
}

/// A candidate that remembers what it was asked, and is encoded with its fingerprint.
struct Fingerprinted<'c> {
    candidate: &'c mut dyn Candidate,
    fingerprint: Option<u64>,
    /// A hash of the atoms that are true of the step.
    atoms: u64,
    hasher: &'c Hasher,
}

impl Candidate for Fingerprinted<'_> {
    fn fingerprint(&mut self) -> Result<u64, EvaluationError> {
        let fingerprint = self.candidate.fingerprint()?;
        self.fingerprint = Some(fingerprint);
        Ok(fingerprint)
    }

    fn action(&self) -> ActionIndex {
        self.candidate.action()
    }

    fn within_constraints(&mut self) -> Result<bool, EvaluationError> {
        self.candidate.within_constraints()
    }

    fn violated_invariant(&mut self) -> Result<Option<usize>, EvaluationError> {
        self.candidate.violated_invariant()
    }

    fn violated_step(&mut self) -> Result<Option<usize>, EvaluationError> {
        self.candidate.violated_step()
    }

    fn step_atoms(&mut self, into: &mut Atoms) -> Result<(), EvaluationError> {
        self.candidate.step_atoms(into)?;
        self.atoms = self.hasher.hash_one(&*into);
        Ok(())
    }

    fn encode(&mut self, into: &mut Vec<u8>) {
        self.candidate.encode(into);
        // Whatever is encoded was looked up before.
        into.extend_from_slice(&self.fingerprint.unwrap_or_default().to_le_bytes());
    }
}
