//! Sets: listed ones, and the operations that look through every form.

use std::cmp::Ordering;

use super::hash::element_hash;
use super::sorted::{make_sorted, position, search};
use super::{Block, Elements, LazyKind, LazySet, Value};
use crate::error::{ErrorKind, EvalError, Result};

/// A listed set larger than this is not built.
pub(super) const LARGEST_SET: usize = 100_000_000;

/// Collects elements in any order.
#[derive(Default)]
pub struct SetBuilder(Vec<Value>);

impl SetBuilder {
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// # Errors
    /// Limit, past [`LARGEST_SET`] elements.
    pub fn insert(&mut self, element: Value) -> Result<()> {
        if self.0.len() >= LARGEST_SET {
            return Err(too_large());
        }
        self.0.push(element);
        Ok(())
    }

    /// # Errors
    /// Undefined, where two elements cannot be compared.
    pub fn finish(self) -> Result<Value> {
        Value::set(self.0)
    }
}

pub(super) fn too_large() -> EvalError {
    EvalError::new(ErrorKind::Limit, format!("a set would have more than {LARGEST_SET} elements"))
}

fn not_a_set(value: &Value, role: &str) -> EvalError {
    EvalError::undefined(format!("{role} must be a set, not {}", value.described()))
}

impl Value {
    #[must_use]
    pub fn empty_set() -> Self {
        Self::Set(Block::from_vec((), Vec::new()))
    }

    /// `BOOLEAN`
    #[must_use]
    pub fn booleans() -> Self {
        Self::sorted_set(vec![Self::Bool(false), Self::Bool(true)])
    }

    /// Elements that are already sorted and distinct.
    #[must_use]
    pub fn sorted_set(elements: Vec<Value>) -> Self {
        Self::Set(Block::from_vec((), elements))
    }

    /// A set of elements in any order, with repetitions.
    ///
    /// # Errors
    /// Undefined, where two elements cannot be compared.
    pub fn set(mut elements: Vec<Value>) -> Result<Self> {
        make_sorted(&mut elements)?;
        Ok(Self::sorted_set(elements))
    }

    /// # Errors
    /// Infinite, where the set cannot be listed; Undefined, where this is no set.
    pub fn elements(&self) -> Result<Elements> {
        match self {
            Self::Set(block) => Ok(Elements::listed(block.clone())),
            Self::Interval(low, high) => Ok(Elements::interval(*low, *high)),
            Self::Lazy(lazy) => lazy.elements(),
            other => Err(not_a_set(other, "what is enumerated")),
        }
    }

    /// Elements of a domain, which is always `Set` or `Interval`.
    pub(crate) fn for_each_element(&self, visit: &mut dyn FnMut(&Value)) {
        match self {
            Self::Set(block) => block.iter().for_each(visit),
            Self::Interval(low, high) => (*low..=*high).for_each(|element| visit(&Self::Int(i64::from(element)))),
            _ => debug_assert!(false, "a domain is a set or an interval"),
        }
    }

    /// The elements as a sorted slice in a block.
    ///
    /// # Errors
    /// Infinite, where the set cannot be listed; Undefined, where this is no set.
    pub fn listed(&self) -> Result<Block<()>> {
        match self {
            Self::Set(block) => Ok(block.clone()),
            Self::Lazy(lazy) => lazy.explicit()?.listed(),
            other => Ok(Block::from_vec((), other.elements()?.collect())),
        }
    }

    /// # Errors
    /// Infinite, for infinite sets; Overflow; Undefined, where this is no set.
    pub fn cardinality(&self) -> Result<i64> {
        match self {
            Self::Set(block) => Ok(block.len() as i64),
            Self::Interval(low, high) => Ok(i64::from(*high) - i64::from(*low) + 1),
            Self::Lazy(lazy) => lazy.cardinality(),
            other => Err(not_a_set(other, "what is counted")),
        }
    }

    /// # Errors
    /// Undefined, where this is no set.
    pub fn is_finite(&self) -> Result<bool> {
        match self {
            Self::Set(_) | Self::Interval(..) => Ok(true),
            Self::Lazy(lazy) => Ok(!lazy.is_infinite()),
            other => Err(not_a_set(other, "what is asked to be finite")),
        }
    }

