//! A program with its configuration, ready to be explored: the evaluator's side of [`tla_check::model`].

mod candidate;
mod checkpointed;
#[cfg(test)]
mod differential;
mod entry_points;
mod explanation;
mod explorer;
mod guards;
mod invariants;
mod profile;
mod properties;
mod registers;
mod replay;
mod step_tests;
mod steps;
mod symmetry;
mod temporal;
mod worker;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::Arc;

use tla_check::model::EvaluationError;
use tla_check::temporal::Temporal;
use tla_syntax::config::Model as Configuration;
use tla_syntax::diagnostic::Diagnostic;
use tla_syntax::resolved::{DefinitionId, Program};
use tla_syntax::source::Span;

pub use crate::compile::temporal::{FairnessSource, FormulaSource};
pub use crate::compile::ActionInfo;
use crate::error::{ErrorKind, EvalError};
use crate::evaluate::{Counts, Printer, RunFacts};
pub use checkpointed::{remove_symbols, restore_symbols};
use entry_points::{EntryPoints, Reading};
pub use explanation::{Assumed, Blocked, Circle, Finding, Outcome, Part, Untaken, Violated};
pub use explorer::{same, Explorer, Instance, Successor};
use profile::Profile;
pub use profile::{Activity, ActivityTime, ExpressionTime, Sampled, Sampler};
use properties::Properties;
pub use properties::Property;
use registers::Registers;
pub use replay::{Mismatch, Replay};
pub use temporal::{Conjunct, ConjunctKind};
pub use worker::{EvalWorker, REMEMBERED_AT_MOST};

/// Shared by all workers; each compiles its own code from it, because values do not cross threads.
pub struct Executable {
    program: Arc<Program>,
    configuration: Arc<Configuration>,
    variables: Arc<[Arc<str>]>,
    actions: Vec<ActionInfo>,
    properties: Properties,
    stop: Arc<AtomicBool>,
    seed: u64,
    facts: Option<RunFacts>,
    printer: Option<Printer>,
    checked: bool,
    coverage: Option<Coverage>,
    profile: Option<Arc<Profile>>,
    /// Workers do what the text says, without shortcuts.
    general: bool,
    registers: Arc<Registers>,
    asked_to_end: Arc<AtomicBool>,
    /// Bytes, for each worker.
    remembered_at_most: usize,
}

/// Expressions whose evaluations are counted, each with its place.
struct Coverage {
    places: Vec<Span>,
    counts: Counts,
}

/// Where in checking an expression was evaluated; TLC's exit codes differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Assumptions, initial states, next states.
    Specification,
    /// Invariants.
    Property,
    /// Temporal properties.
    Temporal,
}

impl Executable {
    /// Compiles everything once, to find what cannot be compiled before any state is explored.
    ///
    /// Call it on a thread with a stack of [`crate::STACK_BYTES`].
    ///
    /// # Errors
    /// A diagnostic for what the evaluator does not handle.
    pub fn new(
        program: Arc<Program>,
        configuration: Arc<Configuration>,
        seed: u64,
    ) -> std::result::Result<Self, Box<Diagnostic>> {
        let variables = program.variables.iter().map(|variable| variable.name.clone()).collect();
        let stop = Arc::default();
        let EntryPoints { actions, properties, .. } =
            EntryPoints::compile(&program, &configuration, Reading::Quick, &stop)?;
        Ok(Self {
            program,
            configuration,
            variables,
            actions,
            properties,
            stop,
            seed,
            facts: None,
            printer: None,
            checked: true,
            coverage: None,
            profile: None,
            general: false,
            registers: Arc::default(),
            asked_to_end: Arc::default(),
            remembered_at_most: REMEMBERED_AT_MOST,
        })
    }

    /// Actions of the next-state relation, in the order of [`tla_check::model::ActionIndex`].
    #[must_use]
    pub fn actions(&self) -> &[ActionInfo] {
        &self.actions
    }

    /// The configuration's temporal properties, in its order.
    #[must_use]
    pub fn properties(&self) -> Vec<Property> {
        self.properties.all(&self.configuration)
    }

    /// The definition behind the index that [`Candidate::violated_invariant`] and [`Candidate::violated_step`] give: first
    /// the invariants of the configuration, then conjuncts of its properties.
    #[must_use]
    pub fn invariant(&self, index: usize) -> Option<DefinitionId> {
        let invariants = &self.configuration.invariants;
        match index.checked_sub(invariants.len()) {
            None => invariants.get(index).copied(),
            Some(_) => self.conjunct(index).map(|conjunct| conjunct.property),
        }
    }

