//! Shapes: the field names that records share.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use super::{Block, Symbol, Value};

/// The sorted field names of a record. Interned: two shapes are equal exactly when they are the same address.
#[derive(Clone, Copy)]
pub struct Shape(&'static [Symbol]);

static SHAPES: LazyLock<Mutex<HashMap<Vec<Symbol>, Shape>>> = LazyLock::new(Mutex::default);

impl Shape {
    /// `fields` are sorted by text and distinct.
    #[must_use]
    pub fn new(fields: Vec<Symbol>) -> Self {
        debug_assert!(fields.windows(2).all(|pair| pair[0] < pair[1]));
        let mut shapes = SHAPES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(&shape) = shapes.get(&fields) {
            return shape;
        }
        let shape = Self(Box::leak(fields.clone().into_boxed_slice()));
        shapes.insert(fields, shape);
        shape
    }

    #[must_use]
    pub fn fields(&self) -> &'static [Symbol] {
        self.0
    }

    #[must_use]
    #[inline]
    pub fn position(&self, field: Symbol) -> Option<usize> {
        self.0.iter().position(|&candidate| candidate == field)
    }
}

impl PartialEq for Shape {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Shape {}

impl Value {
    /// A record; an empty one is the empty function. Of fields named twice the first counts.
    #[must_use]
    pub fn record(mut fields: Vec<(Symbol, Value)>) -> Self {
        if fields.is_empty() {
            return Self::tuple(Vec::new());
        }
        fields.sort_by_key(|field| field.0);
        fields.dedup_by_key(|field| field.0);
        let (names, values): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
        Self::Record(Block::from_vec(Shape::new(names), values))
    }
}
