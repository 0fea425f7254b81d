//! Naturals, Integers, Reals.

use super::{Context, Table};
use crate::error::{EvalError, Result};
use crate::value::{LazyKind, LazySet, Value};

pub(super) const TABLE: Table = &[("+", 2, add), ("Nat", 0, naturals)];

fn add(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (a, b) = (arguments[0].as_int("the left side of +")?, arguments[1].as_int("the right side of +")?);
    a.checked_add(b).map(Value::Int).ok_or_else(|| EvalError::overflow(format!("{a} + {b}")))
}

fn naturals(_: &mut dyn Context, _: &[Value]) -> Result<Value> {
    Ok(LazySet::value(LazyKind::Naturals))
}
