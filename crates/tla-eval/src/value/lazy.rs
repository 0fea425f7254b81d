//! Sets that are described and not listed: infinite ones, and those whose list would be long.

use std::cell::OnceCell;
use std::rc::Rc;

use super::set::LARGEST_SET;
use super::{Block, Elements, Shape, Value};
use crate::error::{ErrorKind, EvalError, Result};

pub struct LazySet {
    kind: LazyKind,
    listed: OnceCell<Value>,
}

pub enum LazyKind {
    /// `Nat`
    Naturals,
    /// `Int`
    Integers,
    /// `Real`
    Reals,
    /// `STRING`
    Strings,
    /// `Any` of TLC
    Anything,
    /// `Seq(S)`
    Sequences(Value),
    /// `SUBSET S`
    Subset(Value),
    /// `[S -> T]`
    Functions {
        domain: Value,
        range: Value,
    },
    /// `[a : S, b : T]`
    Records {
        shape: Shape,
        sets: Vec<Value>,
    },
    /// `S \X T`
    Product(Vec<Value>),
    /// Where one side is not listed.
    Union(Value, Value),
    /// Where one side is infinite.
    Intersection(Value, Value),
    Difference(Value, Value),
}

/// Up to this many elements a set is listed when it is first enumerated, since it probably will be again.
const LISTED_AT_ONCE: i64 = 4096;

impl LazySet {
    #[must_use]
    pub fn value(kind: LazyKind) -> Value {
        Value::Lazy(Rc::new(Self { kind, listed: OnceCell::new() }))
    }

    #[must_use]
    pub fn kind(&self) -> &LazyKind {
        &self.kind
    }

    pub(super) fn union(a: Value, b: Value) -> Result<Value> {
        Ok(Self::value(LazyKind::Union(a, b)))
    }

    pub(super) fn intersection(a: Value, b: Value) -> Result<Value> {
        // One finite side can be listed and filtered.
        for (finite, other) in [(&a, &b), (&b, &a)] {
            if finite.is_finite()? {
                let mut kept = Vec::new();
                for element in finite.elements()? {
                    if other.contains(&element)? {
                        kept.push(element);
                    }
                }
                return Ok(Value::sorted_set(kept));
            }
        }
        Ok(Self::value(LazyKind::Intersection(a, b)))
    }

    pub(super) fn difference(a: Value, b: Value) -> Result<Value> {
        if !a.is_finite()? {
            return Ok(Self::value(LazyKind::Difference(a, b)));
        }
        let mut kept = Vec::new();
        for element in a.elements()? {
            if !b.contains(&element)? {
                kept.push(element);
            }
        }
        Ok(Value::sorted_set(kept))
    }

    /// Infinite, or at least not known to be finite.
    #[must_use]
    pub fn is_infinite(&self) -> bool {
        let infinite = |set: &Value| !set.is_finite().unwrap_or(true);
        let empty = |set: &Value| matches!(set.cardinality(), Ok(0));
        match &self.kind {
            LazyKind::Naturals | LazyKind::Integers | LazyKind::Reals | LazyKind::Strings | LazyKind::Anything => true,
            LazyKind::Sequences(of) => !empty(of),
            LazyKind::Subset(of) => infinite(of),
            LazyKind::Functions { domain, range } => {
                (infinite(domain) && !empty(range)) || (infinite(range) && !empty(domain))
            }
            LazyKind::Records { sets, .. } | LazyKind::Product(sets) => {
                sets.iter().any(infinite) && !sets.iter().any(empty)
            }
            LazyKind::Union(a, b) => infinite(a) || infinite(b),
            LazyKind::Intersection(a, b) => infinite(a) && infinite(b),
            LazyKind::Difference(a, _) => infinite(a),
        }
    }

    fn cannot_enumerate(&self) -> EvalError {
        EvalError::new(ErrorKind::Infinite, format!("cannot enumerate the set {self}, which is infinite"))
    }

