//! Functions.

use super::arguments::Arguments;
use super::entries::Entries;
use super::{folds, Context, Table};
use crate::error::{EvalError, Result};
use crate::value::Value;

pub(super) const TABLE: Table = &[
    ("Restrict", 2, restrict),
    ("RestrictDomain", 2, restrict_domain),
    ("RestrictValues", 2, restrict_values),
    ("Range", 1, range),
    ("IsInjective", 1, is_injective),
    ("FoldFunction", 3, fold_function),
    ("FoldFunctionOnSet", 4, fold_function_on_set),
    ("SumFunction", 1, sum),
    ("SumFunctionOnSet", 2, sum_on_set),
];

fn values_at(function: &Value, keys: &[Value]) -> Result<Vec<Value>> {
    keys.iter().map(|key| function.apply(key).cloned()).collect()
}

fn restrict(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("Restrict", arguments);
    let (function, keys) = (named.function(0)?, named.elements(1)?);
    let values = values_at(function, &keys)?;
    Value::function(&Value::Set(keys), values)
}

fn keep(named: &Arguments<'_>, mut test: impl FnMut(&Arguments<'_>, &Value, &Value) -> Result<bool>) -> Result<Value> {
    let mut kept = Entries::default();
    for (key, value) in Entries::of(named.function(0)?)?.iter() {
        if test(named, key, value)? {
            kept.push(key.clone(), value.clone());
        }
    }
    kept.into_function()
}

fn restrict_domain(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    keep(&Arguments::new("RestrictDomain", arguments), |named, key, _| {
        named.test(context, 1, std::slice::from_ref(key))
    })
}

fn restrict_values(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    keep(&Arguments::new("RestrictValues", arguments), |named, _, value| {
        named.test(context, 1, std::slice::from_ref(value))
    })
}

fn range(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    Value::set(Arguments::new("Range", arguments).function(0)?.function_values().to_vec())
}

fn is_injective(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let values = Arguments::new("IsInjective", arguments).function(0)?.function_values();
    let distinct = Value::set(values.to_vec())?.cardinality()?;
    Ok(Value::Bool(distinct == values.len() as i64))
}

fn fold_function(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let values = Arguments::new("FoldFunction", arguments).function(2)?.function_values().to_vec();
    folds::fold(context, &arguments[0], &arguments[1], values)
}

fn fold_function_on_set(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("FoldFunctionOnSet", arguments);
    let values = values_at(named.function(2)?, &named.elements(3)?)?;
    folds::fold(context, &arguments[0], &arguments[1], values)
}

/// The sum of numbers; `role` says what they are.
pub(super) fn total(values: &[Value], role: &str) -> Result<Value> {
    values
        .iter()
        .try_fold(0_i64, |sum, value| {
            let value = value.as_int(role)?;
            sum.checked_add(value).ok_or_else(|| EvalError::overflow(format!("{sum} + {value}")))
        })
        .map(Value::Int)
}

fn sum(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let values = Arguments::new("SumFunction", arguments).function(0)?.function_values();
    total(values, "each value that SumFunction adds")
}

fn sum_on_set(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("SumFunctionOnSet", arguments);
    let values = values_at(named.function(0)?, &named.elements(1)?)?;
    total(&values, "each value that SumFunctionOnSet adds")
}
