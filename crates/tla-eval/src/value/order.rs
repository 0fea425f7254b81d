//! Equality and the one order that all values of comparable kinds have.
//!
//! The order is TLC's, since it decides what CHOOSE picks and in which order sets are enumerated: model values come
//! first, by name; integers and strings in their own order; sets and functions by size, then by elements.

use std::cmp::Ordering;

use super::{Block, Symbol, Value};
use crate::error::{EvalError, Result};

impl Value {
    /// # Errors
    /// Undefined, where the two are of kinds that TLA+ gives no common meaning (`1 = "a"`).
    #[inline]
    pub fn equals(&self, other: &Self) -> Result<bool> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Ok(a == b),
            (Self::String(a), Self::String(b)) | (Self::Model(a), Self::Model(b)) if a == b => Ok(true),
            (Self::String(_), Self::String(_)) => Ok(false),
            (Self::Bool(a), Self::Bool(b)) => Ok(a == b),
            (Self::Tuple(a), Self::Tuple(b)) | (Self::Set(a), Self::Set(b)) => blocks_equal(a, b),
            (Self::Record(a), Self::Record(b)) if a.extra() == b.extra() => blocks_equal(a, b),
            (Self::Interval(a, b), Self::Interval(c, d)) => Ok(a == c && b == d),
            _ => self.equals_slowly(other),
        }
    }

    fn equals_slowly(&self, other: &Self) -> Result<bool> {
        match (self, other) {
            (Self::Model(a), b) | (b, Self::Model(a)) => model_equals(*a, b),
            (Self::Function(a), Self::Function(b)) => {
                if a.same(b) {
                    return Ok(true);
                }
                Ok(a.len() == b.len() && a.extra().equals(b.extra())? && blocks_equal(a, b)?)
            }
            (Self::Lazy(a), Self::Lazy(b)) => match a.equals_as_written(b)? {
                Some(answer) => Ok(answer),
                None => a.explicit()?.equals(&b.explicit()?),
            },
            (Self::Lazy(lazy), set) | (set, Self::Lazy(lazy)) if set.is_set() => match lazy.explicit() {
                Ok(explicit) => explicit.equals(set),
                Err(_) if lazy.is_infinite() => Ok(false),
                Err(error) => Err(error),
            },
            _ => Ok(self.compare(other).map_err(|_| cannot("check equality of", self, other))? == Ordering::Equal),
        }
    }

    /// # Errors
    /// Undefined, where the two are of kinds that have no common order.
    pub fn compare(&self, other: &Self) -> Result<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Ok(a.cmp(b)),
            (Self::Tuple(a), Self::Tuple(b)) if a.same(b) => Ok(Ordering::Equal),
            (Self::Tuple(a), Self::Tuple(b)) => match a.len().cmp(&b.len()) {
                Ordering::Equal => compare_each(a.iter().zip(b.iter())),
                unequal => Ok(unequal),
            },
            (Self::String(a), Self::String(b)) | (Self::Model(a), Self::Model(b)) => Ok(a.cmp(b)),
            (Self::Bool(a), Self::Bool(b)) => Ok(a.cmp(b)),
            (Self::Model(_), _) => Ok(Ordering::Less),
            (_, Self::Model(_)) => Ok(Ordering::Greater),
            (a, b) if a.is_set() && b.is_set() => compare_sets(a, b),
            (a, b) if a.is_function() && b.is_function() => compare_functions(a, b),
            _ => Err(cannot("compare", self, other)),
        }
    }

    /// Whether both are one value in one place; false where that would take a comparison.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::String(a), Self::String(b)) | (Self::Model(a), Self::Model(b)) => a == b,
            (Self::Set(a), Self::Set(b)) | (Self::Tuple(a), Self::Tuple(b)) => a.same(b),
            (Self::Record(a), Self::Record(b)) => a.same(b),
            (Self::Function(a), Self::Function(b)) => a.same(b),
            _ => false,
        }
    }

    #[must_use]
    pub fn is_set(&self) -> bool {
        matches!(self, Self::Set(_) | Self::Interval(..) | Self::Lazy(_))
    }

    #[must_use]
    pub fn is_function(&self) -> bool {
        matches!(self, Self::Tuple(_) | Self::Record(_) | Self::Function(_))
    }
}

fn cannot(what: &str, a: &Value, b: &Value) -> EvalError {
    EvalError::undefined(format!("cannot {what} {} with {}", a.described(), b.described()))
}

/// Model values named `A_...` have type `A`: comparing one with a value of another kind is an error, as in TLC.
fn model_type(name: Symbol) -> Option<u8> {
    let text = name.text().as_bytes();
    (text.len() > 2 && text[1] == b'_').then(|| text[0])
}

fn model_equals(name: Symbol, other: &Value) -> Result<bool> {
    let Some(kind) = model_type(name) else {
        return match other {
            Value::Model(other_name) => Ok(name == *other_name),
            _ => Ok(false),
        };
    };
    match other {
        Value::Model(other_name) if model_type(*other_name).is_none_or(|other_kind| other_kind == kind) => {
            Ok(name == *other_name)
        }
        _ => Err(cannot("check equality of typed", &Value::Model(name), other)),
    }
}

fn blocks_equal<E>(a: &Block<E>, b: &Block<E>) -> Result<bool> {
    if a.same(b) {
        return Ok(true);
    }
    if a.len() != b.len() {
        return Ok(false);
    }
    if let (Some(first), Some(second)) = (a.cached_sum(), b.cached_sum()) {
        if first != second {
            return Ok(false);
        }
    }
    for (x, y) in a.iter().zip(b.iter()) {
        if !x.equals(y)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare_each<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Result<Ordering> {
    for (x, y) in pairs {
        let order = match (x, y) {
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Model(a), Value::Model(b)) | (Value::String(a), Value::String(b)) => a.cmp(b),
            _ => x.compare(y)?,
        };
        if order != Ordering::Equal {
            return Ok(order);
        }
    }
    Ok(Ordering::Equal)
}

fn compare_sets(a: &Value, b: &Value) -> Result<Ordering> {
    match (a, b) {
        (Value::Set(a), Value::Set(b)) => {
            if a.same(b) {
                return Ok(Ordering::Equal);
            }
            match a.len().cmp(&b.len()) {
                Ordering::Equal => compare_each(a.iter().zip(b.iter())),
                unequal => Ok(unequal),
            }
        }
        _ => {
            let sizes = a.cardinality()?.cmp(&b.cardinality()?);
            if sizes != Ordering::Equal {
                return Ok(sizes);
            }
            for (x, y) in a.elements()?.zip(b.elements()?) {
                let order = x.compare(&y)?;
                if order != Ordering::Equal {
                    return Ok(order);
                }
            }
            Ok(Ordering::Equal)
        }
    }
}

fn compare_functions(a: &Value, b: &Value) -> Result<Ordering> {
    let (first, second) = (a.function_values(), b.function_values());
    if first.len() != second.len() {
        return Ok(first.len().cmp(&second.len()));
    }
    let same_domain = match (a, b) {
        (Value::Tuple(_), Value::Tuple(_)) => true,
        (Value::Record(a), Value::Record(b)) => a.extra() == b.extra(),
        _ => false,
    };
    if !same_domain {
        let domains = compare_sets(&a.domain()?, &b.domain()?)?;
        if domains != Ordering::Equal {
            return Ok(domains);
        }
    }
    compare_each(first.iter().zip(second.iter()))
}
