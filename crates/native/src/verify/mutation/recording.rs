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

/// The initial states and steps of a graph, each by a hash.
pub(super) type Steps = HashSet<u64, Hasher>;

/// More steps than this are not kept, which takes some sixteen bytes for each.
const MOST_STEPS: usize = 8_000_000;

/// What one exploration is compared with.
pub(super) enum Beside {
    /// It is the first one: its steps are kept, as far as there is room.
    Keep,
    Nothing,
    /// What another one kept.
    Steps(Arc<Steps>),
}

/// What is known of an exploration besides its sums.
#[derive(Default)]
struct Found {
    graph: Graph,
    kept: Steps,
    /// An initial state or a step was found that the other graph does not have.
    more: bool,
}

/// Explored by one worker: the states that are known carry their fingerprint.
pub(super) struct Recorded<'m, M> {
    model: &'m M,
    beside: &'m Beside,
    found: Arc<Mutex<Found>>,
}

impl<'m, M: Model> Recorded<'m, M> {
    pub(super) fn new(model: &'m M, beside: &'m Beside) -> Self {
        Self { model, beside, found: Arc::default() }
    }

    /// What was explored by workers that have ended.
    pub(super) fn graph(&self) -> Graph {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).graph
    }

    /// The steps that were kept, if they are all.
    pub(super) fn steps(&self) -> Option<Arc<Steps>> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        (found.kept.len() < MOST_STEPS).then(|| Arc::new(std::mem::take(&mut found.kept)))
    }

    /// Whether each initial state and each step is one of the graph that this is compared with.
    pub(super) fn does_less(&self) -> bool {
        let compared = matches!(self.beside, Beside::Steps(_));
        compared && !self.found.lock().unwrap_or_else(PoisonError::into_inner).more
    }
}

impl<'m, M: Model> Model for Recorded<'m, M> {
    type Worker = Recorder<'m, M::Worker>;

    fn worker(&self) -> Self::Worker {
        Recorder {
            worker: self.model.worker(),
            beside: self.beside,
            all: self.found.clone(),
            found: Found::default(),
            hasher: Hasher::default(),
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

pub(super) struct Recorder<'m, W> {
    worker: W,
    beside: &'m Beside,
    all: Arc<Mutex<Found>>,
    found: Found,
    hasher: Hasher,
    /// Steps from the current state, and initial states.
    seen: HashSet<u64, Hasher>,
}

impl<W> Drop for Recorder<'_, W> {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.graph.add(&self.found.graph);
        all.kept.extend(self.found.kept.drain());
        all.more |= self.found.more;
    }
}

impl Found {
    fn compare(&mut self, step: u64, beside: &Beside) {
        match beside {
            Beside::Keep if self.kept.len() < MOST_STEPS => drop(self.kept.insert(step)),
            Beside::Keep | Beside::Nothing => {}
            Beside::Steps(steps) => self.more |= !steps.contains(&step),
        }
    }
}

/// A state's bytes without, and its fingerprint.
fn taken_apart(state: &[u8]) -> (&[u8], u64) {
    match state.split_last_chunk::<8>() {
        Some((bytes, fingerprint)) => (bytes, u64::from_le_bytes(*fingerprint)),
        None => (state, 0),
    }
}

impl<W: Worker> Worker for Recorder<'_, W> {
    fn at_level(&mut self, level: u32) {
        self.worker.at_level(level);
    }

    fn initial(&mut self, visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow) -> Result<(), EvaluationError> {
        let Self { worker, beside, found, hasher, seen, .. } = self;
        seen.clear();
        worker.initial(&mut |candidate| {
            let mut candidate = Fingerprinted { candidate, fingerprint: None, atoms: 0, hasher };
            let flow = visit(&mut candidate);
            if let Some(fingerprint) = candidate.fingerprint.filter(|&fingerprint| seen.insert(fingerprint)) {
                let initial = hasher.hash_one(fingerprint);
                found.graph.initial += 1;
                found.graph.initial_sum = found.graph.initial_sum.wrapping_add(initial);
                found.compare(initial, beside);
            }
            flow
        })
    }

    fn successors(
        &mut self,
        state: &[u8],
        visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow,
    ) -> Result<(), EvaluationError> {
        let Self { worker, beside, found, hasher, seen, .. } = self;
        let graph = &mut found.graph;
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
                    found.graph.steps += 1;
                    found.graph.step_sum = found.graph.step_sum.wrapping_add(step);
                    found.compare(hasher.hash_one((from, to)), beside);
                }
            }
            flow
        })
    }

    fn state_atoms(&mut self, state: &[u8], into: &mut Atoms) -> Result<(), EvaluationError> {
        let (bytes, fingerprint) = taken_apart(state);
        self.worker.state_atoms(bytes, into)?;
        let seen = self.hasher.hash_one((fingerprint, &*into));
        self.found.graph.state_sum = self.found.graph.state_sum.wrapping_add(seen);
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
