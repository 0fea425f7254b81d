//! Sorting by an operator of the specification, which may be any relation.

use super::arguments::Arguments;
use super::Context;
use crate::error::Result;
use crate::value::Value;

/// Up to here the sort does exactly what TLC's does, even where the relation is no order.
const INSERTION: usize = 32;

/// Sorts by the operator at `index`. Where it holds both ways, as `<=` does for equal keys, what came later comes first.
pub(super) fn sort(
    context: &mut dyn Context,
    named: &Arguments<'_>,
    index: usize,
    mut items: Vec<Value>,
) -> Result<Vec<Value>> {
    if items.len() <= INSERTION {
        for end in 1..items.len() {
            let mut at = end;
            while at > 0 && named.test(context, index, &[items[at].clone(), items[at - 1].clone()])? {
                items.swap(at - 1, at);
                at -= 1;
            }
        }
        return Ok(items);
    }
    let right = items.split_off(items.len() / 2);
    let left = sort(context, named, index, items)?;
    let right = sort(context, named, index, right)?;
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if named.test(context, index, &[right[j].clone(), left[i].clone()])? {
            merged.push(right[j].clone());
            j += 1;
        } else {
            merged.push(left[i].clone());
            i += 1;
        }
    }
    merged.extend_from_slice(&left[i..]);
    merged.extend_from_slice(&right[j..]);
    Ok(merged)
}
