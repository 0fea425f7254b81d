//! Temporal properties as the checker sees them: formulas over atoms that only the model can evaluate.
//!
//! A behaviour is a sequence of states in which each step is a step of the model or stutters. What is checked is whether
//! some behaviour satisfies all of [`Temporal::fairness`] and [`Temporal::assumptions`] but not a property.

use std::hash::{Hash, Hasher};

use crate::checksum::Checksum;

/// Truth of each atom, by index.
#[derive(Clone, Debug, Default)]
pub struct Atoms(Vec<u64>);

impl Atoms {
    pub fn clear(&mut self) {
        self.0.fill(0);
    }

    pub fn set(&mut self, atom: usize) {
        let word = atom / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (atom % 64);
    }

    #[must_use]
    pub fn contains(&self, atom: usize) -> bool {
        self.0.get(atom / 64).is_some_and(|word| word >> (atom % 64) & 1 == 1)
    }

    /// Makes those of `other` true too.
    pub fn unite(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(word, more)| *word |= more);
    }

    /// 64 atoms a word, without the words past the last atom that is true.
    pub(crate) fn words(&self) -> &[u64] {
        let length = self.0.iter().rposition(|word| *word != 0).map_or(0, |last| last + 1);
        &self.0[..length]
    }

    pub(crate) fn from_words(words: Vec<u64>) -> Self {
        Self(words)
    }
}

impl PartialEq for Atoms {
    fn eq(&self, other: &Self) -> bool {
        self.words() == other.words()
    }
}

impl Eq for Atoms {}

impl Hash for Atoms {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.words().hash(state);
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    Constant(bool),
    /// An atom of states: true of a behaviour if it is of its first state.
    State(usize),
    /// An atom of steps: true of a behaviour if it is of its first step.
    Step(usize),
    Not(Box<Formula>),
    And(Vec<Formula>),
    Or(Vec<Formula>),
    Always(Box<Formula>),
    Eventually(Box<Formula>),
}

/// `WF_v(A)` or `SF_v(A)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fairness {
    pub strong: bool,
    pub enabled: Enabled,
    /// The atom of steps `<<A>>_v`.
    pub taken: usize,
}

/// Where `ENABLED <<A>>_v` is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enabled {
    /// In states of which this atom is true.
    Atom(usize),
    /// In states that have a successor, within the constraints or not, by a step of which `taken` is true: where every
    /// step of `A` is one of the next-state relation.
    BySteps,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Temporal {
    pub state_atoms: usize,
    pub step_atoms: usize,
    /// The atoms of steps that are true of every step that stutters: those of `[A]_v`.
    pub stuttering: Atoms,
    /// What the specification demands of behaviours.
    pub fairness: Vec<Fairness>,
    /// What else it demands of them.
    pub assumptions: Vec<Formula>,
    /// What is to be shown of behaviours; conjuncts of one property of the user may be several here.
    pub properties: Vec<Formula>,
}

impl Temporal {
    /// Whether every behaviour can go on so that it satisfies all demands, whatever the graph is: where all are fairness
    /// of steps of the model, taking in turn those that are possible does (L. Lamport, "The Temporal Logic of Actions",
    /// 1994, section 5.3: the specification is machine closed).
    pub(crate) fn is_machine_closed(&self) -> bool {
        self.assumptions.is_empty() && self.fairness.iter().all(|fairness| fairness.enabled == Enabled::BySteps)
    }

    /// A number that tells different ones apart; never 0.
    pub(crate) fn identity(&self) -> u64 {
        let mut checksum = Checksum::new();
        checksum.add(format!("{self:?}").as_bytes());
        checksum.value().max(1)
    }
}
