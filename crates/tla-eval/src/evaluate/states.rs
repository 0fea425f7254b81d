//! States as bytes: per variable the length and the encoding of its value.
//!
//! Variables take few distinct values compared with the number of states: each is decoded once, and known by a number
//! from then on.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use super::Evaluator;
use crate::value::hash::{fingerprint_of, mix, share};
use crate::value::{decode, Value};

pub(crate) struct States {
    variables: Vec<Variable>,
    /// Of the state loaded last: for each variable the number of its value.
    numbers: Vec<u32>,
    /// Of the state loaded last: for each variable its share in the fingerprint.
    pub(crate) shares: Vec<u64>,
    /// The sum of the shares.
    pub(crate) sum: u64,
    words: usize,
    /// Of the state loaded last: the units that make nothing of it, as far as that is known of single values.
    idle: Vec<u64>,
    /// An estimate of what the values known take.
    bytes: usize,
    scratch: Vec<u8>,
}

#[derive(Default)]
struct Variable {
    numbers: HashMap<Rc<[u8]>, u32, BuildHasherDefault<BytesHasher>>,
    known: Vec<Known>,
    /// For each value, [`States::words`] words of bits: the units of the next-state relation that make nothing of a
    /// state in which the variable has it.
    idle: Vec<u64>,
    /// For each value, whether all first guards about the variable alone were tried on it.
    sifted: Vec<bool>,
}

pub(crate) struct Known {
    pub(crate) value: Value,
    pub(crate) share: u64,
    bytes: Rc<[u8]>,
}

/// A variable's new value in a step.
#[derive(Clone, Copy)]
pub(crate) struct Change {
    pub(crate) variable: u32,
    pub(crate) number: u32,
    pub(crate) share: u64,
}

/// No value has this number.
pub(crate) const NONE: u32 = u32::MAX;
/// What a value takes per byte of its encoding, with the look-up: measured on records in functions.
const BYTES_PER_BYTE: usize = 12;
const BYTES_PER_VALUE: usize = 160;

impl Evaluator {
    /// Appends the bytes of the next state.
    pub(crate) fn encode_next(&mut self, keeps: bool, into: &mut Vec<u8>) {
        self.states.encode(&self.current, &self.next, &self.next_numbers, keeps, into);
    }
}

impl States {
    pub(crate) fn new(variables: usize) -> Self {
        Self {
            variables: (0..variables).map(|_| Variable::default()).collect(),
            numbers: vec![NONE; variables],
            shares: vec![0; variables],
            sum: 0,
            words: 0,
            idle: Vec::new(),
            bytes: 0,
            scratch: Vec::new(),
        }
    }

    /// Appends the bytes of `next`. `current` is the state loaded last; the numbers are those of the next values, where
    /// they are known. Values that are not are known from now on if `keeps` says so: the state will be loaded again.
    pub(crate) fn encode(
        &mut self,
        current: &[Value],
        next: &[Value],
        numbers: &[u32],
        keeps: bool,
        into: &mut Vec<u8>,
    ) {
        for (index, (current, next)) in current.iter().zip(next).enumerate() {
            match (self.variables[index].known.get(numbers[index] as usize), self.loaded(index)) {
                (Some(known), _) => known.append(into),
                (None, Some(known)) if current.is_same(next) => known.append(into),
                _ if keeps => {
                    let number = self.number_of(index, next);
                    self.variables[index].known[number as usize].append(into);
                }
                _ => append(next, into),
            }
        }
    }

    /// Appends the bytes of the state that the changes make of the one loaded last.
    pub(crate) fn encode_changed(&self, changes: &[Change], into: &mut Vec<u8>) {
        for (index, variable) in self.variables.iter().enumerate() {
            let change = changes.iter().find(|change| change.variable as usize == index);
            let number = change.map_or(self.numbers[index], |change| change.number);
            variable.known[number as usize].append(into);
        }
    }

