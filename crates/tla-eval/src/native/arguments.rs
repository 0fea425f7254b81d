//! The arguments of a native operator, with errors that name the operator and the argument.

use crate::error::{EvalError, Result};
use crate::value::{Block, Symbol, Value};

use super::Context;

/// The evaluated arguments of one application.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a> {
    operator: &'static str,
    values: &'a [Value],
}

impl<'a> Arguments<'a> {
    pub(super) fn new(operator: &'static str, values: &'a [Value]) -> Self {
        Self { operator, values }
    }

    pub(super) fn value(&self, index: usize) -> &'a Value {
        &self.values[index]
    }

    pub(super) fn integer(&self, index: usize) -> Result<i64> {
        match self.value(index) {
            Value::Int(value) => Ok(*value),
            other => Err(self.unfit(index, "an integer", other)),
        }
    }

    /// An integer that is not negative.
    pub(super) fn natural(&self, index: usize) -> Result<i64> {
        match self.value(index) {
            Value::Int(value) if *value >= 0 => Ok(*value),
            other => Err(self.unfit(index, "a natural number", other)),
        }
    }

    pub(super) fn boolean(&self, index: usize) -> Result<bool> {
        match self.value(index) {
            Value::Bool(value) => Ok(*value),
            other => Err(self.unfit(index, "a boolean", other)),
        }
    }

    pub(super) fn text(&self, index: usize) -> Result<Symbol> {
        match self.value(index) {
            Value::String(value) => Ok(*value),
            other => Err(self.unfit(index, "a string", other)),
        }
    }

    pub(super) fn sequence(&self, index: usize) -> Result<&'a Block<()>> {
        match self.value(index) {
            Value::Tuple(items) => Ok(items),
            other => Err(self.unfit(index, "a sequence", other)),
        }
    }

    pub(super) fn function(&self, index: usize) -> Result<&'a Value> {
        match self.value(index) {
            value if value.is_function() => Ok(value),
            other => Err(self.unfit(index, "a function", other)),
        }
    }

    pub(super) fn set(&self, index: usize) -> Result<&'a Value> {
        match self.value(index) {
            value if value.is_set() => Ok(value),
            other => Err(self.unfit(index, "a set", other)),
        }
    }

    /// The elements of a finite set, in order.
    pub(super) fn elements(&self, index: usize) -> Result<Block<()>> {
        self.set(index)?.listed()
    }

    /// Applies the operator that stands at `index` and expects a boolean.
    pub(super) fn test(&self, context: &mut dyn Context, index: usize, operands: &[Value]) -> Result<bool> {
        match context.call(self.value(index), operands)? {
            Value::Bool(answer) => Ok(answer),
            other => Err(EvalError::undefined(format!(
                "{} must be an operator with a boolean value, not {}",
                self.role(index),
                other.described()
            ))),
        }
    }

    #[cold]
    pub(super) fn unfit(&self, index: usize, expected: &str, actual: &Value) -> EvalError {
        EvalError::undefined(format!("{} must be {expected}, not {}", self.role(index), actual.described()))
    }

    /// "the left side of +", "the argument of Len", "the second argument of SubSeq".
    pub(super) fn role(&self, index: usize) -> String {
        const ORDINALS: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
        let symbolic = !self.operator.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        match (self.values.len(), symbolic) {
            (1, _) => format!("the argument of {}", self.operator),
            (2, true) => format!("the {} side of {}", ["left", "right"][index.min(1)], self.operator),
            _ => format!("the {} argument of {}", ORDINALS[index.min(ORDINALS.len() - 1)], self.operator),
        }
    }
}
