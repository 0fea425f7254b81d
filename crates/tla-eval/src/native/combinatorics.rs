//! Combinatorics: binomial coefficients that do not go through factorials, which overflow early.

use super::arguments::Arguments;
use super::{Context, Table};
use crate::error::{EvalError, Result};
use crate::value::Value;

pub(super) const TABLE: Table = &[("choose", 2, choose)];

fn choose(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("choose", arguments);
    let (n, k) = (named.natural(0)?, named.natural(1)?);
    if k > n {
        return Ok(Value::Int(0));
    }
    let overflow = || EvalError::overflow(format!("choose({n}, {k})"));
    let mut result: i128 = 1;
    for step in 0..k.min(n - k) {
        // Before the division the product may need more than 64 bits, though never more than twice as many.
        result = result * i128::from(n - step) / i128::from(step + 1);
        if result > i128::from(i64::MAX) {
            return Err(overflow());
        }
    }
    i64::try_from(result).map(Value::Int).map_err(|_| overflow())
}