    /// Reads a state written by [`Self::encode`] into `state`.
    pub(crate) fn load(&mut self, mut bytes: &[u8], state: &mut [Value]) {
        for (index, value) in state.iter_mut().enumerate() {
            let own = take(&mut bytes);
            if self.loaded(index).is_some_and(|known| *known.bytes == *own && known.value.is_same(value)) {
                continue;
            }
            let number = self.number(index, own);
            let known = &self.variables[index].known[number as usize];
            *value = known.value.clone();
            self.numbers[index] = number;
            self.shares[index] = known.share;
        }
        self.sum = self.shares.iter().fold(0, |sum, &share| sum.wrapping_add(share));
        self.idle.fill(0);
        for (variable, &number) in self.variables.iter().zip(&self.numbers) {
            let start = number as usize * self.words;
            let idle = self.idle.iter_mut().zip(&variable.idle[start..start + self.words]);
            idle.for_each(|(all, more)| *all |= more);
        }
    }

    /// The same into new values, without touching what was loaded.
    pub(crate) fn decode(&mut self, mut bytes: &[u8]) -> Vec<Value> {
        (0..self.variables.len())
            .map(|index| {
                let own = take(&mut bytes);
                let number = self.number(index, own);
                self.variables[index].known[number as usize].value.clone()
            })
            .collect()
    }

    /// Makes room for what is known to be idle of so many units.
    pub(crate) fn expect_units(&mut self, units: usize) {
        self.words = units.div_ceil(64);
        self.idle = vec![0; self.words];
        for variable in &mut self.variables {
            variable.idle = vec![0; variable.known.len() * self.words];
        }
    }

    /// The units numbered from `64 * word` on that may make something of the state loaded last, as bits.
    #[inline]
    pub(crate) fn busy(&self, word: usize) -> u64 {
        !self.idle[word]
    }

    /// Notes that a unit makes nothing of states with this value of the variable.
    pub(crate) fn is_idle(&mut self, unit: usize, variable: usize) {
        let start = self.numbers[variable] as usize * self.words;
        self.variables[variable].idle[start + unit / 64] |= 1 << (unit % 64);
    }

    /// Whether the units that the loaded value of the variable keeps idle by their first guards are known.
    pub(crate) fn is_sifted(&self, variable: usize) -> bool {
        self.variables[variable].sifted[self.numbers[variable] as usize]
    }

    pub(crate) fn mark_sifted(&mut self, variable: usize) {
        self.variables[variable].sifted[self.numbers[variable] as usize] = true;
    }

    /// A value that is known.
    #[inline]
    pub(crate) fn known(&self, variable: usize, number: u32) -> Option<&Known> {
        self.variables[variable].known.get(number as usize)
    }

    /// The number of the loaded value of a variable.
    #[inline]
    pub(crate) fn loaded_number(&self, variable: usize) -> u32 {
        self.numbers[variable]
    }

    pub(crate) fn numbered_change(&self, variable: usize, number: u32) -> Change {
        Change { variable: variable as u32, number, share: self.variables[variable].known[number as usize].share }
    }

    /// The number of a value, which is known from now on.
    pub(crate) fn number_of(&mut self, variable: usize, value: &Value) -> u32 {
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        value.encode(&mut bytes);
        let number = self.number_with(variable, &bytes, |bytes| {
            if is_listed(value) {
                value.clone()
            } else {
                decode(&mut &*bytes).unwrap_or(Value::Unset)
            }
        });
        self.scratch = bytes;
        number
    }

    /// Writes the state that the changes make of the one loaded last, which is in `current`.
    pub(crate) fn apply(&self, changes: &[Change], current: &[Value], next: &mut [Value]) {
        next.clone_from_slice(current);
        for change in changes {
            let variable = &self.variables[change.variable as usize];
            next[change.variable as usize] = variable.known[change.number as usize].value.clone();
        }
    }

