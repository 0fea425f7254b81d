//! Why an expression has no value.

use std::fmt;

use tla_syntax::source::Span;

/// What went wrong, in kinds that have different exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// An operator applied to a value that it is not defined for.
    Undefined,
    /// A set that cannot be enumerated, compared or counted because it is infinite.
    Infinite,
    /// An integer outside 64 bits.
    Overflow,
    /// A limit of the evaluator: depth of recursion, size of a set.
    Limit,
    /// `Assert` failed.
    Assertion,
    /// A file could not be read or written.
    Io,
    /// The user asked to stop.
    Stopped,
}

#[derive(Clone, Debug)]
pub struct EvalError(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    /// Innermost place first, then the places that called it.
    places: Vec<Span>,
}

/// Enough to see who called whom; deep recursion would otherwise carry thousands.
const PLACES_KEPT: usize = 12;

impl EvalError {
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), places: Vec::new() }))
    }

    #[must_use]
    pub fn undefined(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Undefined, message)
    }

    #[must_use]
    pub fn overflow(operation: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Overflow, format!("{operation} does not fit in a 64-bit integer"))
    }

    /// Adds the place of an enclosing expression.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        if self.0.places.len() < PLACES_KEPT && self.0.places.last() != Some(&span) {
            self.0.places.push(span);
        }
        self
    }

    /// Gives the error a place unless it has one already.
    #[must_use]
    pub fn at_first(self, span: Span) -> Self {
        if self.0.places.is_empty() {
            self.at(span)
        } else {
            self
        }
    }

    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    #[must_use]
    pub fn places(&self) -> &[Span] {
        &self.0.places
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for EvalError {}

pub type Result<T> = std::result::Result<T, EvalError>;
