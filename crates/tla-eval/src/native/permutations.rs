//! The orders in which elements can be listed.

use crate::error::{ErrorKind, EvalError, Result};
use crate::value::Value;

/// 10! are 3.6 million.
const MOST_ELEMENTS: usize = 10;

/// All orders of the elements, lexically by position.
pub(super) fn of(operator: &str, elements: &[Value]) -> Result<Vec<Vec<Value>>> {
    if elements.len() > MOST_ELEMENTS {
        let message = format!(
            "{operator} of {} elements has too many results: the most that are computed are those of {MOST_ELEMENTS}",
            elements.len()
        );
        return Err(EvalError::new(ErrorKind::Limit, message));
    }
    let mut order: Vec<usize> = (0..elements.len()).collect();
    let mut all = Vec::new();
    loop {
        all.push(order.iter().map(|&index| elements[index].clone()).collect());
        if !advance(&mut order) {
            return Ok(all);
        }
    }
}

/// The lexically next permutation; false after the last.
fn advance(order: &mut [usize]) -> bool {
    let Some(turn) = (1..order.len()).rev().find(|&at| order[at - 1] < order[at]) else { return false };
    let pivot = order[turn - 1];
    if let Some(swap) = (turn..order.len()).rev().find(|&at| order[at] > pivot) {
        order.swap(turn - 1, swap);
    }
    order[turn..].reverse();
    true
}