    /// `element \in self`
    ///
    /// # Errors
    /// Undefined, where this is no set or the element cannot be compared with its elements.
    pub fn contains(&self, element: &Value) -> Result<bool> {
        match self {
            Self::Set(block) => Ok(position(block, element)?.is_some()),
            Self::Interval(low, high) => match element {
                Self::Int(value) => Ok(i64::from(*low) <= *value && *value <= i64::from(*high)),
                Self::Model(_) => Self::Int(i64::from(*low)).equals(element),
                other => Err(EvalError::undefined(format!(
                    "cannot check whether {} is an element of the set of integers {low}..{high}",
                    other.described()
                ))),
            },
            Self::Lazy(lazy) => lazy.contains(element),
            other => Err(not_a_set(other, "the right side of \\in")),
        }
    }

    /// `self \subseteq other`
    ///
    /// # Errors
    /// Infinite, where this set cannot be enumerated; Undefined, where one is no set.
    pub fn is_subset(&self, other: &Value) -> Result<bool> {
        match (self, other) {
            (Self::Interval(a, b), Self::Interval(c, d)) => return Ok(c <= a && b <= d),
            (Self::Set(a), Self::Set(b)) if a.same(b) => return Ok(true),
            (Self::Lazy(a), Self::Lazy(b)) => {
                if let Some(answer) = a.is_subset_as_written(b)? {
                    return Ok(answer);
                }
            }
            _ => {}
        }
        if !other.is_set() {
            return Err(not_a_set(other, "the right side of \\subseteq"));
        }
        if !self.is_set() {
            return Err(not_a_set(self, "the left side of \\subseteq"));
        }
        if let Self::Set(block) = self {
            for element in block.iter() {
                if !other.contains(element)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        for element in self.elements()? {
            if !other.contains(&element)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `self \cup other`
    ///
    /// # Errors
    /// Undefined, where one is no set or elements cannot be compared.
    pub fn union(&self, other: &Value) -> Result<Value> {
        if let (Self::Set(a), Self::Set(b)) = (self, other) {
            if b.is_empty() || a.same(b) {
                return Ok(self.clone());
            }
            if a.is_empty() {
                return Ok(other.clone());
            }
            if b.len() == 1 {
                return insert(a, &b[0]);
            }
            return merge(a, b, Keep { left: true, both: true, right: true });
        }
        if matches!((self, other), (Self::Lazy(_), right) | (right, Self::Lazy(_)) if right.is_set()) {
            // Whether something is an element can be asked of both sides; listing them may be expensive.
            return LazySet::union(self.clone(), other.clone());
        }
        self.combine(other, "\\cup", Keep { left: true, both: true, right: true }, LazySet::union)
    }

    /// `block \cup {element}` for a set that is not empty.
    ///
    /// # Errors
    /// Undefined, where elements cannot be compared.
    pub(crate) fn with(block: &Block<()>, element: &Value) -> Result<Value> {
        insert(block, element)
    }

    /// `block \ {element}`
    ///
    /// # Errors
    /// Undefined, where elements cannot be compared.
    pub(crate) fn without(block: &Block<()>, element: &Value) -> Result<Value> {
        remove(block, element)
    }

    /// `self \cap other`
    ///
    /// # Errors
    /// Undefined, where one is no set or elements cannot be compared.
    pub fn intersection(&self, other: &Value) -> Result<Value> {
        self.combine(other, "\\cap", Keep { left: false, both: true, right: false }, LazySet::intersection)
    }

    /// `self \ other`
    ///
    /// # Errors
    /// Undefined, where one is no set or elements cannot be compared.
    pub fn difference(&self, other: &Value) -> Result<Value> {
        if let Self::Set(a) = self {
            if let Self::Set(b) = other {
                if b.len() == 1 {
                    return remove(a, &b[0]);
                }
            } else if other.is_set() {
                return filter(a, |element| Ok(!other.contains(element)?));
            }
        }
        self.combine(other, "\\", Keep { left: true, both: false, right: false }, LazySet::difference)
    }

    fn combine(
        &self,
        other: &Value,
        symbol: &str,
        keep: Keep,
        lazily: fn(Value, Value) -> Result<Value>,
    ) -> Result<Value> {
        for (side, value) in [("left", self), ("right", other)] {
            if !value.is_set() {
                return Err(not_a_set(value, &format!("the {side} side of {symbol}")));
            }
        }
        if !(self.is_finite()? && other.is_finite()?) {
            return lazily(self.clone(), other.clone());
        }
        merge(&self.listed()?, &other.listed()?, keep)
    }

    /// `UNION self`
    ///
    /// # Errors
    /// Undefined, where this is no set of sets or elements cannot be compared.
    pub fn big_union(&self) -> Result<Value> {
        if let Self::Lazy(lazy) = self {
            if let LazyKind::Subset(base) = lazy.kind() {
                return Ok(base.clone());
            }
        }
        if let Self::Set(sets) = self {
            if let [only] = &**sets {
                return if only.is_set() {
                    Ok(only.clone())
                } else {
                    Err(not_a_set(only, "each element of what UNION is applied to"))
                };
            }
            // Infinite sets can be united, but not listed.
            if sets.iter().any(|set| matches!(set, Self::Lazy(lazy) if lazy.is_infinite())) {
                return sets[1..].iter().try_fold(sets[0].clone(), |union, set| union.union(set));
            }
        }
        let mut all = Vec::new();
        for set in self.elements()? {
            match &set {
                Self::Set(block) => all.extend(block.iter().cloned()),
                other if other.is_set() => all.extend(other.elements()?),
                other => return Err(not_a_set(other, "each element of what UNION is applied to")),
            }
            if all.len() > LARGEST_SET {
                return Err(too_large());
            }
        }
        Self::set(all)
    }
}

/// Keeps the elements that satisfy the test.
fn filter(block: &Block<()>, mut test: impl FnMut(&Value) -> Result<bool>) -> Result<Value> {
    let mut kept = Vec::with_capacity(block.len());
    for element in block.iter() {
        if test(element)? {
            kept.push(element.clone());
        }
    }
    Ok(Value::sorted_set(kept))
}

#[derive(Clone, Copy)]
struct Keep {
    left: bool,
    both: bool,
    right: bool,
}

/// `a \cup b`, listed.
pub(super) fn united(a: &Value, b: &Value) -> Result<Value> {
    merge(&a.listed()?, &b.listed()?, Keep { left: true, both: true, right: true })
}

fn merge(a: &[Value], b: &[Value], keep: Keep) -> Result<Value> {
    let mut result = Vec::with_capacity(if keep.right { a.len() + b.len() } else { a.len() });
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let order = a[i].compare(&b[j])?;
        let kept = match order {
            Ordering::Less => keep.left.then(|| &a[i]),
            Ordering::Equal => keep.both.then(|| &a[i]),
            Ordering::Greater => keep.right.then(|| &b[j]),
        };
        result.extend(kept.cloned());
        i += usize::from(order != Ordering::Greater);
        j += usize::from(order != Ordering::Less);
    }
    if keep.left {
        result.extend_from_slice(&a[i..]);
    }
    if keep.right {
        result.extend_from_slice(&b[j..]);
    }
    Ok(Value::sorted_set(result))
}

fn insert(block: &Block<()>, element: &Value) -> Result<Value> {
    match search(block, element)? {
        Ok(_) => Ok(Value::Set(block.clone())),
        Err(at) => {
            let place = |index: usize| match index.cmp(&at) {
                Ordering::Less => block[index].clone(),
                Ordering::Equal => element.clone(),
                Ordering::Greater => block[index - 1].clone(),
            };
            let larger = Block::generate((), block.len() + 1, place);
            if let Some(sum) = block.cached_sum() {
                larger.cache_sum(sum.wrapping_add(element_hash(element.hash())));
            }
            Ok(Value::Set(larger))
        }
    }
}

fn remove(block: &Block<()>, element: &Value) -> Result<Value> {
    match position(block, element)? {
        None => Ok(Value::Set(block.clone())),
        Some(at) => {
            let place = |index: usize| block[index + usize::from(index >= at)].clone();
            let smaller = Block::generate((), block.len() - 1, place);
            if let Some(sum) = block.cached_sum() {
                smaller.cache_sum(sum.wrapping_sub(element_hash(block[at].hash())));
            }
            Ok(Value::Set(smaller))
        }
    }
}