    /// The conjunct of a property behind such an index; `None` where it is an invariant of the configuration.
    #[must_use]
    pub fn conjunct(&self, index: usize) -> Option<Conjunct> {
        self.properties.conjuncts.get(index.checked_sub(self.configuration.invariants.len())?).copied()
    }

    /// What needs the state graph, whether or not it can be checked: under SYMMETRY it cannot, since a cycle of states that
    /// stand for others need not be a cycle of the states themselves.
    #[must_use]
    pub fn temporal_properties(&self) -> Option<&Temporal> {
        self.properties.temporal.as_ref()
    }

    /// Where the properties come from whose index is that in [`Temporal::properties`].
    #[must_use]
    pub fn formula_sources(&self) -> &[FormulaSource] {
        &self.properties.formula_sources
    }

    /// Where the conditions come from whose index is that in [`Temporal::fairness`].
    #[must_use]
    pub fn fairness_sources(&self) -> &[FairnessSource] {
        &self.properties.fairness_sources
    }

    #[must_use]
    pub fn variables(&self) -> &[Arc<str>] {
        &self.variables
    }

    /// Setting it ends evaluations that take long.
    #[must_use]
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        self.stop.clone()
    }

    /// Whether the specification asked for the end of the run, by `TLCSet("exit", TRUE)`.
    #[must_use]
    pub fn asked_to_end(&self) -> bool {
        self.asked_to_end.load(Ordering::Relaxed)
    }

    /// Lets each worker made after this keep about so many bytes of what it found out, in place of
    /// [`REMEMBERED_AT_MOST`]. With less it finds out the same again and again.
    pub fn remember_at_most(&mut self, bytes: usize) {
        self.remembered_at_most = bytes;
    }

    /// Uses a flag of the caller's for the same purpose.
    pub fn set_stop_flag(&mut self, stop: Arc<AtomicBool>) {
        self.stop = stop;
    }

    /// Counts how often each expression is evaluated, from now on and by all workers made after this. Costs time.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn count_expressions(&mut self) -> std::result::Result<(), Box<Diagnostic>> {
        let places = EntryPoints::compile(&self.program, &self.configuration, Reading::Counting, &self.stop)?.counted;
        let counts = places.iter().map(|_| AtomicU64::new(0)).collect();
        self.coverage = Some(Coverage { places, counts });
        Ok(())
    }

    /// Evaluations per expression, in the order in which the expressions were compiled. An expression that was evaluated
    /// zero times was never reached.
    #[must_use]
    pub fn evaluations(&self) -> Vec<(Span, u64)> {
        let Some(coverage) = &self.coverage else { return Vec::new() };
        let counts = coverage.counts.iter().map(|count| count.load(Ordering::Relaxed));
        coverage.places.iter().copied().zip(counts).collect()
    }

    /// To be called where exploration goes on after a violation: then a state that is explored may violate invariants, and
    /// each state has to be checked in full.
    pub fn expect_violations(&mut self) {
        self.checked = false;
    }

    /// What `TLCGet` answers about the run.
    pub fn set_facts(&mut self, facts: RunFacts) {
        self.facts = Some(facts);
    }

    /// What is given the lines that the specification prints; without one they are dropped.
    pub fn set_printer(&mut self, printer: Printer) {
        self.printer = Some(printer);
    }
}

impl tla_check::model::Model for Executable {
    type Worker = EvalWorker;

    fn worker(&self) -> EvalWorker {
        EvalWorker::new(self)
    }

    fn temporal(&self) -> Option<&Temporal> {
        let symmetric = self.configuration.symmetry.is_some();
        self.temporal_properties().filter(|_| !symmetric)
    }

    fn write_beside_checkpoint(&self, directory: &Path) -> std::io::Result<()> {
        checkpointed::write_symbols(directory)
    }
}

/// An error in the form that explorers carry.
pub(crate) fn carried(error: EvalError, stage: Stage) -> EvaluationError {
    let code = match (error.kind(), stage) {
        (ErrorKind::Assertion, _) => 14,
        (_, Stage::Property) => 76,
        (_, Stage::Temporal) => 77,
        (_, Stage::Specification) => 75,
    };
    let place = error.places().first().map(|span| (span.source.0, span.start, span.end));
    EvaluationError { code, message: error.message().to_owned(), place }
}
