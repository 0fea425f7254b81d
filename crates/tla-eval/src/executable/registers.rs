//! The registers of `TLCSet` as they pass from thread to thread: what assumptions set, every worker begins with, and what
//! workers leave, the postcondition finds. With several workers it finds what the one left that ended last; TLC's finds
//! what the first worker left.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::value::{decode, Value};

/// By number, each value as bytes, because values do not cross threads.
#[derive(Default)]
pub(super) struct Registers(Mutex<HashMap<i64, Vec<u8>>>);

impl Registers {
    /// The values of the latest that was kept.
    pub(super) fn values(&self) -> HashMap<i64, Value> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().filter_map(|(number, bytes)| Some((*number, decode(&mut bytes.as_slice())?))).collect()
    }

    pub(super) fn keep(&self, values: &HashMap<i64, Value>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (number, value) in values {
            let mut bytes = Vec::new();
            value.encode(&mut bytes);
            kept.insert(*number, bytes);
        }
    }
}
