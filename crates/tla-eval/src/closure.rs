//! What waits to be computed: operators as values, functions of which single values are wanted, lazy arguments.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::code::Lambda;
use crate::value::Value;

/// A lambda together with the slots it captured where it was made.
pub struct Closure {
    pub(crate) code: Rc<Lambda>,
    pub(crate) captured: Box<[Value]>,
    /// Of a lazy argument: its value. Of a function: the function with all its values.
    pub(crate) result: OnceCell<Value>,
    /// Of a function: its domain.
    pub(crate) domain: OnceCell<Value>,
    /// Of a function: how often single values were asked for.
    pub(crate) applied: Cell<u32>,
    /// Of a recursive function: the values known so far, by the argument's hash.
    pub(crate) known: RefCell<HashMap<u64, Vec<(Value, Value)>>>,
}

impl Closure {
    pub(crate) fn new(code: Rc<Lambda>, captured: Box<[Value]>) -> Self {
        Self {
            code,
            captured,
            result: OnceCell::new(),
            domain: OnceCell::new(),
            applied: Cell::new(0),
            known: RefCell::default(),
        }
    }
}
