//! Loops over sets: quantifiers, CHOOSE, set and function constructors.

use super::Evaluator;
use crate::code::{Binder, Code, Comprehension, Op};
use crate::error::{EvalError, Result};
use crate::value::{SetBuilder, Value};

impl Evaluator {
    /// Puts an element of a binder's set into its slots.
    #[inline]
    pub(super) fn bind(&mut self, binder: &Binder, element: Value) -> Result<()> {
        if !binder.tuple {
            self.set_slot(binder.slots[0], element);
            return Ok(());
        }
        match &element {
            Value::Tuple(items) if items.len() == binder.slots.len() => {
                for (&slot, item) in binder.slots.iter().zip(items.iter()) {
                    self.set_slot(slot, item.clone());
                }
                Ok(())
            }
            other => Err(EvalError::undefined(format!(
                "the pattern <<...>> with {} names does not fit {}",
                binder.slots.len(),
                other.described()
            ))),
        }
    }

    /// Calls `visit` for each element, bound, until it returns false. Returns whether the end was reached.
    #[inline]
    pub(super) fn each(
        &mut self,
        binder: &Binder,
        mut visit: impl FnMut(&mut Self, &Value) -> Result<bool>,
    ) -> Result<bool> {
        // A set that is only gone through need not be made.
        let set = match &binder.set.op {
            Op::Counted(index, inner) => {
                self.count_evaluation(*index);
                inner
            }
            _ => &binder.set,
        };
        match &set.op {
            Op::Difference(pair) if matches!(pair.1.op, Op::SetEnumeration(_)) => {
                return self.each_of(binder, &pair.0, |evaluator, element| {
                    Ok(evaluator.member(element, &pair.1)? || visit(evaluator, element)?)
                });
            }
            Op::Filter(filter) if !filter.binders[0].tuple => {
                if let Some(neighbours) = self.neighbours(filter) {
                    return self.each_in(binder, &neighbours, visit);
                }
                let inner = &filter.binders[0];
                return self.each_of(inner, &inner.set, |evaluator, element| {
                    if !evaluator.test(&filter.body)? {
                        return Ok(true);
                    }
                    evaluator.bind(binder, element.clone())?;
                    visit(evaluator, element)
                });
            }
            _ => {}
        }
        self.each_of(binder, set, visit)
    }

    fn each_of(
        &mut self,
        binder: &Binder,
        set: &Code,
        visit: impl FnMut(&mut Self, &Value) -> Result<bool>,
    ) -> Result<bool> {
        let set = self.eval(set)?;
        self.each_in(binder, &set, visit)
    }

