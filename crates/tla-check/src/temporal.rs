//! Temporal properties as the checker sees them: formulas over atoms that only the model can evaluate.
//!
//! A behaviour is a sequence of states in which each step is a step of the model or stutters. What is checked is whether
//! some behaviour satisfies all of [`Temporal::fairness`] and [`Temporal::assumptions`] but not a property.

/// Truth of each atom, by index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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
