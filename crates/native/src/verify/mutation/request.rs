//! What Python asks for.

use std::collections::HashSet;

use serde::Deserialize;

use crate::verify::request::Request;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::verify) struct MutationRequest {
    /// The model, and what it is checked with: its workers share the mutants, `max_states` bounds the original and
    /// `max_seconds` all of it.
    pub(in crate::verify) check: Request,
    /// Try these only, by their names. With none of them, mutants are listed and nothing is explored.
    pub(in crate::verify) only: Option<HashSet<String>>,
    /// What one mutant may take; by default twenty times the original, but at least five seconds.
    pub(in crate::verify) mutant_seconds: Option<f64>,
}