    /// The set with its elements listed; kept for the next time.
    ///
    /// # Errors
    /// Infinite, or Limit where the list would be longer than the largest set.
    pub fn explicit(&self) -> Result<Value> {
        if let Some(set) = self.listed.get() {
            return Ok(set.clone());
        }
        if self.is_infinite() {
            return Err(self.cannot_enumerate());
        }
        if let LazyKind::Union(a, b) = &self.kind {
            let set = super::set::united(a, b)?;
            return Ok(self.listed.get_or_init(|| set).clone());
        }
        let size = self.cardinality()?;
        if size > LARGEST_SET as i64 {
            return Err(EvalError::new(
                ErrorKind::Limit,
                format!("the set {self} has {size} elements, more than the {LARGEST_SET} that can be listed"),
            ));
        }
        // Streams come in the order of values because the sets they are made of do.
        let set = Value::sorted_set(self.stream()?.collect());
        Ok(self.listed.get_or_init(|| set).clone())
    }

    /// # Errors
    /// Infinite.
    pub fn elements(&self) -> Result<Elements> {
        if let Some(set) = self.listed.get() {
            return set.elements();
        }
        if self.is_infinite() {
            return Err(self.cannot_enumerate());
        }
        let united = matches!(self.kind, LazyKind::Union(..));
        if united || self.cardinality().is_ok_and(|size| size <= LISTED_AT_ONCE) {
            self.explicit()?.elements()
        } else {
            self.stream()
        }
    }

    fn stream(&self) -> Result<Elements> {
        match &self.kind {
            LazyKind::Subset(of) => Ok(Elements::subsets(of.listed()?)),
            LazyKind::Functions { domain, range } => {
                let columns = vec![range.listed()?; usize::try_from(domain.cardinality()?).unwrap_or(0)];
                Ok(Elements::functions(domain.clone(), columns))
            }
            LazyKind::Records { shape, sets } => Ok(Elements::records(*shape, list_all(sets)?)),
            LazyKind::Product(sets) => Ok(Elements::tuples(list_all(sets)?)),
            LazyKind::Sequences(_) => Ok(Elements::listed(Block::from_vec((), vec![Value::tuple(Vec::new())]))),
            LazyKind::Union(..) | LazyKind::Intersection(..) | LazyKind::Difference(..) => Err(self.cannot_enumerate()),
            _ => Err(self.cannot_enumerate()),
        }
    }

    /// # Errors
    /// Infinite; Overflow.
    pub fn cardinality(&self) -> Result<i64> {
        let too_many = || EvalError::overflow(format!("the number of elements of {self}"));
        let product = |sets: &[Value]| -> Result<i64> {
            sets.iter().try_fold(1_i64, |total, set| total.checked_mul(set.cardinality()?).ok_or_else(too_many))
        };
        match &self.kind {
            LazyKind::Subset(of) => {
                let size = of.cardinality()?;
                if size < 63 {
                    Ok(1 << size)
                } else {
                    Err(too_many())
                }
            }
            LazyKind::Functions { domain, range } => {
                let power = u32::try_from(domain.cardinality()?).map_err(|_| too_many())?;
                range.cardinality()?.checked_pow(power).ok_or_else(too_many)
            }
            LazyKind::Records { sets, .. } | LazyKind::Product(sets) => product(sets),
            LazyKind::Sequences(_) if !self.is_infinite() => Ok(1),
            LazyKind::Union(..) if !self.is_infinite() => self.explicit()?.cardinality(),
            _ => Err(EvalError::new(ErrorKind::Infinite, format!("the set {self} is infinite, it has no cardinality"))),
        }
    }

    /// # Errors
    /// Undefined, where the element is of a kind that cannot be in such a set.
    pub fn contains(&self, element: &Value) -> Result<bool> {
        if let Value::Model(_) = element {
            return self.contains_model_value(element);
        }
        match &self.kind {
            LazyKind::Naturals => element.as_int("what is compared with Nat").map(|value| value >= 0),
            LazyKind::Integers => element.as_int("what is compared with Int").map(|_| true),
            LazyKind::Reals => element.as_int("what is compared with Real").map(|_| true),
            LazyKind::Strings => element.as_string("what is compared with STRING").map(|_| true),
            LazyKind::Anything => Ok(true),
            LazyKind::Sequences(of) => match element {
                Value::Tuple(items) => all_in(items, of),
                other if other.is_function() => Ok(false),
                other => Err(self.cannot_contain(other)),
            },
            LazyKind::Subset(of) if element.is_set() => element.is_subset(of),
            LazyKind::Functions { domain, range } if element.is_function() => {
                Ok(element.has_domain(domain)? && all_in(element.function_values(), range)?)
            }
            LazyKind::Records { shape, sets } if element.is_function() => match element {
                Value::Record(record) if record.extra() == shape => each_in(record, sets),
                _ => Ok(false),
            },
            LazyKind::Product(sets) if element.is_function() => match element {
                Value::Tuple(items) if items.len() == sets.len() => each_in(items, sets),
                _ => Ok(false),
            },
            LazyKind::Union(a, b) => Ok(a.contains(element)? || b.contains(element)?),
            LazyKind::Intersection(a, b) => Ok(a.contains(element)? && b.contains(element)?),
            LazyKind::Difference(a, b) => Ok(a.contains(element)? && !b.contains(element)?),
            _ => Err(self.cannot_contain(element)),
        }
    }

