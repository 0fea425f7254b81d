//! Bitwise.

use super::arguments::Arguments;
use super::{Context, Table};
use crate::error::Result;
use crate::value::Value;

pub(super) const TABLE: Table =
    &[("&", 2, and), ("|", 2, or), ("^^", 2, exclusive_or), ("Not", 1, not), ("shiftR", 2, shift_right)];

fn naturals(operator: &'static str, arguments: &[Value]) -> Result<(i64, i64)> {
    let named = Arguments::new(operator, arguments);
    Ok((named.natural(0)?, named.natural(1)?))
}

fn and(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    naturals("&", arguments).map(|(a, b)| Value::Int(a & b))
}

fn or(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    naturals("|", arguments).map(|(a, b)| Value::Int(a | b))
}

fn exclusive_or(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    naturals("^^", arguments).map(|(a, b)| Value::Int(a ^ b))
}

/// Up to the highest bit that is set: `Not(5)` is 2.
fn not(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let value = Arguments::new("Not", arguments).natural(0)?;
    // A natural number has at least one leading zero: its sign.
    let up_to_the_highest = i64::MAX >> (value.leading_zeros() - 1);
    Ok(Value::Int(!value & up_to_the_highest))
}

fn shift_right(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (value, positions) = naturals("shiftR", arguments)?;
    Ok(Value::Int(if positions < 63 { value >> positions } else { 0 }))
}
