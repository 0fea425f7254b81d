//! What Python is told, as plain data.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::recording::{Graph, Steps};
use crate::verify::conclusion::Conclusion;
use crate::verify::report::{Place, Shown};

#[derive(Debug, Serialize)]
pub(in crate::verify) struct MutationReport {
    /// Of the original; or that the run was ended early.
    #[serde(flatten)]
    pub(super) conclusion: Conclusion,
    pub(super) module: String,
    pub(super) constants: BTreeMap<String, String>,
    /// States of the original.
    pub(super) distinct: u64,
    /// The names of all mutants that there are, in the order of the text.
    pub(super) names: Vec<String>,
    /// Distinct states after which a mutant was given up.
    pub(super) bound_states: Option<u64>,
    pub(super) bound_seconds: Option<f64>,
    /// Those that were tried, in the order of the text.
    pub(super) mutants: Vec<Mutant>,
    pub(super) diagnostics: Vec<Shown>,
    pub(super) seconds: f64,
}

impl MutationReport {
    /// Nothing is known yet.
    pub(super) fn new(specification: &Path) -> Self {
        let module = specification.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        Self {
            conclusion: Conclusion::interrupted(),
            module,
            constants: BTreeMap::new(),
            distinct: 0,
            names: Vec::new(),
            bound_states: None,
            bound_seconds: None,
            mutants: Vec::new(),
            diagnostics: Vec::new(),
            seconds: 0.0,
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Mutant {
    /// What was changed; no two mutants have one name.
    pub(super) name: String,
    pub(super) change: &'static str,
    pub(super) definition: String,
    pub(super) place: Place,
    #[serde(flatten)]
    pub(super) fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// Something noticed it.
    Killed,
    /// It behaves differently, and nothing noticed.
    Survived,
    /// It has the same states and steps as the original.
    Equivalent,
    /// Nothing noticed it before it was given up.
    Undecided,
    /// It cannot be run at all.
    Invalid,
    /// The run ended before.
    NotTried,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Fate {
    pub(super) outcome: Outcome,
    /// What killed it: `invariant`, `property`, `deadlock`, `assertion` or `evaluation`; empty where nothing did.
    pub(super) killer: &'static str,
    /// The name of the invariant or property, the message of an error, the limit that was reached.
    pub(super) detail: String,
    /// It survived, and does nothing that the original does not.
    pub(super) does_less: bool,
    pub(super) distinct: u64,
    pub(super) seconds: f64,
}

impl Fate {
    pub(super) fn new(outcome: Outcome, killer: &'static str, detail: impl Into<String>) -> Self {
        Self { outcome, killer, detail: detail.into(), does_less: false, distinct: 0, seconds: 0.0 }
    }

    pub(super) fn not_tried() -> Self {
        Self::new(Outcome::NotTried, "", "")
    }

    pub(super) fn is_killed(&self) -> bool {
        self.outcome == Outcome::Killed
    }

    pub(super) fn is_alive(&self) -> bool {
        matches!(self.outcome, Outcome::Survived | Outcome::Undecided)
    }
}

/// How the specification itself did.
pub(super) struct Original {
    pub(super) conclusion: Conclusion,
    /// `None` where it was not explored to its end, or does not hold.
    pub(super) graph: Option<Graph>,
    /// Unless there are too many.
    pub(super) steps: Option<Arc<Steps>>,
    pub(super) seconds: f64,
}

impl Original {
    pub(super) fn distinct(&self) -> u64 {
        self.graph.map_or(0, |graph| graph.states())
    }
}

/// How far a run is.
#[derive(Debug, Default)]
pub(in crate::verify) struct Standing {
    pub(in crate::verify) done: usize,
    pub(in crate::verify) of: usize,
    pub(in crate::verify) killed: usize,
    pub(in crate::verify) alive: usize,
    pub(in crate::verify) elapsed: Duration,
}
