//! Values of TLA+ and the operations on them.
//!
//! A value is two words. Equal values may have several forms (`1..3` and `{1, 2, 3}`; `SUBSET S` kept lazy and listed);
//! equality, order, hash and encoding look through them. Forms are canonical where that is cheap: a function over
//! `1..n` is always a tuple, a function over a non-empty set of strings always a record, an empty set always
//! `Set` with no elements, and the elements of `Set` are always sorted and distinct.

mod block;
mod config;
mod display;
mod elements;
mod encode;
mod function;
pub mod hash;
mod lazy;
mod order;
mod record;
mod set;
mod sorted;
mod symbol;

pub use block::Block;
pub use elements::Elements;
pub use encode::{decode, decode_all};
pub use function::except;
pub use lazy::{LazyKind, LazySet};
pub use record::Shape;
pub use set::SetBuilder;
pub(crate) use sorted::{mark_seconds, position_of_pair};
pub use symbol::Symbol;

use std::rc::Rc;

use crate::closure::Closure;
use crate::error::{EvalError, Result};

pub enum Value {
    Bool(bool),
    Int(i64),
    String(Symbol),
    Model(Symbol),
    /// `low..high`, never empty.
    Interval(i32, i32),
    /// Sorted and distinct.
    Set(Block<()>),
    /// A function over `1..n`.
    Tuple(Block<()>),
    /// A function over strings; the values stand in the order of the shape's fields.
    Record(Block<Shape>),
    /// Any other function. The block's extra is the domain (`Set` or `Interval`), its values stand in the domain's order.
    Function(Block<Value>),
    /// A set that is described and not listed.
    Lazy(Rc<LazySet>),
    /// An operator, or something not yet computed. Lives in the evaluator's slots only: no state and no other value
    /// ever holds one.
    Closure(Rc<Closure>),
    /// A slot without a value, or a variable that is not assigned yet.
    Unset,
}

impl Clone for Value {
    /// Written out so that what needs no counting is copied without a call.
    #[inline(always)]
    fn clone(&self) -> Self {
        match self {
            Self::Bool(value) => Self::Bool(*value),
            Self::Int(value) => Self::Int(*value),
            Self::String(symbol) => Self::String(*symbol),
            Self::Model(symbol) => Self::Model(*symbol),
            Self::Interval(low, high) => Self::Interval(*low, *high),
            Self::Set(block) => Self::Set(block.clone()),
            Self::Tuple(block) => Self::Tuple(block.clone()),
            Self::Record(block) => Self::Record(block.clone()),
            Self::Function(block) => Self::Function(block.clone()),
            Self::Lazy(lazy) => Self::Lazy(lazy.clone()),
            Self::Closure(closure) => Self::Closure(closure.clone()),
            Self::Unset => Self::Unset,
        }
    }
}

impl Value {
    #[must_use]
    pub fn string(text: &str) -> Self {
        Self::String(Symbol::new(text))
    }

    #[must_use]
    pub fn model(name: &str) -> Self {
        Self::Model(Symbol::new(name))
    }

    #[must_use]
    pub fn tuple(items: Vec<Value>) -> Self {
        Self::Tuple(Block::from_vec((), items))
    }

    /// `low..high`
    ///
    /// # Errors
    /// Overflow, where a bound does not fit in 32 bits: no set that large can be used anyway.
    pub fn interval(low: i64, high: i64) -> Result<Self> {
        if low > high {
            return Ok(Self::empty_set());
        }
        match (i32::try_from(low), i32::try_from(high)) {
            (Ok(low), Ok(high)) => Ok(Self::Interval(low, high)),
            _ => Err(EvalError::new(
                crate::error::ErrorKind::Overflow,
                format!("the interval {low}..{high} has a bound that does not fit in 32 bits"),
            )),
        }
    }

    /// What kind of value this is, for messages: "the integer 3".
    #[must_use]
    pub fn described(&self) -> String {
        let kind = match self {
            Self::Bool(_) => "the boolean",
            Self::Int(_) => "the integer",
            Self::String(_) => "the string",
            Self::Model(_) => "the model value",
            Self::Interval(..) | Self::Set(_) | Self::Lazy(_) => "the set",
            Self::Tuple(_) => "the tuple",
            Self::Record(_) => "the record",
            Self::Function(_) => "the function",
            Self::Closure(_) => return "an operator".to_owned(),
            Self::Unset => return "nothing".to_owned(),
        };
        format!("{kind} {}", display::shortened(self))
    }

    /// # Errors
    /// Undefined, where the value is not a boolean; `role` says what it was needed for.
    pub fn as_bool(&self, role: &str) -> Result<bool> {
        match self {
            Self::Bool(value) => Ok(*value),
            other => Err(EvalError::undefined(format!("{role} must be a boolean, not {}", other.described()))),
        }
    }

    /// # Errors
    /// Undefined, where the value is not an integer; `role` says what it was needed for.
    pub fn as_int(&self, role: &str) -> Result<i64> {
        match self {
            Self::Int(value) => Ok(*value),
            other => Err(EvalError::undefined(format!("{role} must be an integer, not {}", other.described()))),
        }
    }

    /// # Errors
    /// Undefined, where the value is not a string; `role` says what it was needed for.
    pub fn as_string(&self, role: &str) -> Result<Symbol> {
        match self {
            Self::String(symbol) => Ok(*symbol),
            other => Err(EvalError::undefined(format!("{role} must be a string, not {}", other.described()))),
        }
    }

    /// The items of a sequence.
    ///
    /// # Errors
    /// Undefined, where the value is not a sequence; `role` says what it was needed for.
    pub fn as_sequence(&self, role: &str) -> Result<&Block<()>> {
        match self {
            Self::Tuple(block) => Ok(block),
            other => Err(EvalError::undefined(format!("{role} must be a sequence, not {}", other.described()))),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
