//! Fingerprints that are the same for all states that permutations of model values make equal.
//!
//! A state's fingerprint is the smallest among those of its permutations. No permuted state is ever built: hashes of sets and
//! functions are sums over their elements, so that the hash of a value under a permutation follows from the hashes of its
//! parts under that permutation, and these are kept for the parts that many states share.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::error::{ErrorKind, EvalError, Result};
use crate::value::hash::{fingerprint_of, of_function, of_model_value, of_set, share};
use crate::value::{Symbol, Value};

/// Model values that change places.
type Permutation = HashMap<Symbol, Symbol>;

/// More permutations than this make each state cost more than the states they save.
const MOST_PERMUTATIONS: usize = 100_000;
/// Values whose hashes are kept.
const KEPT: usize = 1 << 16;

pub(super) struct Symmetry {
    /// All permutations but the identity.
    permutations: Vec<Permutation>,
    known: RefCell<HashMap<u64, Hashes>>,
}

/// The hashes of a value, one per permutation.
#[derive(Clone)]
enum Hashes {
    /// No permutation changes the value.
    Same(u64),
    Each(Rc<[u64]>),
}

impl Hashes {
    fn under(&self, permutation: usize) -> u64 {
        match self {
            Self::Same(hash) => *hash,
            Self::Each(hashes) => hashes[permutation],
        }
    }
}

pub(super) fn fingerprint(state: &[Value]) -> u64 {
    sum_of_state(state.iter().map(Value::hash))
}

fn sum_of_state(hashes: impl Iterator<Item = u64>) -> u64 {
    fingerprint_of(hashes.enumerate().fold(0, |sum: u64, (index, hash)| sum.wrapping_add(share(index, hash))))
}

impl Symmetry {
    /// The group that a set of permutations (functions on model values) generates.
    ///
    /// # Errors
    /// Undefined, where the set holds something else; Limit, where the group is too large.
    pub(super) fn new(set: &Value) -> Result<Self> {
        Ok(Self { permutations: group(set)?, known: RefCell::default() })
    }

    pub(super) fn fingerprint(&self, state: &[Value]) -> u64 {
        let hashes: Vec<Hashes> = state.iter().map(|value| self.hashes(value)).collect();
        let permuted = (0..self.permutations.len())
            .map(|permutation| sum_of_state(hashes.iter().map(|each| each.under(permutation))));
        permuted.fold(fingerprint(state), u64::min)
    }

    /// The same for a single value.
    pub(super) fn hash(&self, value: &Value) -> u64 {
        let hashes = self.hashes(value);
        (0..self.permutations.len()).map(|permutation| hashes.under(permutation)).fold(value.hash(), u64::min)
    }

    fn hashes(&self, value: &Value) -> Hashes {
        match value {
            Value::Model(symbol) => self.of_model_value(*symbol),
            Value::Set(elements) => self.kept(value, || {
                let parts: Vec<_> = elements.iter().map(|element| self.hashes(element)).collect();
                self.combined(value, &parts, |hash| of_set(parts.iter().map(hash)))
            }),
            Value::Tuple(_) | Value::Record(_) | Value::Function(_) => self.kept(value, || self.of_function(value)),
            Value::Lazy(lazy) => lazy.explicit().map_or(Hashes::Same(value.hash()), |set| self.hashes(&set)),
            _ => Hashes::Same(value.hash()),
        }
    }

    fn of_model_value(&self, symbol: Symbol) -> Hashes {
        if !self.permutations.iter().any(|permutation| permutation.contains_key(&symbol)) {
            return Hashes::Same(of_model_value(symbol));
        }
        let value = Value::Model(symbol);
        self.kept(&value, || {
            let image = |permutation: &Permutation| permutation.get(&symbol).copied().unwrap_or(symbol);
            Hashes::Each(self.permutations.iter().map(|permutation| of_model_value(image(permutation))).collect())
        })
    }

    fn of_function(&self, value: &Value) -> Hashes {
        let values = value.function_values();
        let mut keys = Vec::with_capacity(values.len());
        if let Ok(domain) = value.domain().and_then(|domain| domain.elements()) {
            keys.extend(domain.map(|key| self.hashes(&key)));
        }
        let values: Vec<_> = values.iter().map(|part| self.hashes(part)).collect();
        let parts: Vec<_> = keys.iter().chain(&values).cloned().collect();
        self.combined(value, &parts, |hash| {
            of_function(keys.iter().zip(&values).map(|(key, value)| (hash(key), hash(value))))
        })
    }

    /// Hashes of a compound value from those of its parts.
    fn combined(&self, value: &Value, parts: &[Hashes], combine: impl Fn(&dyn Fn(&Hashes) -> u64) -> u64) -> Hashes {
        if parts.iter().all(|part| matches!(part, Hashes::Same(_))) {
            return Hashes::Same(value.hash());
        }
        Hashes::Each((0..self.permutations.len()).map(|permutation| combine(&|part| part.under(permutation))).collect())
    }

    /// Looks the value up by its hash; a collision is as unlikely as one of fingerprints.
    fn kept(&self, value: &Value, compute: impl FnOnce() -> Hashes) -> Hashes {
        let hash = value.hash();
        if let Some(known) = self.known.borrow().get(&hash) {
            return known.clone();
        }
        let hashes = compute();
        let mut known = self.known.borrow_mut();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(hash, hashes.clone());
        hashes
    }
}

fn group(set: &Value) -> Result<Vec<Permutation>> {
    let mut generators = Vec::new();
    for function in set.elements()? {
        generators.push(permutation(&function)?);
    }
    let mut found: Vec<Permutation> = Vec::new();
    let mut next = generators.clone();
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
    if !function.is_function() {
        return Err(EvalError::undefined(format!(
            "SYMMETRY must be a set of permutations, but it holds {}",
            function.described()
        )));
    }
    let mut map = Permutation::new();
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
    let names = first.keys().chain(second.keys());
    names.map(|symbol| (*symbol, through(symbol))).filter(|(from, to)| from != to).collect()
}