    /// Whether the change leaves the variable as it is.
    pub(crate) fn is_same(&self, change: &Change) -> bool {
        self.shares[change.variable as usize] == change.share
    }

    /// The fingerprint of the state that the changes make of the one loaded last.
    pub(crate) fn fingerprint_changed(&self, changes: &[Change]) -> u64 {
        fingerprint_of(changes.iter().fold(self.sum, |sum, change| {
            sum.wrapping_sub(self.shares[change.variable as usize]).wrapping_add(change.share)
        }))
    }

    /// An estimate of the memory that the values known take.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Forgets all values; changes become invalid.
    pub(crate) fn forget(&mut self) {
        let units = self.words * 64;
        *self = Self::new(self.variables.len());
        self.expect_units(units);
    }

    fn loaded(&self, variable: usize) -> Option<&Known> {
        self.variables[variable].known.get(self.numbers[variable] as usize)
    }

    fn number(&mut self, variable: usize, bytes: &[u8]) -> u32 {
        self.number_with(variable, bytes, |bytes| decode(&mut &*bytes).unwrap_or(Value::Unset))
    }

    fn number_with(&mut self, variable: usize, bytes: &[u8], make: impl FnOnce(&[u8]) -> Value) -> u32 {
        let Variable { numbers, known, idle, sifted } = &mut self.variables[variable];
        if let Some(&number) = numbers.get(bytes) {
            return number;
        }
        let value = make(bytes);
        // Hashed now, the hash is shared by all that look the value up.
        let share = share(variable, value.hash());
        let number = known.len() as u32;
        let bytes: Rc<[u8]> = bytes.into();
        self.bytes += BYTES_PER_VALUE + bytes.len() * BYTES_PER_BYTE;
        numbers.insert(bytes.clone(), number);
        known.push(Known { value, share, bytes });
        idle.resize(known.len() * self.words, 0);
        sifted.push(false);
        number
    }
}

/// Whether all sets in the value are, as in one that was read from bytes.
fn is_listed(value: &Value) -> bool {
    match value {
        Value::Set(block) | Value::Tuple(block) => block.iter().all(is_listed),
        Value::Record(block) => block.iter().all(is_listed),
        Value::Function(block) => is_listed(block.extra()) && block.iter().all(is_listed),
        Value::Lazy(_) | Value::Closure(_) => false,
        _ => true,
    }
}

impl Known {
    fn append(&self, into: &mut Vec<u8>) {
        write_length(self.bytes.len(), into);
        into.extend_from_slice(&self.bytes);
    }
}

fn append(value: &Value, into: &mut Vec<u8>) {
    let start = into.len();
    into.push(0);
    value.encode(into);
    let length = into.len() - start - 1;
    if length < 0x80 {
        into[start] = length as u8;
    } else {
        let mut prefix = Vec::with_capacity(5);
        write_length(length, &mut prefix);
        into.splice(start..=start, prefix);
    }
}

fn take<'b>(bytes: &mut &'b [u8]) -> &'b [u8] {
    let length = read_length(bytes).min(bytes.len());
    let (own, rest) = bytes.split_at(length);
    *bytes = rest;
    own
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
pub(crate) struct BytesHasher(u64);

impl Hasher for BytesHasher {
    fn finish(&self) -> u64 {
        mix(self.0)
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.0 = folded(self.0 ^ u64::from_le_bytes(word));
        }
        let rest = chunks.remainder();
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.0 = folded(self.0 ^ u64::from_le_bytes(word));
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.0 = folded(self.0 ^ number as u64);
    }
}

/// A product with its upper half folded onto the lower: quick, and good enough where equal hashes lead to a comparison.
#[inline]
fn folded(word: u64) -> u64 {
    let product = u128::from(word ^ 0x9E37_79B9_7F4A_7C15) * 0xA076_1D64_78BD_642F;
    product as u64 ^ (product >> 64) as u64
}
