//! Whether some behaviour of a graph is fair and violates a temporal property.
//!
//! The negated property, together with what else is assumed of behaviours, becomes an automaton; a behaviour that
//! violates is a cycle in the product of graph and automaton ([`search`]). What only says that something happens again
//! and again does not go through the automaton, fairness first of all: it is looked for in the strongly connected
//! components of the product ([`demands`]), as in E. A. Emerson, C.-L. Lei, "Modalities for model checking" (1987).

mod automaton;
mod class_set;
mod components;
mod demands;
mod lasso;
mod product;
mod question;
mod requirement;
mod search;
#[cfg(test)]
mod tests;

pub(crate) use lasso::{LassoPath, Move};

use crate::behaviour::Graph;
use crate::temporal::{Formula, Temporal};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Stopped,
    /// Ready for people.
    TooLarge(String),
}

/// What was found of a property.
#[derive(Debug)]
pub(crate) struct Checked {
    /// A behaviour that violates it, if there is one.
    pub(crate) violation: Option<LassoPath>,
    /// Most bytes that the search held in memory, roughly, without the graph.
    pub(crate) peak_bytes: u64,
}

/// Looks for a fair behaviour of `graph` that satisfies the assumptions of `temporal` and violates the property of
/// index `property`. `stopped` is asked often whether to give up.
pub(crate) fn check(
    graph: &Graph,
    temporal: &Temporal,
    property: usize,
    stopped: &dyn Fn() -> bool,
) -> Result<Checked, Failure> {
    let mut peak_bytes = 0;
    for question in question::questions(graph, temporal, property)? {
        if let Some(found) = search::search(graph, &question, &mut peak_bytes, stopped)? {
            let violation = Some(lasso::lasso(graph, &question, &found, stopped)?);
            return Ok(Checked { violation, peak_bytes });
        }
    }
    Ok(Checked { violation: None, peak_bytes })
}

/// Whether some behaviour of `graph` satisfies the fairness conditions and the assumptions of `temporal`.
pub(crate) fn is_satisfiable(graph: &Graph, temporal: &Temporal, stopped: &dyn Fn() -> bool) -> Result<bool, Failure> {
    let impossible = Temporal { properties: vec![Formula::Constant(false)], ..temporal.clone() };
    for question in question::questions(graph, &impossible, 0)? {
        if search::search(graph, &question, &mut 0, stopped)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
