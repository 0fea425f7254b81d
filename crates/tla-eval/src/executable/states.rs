//! States as bytes: per variable the length and the encoding of its value.
//!
//! Variables take few distinct values compared with the number of states, so that decoding is mostly a look-up.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::value::hash::{combine, mix};
use crate::value::{decode, Value};

pub(super) struct States {
    variables: Vec<Variable>,
}

struct Variable {
    known: HashMap<Box<[u8]>, Value, BuildHasherDefault<BytesHasher>>,
    /// The bytes of the state loaded last; its successors mostly have the same.
    loaded: Vec<u8>,
}

/// Distinct values remembered per variable.
const REMEMBERED: usize = 1 << 14;

impl States {
    pub(super) fn new(variables: usize) -> Self {
        Self { variables: (0..variables).map(|_| Variable { known: HashMap::default(), loaded: Vec::new() }).collect() }
    }

    /// Appends the bytes of `next`. `current` is the state loaded last.
    pub(super) fn encode(&self, current: &[Value], next: &[Value], into: &mut Vec<u8>) {
        for ((variable, current), next) in self.variables.iter().zip(current).zip(next) {
            if !variable.loaded.is_empty() && current.is_same(next) {
                write_length(variable.loaded.len(), into);
                into.extend_from_slice(&variable.loaded);
                continue;
            }
            let start = into.len();
            into.push(0);
            next.encode(into);
            let length = into.len() - start - 1;
            if length < 0x80 {
                into[start] = length as u8;
            } else {
                let mut prefix = Vec::with_capacity(5);
                write_length(length, &mut prefix);
                into.splice(start..=start, prefix);
            }
        }
    }

    /// Reads a state written by [`Self::encode`] into `state`.
    pub(super) fn load(&mut self, mut bytes: &[u8], state: &mut [Value]) {
        for (variable, value) in self.variables.iter_mut().zip(state) {
            let length = read_length(&mut bytes).min(bytes.len());
            let (own, rest) = bytes.split_at(length);
            bytes = rest;
            if *variable.loaded == *own && !matches!(value, Value::Unset) {
                continue;
            }
            variable.loaded.clear();
            variable.loaded.extend_from_slice(own);
            *value = variable.value(own);
        }
    }

    /// The same into new values, without touching what was loaded.
    pub(super) fn decode(&mut self, mut bytes: &[u8]) -> Vec<Value> {
        let mut values = Vec::with_capacity(self.variables.len());
        for variable in &mut self.variables {
            let length = read_length(&mut bytes).min(bytes.len());
            let (own, rest) = bytes.split_at(length);
            bytes = rest;
            values.push(variable.value(own));
        }
        values
    }
}

impl Variable {
    fn value(&mut self, bytes: &[u8]) -> Value {
        if let Some(value) = self.known.get(bytes) {
            return value.clone();
        }
        let value = decode(&mut &*bytes).unwrap_or(Value::Unset);
        // Hashed now, the hash is shared by all that look the value up.
        let _ = value.hash();
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(bytes.into(), value.clone());
        value
    }
}

fn write_length(mut length: usize, into: &mut Vec<u8>) {
    while length >= 0x80 {
        into.push(length as u8 | 0x80);
        length >>= 7;
    }
    into.push(length as u8);
}

fn read_length(bytes: &mut &[u8]) -> usize {
    let (mut length, mut shift) = (0, 0);
    while let Some((&byte, rest)) = bytes.split_first() {
        *bytes = rest;
        length |= usize::from(byte & 0x7F) << shift;
        shift += 7;
        if byte < 0x80 || shift > 56 {
            break;
        }
    }
    length
}

#[derive(Default)]
pub(super) struct BytesHasher(u64);

impl Hasher for BytesHasher {
    fn finish(&self) -> u64 {
        mix(self.0)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = combine(self.0, u64::from_le_bytes(word));
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.0 = combine(self.0, number as u64);
    }
}
