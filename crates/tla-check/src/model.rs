//! What an explorer needs to know of a model: initial states, successors, and what to test on each.

use std::fmt;
use std::io;
use std::path::Path;

use crate::temporal::{Atoms, Temporal};

/// Index of an action of the next-state relation; what it is called is the model's business.
pub type ActionIndex = u32;

/// A model as explorers see it. Shared between threads; each thread works through its own [`Worker`].
pub trait Model: Sync {
    type Worker: Worker;

    fn worker(&self) -> Self::Worker;

    /// The temporal properties to check, if there are any. Without them no atom is asked for.
    fn temporal(&self) -> Option<&Temporal> {
        None
    }

    /// Writes beside a checkpoint what its states refer to, before it becomes the latest in `directory`.
    ///
    /// # Errors
    /// What keeps it from being written.
    fn write_beside_checkpoint(&self, _directory: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// One of the shares into which initial states are divided, so that each worker finds another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Less than `of`.
    pub index: u64,
    pub of: u64,
}

impl Share {
    pub const ALL: Self = Self { index: 0, of: 1 };

    /// Whether what has this number belongs to the share.
    #[must_use]
    pub fn has(self, number: u64) -> bool {
        number % self.of == self.index
    }
}

/// What a visitor of candidates tells the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    Continue,
    /// End the enumeration; the worker returns `Ok`.
    Stop,
}

/// One thread's access to a model. States cross this border as flat bytes.
pub trait Worker {
    /// Says on which level the states are that are explored next, initial states being on level 1. For models whose
    /// specification may ask.
    fn at_level(&mut self, _level: u32) {}

    /// Calls `visit` with each initial state, in the order of the specification.
    ///
    /// # Errors
    /// An [`EvaluationError`] where the initial predicate cannot be evaluated.
    fn initial(&mut self, visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow) -> Result<(), EvaluationError>;

    /// Calls `visit` with the initial states of a share, in order. Each initial state belongs to one share, which is the
    /// same for each worker. A model that can find a share without finding all states does so.
    ///
    /// # Errors
    /// As [`Self::initial`].
    fn initial_share(
        &mut self,
        share: Share,
        visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow,
    ) -> Result<(), EvaluationError> {
        let mut number = 0;
        self.initial(&mut |candidate| {
            number += 1;
            if share.has(number - 1) {
                visit(candidate)
            } else {
                Flow::Continue
            }
        })
    }

    /// Calls `visit` with each successor of `state` (bytes from [`Candidate::encode`]), in the order of the
    /// specification. The same successor may come several times.
    ///
    /// # Errors
    /// An [`EvaluationError`] where the next-state relation cannot be evaluated.
    fn successors(
        &mut self,
        state: &[u8],
        visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow,
    ) -> Result<(), EvaluationError>;

    /// Sets the atoms that are true of `state` (bytes from [`Candidate::encode`]), `into` being empty. Asked once of each
    /// state that is explored, after its successors.
    ///
    /// # Errors
    /// An [`EvaluationError`] where an atom cannot be evaluated.
    fn state_atoms(&mut self, _state: &[u8], _into: &mut Atoms) -> Result<(), EvaluationError> {
        Ok(())
    }
}

/// A state that was just produced, still in the evaluator's own form. Nothing is encoded or checked until asked for, so
/// that a state which is already known costs only its fingerprint.
pub trait Candidate {
    /// After VIEW and SYMMETRY. Zero is a fingerprint like any other.
    ///
    /// # Errors
    /// An [`EvaluationError`] where the view cannot be evaluated.
    fn fingerprint(&mut self) -> Result<u64, EvaluationError>;

    /// The action that led here; 0 for initial states.
    fn action(&self) -> ActionIndex;

    /// State constraints, and for successors action constraints. A state outside is not explored, but it is checked.
    ///
    /// # Errors
    /// An [`EvaluationError`] where a constraint cannot be evaluated.
    fn within_constraints(&mut self) -> Result<bool, EvaluationError>;

    /// The first invariant (by index) that the state violates.
    ///
    /// # Errors
    /// An [`EvaluationError`] where an invariant cannot be evaluated.
    fn violated_invariant(&mut self) -> Result<Option<usize>, EvaluationError>;

    /// The first property of steps (`[][A]_v`) that the step to this state violates; for an initial state, the first
    /// property of initial states. Asked of every candidate, also of known states and of states outside of the
    /// constraints. Its index follows those of the invariants, so that one index names what was violated.
    ///
    /// # Errors
    /// An [`EvaluationError`] where a property cannot be evaluated.
    fn violated_step(&mut self) -> Result<Option<usize>, EvaluationError> {
        Ok(None)
    }

    /// Sets the atoms that are true of the step from the explored state to this one, `into` being empty. Asked of every
    /// successor, also of known states and of states outside of the constraints; not of initial states.
    ///
    /// # Errors
    /// An [`EvaluationError`] where an atom cannot be evaluated.
    fn step_atoms(&mut self, _into: &mut Atoms) -> Result<(), EvaluationError> {
        Ok(())
    }

    /// Appends the state's bytes. Equal states have equal bytes.
    fn encode(&mut self, into: &mut Vec<u8>);
}

/// Evaluation failed. The explorer only carries it: `message` is ready for people, `code` is one of TLC's exit codes
/// (75 to 77 for evaluation, 12 for a failed `Assert`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationError {
    pub code: i32,
    pub message: String,
    /// Byte range in a source text, where known: source, start, end.
    pub place: Option<(u32, u32, u32)>,
}

impl fmt::Display for EvaluationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EvaluationError {}
