//! Functions in all their forms: making, applying, changing one value.

use super::hash::pair_hash;
use super::sorted::position;
use super::{Block, Shape, Symbol, Value};
use crate::error::{EvalError, Result};

impl Value {
    /// The function that maps the elements of `domain`, in order, to `values`, in its canonical form.
    ///
    /// # Errors
    /// Infinite, where the domain cannot be listed.
    pub fn function(domain: &Value, values: Vec<Value>) -> Result<Self> {
        match domain {
            Self::Lazy(lazy) => Ok(Self::function_over(&lazy.explicit()?, values)),
            _ => Ok(Self::function_over(domain, values)),
        }
    }

    /// The same for a domain that is listed already.
    pub(super) fn function_over(domain: &Value, values: Vec<Value>) -> Self {
        match domain {
            Self::Interval(1, _) => Self::tuple(values),
            Self::Set(keys) if keys.is_empty() => Self::tuple(values),
            Self::Set(keys) => match &keys[0] {
                Self::String(_) => match string_keys(keys) {
                    Some(fields) => Self::Record(Block::from_vec(Shape::new(fields), values)),
                    None => Self::Function(Block::from_vec(domain.clone(), values)),
                },
                Self::Int(_) => match as_interval(keys) {
                    Some(interval) => Self::function_over(&interval, values),
                    None => Self::Function(Block::from_vec(domain.clone(), values)),
                },
                _ => Self::Function(Block::from_vec(domain.clone(), values)),
            },
            _ => Self::Function(Block::from_vec(domain.clone(), values)),
        }
    }

    /// `DOMAIN self`
    ///
    /// # Errors
    /// Undefined, where this is no function.
    pub fn domain(&self) -> Result<Value> {
        match self {
            Self::Tuple(items) => Self::interval(1, items.len() as i64),
            Self::Record(record) => {
                let fields = record.extra().fields().iter();
                Ok(Self::sorted_set(fields.map(|&field| Self::String(field)).collect()))
            }
            Self::Function(function) => Ok(function.extra().clone()),
            other => Err(EvalError::undefined(format!("DOMAIN needs a function, not {}", other.described()))),
        }
    }

    /// `DOMAIN self = domain`, without making the domain.
    pub(super) fn has_domain(&self, domain: &Value) -> Result<bool> {
        match (self, domain) {
            (Self::Tuple(items), Self::Interval(low, high)) => Ok(*low == 1 && *high as usize == items.len()),
            (Self::Record(record), Self::Set(keys)) if matches!(keys.first(), Some(Self::String(_))) => {
                let names = record.extra().fields();
                let same = |(name, key): (&Symbol, &Value)| matches!(key, Self::String(other) if other == name);
                Ok(names.len() == keys.len() && names.iter().zip(keys.iter()).all(same))
            }
            (Self::Function(function), _) => function.extra().equals(domain),
            _ => self.domain()?.equals(domain),
        }
    }

    /// The function's values in the order of its domain; empty for what is no function.
    #[must_use]
    pub fn function_values(&self) -> &[Value] {
        match self {
            Self::Tuple(items) => items,
            Self::Record(record) => record,
            Self::Function(function) => function,
            _ => &[],
        }
    }

    /// `self[argument]`
    ///
    /// # Errors
    /// Undefined, where this is no function or the argument is outside of its domain.
    #[inline]
    pub fn apply(&self, argument: &Value) -> Result<&Value> {
        if let (Self::Tuple(items), Self::Int(index)) = (self, argument) {
            // Index 0 wraps around to the largest number, which no tuple has.
            if let Some(item) = items.get((*index as usize).wrapping_sub(1)) {
                return Ok(item);
            }
        }
        match self.index_of(argument)? {
            Some(index) => Ok(&self.function_values()[index]),
            None => Err(self.outside(argument)),
        }
    }

    #[cold]
    fn outside(&self, argument: &Value) -> EvalError {
        let domain = self.domain().map(|domain| super::display::shortened(&domain)).unwrap_or_default();
        EvalError::undefined(format!(
            "{} is applied to {}, which is not in its domain {domain}",
            self.described(),
            argument.described()
        ))
    }

