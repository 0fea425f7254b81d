//! Functions as pairs of argument and value, for operators that make a function out of others.

use std::cmp::Ordering;

use crate::error::Result;
use crate::value::Value;

/// The pairs of a function, sorted by argument.
#[derive(Default)]
pub(super) struct Entries {
    keys: Vec<Value>,
    values: Vec<Value>,
}

impl Entries {
    /// The pairs of a function; none for what is no function.
    pub(super) fn of(function: &Value) -> Result<Self> {
        let keys = function.domain()?.listed()?.to_vec();
        Ok(Self { keys, values: function.function_values().to_vec() })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Value, &Value)> {
        self.keys.iter().zip(&self.values)
    }

    pub(super) fn get(&self, key: &Value) -> Result<Option<&Value>> {
        Ok(self.position(key)?.ok().map(|at| &self.values[at]))
    }

    fn position(&self, key: &Value) -> Result<std::result::Result<usize, usize>> {
        let (mut low, mut high) = (0, self.keys.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.keys[middle].compare(key)? {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Ok(Ok(middle)),
            }
        }
        Ok(Err(low))
    }

    /// Adds a pair whose argument comes after all others.
    pub(super) fn push(&mut self, key: Value, value: Value) {
        self.keys.push(key);
        self.values.push(value);
    }

    /// Adds a pair; where the argument has a value already, `combine` makes one of the old and the new.
    pub(super) fn add(
        &mut self,
        key: &Value,
        value: Value,
        combine: impl FnOnce(&Value, Value) -> Result<Value>,
    ) -> Result<()> {
        match self.position(key)? {
            Ok(at) => self.values[at] = combine(&self.values[at], value)?,
            Err(at) => {
                self.keys.insert(at, key.clone());
                self.values.insert(at, value);
            }
        }
        Ok(())
    }

    /// The pairs of both; `combine` decides where both have the argument.
    pub(super) fn merge(&self, other: &Self, mut combine: impl FnMut(&Value, &Value) -> Result<Value>) -> Result<Self> {
        let mut merged = Self::default();
        let (mut i, mut j) = (0, 0);
        while i < self.keys.len() && j < other.keys.len() {
            let order = self.keys[i].compare(&other.keys[j])?;
            let (key, value) = match order {
                Ordering::Less => (&self.keys[i], self.values[i].clone()),
                Ordering::Equal => (&self.keys[i], combine(&self.values[i], &other.values[j])?),
                Ordering::Greater => (&other.keys[j], other.values[j].clone()),
            };
            merged.push(key.clone(), value);
            i += usize::from(order != Ordering::Greater);
            j += usize::from(order != Ordering::Less);
        }
        merged.keys.extend_from_slice(&self.keys[i..]);
        merged.values.extend_from_slice(&self.values[i..]);
        merged.keys.extend_from_slice(&other.keys[j..]);
        merged.values.extend_from_slice(&other.values[j..]);
        Ok(merged)
    }

    pub(super) fn into_function(self) -> Result<Value> {
        Value::function(&Value::sorted_set(self.keys), self.values)
    }
}
