//! Fingerprints, also of states that permutations of model values make equal.

use std::collections::HashMap;

use super::entry_points::EntryPoints;
use crate::error::{ErrorKind, EvalError, Result};
use crate::value::hash::{combine, mix};
use crate::value::{Block, Symbol, Value};

/// Model values that change places.
pub(super) type Permutation = HashMap<Symbol, Symbol>;

/// More permutations than this make each state cost more than the states they save.
const MOST_PERMUTATIONS: usize = 100_000;

impl EntryPoints {
    pub(super) fn fingerprint(&self, state: &[Value]) -> u64 {
        let own = fingerprint_with(state, |value| value.hash());
        let permuted = self.permutations.iter();
        permuted
            .map(|permutation| fingerprint_with(state, |value| value.permuted(permutation).hash()))
            .fold(own, u64::min)
    }

    pub(super) fn smallest_view(&self, view: &Value) -> u64 {
        let permuted = self.permutations.iter().map(|permutation| view.permuted(permutation).hash());
        permuted.fold(view.hash(), u64::min)
    }
}

fn fingerprint_with(state: &[Value], hash: impl Fn(&Value) -> u64) -> u64 {
    let mut total: u64 = 0;
    for (value, position) in state.iter().zip(1_u64..) {
        total = total.wrapping_add(combine(mix(position), hash(value)));
    }
    mix(total)
}

impl Value {
    /// The value with its model values renamed.
    pub(super) fn permuted(&self, permutation: &Permutation) -> Value {
        let all = |values: &[Value]| values.iter().map(|value| value.permuted(permutation)).collect::<Vec<_>>();
        match self {
            Self::Model(symbol) => Self::Model(permutation.get(symbol).copied().unwrap_or(*symbol)),
            // Renaming keeps elements comparable and distinct, so that sorting cannot fail.
            Self::Set(block) => Self::set(all(block)).unwrap_or_else(|_| self.clone()),
            Self::Tuple(block) => Self::tuple(all(block)),
            Self::Record(block) => Self::Record(Block::from_vec(*block.extra(), all(block))),
            Self::Function(block) => permuted_function(block, permutation).unwrap_or_else(|_| self.clone()),
            Self::Lazy(lazy) => lazy.explicit().map_or_else(|_| self.clone(), |set| set.permuted(permutation)),
            other => other.clone(),
        }
    }
}

fn permuted_function(block: &Block<Value>, permutation: &Permutation) -> Result<Value> {
    let mut pairs: Vec<(Value, Value)> = Vec::with_capacity(block.len());
    for (key, value) in block.extra().elements()?.zip(block.iter()) {
        let (key, value) = (key.permuted(permutation), value.permuted(permutation));
        let mut at = pairs.len();
        while at > 0 && pairs[at - 1].0.compare(&key)? == std::cmp::Ordering::Greater {
            at -= 1;
        }
        pairs.insert(at, (key, value));
    }
    let (keys, values) = pairs.into_iter().unzip();
    Value::function(&Value::sorted_set(keys), values)
}

/// The group that a set of permutations (functions on model values) generates, without the identity.
pub(super) fn group(set: &Value) -> Result<Vec<Permutation>> {
    let mut generators = Vec::new();
    for function in set.elements()? {
        generators.push(permutation(&function)?);
    }
    let mut found: Vec<Permutation> = Vec::new();
    let mut next: Vec<Permutation> = generators.iter().filter(|generator| !generator.is_empty()).cloned().collect();
    while let Some(candidate) = next.pop() {
        if candidate.is_empty() || found.contains(&candidate) {
            continue;
        }
        if found.len() >= MOST_PERMUTATIONS {
            return Err(EvalError::new(
                ErrorKind::Limit,
                format!("SYMMETRY has more than {MOST_PERMUTATIONS} permutations"),
            ));
        }
        next.extend(generators.iter().map(|generator| composed(&candidate, generator)));
        found.push(candidate);
    }
    Ok(found)
}

/// Names that stay in place are left out, so that equal permutations are equal maps.
fn permutation(function: &Value) -> Result<Permutation> {
    let mut map = Permutation::new();
    if !function.is_function() {
        return Err(EvalError::undefined(format!(
            "SYMMETRY must be a set of permutations, but it holds {}",
            function.described()
        )));
    }
    for (from, to) in function.domain()?.elements()?.zip(function.function_values()) {
        match (from, to) {
            (Value::Model(from), Value::Model(to)) if from != *to => {
                map.insert(from, *to);
            }
            (Value::Model(_), Value::Model(_)) => {}
            _ => return Err(EvalError::undefined("SYMMETRY permutes something other than model values")),
        }
    }
    Ok(map)
}

fn composed(first: &Permutation, second: &Permutation) -> Permutation {
    let through = |symbol: &Symbol| {
        let middle = first.get(symbol).unwrap_or(symbol);
        *second.get(middle).unwrap_or(middle)
    };
    first.keys().chain(second.keys()).map(|symbol| (*symbol, through(symbol))).filter(|(from, to)| from != to).collect()
}
