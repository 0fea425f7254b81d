//! Random choices from sets, without listing those that are large.

use std::collections::HashSet;

use super::Context;
use crate::error::{EvalError, Result};
use crate::value::{Block, LazyKind, LazySet, SetBuilder, Value};

/// A set of up to this many elements is listed to draw from it.
const LISTED: i64 = 1 << 20;

/// A number from 0 to `bound - 1`. The bias is below `bound` in 2^64.
pub(super) fn below(context: &mut dyn Context, bound: usize) -> usize {
    ((u128::from(context.random()) * bound as u128) >> 64) as usize
}

/// True with the given probability.
pub(super) fn happens(context: &mut dyn Context, probability: f64) -> bool {
    // 53 bits fill the mantissa of a double.
    ((context.random() >> 11) as f64) < probability * (1_u64 << 53) as f64
}

/// An element of the set, each with the same probability.
pub(super) fn element(context: &mut dyn Context, set: &Value) -> Result<Value> {
    match set {
        Value::Interval(low, high) => {
            let size = i64::from(*high) - i64::from(*low) + 1;
            Ok(Value::Int(i64::from(*low) + below(context, size as usize) as i64))
        }
        Value::Lazy(lazy) => lazy_element(context, lazy),
        other => listed_element(context, &other.listed()?),
    }
}

fn listed_element(context: &mut dyn Context, elements: &Block<()>) -> Result<Value> {
    if elements.is_empty() {
        return Err(EvalError::undefined("the empty set has no element to choose at random"));
    }
    Ok(elements[below(context, elements.len())].clone())
}

fn lazy_element(context: &mut dyn Context, lazy: &LazySet) -> Result<Value> {
    match lazy.kind() {
        LazyKind::Subset(of) => {
            let elements = of.listed()?;
            let chosen = elements.iter().filter(|_| context.random() & (1 << 63) != 0).cloned().collect();
            Ok(Value::sorted_set(chosen))
        }
        LazyKind::Functions { domain, range } => {
            let size = domain.listed()?.len();
            let values: Result<Vec<Value>> = (0..size).map(|_| element(context, range)).collect();
            Value::function(domain, values?)
        }
        LazyKind::Records { shape, sets } => {
            let values: Result<Vec<Value>> = sets.iter().map(|set| element(context, set)).collect();
            Ok(Value::Record(Block::from_vec(*shape, values?)))
        }
        LazyKind::Product(sets) => {
            let values: Result<Vec<Value>> = sets.iter().map(|set| element(context, set)).collect();
            values.map(Value::tuple)
        }
        _ => listed_element(context, &lazy.explicit()?.listed()?),
    }
}

/// `size` elements of the set, or all where it has fewer.
pub(super) fn subset(context: &mut dyn Context, size: usize, set: &Value) -> Result<Value> {
    // A set whose number of elements does not even fit in 64 bits is drawn from without being listed.
    let total = match set.cardinality() {
        Ok(total) => total,
        Err(_) if set.is_finite()? => i64::MAX,
        Err(error) => return Err(error),
    };
    if total <= LISTED || size as i64 > total / 2 {
        return listed_subset(context, size, &set.listed()?);
    }
    let mut seen = HashSet::new();
    let mut chosen = SetBuilder::default();
    while seen.len() < size {
        let candidate = element(context, set)?;
        if seen.insert(candidate.hash()) {
            chosen.insert(candidate)?;
        }
    }
    chosen.finish()
}

/// The first steps of a Fisher-Yates shuffle.
fn listed_subset(context: &mut dyn Context, size: usize, elements: &Block<()>) -> Result<Value> {
    let mut indices: Vec<usize> = (0..elements.len()).collect();
    let size = size.min(indices.len());
    for at in 0..size {
        let other = at + below(context, indices.len() - at);
        indices.swap(at, other);
    }
    indices.truncate(size);
    indices.sort_unstable();
    Ok(Value::sorted_set(indices.into_iter().map(|index| elements[index].clone()).collect()))
}
