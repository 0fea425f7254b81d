//! Recursive operators that go through a set, without recursion.

use super::Evaluator;
use crate::code::{Code, Fold, Op};
use crate::compile::step_of_fold;
use crate::error::Result;
use crate::value::Value;

impl Evaluator {
    /// The value of a fold's body, the parameters being in their slots. `None` where it has to be evaluated as it is
    /// written.
    pub(super) fn folded(&mut self, fold: &Fold, body: &Code) -> Result<Option<Value>> {
        let Op::If(parts) = &body.op else { return Ok(None) };
        let Some((_, operation, pair)) = step_of_fold(&parts.2) else { return Ok(None) };
        let set = match self.slot(fold.set) {
            set @ (Value::Set(_) | Value::Interval(..)) => set.clone(),
            _ => return Ok(None),
        };
        let (left, right) = operation.roles();
        let mut values = Vec::new();
        for element in set.elements()? {
            self.step()?;
            fold.slots.iter().for_each(|&slot| self.set_slot(slot, Value::Unset));
            self.set_slot(fold.chosen, element);
            values.push(self.integer(&pair.0, left)?);
        }
        self.set_slot(fold.set, Value::empty_set());
        let end = self.eval(&parts.1)?;
        if values.is_empty() {
            return Ok(Some(end));
        }
        let end = end.as_int(right)?;
        let total = values.into_iter().rev().try_fold(end, |total, value| operation.apply(value, total))?;
        Ok(Some(Value::Int(total)))
    }
}
