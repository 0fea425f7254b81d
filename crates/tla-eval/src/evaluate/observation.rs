//! What an evaluation looked at: its result is the same wherever that is the same.

use std::cell::Cell;

use super::Evaluator;
use crate::code::VariableIndex;
use crate::error::Result;
use crate::value::Value;

/// Variables that were read since the evaluator was last told to forget, as bits. Means nothing for models with more
/// than [`MOST_OBSERVED`] variables.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Reading {
    pub(crate) current: u64,
    pub(crate) next: u64,
    /// Something else was asked: chance, a register, the world outside.
    pub(crate) outside: bool,
}

impl Reading {
    /// What was read for either.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            current: self.current | other.current,
            next: self.next | other.next,
            outside: self.outside || other.outside,
        }
    }
}

pub(crate) const MOST_OBSERVED: usize = 64;

#[derive(Default)]
pub(super) struct Observed {
    current: Cell<u64>,
    next: Cell<u64>,
    outside: bool,
}

#[inline(always)]
pub(super) fn variable_bit(variable: VariableIndex) -> u64 {
    1_u64.wrapping_shl(variable)
}

impl Evaluator {
    #[inline(always)]
    pub(super) fn read_current(&self, variable: VariableIndex) -> &Value {
        self.observed.current.set(self.observed.current.get() | variable_bit(variable));
        &self.current[variable as usize]
    }

    /// The next value of a variable that is kept is its current one.
    #[inline(always)]
    pub(super) fn read_next(&self, variable: VariableIndex) -> &Value {
        let bit = variable_bit(variable);
        self.observed.next.set(self.observed.next.get() | bit);
        self.observed.current.set(self.observed.current.get() | (bit & self.kept));
        &self.next[variable as usize]
    }

    /// Whether the next value of a variable is its current one.
    pub(crate) fn is_kept(&self, variable: VariableIndex) -> Result<bool> {
        let (now, then) = (self.read_current(variable), self.read_next(variable));
        Ok(now.is_same(then) || now.equals(then)?)
    }

    pub(super) fn observe_outside(&mut self) {
        self.observed.outside = true;
    }

    #[inline]
    pub(super) fn observe(&self, current: u64, next: u64) {
        self.observed.current.set(self.observed.current.get() | current);
        self.observed.next.set(self.observed.next.get() | next);
    }

    pub(super) fn observe_everything(&self) {
        self.observed.current.set(u64::MAX);
        self.observed.next.set(u64::MAX);
    }

    /// Variables that the step being made leaves as they are.
    pub(crate) fn kept(&self) -> u64 {
        self.kept
    }

    /// To be called where no step is being made: a step that ended in an error may have left values behind.
    pub(crate) fn clear_next(&mut self) {
        self.next.fill(Value::Unset);
        self.next_numbers.fill(super::states::NONE);
        self.kept = 0;
    }

    /// What was read since the last call.
    pub(crate) fn take_reading(&mut self) -> Reading {
        Reading {
            current: self.observed.current.take(),
            next: self.observed.next.take(),
            outside: std::mem::take(&mut self.observed.outside),
        }
    }

    /// Goes on from an earlier reading.
    pub(crate) fn resume_reading(&mut self, reading: Reading) {
        self.observed.current.set(reading.current);
        self.observed.next.set(reading.next);
        self.observed.outside = reading.outside;
    }
}
