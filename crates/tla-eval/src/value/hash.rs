//! Hashes of values: 64 bits, the same in every process, equal for equal values whatever their form.
//!
//! Sets and functions add up a mixed hash per element. Addition does not depend on the order, so that a tuple, a record
//! and a function over a set agree where they are the same function.

use super::{LazySet, Value};

const SET: u64 = 0x9E37_79B9_7F4A_7C15;
const FUNCTION: u64 = 0xC2B2_AE3D_27D4_EB4F;
const INTEGER: u64 = 0x1656_67B1_9E37_79F9;
const MODEL: u64 = 0x27D4_EB2F_1656_67C5;
const UNBOUNDED: u64 = 0x85EB_CA77_C2B2_AE63;

/// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): every input bit reaches every output bit.
#[must_use]
#[inline]
pub fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

#[must_use]
#[inline]
pub fn combine(first: u64, second: u64) -> u64 {
    mix(first.rotate_left(23).wrapping_add(second.wrapping_mul(0x9FB2_1C65_1E98_DF25)))
}

/// What a variable with this index adds to the sum that a state's fingerprint is made of.
#[inline]
pub(crate) fn share(variable: usize, hash: u64) -> u64 {
    combine(mix(variable as u64 + 1), hash)
}

#[inline]
pub(crate) fn fingerprint_of(sum: u64) -> u64 {
    mix(sum)
}

#[must_use]
pub fn hash_text(text: &str) -> u64 {
    let mut hash = 0x51_7C_C1_B7_27_22_0A_95 ^ text.len() as u64;
    for chunk in text.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = combine(hash, u64::from_le_bytes(word));
    }
    mix(hash)
}

#[inline]
fn hash_integer(value: i64) -> u64 {
    mix(INTEGER ^ value as u64)
}

fn finish(kind: u64, sum: u64) -> u64 {
    mix(kind.wrapping_add(sum))
}

/// What an element with this hash adds to the sum of a set.
#[inline]
pub(super) fn element_hash(element: u64) -> u64 {
    mix(element)
}

/// What an argument and its value add to the sum of a function.
#[inline]
pub(super) fn pair_hash(key: u64, value: u64) -> u64 {
    combine(key, value)
}

/// The hash of a set whose elements have these hashes, in any order.
pub(crate) fn of_set(elements: impl Iterator<Item = u64>) -> u64 {
    finish(SET, sum(elements.map(element_hash)))
}

/// The hash of a function whose arguments and values have these hashes, in any order.
pub(crate) fn of_function(pairs: impl Iterator<Item = (u64, u64)>) -> u64 {
    finish(FUNCTION, sum(pairs.map(|(key, value)| pair_hash(key, value))))
}

pub(crate) fn of_model_value(symbol: super::Symbol) -> u64 {
    mix(MODEL ^ symbol.hash())
}

impl Value {
    #[must_use]
    #[inline]
    pub fn hash(&self) -> u64 {
        match self {
            Self::Int(value) => hash_integer(*value),
            Self::String(symbol) => symbol.hash(),
            _ => self.hash_of_others(),
        }
    }

    fn hash_of_others(&self) -> u64 {
        match self {
            Self::Bool(value) => mix(0xB001 + u64::from(*value)),
            Self::Int(value) => hash_integer(*value),
            Self::String(symbol) => symbol.hash(),
            Self::Model(symbol) => of_model_value(*symbol),
            Self::Interval(low, high) => {
                finish(SET, sum((*low..=*high).map(|element| element_hash(hash_integer(i64::from(element))))))
            }
            Self::Set(block) => {
                finish(SET, cached(block, || sum(block.iter().map(|element| element_hash(element.hash())))))
            }
            Self::Tuple(block) => finish(
                FUNCTION,
                cached(block, || {
                    sum(block.iter().zip(1..).map(|(value, index)| pair_hash(hash_integer(index), value.hash())))
                }),
            ),
            Self::Record(block) => finish(
                FUNCTION,
                cached(block, || {
                    let fields = block.extra().fields().iter();
                    sum(fields.zip(block.iter()).map(|(name, value)| pair_hash(name.hash(), value.hash())))
                }),
            ),
            Self::Function(block) => finish(
                FUNCTION,
                cached(block, || {
                    let mut total: u64 = 0;
                    let mut values = block.iter();
                    block.extra().for_each_element(&mut |key| {
                        if let Some(value) = values.next() {
                            total = total.wrapping_add(pair_hash(key.hash(), value.hash()));
                        }
                    });
                    total
                }),
            ),
            Self::Lazy(lazy) => match lazy.explicit() {
                Ok(set) => set.hash(),
                Err(_) => lazy.hash_of_description(),
            },
            Self::Unset => 1,
            Self::Closure(closure) => mix(std::rc::Rc::as_ptr(closure).cast::<u8>() as u64),
        }
    }
}

impl LazySet {
    /// For sets that cannot be enumerated: two are only equal when written alike.
    fn hash_of_description(&self) -> u64 {
        hash_text(&self.to_string()) ^ UNBOUNDED
    }
}

fn sum(hashes: impl Iterator<Item = u64>) -> u64 {
    hashes.fold(0, u64::wrapping_add)
}

/// The sum of a block. It is kept, so that a value that differs in one place from another gets its sum from that one.
fn cached<E>(block: &super::Block<E>, compute: impl FnOnce() -> u64) -> u64 {
    block.cached_sum().unwrap_or_else(|| {
        let sum = compute();
        block.cache_sum(sum);
        sum
    })
}
