//! Randomization: sets chosen at random.

use super::arguments::Arguments;
use super::{sampling, Context, Table};
use crate::error::{EvalError, Result};
use crate::value::{SetBuilder, Value};

pub(super) const TABLE: Table = &[("RandomSubset", 2, subset), ("RandomSetOfSubsets", 3, set_of_subsets)];

fn subset(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("RandomSubset", arguments);
    let (size, set) = (named.natural(0)?, named.set(1)?);
    sampling::subset(context, usize::try_from(size).unwrap_or(usize::MAX), set)
}

fn set_of_subsets(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("RandomSetOfSubsets", arguments);
    let (picks, average, elements) = (named.natural(0)?, named.natural(1)?, named.elements(2)?);
    let size = elements.len();
    if average > size as i64 {
        return Err(named.unfit(1, &format!("at most {size}, the size of the set"), named.value(1)));
    }
    if size < 62 && picks > 1 << size {
        return Err(EvalError::undefined(format!(
            "{} is {picks}, but a set of {size} elements has only {} subsets",
            named.role(0),
            1_i64 << size
        )));
    }
    let probability = if size == 0 { 0.0 } else { average as f64 / size as f64 };
    let mut result = SetBuilder::default();
    for _ in 0..picks {
        let chosen = elements.iter().filter(|_| sampling::happens(context, probability)).cloned().collect();
        result.insert(Value::sorted_set(chosen))?;
    }
    result.finish()
}