    fn contains_model_value(&self, element: &Value) -> Result<bool> {
        match &self.kind {
            LazyKind::Anything => Ok(true),
            LazyKind::Union(a, b) => Ok(a.contains(element)? || b.contains(element)?),
            LazyKind::Intersection(a, b) => Ok(a.contains(element)? && b.contains(element)?),
            LazyKind::Difference(a, b) => Ok(a.contains(element)? && !b.contains(element)?),
            // No number, string, set or function is a model value; a typed one may not even be compared.
            _ => Value::Bool(false).equals(element),
        }
    }

    fn cannot_contain(&self, element: &Value) -> EvalError {
        EvalError::undefined(format!("cannot check whether {} is an element of {self}", element.described()))
    }

    /// Equality that follows from how the sets are described; `None` where they have to be listed.
    pub(super) fn equals_as_written(&self, other: &Self) -> Result<Option<bool>> {
        use LazyKind::{Anything, Functions, Integers, Naturals, Product, Reals, Records, Sequences, Strings, Subset};
        let answer = match (&self.kind, &other.kind) {
            (Naturals, Naturals)
            | (Integers, Integers)
            | (Reals, Reals)
            | (Strings, Strings)
            | (Anything, Anything) => true,
            (Subset(a), Subset(b)) | (Sequences(a), Sequences(b)) => a.equals(b)?,
            (Functions { domain: a, range: r }, Functions { domain: b, range: s })
                if a.equals(b)? && r.equals(s)? =>
            {
                true
            }
            (Product(a), Product(b)) if a.len() == b.len() && all_equal(a, b)? => true,
            (Records { shape: s, sets: a }, Records { shape: t, sets: b }) if s == t && all_equal(a, b)? => true,
            _ if self.is_infinite() || other.is_infinite() => false,
            _ => return Ok(None),
        };
        Ok(Some(answer))
    }

    /// `\subseteq` that follows from how the sets are described.
    pub(super) fn is_subset_as_written(&self, other: &Self) -> Result<Option<bool>> {
        use LazyKind::{Anything, Functions, Integers, Naturals, Product, Reals, Records, Sequences, Strings, Subset};
        let answer = match (&self.kind, &other.kind) {
            (_, Anything) | (Naturals, Naturals | Integers | Reals) | (Integers, Integers | Reals) => true,
            (Reals, Reals) | (Strings, Strings) => true,
            (Integers, Naturals) | (Reals, Naturals | Integers) => false,
            (Subset(a), Subset(b)) | (Sequences(a), Sequences(b)) => a.is_subset(b)?,
            (Functions { domain: a, range: r }, Functions { domain: b, range: s }) if a.equals(b)? => {
                if !r.is_subset(s)? {
                    return Ok(None);
                }
                true
            }
            (Product(a), Product(b)) if a.len() == b.len() && all_subsets(a, b)? => true,
            (Records { shape: s, sets: a }, Records { shape: t, sets: b }) if s == t && all_subsets(a, b)? => true,
            _ => return Ok(None),
        };
        Ok(Some(answer))
    }
}

fn list_all(sets: &[Value]) -> Result<Vec<Block<()>>> {
    sets.iter().map(Value::listed).collect()
}

fn all_in(values: &[Value], set: &Value) -> Result<bool> {
    for value in values {
        if !set.contains(value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn each_in(values: &[Value], sets: &[Value]) -> Result<bool> {
    for (value, set) in values.iter().zip(sets) {
        if !set.contains(value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn all_equal(a: &[Value], b: &[Value]) -> Result<bool> {
    for (x, y) in a.iter().zip(b) {
        if !x.equals(y)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn all_subsets(a: &[Value], b: &[Value]) -> Result<bool> {
    for (x, y) in a.iter().zip(b) {
        if !x.is_subset(y)? {
            return Ok(false);
        }
    }
    Ok(true)
}