    /// The position of the argument in the domain; `None` outside.
    fn index_of(&self, argument: &Value) -> Result<Option<usize>> {
        match (self, argument) {
            (Self::Tuple(items), Self::Int(index)) => {
                Ok((1..=items.len() as i64).contains(index).then(|| *index as usize - 1))
            }
            (Self::Record(record), Self::String(field)) => Ok(record.extra().position(*field)),
            (Self::Function(function), _) => match function.extra() {
                Self::Set(keys) => position(keys, argument),
                Self::Interval(low, high) => match argument {
                    Self::Int(index) => {
                        let within = i64::from(*low) <= *index && *index <= i64::from(*high);
                        Ok(within.then(|| (*index - i64::from(*low)) as usize))
                    }
                    Self::Model(_) => Ok(None),
                    _ => Err(self.outside(argument)),
                },
                _ => Ok(None),
            },
            (Self::Tuple(_) | Self::Record(_), Self::Model(_)) => Ok(None),
            (Self::Tuple(_) | Self::Record(_), _) => Err(self.outside(argument)),
            (other, _) => Err(EvalError::undefined(format!(
                "only functions can be applied, and {} is none; it was applied to {}",
                other.described(),
                argument.described()
            ))),
        }
    }

    /// `self.field`
    ///
    /// # Errors
    /// Undefined, where this is no record or has no such field.
    #[inline]
    pub fn field(&self, field: Symbol) -> Result<&Value> {
        if let Self::Record(record) = self {
            if let Some(index) = record.extra().position(field) {
                return Ok(&record[index]);
            }
        }
        Err(self.no_such_field(field))
    }

    #[cold]
    fn no_such_field(&self, field: Symbol) -> EvalError {
        match self {
            Self::Record(record) => {
                let names: Vec<_> = record.extra().fields().iter().map(|name| name.text()).collect();
                EvalError::undefined(format!(
                    "{} has no field \"{}\", only {}",
                    self.described(),
                    field.text(),
                    names.join(", ")
                ))
            }
            other => EvalError::undefined(format!("{} has no field \"{}\"", other.described(), field.text())),
        }
    }
}

/// `[function EXCEPT ![key] = change(old)]`. A key outside of the domain changes nothing, as in TLC. Works in place
/// where nobody else holds the function.
///
/// # Errors
/// Undefined, where `function` is no function; whatever `change` fails with.
pub fn except(mut function: Value, key: &Value, change: impl FnOnce(Value) -> Result<Value>) -> Result<Value> {
    let index = match (&function, key) {
        (Value::Record(record), Value::String(field)) => record.extra().position(*field),
        (other, _) if other.is_function() => other.index_of(key).unwrap_or(None),
        (other, _) => {
            return Err(EvalError::undefined(format!("EXCEPT needs a function or record, not {}", other.described())));
        }
    };
    let Some(index) = index else { return Ok(function) };
    let key = || key.hash();
    match &mut function {
        Value::Tuple(block) => replace(block, index, key, change)?,
        Value::Record(block) => replace(block, index, key, change)?,
        Value::Function(block) => replace(block, index, key, change)?,
        _ => {}
    }
    Ok(function)
}

/// Changes one value of a function. The hash of the result follows from the hash of the old function.
fn replace<E: Clone>(
    block: &mut Block<E>,
    index: usize,
    key: impl Fn() -> u64,
    change: impl FnOnce(Value) -> Result<Value>,
) -> Result<()> {
    let without = block.cached_sum().map(|sum| sum.wrapping_sub(pair_hash(key(), block[index].hash())));
    if let Some(values) = block.unique() {
        // The old value is taken out, so that a nested EXCEPT can work in place too.
        let old = std::mem::replace(&mut values[index], Value::Bool(false));
        values[index] = change(old)?;
    } else {
        let mut new = Some(change(block[index].clone())?);
        let copy = |at: usize| if at == index { new.take().unwrap_or(Value::Unset) } else { block[at].clone() };
        *block = Block::generate(block.extra().clone(), block.len(), copy);
    }
    if let Some(sum) = without {
        block.cache_sum(sum.wrapping_add(pair_hash(key(), block[index].hash())));
    }
    Ok(())
}

fn string_keys(keys: &[Value]) -> Option<Vec<Symbol>> {
    keys.iter().map(|key| if let Value::String(symbol) = key { Some(*symbol) } else { None }).collect()
}

/// Sorted integers without a gap.
pub(super) fn as_interval(keys: &[Value]) -> Option<Value> {
    let (Some(Value::Int(low)), Some(Value::Int(high))) = (keys.first(), keys.last()) else { return None };
    let (low, high) = (i32::try_from(*low).ok()?, i32::try_from(*high).ok()?);
    let gapless = i64::from(high) - i64::from(low) + 1 == keys.len() as i64;
    (gapless && keys.iter().all(|key| matches!(key, Value::Int(_)))).then_some(Value::Interval(low, high))
}
