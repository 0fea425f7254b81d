//! Values as bytes: how states travel between threads and rest in queues. Equal values have equal bytes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::function::as_interval;
use super::hash::combine;
use super::{Block, Shape, Symbol, Value};

const FALSE: u8 = 0;
const TRUE: u8 = 1;
const INTEGER: u8 = 2;
const STRING: u8 = 3;
const MODEL: u8 = 4;
const INTERVAL: u8 = 5;
const SET: u8 = 6;
const TUPLE: u8 = 7;
const RECORD: u8 = 8;
const FUNCTION: u8 = 9;
/// Integers from -8 to 55 take one byte with the tag.
const SMALL: u8 = 64;
const SMALLEST: i64 = -8;
const LARGEST: i64 = 55;

impl Value {
    /// Appends the bytes. A set that cannot be listed is written as the empty set: states are checked for those before.
    pub fn encode(&self, into: &mut Vec<u8>) {
        match self {
            Self::Bool(value) => into.push(if *value { TRUE } else { FALSE }),
            Self::Int(value) => encode_integer(*value, into),
            Self::String(symbol) => tagged(STRING, symbol.index().into(), into),
            Self::Model(symbol) => tagged(MODEL, symbol.index().into(), into),
            Self::Interval(low, high) => {
                into.push(INTERVAL);
                encode_integer((*low).into(), into);
                encode_integer((*high).into(), into);
            }
            Self::Set(block) => match as_interval(block) {
                Some(interval) => interval.encode(into),
                None => items(SET, block, into),
            },
            Self::Tuple(block) => items(TUPLE, block, into),
            Self::Record(block) => {
                tagged(RECORD, block.len() as u64, into);
                for (field, value) in block.extra().fields().iter().zip(block.iter()) {
                    varint(field.index().into(), into);
                    value.encode(into);
                }
            }
            Self::Function(block) => {
                into.push(FUNCTION);
                block.extra().encode(into);
                block.iter().for_each(|value| value.encode(into));
            }
            Self::Lazy(lazy) => lazy.explicit().unwrap_or_else(|_| Self::empty_set()).encode(into),
            Self::Closure(_) | Self::Unset => debug_assert!(false, "states hold neither operators nor gaps"),
        }
    }
}

fn varint(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

fn tagged(tag: u8, number: u64, into: &mut Vec<u8>) {
    into.push(tag);
    varint(number, into);
}

fn encode_integer(value: i64, into: &mut Vec<u8>) {
    if (SMALLEST..=LARGEST).contains(&value) {
        into.push(SMALL + (value - SMALLEST) as u8);
    } else {
        // Zigzag: small magnitudes of either sign are short.
        tagged(INTEGER, ((value << 1) ^ (value >> 63)) as u64, into);
    }
}

fn items(tag: u8, block: &[Value], into: &mut Vec<u8>) {
    tagged(tag, block.len() as u64, into);
    block.iter().for_each(|value| value.encode(into));
}

/// Reads one value from the front of `bytes`; `None` where they are not an encoding.
pub fn decode(bytes: &mut &[u8]) -> Option<Value> {
    let tag = take_byte(bytes)?;
    Some(match tag {
        FALSE => Value::Bool(false),
        TRUE => Value::Bool(true),
        INTEGER => {
            let zigzag = take_varint(bytes)?;
            Value::Int((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
        }
        STRING => Value::String(take_symbol(bytes)?),
        MODEL => Value::Model(take_symbol(bytes)?),
        INTERVAL => match (decode(bytes)?, decode(bytes)?) {
            (Value::Int(low), Value::Int(high)) => Value::interval(low, high).ok()?,
            _ => return None,
        },
        SET => Value::Set(take_items(bytes)?),
        TUPLE => Value::Tuple(take_items(bytes)?),
        RECORD => {
            let length = take_length(bytes)?;
            let mut fields = 0;
            let mut values = Vec::with_capacity(length);
            let start = *bytes;
            for _ in 0..length {
                fields = combine(fields, take_varint(bytes)?);
                values.push(decode(bytes)?);
            }
            let shape = known_shape(fields).or_else(|| read_shape(fields, length, start))?;
            Value::Record(Block::from_vec(shape, values))
        }
        FUNCTION => {
            let domain = decode(bytes)?;
            let length = usize::try_from(domain.cardinality().ok()?).ok().filter(|&length| length <= bytes.len())?;
            let values = (0..length).map(|_| decode(bytes)).collect::<Option<Vec<_>>>()?;
            Value::Function(Block::from_vec(domain, values))
        }
        small if small >= SMALL => Value::Int(i64::from(small - SMALL) + SMALLEST),
        _ => return None,
    })
}

/// Reads values until the bytes end.
#[must_use]
pub fn decode_all(mut bytes: &[u8]) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    while !bytes.is_empty() {
        values.push(decode(&mut bytes)?);
    }
    Some(values)
}

fn take_byte(bytes: &mut &[u8]) -> Option<u8> {
    let (&first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(first)
}

fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take_byte(bytes)?;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// A length that the remaining bytes can hold: each item takes at least one.
fn take_length(bytes: &mut &[u8]) -> Option<usize> {
    usize::try_from(take_varint(bytes)?).ok().filter(|&length| length <= bytes.len())
}

thread_local! {
    /// What this thread has read before, so that reading takes no lock: symbols by index, shapes by a hash of their
    /// fields' indices.
    static SYMBOLS: RefCell<Vec<Symbol>> = const { RefCell::new(Vec::new()) };
    static SHAPES: RefCell<HashMap<u64, Shape, BuildHasherDefault<Hashed>>> = RefCell::default();
}

/// Keys that are hashes already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0 = combine(self.0, byte.into()));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

fn take_symbol(bytes: &mut &[u8]) -> Option<Symbol> {
    let index = usize::try_from(take_varint(bytes)?).ok()?;
    SYMBOLS.with_borrow_mut(|symbols| {
        while symbols.len() <= index {
            symbols.push(Symbol::from_index(symbols.len() as u32)?);
        }
        Some(symbols[index])
    })
}

fn known_shape(fields: u64) -> Option<Shape> {
    SHAPES.with_borrow(|shapes| shapes.get(&fields).copied())
}

/// Reads the fields of a record again, this time for their names.
fn read_shape(hash: u64, length: usize, mut bytes: &[u8]) -> Option<Shape> {
    let mut fields = Vec::with_capacity(length);
    for _ in 0..length {
        fields.push(take_symbol(&mut bytes)?);
        decode(&mut bytes)?;
    }
    let shape = Shape::new(fields);
    SHAPES.with_borrow_mut(|shapes| shapes.insert(hash, shape));
    Some(shape)
}

fn take_items(bytes: &mut &[u8]) -> Option<Block<()>> {
    let length = take_length(bytes)?;
    Block::build((), length, |_| decode(bytes).ok_or(())).ok()
}
