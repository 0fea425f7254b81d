//! FiniteSets.

use super::arguments::Arguments;
use super::{Context, Table};
use crate::error::Result;
use crate::value::Value;

pub(super) const TABLE: Table = &[("IsFiniteSet", 1, is_finite), ("Cardinality", 1, cardinality)];

fn is_finite(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    Arguments::new("IsFiniteSet", arguments).set(0)?.is_finite().map(Value::Bool)
}

fn cardinality(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    Arguments::new("Cardinality", arguments).set(0)?.cardinality().map(Value::Int)
}