    #[inline]
    fn each_in(
        &mut self,
        binder: &Binder,
        set: &Value,
        mut visit: impl FnMut(&mut Self, &Value) -> Result<bool>,
    ) -> Result<bool> {
        match set {
            Value::Interval(low, high) if !binder.tuple => {
                let slot = binder.slots[0];
                for number in *low..=*high {
                    self.step()?;
                    let element = Value::Int(i64::from(number));
                    self.set_slot(slot, element.clone());
                    if !visit(self, &element)? {
                        return Ok(false);
                    }
                }
            }
            Value::Set(block) => {
                for element in block.iter() {
                    self.step()?;
                    self.bind(binder, element.clone())?;
                    if !visit(self, element)? {
                        return Ok(false);
                    }
                }
            }
            _ => {
                for element in set.elements().map_err(|error| error.at_first(binder.set.span))? {
                    self.step()?;
                    self.bind(binder, element.clone())?;
                    if !visit(self, &element)? {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }

    /// The same for every combination of elements of several binders; the last turns fastest.
    pub(super) fn each_combination(
        &mut self,
        binders: &[Binder],
        visit: &mut dyn FnMut(&mut Self) -> Result<bool>,
    ) -> Result<bool> {
        match binders {
            [] => visit(self),
            [last] => self.each(last, |evaluator, _| visit(evaluator)),
            [first, rest @ ..] => self.each(first, |evaluator, _| evaluator.each_combination(rest, visit)),
        }
    }

    pub(super) fn for_all(&mut self, comprehension: &Comprehension) -> Result<bool> {
        if let [binder] = &*comprehension.binders {
            return self.each(binder, |evaluator, _| evaluator.test(&comprehension.body));
        }
        self.each_combination(&comprehension.binders, &mut |evaluator| evaluator.test(&comprehension.body))
    }

    pub(super) fn exists(&mut self, comprehension: &Comprehension) -> Result<bool> {
        let none =
            self.each_combination(&comprehension.binders, &mut |evaluator| Ok(!evaluator.test(&comprehension.body)?))?;
        Ok(!none)
    }

    pub(super) fn choose(&mut self, comprehension: &Comprehension) -> Result<Value> {
        let binder = &comprehension.binders[0];
        if let (Op::Constant(Value::Bool(true)), false) = (&comprehension.body.op, binder.tuple) {
            if let Some(Value::Set(elements)) = self.peek(&binder.set) {
                if let Some(first) = elements.first() {
                    return Ok(first.clone());
                }
            }
        }
        let mut chosen = None;
        self.each(binder, |evaluator, element| {
            if evaluator.test(&comprehension.body)? {
                chosen = Some(element.clone());
            }
            Ok(chosen.is_none())
        })?;
        match chosen {
            Some(value) => Ok(value),
            None => {
                let set = self.eval(&binder.set)?;
                Err(EvalError::undefined(format!(
                    "CHOOSE finds no element that satisfies its condition in {}",
                    set.described()
                )))
            }
        }
    }

    pub(super) fn filter(&mut self, comprehension: &Comprehension) -> Result<Value> {
        if let Some(neighbours) = self.neighbours(comprehension) {
            return Ok(neighbours);
        }
        let mut kept = Vec::new();
        self.each(&comprehension.binders[0], |evaluator, element| {
            if evaluator.test(&comprehension.body)? {
                kept.push(element.clone());
            }
            Ok(true)
        })?;
        // Elements came in order.
        Ok(Value::sorted_set(kept))
    }

    /// The size of the set that a filter would make.
    pub(super) fn count(&mut self, comprehension: &Comprehension) -> Result<i64> {
        let mut count = 0;
        self.each(&comprehension.binders[0], |evaluator, _| {
            count += i64::from(evaluator.test(&comprehension.body)?);
            Ok(true)
        })?;
        Ok(count)
    }

    pub(super) fn map(&mut self, comprehension: &Comprehension) -> Result<Value> {
        let mut results = SetBuilder::default();
        self.each_combination(&comprehension.binders, &mut |evaluator| {
            results.insert(evaluator.eval(&comprehension.body)?)?;
            Ok(true)
        })?;
        results.finish()
    }

    pub(super) fn function(&mut self, comprehension: &Comprehension) -> Result<Value> {
        let mut values = Vec::new();
        let domain = self.function_domain(&comprehension.binders, &mut |evaluator| {
            values.push(evaluator.eval(&comprehension.body)?);
            Ok(())
        })?;
        Value::function(&domain, values)
    }

    /// Visits the domain of a function in order and returns it.
    pub(super) fn function_domain(
        &mut self,
        binders: &[Binder],
        visit: &mut dyn FnMut(&mut Self) -> Result<()>,
    ) -> Result<Value> {
        if let [binder] = binders {
            let set = self.eval(&binder.set)?;
            for element in set.elements().map_err(|error| error.at_first(binder.set.span))? {
                self.step()?;
                self.bind(binder, element)?;
                visit(self)?;
            }
            return match set {
                Value::Lazy(lazy) => lazy.explicit(),
                listed => Ok(listed),
            };
        }
        // With several binders the domain is their product.
        let mut keys = Vec::new();
        let mut current = Vec::new();
        self.product(binders, &mut current, &mut |evaluator, key| {
            keys.push(Value::tuple(key.to_vec()));
            visit(evaluator)
        })?;
        Ok(Value::sorted_set(keys))
    }

    fn product(
        &mut self,
        binders: &[Binder],
        key: &mut Vec<Value>,
        visit: &mut dyn FnMut(&mut Self, &[Value]) -> Result<()>,
    ) -> Result<()> {
        let Some((first, rest)) = binders.split_first() else { return visit(self, key) };
        self.each(first, |evaluator, element| {
            key.push(element.clone());
            let result = evaluator.product(rest, key, visit);
            key.pop();
            result.map(|()| true)
        })?;
        Ok(())
    }

    /// `[x \in S |-> e][a]`
    pub(super) fn beta(&mut self, comprehension: &Comprehension, argument: &Code) -> Result<Value> {
        let argument = self.eval(argument)?;
        self.bind_argument(&comprehension.binders, &argument, true)?;
        self.eval(&comprehension.body)
    }

    /// Binds a function's argument to the binders of its domain, which it must be an element of.
    pub(super) fn bind_argument(&mut self, binders: &[Binder], argument: &Value, check: bool) -> Result<()> {
        if let [binder] = binders {
            if check && !self.member(argument, &binder.set)? {
                return Err(outside(argument));
            }
            return self.bind(binder, argument.clone());
        }
        let Value::Tuple(items) = argument else { return Err(outside(argument)) };
        if items.len() != binders.len() {
            return Err(outside(argument));
        }
        for (binder, item) in binders.iter().zip(items.iter()) {
            if check && !self.member(item, &binder.set)? {
                return Err(outside(argument));
            }
            self.bind(binder, item.clone())?;
        }
        Ok(())
    }
}

#[cold]
fn outside(argument: &Value) -> EvalError {
    EvalError::undefined(format!("a function is applied to {}, which is not in its domain", argument.described()))
}
