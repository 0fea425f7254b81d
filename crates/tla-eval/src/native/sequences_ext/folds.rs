//! Folds over sequences.

use crate::error::Result;
use crate::native::arguments::Arguments;
use crate::native::{folds, Context, Table};
use crate::value::Value;

pub(super) const TABLE: Table = &[
    ("FoldSeq", 3, fold),
    ("FoldLeft", 3, fold_left),
    ("FoldRight", 3, fold_right),
    ("FoldLeftDomain", 3, fold_left_positions),
    ("FoldRightDomain", 3, fold_right_positions),
];

fn fold(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let items = Arguments::new("FoldSeq", arguments).function(2)?.function_values().to_vec();
    folds::fold(context, &arguments[0], &arguments[1], items)
}

fn from_left(context: &mut dyn Context, operator: &Value, base: &Value, items: &[Value]) -> Result<Value> {
    let mut accumulated = base.clone();
    for item in items {
        accumulated = context.call(operator, &[accumulated, item.clone()])?;
    }
    Ok(accumulated)
}

fn positions(items: &[Value]) -> Vec<Value> {
    (1..=items.len() as i64).map(Value::Int).collect()
}

fn fold_left(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let items = Arguments::new("FoldLeft", arguments).sequence(2)?;
    from_left(context, &arguments[0], &arguments[1], items)
}

fn fold_right(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let items = Arguments::new("FoldRight", arguments).sequence(1)?;
    folds::fold(context, &arguments[0], &arguments[2], items.iter().rev().cloned())
}

fn fold_left_positions(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let items = Arguments::new("FoldLeftDomain", arguments).sequence(2)?;
    from_left(context, &arguments[0], &arguments[1], &positions(items))
}

fn fold_right_positions(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let items = Arguments::new("FoldRightDomain", arguments).sequence(1)?;
    folds::fold(context, &arguments[0], &arguments[2], positions(items).into_iter().rev())
}
