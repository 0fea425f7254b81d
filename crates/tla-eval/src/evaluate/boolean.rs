//! Truth values, without making values of them.

use std::cmp::Ordering;

use super::observation::MOST_OBSERVED;
use super::states::NONE;
use super::{Evaluator, Then};
use crate::code::{Changed, Code, Enabled, Op, Pair};
use crate::error::{ErrorKind, EvalError, Result};
use crate::value::{position_of_pair, Value};
use tla_check::model::Flow;

impl Evaluator {
    pub(crate) fn test(&mut self, code: &Code) -> Result<bool> {
        self.test_inner(code).map_err(|error| error.at_first(code.span))
    }

    fn test_inner(&mut self, code: &Code) -> Result<bool> {
        match &code.op {
            Op::Constant(Value::Bool(value)) => Ok(*value),
            Op::And(items) => {
                for item in items {
                    if !self.test(item)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Op::Or(items) => {
                for item in items {
                    if self.test(item)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Op::Not(inner) => Ok(!self.test(inner)?),
            Op::Implies(pair) => Ok(!self.test(&pair.0)? || self.test(&pair.1)?),
            Op::Equivalent(pair) => Ok(self.test(&pair.0)? == self.test(&pair.1)?),
            Op::Equal(pair) => self.equal(pair),
            Op::NotEqual(pair) => Ok(!self.equal(pair)?),
            Op::In(pair) => self.is_in(pair),
            Op::NotIn(pair) => Ok(!self.is_in(pair)?),
            Op::SubsetEq(pair) => {
                if let Op::SetEnumeration(items) = &pair.0.op {
                    if let [first, second] = &**items {
                        return self.are_in(first, second, &pair.1);
                    }
                }
                let (small, large) = (self.eval(&pair.0)?, self.eval(&pair.1)?);
                small.is_subset(&large)
            }
            Op::Compare(comparison, pair) => self.compare(*comparison, pair),
            Op::ForAll(comprehension) => self.for_all(comprehension),
            Op::Exists(comprehension) => self.exists(comprehension),
            Op::If(parts) => {
                if self.test(&parts.0)? {
                    self.test(&parts.1)
                } else {
                    self.test(&parts.2)
                }
            }
            Op::Let { slots, body } => {
                slots.iter().for_each(|&slot| self.set_slot(slot, Value::Unset));
                self.test(body)
            }
            Op::Enabled(enabled) => self.enabled(enabled),
            Op::Recalled(recalled) => self.test_recalled(recalled),
            Op::Counted(index, inner) => self.counted(*index, inner, Self::test),
            Op::Path(_) | Op::Variable(_) | Op::Slot(_) => match self.peek(code) {
                Some(Value::Bool(value)) => Ok(*value),
                _ => self.eval(code)?.as_bool("what is tested here"),
            },
            _ => match self.eval(code)? {
                Value::Bool(value) => Ok(value),
                other => Err(EvalError::undefined(format!("a boolean is needed here, not {}", other.described()))),
            },
        }
    }

    fn equal(&mut self, pair: &Pair) -> Result<bool> {
        match (self.peek(&pair.0), self.peek(&pair.1)) {
            (Some(first), Some(second)) => first.equals(second),
            (Some(known), None) => {
                if let (Value::Tuple(known), Op::Tuple(items)) = (known, &pair.1.op) {
                    if let ([_, _], [first, second]) = (&**known, &**items) {
                        return self.is_pair_of(&pair.0, first, second);
                    }
                }
                let second = self.eval(&pair.1)?;
                let first = self.eval(&pair.0)?;
                first.equals(&second)
            }
            (None, Some(_)) => {
                let first = self.eval(&pair.0)?;
                match self.peek(&pair.1) {
                    Some(second) => first.equals(second),
                    None => first.equals(&self.eval(&pair.1)?),
                }
            }
            (None, None) => {
                let first = self.eval(&pair.0)?;
                let second = self.eval(&pair.1)?;
                first.equals(&second)
            }
        }
    }

    /// `pair = <<first, second>>` without making the right side, where the left side is a pair.
    fn is_pair_of(&mut self, pair: &Code, first: &Code, second: &Code) -> Result<bool> {
        let parts = [self.eval(first)?, self.eval(second)?];
        match self.eval(pair)? {
            Value::Tuple(items) if items.len() == 2 => Ok(items[0].equals(&parts[0])? && items[1].equals(&parts[1])?),
            other => other.equals(&Value::tuple(parts.into())),
        }
    }

    /// `{first, second} \subseteq set`, without making the set of the two.
    fn are_in(&mut self, first: &Code, second: &Code, set: &Code) -> Result<bool> {
        let (mut first, mut second) = (self.eval(first)?, self.eval(second)?);
        let order = first.compare(&second)?;
        // They must be comparable in both ways, as elements of one set.
        let is_one = order != Ordering::Less && first.equals(&second)?;
        if order == Ordering::Greater {
            std::mem::swap(&mut first, &mut second);
        }
        let set = self.eval(set)?;
        if !set.is_set() {
            return Value::set(vec![first, second])?.is_subset(&set);
        }
        Ok(set.contains(&first)? && (is_one || set.contains(&second)?))
    }

    fn is_in(&mut self, pair: &Pair) -> Result<bool> {
        if let (Some(element), Some(set)) = (self.peek(&pair.0), self.peek(&pair.1)) {
            return set.contains(element);
        }
        if let (Op::Tuple(items), Some(Value::Set(_))) = (&pair.0.op, self.peek(&pair.1)) {
            if let [first, second] = &**items {
                return self.is_pair_in(first, second, &pair.1);
            }
        }
        let element = self.eval(&pair.0)?;
        self.member(&element, &pair.1)
    }

    /// `<<first, second>> \in set` for a listed set, without making the pair.
    fn is_pair_in(&mut self, first: &Code, second: &Code, set: &Code) -> Result<bool> {
        if let (Some(first), Some(second), Some(Value::Set(elements))) =
            (self.peek(first), self.peek(second), self.peek(set))
        {
            return Ok(position_of_pair(elements, [first, second])?.is_some());
        }
        let pair = [self.eval(first)?, self.eval(second)?];
        match self.peek(set) {
            Some(Value::Set(elements)) => Ok(position_of_pair(elements, [&pair[0], &pair[1]])?.is_some()),
            _ => self.eval(set)?.contains(&Value::tuple(pair.to_vec())),
        }
    }

    /// `element \in set`, without making the set where its parts can answer.
    pub(super) fn member(&mut self, element: &Value, set: &Code) -> Result<bool> {
        match &set.op {
            Op::SetEnumeration(items) => {
                for item in items {
                    let candidate = self.eval(item)?;
                    if candidate.equals(element)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Op::Counted(index, inner) => {
                self.counted(*index, inner, |evaluator, inner| evaluator.member(element, inner))
            }
            Op::Recalled(recalled) => self.member(element, &recalled.code),
            Op::Union(pair) => Ok(self.member(element, &pair.0)? || self.member(element, &pair.1)?),
            Op::Intersection(pair) => Ok(self.member(element, &pair.0)? && self.member(element, &pair.1)?),
            Op::Difference(pair) => Ok(self.member(element, &pair.0)? && !self.member(element, &pair.1)?),
            Op::Filter(comprehension) => {
                let binder = &comprehension.binders[0];
                if !self.member(element, &binder.set)? {
                    return Ok(false);
                }
                self.bind(binder, element.clone())?;
                self.test(&comprehension.body)
            }
            Op::Variable(index) => self.read_current(*index).contains(element),
            Op::Let { slots, body } => {
                slots.iter().for_each(|&slot| self.set_slot(slot, Value::Unset));
                self.member(element, body)
            }
            Op::Memo { .. } | Op::Global { .. } => match self.eval(set) {
                Err(error) if error.kind() == ErrorKind::Infinite => self.member_of_infinite(element, set),
                set => set?.contains(element),
            },
            _ => self.eval(set)?.contains(element),
        }
    }

    /// The same for a constant set that cannot be listed, as `{s \in Seq(S) : P}`: its parts can still answer.
    #[cold]
    fn member_of_infinite(&mut self, element: &Value, set: &Code) -> Result<bool> {
        match &set.op {
            Op::Memo { code, .. } => self.member(element, code),
            Op::Global { routine, .. } => self.in_frame(routine, |evaluator, body| evaluator.member(element, body)),
            _ => self.eval(set)?.contains(element),
        }
    }

    /// Whether the next state differs in what must change, or can be made to.
    fn changes(&mut self, changed: &Changed) -> Result<bool> {
        for &variable in &changed.variables {
            let next = &self.next[variable as usize];
            if matches!(next, Value::Unset) || !next.equals(self.read_current(variable))? {
                return Ok(true);
            }
        }
        for (variable, now) in &changed.stand_ins {
            let next = self.next[*variable as usize].clone();
            if matches!(next, Value::Unset) || !next.equals(&self.eval(now)?)? {
                return Ok(true);
            }
        }
        for unchanged in &changed.unchanged {
            if !self.test(unchanged)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether some next state satisfies the action.
    fn enabled(&mut self, enabled: &Enabled) -> Result<bool> {
        let fresh = vec![Value::Unset; self.variables.len() + enabled.stand_ins];
        if fresh.len() > self.next_numbers.len() {
            self.next_numbers.resize(fresh.len(), NONE);
        }
        let kept = std::mem::take(&mut self.kept);
        let recalls = std::mem::take(&mut self.recalls);
        if enabled.primed || fresh.len() > MOST_OBSERVED {
            self.observe_everything();
        }
        let next = std::mem::replace(&mut self.next, fresh);
        let current = enabled.primed.then(|| std::mem::replace(&mut self.current, next.clone()));
        let action = self.action;
        let mut found = false;
        let result = self.run(&enabled.action, &Then::End, &mut |evaluator| {
            found = match &enabled.changed {
                Some(changed) => evaluator.changes(changed)?,
                None => true,
            };
            Ok(if found { Flow::Stop } else { Flow::Continue })
        });
        self.action = action;
        self.next = next;
        self.kept = kept;
        self.recalls = recalls;
        if let Some(current) = current {
            self.current = current;
        }
        result.map(|_| found)
    }
}
