//! The errors of one run.

use std::collections::HashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::limits;

/// Errors kept before they are sorted; a module that is wrong everywhere must not fill the memory.
const KEPT: usize = 1000;

#[derive(Debug, Default)]
pub(super) struct Errors {
    list: Vec<Diagnostic>,
    /// Names reported as undefined, with the module: one report each is enough.
    undefined: HashSet<(u32, String)>,
}

impl Errors {
    pub(super) fn push(&mut self, error: Diagnostic) {
        let repeated = |other: &Diagnostic| other.span == error.span && other.message == error.message;
        if self.list.len() < KEPT && !self.list.iter().any(repeated) {
            self.list.push(error);
        }
    }

    pub(super) fn extend(&mut self, errors: Vec<Diagnostic>) {
        for error in errors {
            self.push(error);
        }
    }

    /// Whether this is the first time that `name` is missing in `module`.
    pub(super) fn first_miss(&mut self, module: u32, name: &str) -> bool {
        self.undefined.insert((module, name.to_owned()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|error| error.span);
        self.list.truncate(limits::ERRORS);
        self.list
    }
}

pub(super) fn no_thread(error: &std::io::Error) -> Diagnostic {
    Diagnostic::without_place(Code::Limit, format!("the system does not give a thread to read modules with: {error}"))
}
