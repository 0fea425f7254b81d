//! Folds: `MapThenFoldSet`, and the fold that the other modules share.

use super::arguments::Arguments;
use super::{Context, Table};
use crate::error::Result;
use crate::value::Value;

pub(super) const TABLE: Table = &[("MapThenFoldSet", 5, map_then_fold)];

/// `op(xn, ... op(x2, op(x1, base)))`: the order in which TLC folds sets and functions.
pub(super) fn fold(
    context: &mut dyn Context,
    operator: &Value,
    base: &Value,
    items: impl IntoIterator<Item = Value>,
) -> Result<Value> {
    let mut accumulated = base.clone();
    for item in items {
        accumulated = context.call(operator, &[item, accumulated])?;
    }
    Ok(accumulated)
}

fn map_then_fold(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("MapThenFoldSet", arguments);
    let (operator, map, choose) = (named.value(0), named.value(2), named.value(3));
    let mut rest = named.set(4)?.clone();
    let mut chosen = Vec::new();
    while rest.cardinality()? > 0 {
        let element = context.call(choose, std::slice::from_ref(&rest))?;
        let smaller = rest.difference(&Value::sorted_set(vec![element.clone()]))?;
        if smaller.cardinality()? == rest.cardinality()? {
            return Err(named.unfit(3, "an operator that picks an element of its set", &element));
        }
        chosen.push(context.call(map, &[element])?);
        rest = smaller;
    }
    fold(context, operator, named.value(1), chosen.into_iter().rev())
}
