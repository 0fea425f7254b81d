//! What is known of each property at the end.

use tla_check::outcome::{Liveness, Verdict};
use tla_eval::executable::Executable;
use tla_syntax::config::Model;
use tla_syntax::resolved::{DefinitionId, Program};
use tla_syntax::source::{SourceMap, Span};

use super::exploring::Explored;
use super::report::{Kind, Property, Status};
use super::shown::place;

const NOT_OF_WALKS: &str = "random walks do not decide what happens in the long run";
const NOT_WITH_SYMMETRY: &str = "it cannot be checked together with SYMMETRY";
const NOT_ALL: &str = "the check ends at the first property that is violated";
const NOT_COVERED: &str = "not every reachable state was checked";
const NOT_REACHED: &str = "the check ended before";

/// Names properties and gives them places.
pub(super) struct Properties<'a> {
    pub(super) program: &'a Program,
    pub(super) model: &'a Model,
    pub(super) sources: &'a SourceMap,
}

impl Properties<'_> {
    /// The assumptions, of which `decided` were tested and hold; `violated` is the one after them that does not.
    pub(super) fn assumptions(&self, decided: usize, violated: bool) -> Vec<Property> {
        let assumptions = self.program.assumptions.iter().enumerate();
        assumptions
            .map(|(index, assumption)| {
                let name = assumption.name.as_deref().map_or_else(|| self.unnamed(assumption.span), str::to_owned);
                let status = match index {
                    _ if index < decided => Status::Holds,
                    _ if index == decided && violated => Status::Violated,
                    _ => Status::Unknown,
                };
                self.property(name, Kind::Assumption, status, NOT_REACHED, Some(assumption.span))
            })
            .collect()
    }

    /// Everything that is said of states and behaviours, before any was explored.
    pub(super) fn undecided(&self, executable: &Executable) -> Vec<Property> {
        self.about_states(executable, &Coverage::default(), NOT_REACHED)
    }

    /// `goes_on` where others were sought after a violation.
    pub(super) fn explored(&self, executable: &Executable, outcome: &Explored, goes_on: bool) -> Vec<Property> {
        self.about_states(executable, &Coverage::of(outcome, goes_on), NOT_COVERED)
    }

    fn about_states(&self, executable: &Executable, coverage: &Coverage, reason: &str) -> Vec<Property> {
        let mut all = Vec::new();
        for (index, &id) in self.model.invariants.iter().enumerate() {
            all.push(self.defined(id, Kind::Invariant, coverage.invariants(&[index]), reason));
        }
        if self.model.check_deadlock && self.model.behaviour.is_some() {
            let status = coverage.deadlock();
            all.push(self.property("no deadlock".to_owned(), Kind::Deadlock, status, reason, None));
        }
        for property in executable.properties() {
            let on_the_fly = coverage.invariants(&property.conjuncts);
            let (in_the_graph, why) = self.formulas(&property.formulas, coverage, reason);
            let (status, reason) = match (on_the_fly, in_the_graph) {
                (Status::Violated, _) | (_, Status::Violated) => (Status::Violated, reason),
                (Status::Holds, Status::Unknown) => (Status::Unknown, why),
                (Status::Holds, Status::Holds) => (Status::Holds, reason),
                (Status::Unknown, _) => (Status::Unknown, if why.is_empty() { reason } else { why }),
            };
            all.push(self.defined(property.definition, Kind::Temporal, status, reason));
        }
        all
    }

    /// What is known of conjuncts that need the state graph, and why not more.
    fn formulas<'r>(&self, indices: &[usize], coverage: &Coverage, reason: &'r str) -> (Status, &'r str) {
        if indices.is_empty() {
            return (Status::Holds, "");
        }
        let Some(liveness) = &coverage.liveness else {
            let why = match self.model.symmetry {
                Some(_) => NOT_WITH_SYMMETRY,
                None if coverage.walks => NOT_OF_WALKS,
                None => reason,
            };
            return (Status::Unknown, why);
        };
        if indices.iter().any(|index| liveness.violated.iter().any(|lasso| lasso.property == *index)) {
            return (Status::Violated, "");
        }
        match liveness.checked {
            true if coverage.goes_on || liveness.violated.is_empty() => (Status::Holds, ""),
            true => (Status::Unknown, NOT_ALL),
            false => (Status::Unknown, reason),
        }
    }

    /// `holds` is `None` where it was not evaluated.
    pub(super) fn postcondition(&self, holds: Option<bool>) -> Option<Property> {
        let status = match holds {
            Some(true) => Status::Holds,
            Some(false) => Status::Violated,
            None => Status::Unknown,
        };
        self.model.postcondition.map(|id| self.defined(id, Kind::Postcondition, status, NOT_REACHED))
    }

    fn defined(&self, id: DefinitionId, kind: Kind, status: Status, reason: &str) -> Property {
        let definition = &self.program.definitions[id.index()];
        self.property(definition.name.to_string(), kind, status, reason, Some(definition.span))
    }

    fn property(&self, name: String, kind: Kind, status: Status, reason: &str, span: Option<Span>) -> Property {
        let reason = if status == Status::Unknown { reason.to_owned() } else { String::new() };
        Property { name, kind, status, reason, place: span.map(|span| place(self.sources, span)) }
    }

    fn unnamed(&self, span: Span) -> String {
        format!("assumption at line {}", place(self.sources, span).line)
    }
}

#[derive(Default)]
struct Coverage {
    complete: bool,
    /// Every violation that was found was kept.
    all_seen: bool,
    /// Indices of violated invariants.
    violated: Vec<usize>,
    deadlock: bool,
    liveness: Option<Liveness>,
    walks: bool,
    /// After a violation others are sought.
    goes_on: bool,
}

impl Coverage {
    fn of(outcome: &Explored, goes_on: bool) -> Self {
        let found = outcome.counterexamples.iter().map(|counterexample| &counterexample.verdict);
        let found: Vec<_> = found.chain([&outcome.verdict]).collect();
        let violated = found.iter().filter_map(|verdict| match verdict {
            Verdict::Violation { invariant } => Some(*invariant),
            _ => None,
        });
        Self {
            complete: outcome.complete,
            all_seen: outcome.violations as usize <= outcome.counterexamples.len(),
            violated: violated.collect(),
            deadlock: found.iter().any(|verdict| **verdict == Verdict::Deadlock),
            liveness: outcome.liveness.clone(),
            walks: outcome.counts.walks > 0,
            goes_on,
        }
    }

    /// What is known of several invariants together. Of a state that violates one, those after it are not evaluated.
    fn invariants(&self, indices: &[usize]) -> Status {
        if indices.iter().any(|index| self.violated.contains(index)) {
            return Status::Violated;
        }
        let all_evaluated = indices.iter().all(|index| self.violated.iter().all(|violated| violated > index));
        self.known(all_evaluated)
    }

    fn deadlock(&self) -> Status {
        if self.deadlock {
            return Status::Violated;
        }
        self.known(true)
    }

    fn known(&self, all_evaluated: bool) -> Status {
        if self.complete && self.all_seen && all_evaluated {
            Status::Holds
        } else {
            Status::Unknown
        }
    }
}
