//! Closures, lazy values, recursive routines and natives.

use std::rc::Rc;

use tla_syntax::source::Span;

use super::Evaluator;
use crate::closure::Closure;
use crate::code::{Capture, Code, Lambda, LambdaKind, Lazy, Op, Routine, SlotIndex};
use crate::error::{EvalError, Result};
use crate::native::Native;
use crate::value::Value;

/// Values of a recursive function that are kept; past this many they are computed again.
const MOST_KNOWN: usize = 1 << 20;

/// Whether a function was applied so often that it will probably be applied to most of its domain. Nobody knows when it
/// is first applied.
fn worth_listing(closure: &Closure, domain: &Value) -> bool {
    let applied = closure.applied.get() + 1;
    closure.applied.set(applied);
    applied.is_power_of_two() && domain.cardinality().is_ok_and(|size| size / 4 <= i64::from(applied))
}

impl Evaluator {
    /// The value of an expression; a function that is not computed yet may stay a closure.
    pub(super) fn lazily(&mut self, code: &Code) -> Result<Value> {
        match &code.op {
            Op::Closure(lambda) => Ok(Value::Closure(self.closure(lambda))),
            Op::Captured(capture) => Ok(self.captured(capture)),
            Op::Counted(index, inner) => self.counted(*index, inner, Self::lazily),
            Op::Memo { index, code } => {
                if let Some(value) = &self.memos[*index] {
                    return Ok(value.clone());
                }
                let value = self.lazily(code)?;
                self.memos[*index] = Some(value.clone());
                Ok(value)
            }
            Op::Global { index, routine } => self.global(*index, routine).map_err(|error| error.at(code.span)),
            Op::Lazy { slot, lazy } => self.lazy_slot(*slot, lazy),
            Op::Slot(slot) => {
                let value = self.slot(*slot).clone();
                self.unthunked(value)
            }
            Op::Let { slots, body } => {
                slots.iter().for_each(|&slot| self.set_slot(slot, Value::Unset));
                self.lazily(body)
            }
            _ => self.eval(code),
        }
    }

    fn global(&mut self, index: usize, routine: &Routine) -> Result<Value> {
        if let Some(value) = &self.globals[index] {
            return Ok(value.clone());
        }
        let value = self.in_frame(routine, |evaluator, body| evaluator.lazily(body))?;
        self.globals[index] = Some(value.clone());
        Ok(value)
    }

    fn lazy_slot(&mut self, slot: SlotIndex, lazy: &Lazy) -> Result<Value> {
        let value = self.slot(slot).clone();
        if !matches!(value, Value::Unset) {
            return self.unthunked(value);
        }
        let Some(code) = lazy.code.get() else {
            return Err(EvalError::undefined("a definition is used before it is complete"));
        };
        let value = self.lazily(code)?;
        if lazy.keep.get() == Some(&true) {
            self.set_slot(slot, value.clone());
        }
        Ok(value)
    }

    pub(super) fn force_slot(&mut self, slot: SlotIndex) -> Result<Value> {
        let value = self.slot(slot).clone();
        let value = self.forced(value)?;
        self.set_slot(slot, value.clone());
        Ok(value)
    }

    /// A closure's value: of a lazy argument what it stands for, of a function the function with all its values.
    pub(super) fn forced(&mut self, value: Value) -> Result<Value> {
        match self.unthunked(value)? {
            Value::Closure(closure) => self.function_of(&closure),
            value => Ok(value),
        }
    }

    /// The value of a lazy argument; functions and operators stay closures.
    fn unthunked(&mut self, value: Value) -> Result<Value> {
        let Value::Closure(closure) = &value else { return Ok(value) };
        if !matches!(closure.code.kind, LambdaKind::Thunk) {
            return Ok(value);
        }
        if let Some(result) = closure.result.get() {
            return Ok(result.clone());
        }
        let result = self.in_closure(closure, |evaluator, lambda| evaluator.lazily(&lambda.body))?;
        Ok(closure.result.get_or_init(|| result).clone())
    }

    fn function_of(&mut self, closure: &Rc<Closure>) -> Result<Value> {
        let LambdaKind::Function { binders, own } = &closure.code.kind else {
            return Err(EvalError::undefined("an operator is used as a value"));
        };
        if let Some(function) = closure.result.get() {
            return Ok(function.clone());
        }
        let mut values = Vec::new();
        let function = if own.is_none() {
            self.in_closure(closure, |evaluator, lambda| {
                let domain = evaluator.function_domain(binders, &mut |inner| {
                    values.push(inner.eval(&lambda.body)?);
                    Ok(())
                })?;
                Value::function(&domain, values)
            })?
        } else {
            // Each value is asked for by its argument, so that values already known are used.
            let mut keys = Vec::new();
            let domain =
                self.in_closure(closure, |evaluator, _| evaluator.function_domain(binders, &mut |_| Ok(())))?;
            keys.extend(domain.elements()?);
            for key in keys {
                values.push(self.apply_closure(closure, &key)?);
            }
            Value::function(&domain, values)?
        };
        Ok(closure.result.get_or_init(|| function).clone())
    }

    /// The domain of a function with one binder, which need not be finite.
    pub(super) fn closure_domain(&mut self, closure: &Rc<Closure>) -> Result<Option<Value>> {
        let LambdaKind::Function { binders, .. } = &closure.code.kind else { return Ok(None) };
        let [binder] = &**binders else { return Ok(None) };
        if let Some(domain) = closure.domain.get() {
            return Ok(Some(domain.clone()));
        }
        let domain = self.in_closure(closure, |evaluator, _| evaluator.eval(&binder.set))?;
        Ok(Some(closure.domain.get_or_init(|| domain).clone()))
    }

    /// One value of a function.
    pub(super) fn apply_closure(&mut self, closure: &Rc<Closure>, argument: &Value) -> Result<Value> {
        let LambdaKind::Function { binders, own } = &closure.code.kind else {
            return Err(EvalError::undefined("an operator is used as a function"));
        };
        if let Some(function) = closure.result.get() {
            return Ok(function.apply(argument)?.clone());
        }
        let hash = if own.is_some() { argument.hash() } else { 0 };
        if own.is_some() {
            if let Some(entries) = closure.known.borrow().get(&hash) {
                for (key, value) in entries {
                    if key.equals(argument)? {
                        return Ok(value.clone());
                    }
                }
            }
        }
        let domain = self.closure_domain(closure)?;
        if let Some(domain) = &domain {
            if own.is_none() && worth_listing(closure, domain) {
                // A value that was not asked for may fail to exist.
                if let Ok(function) = self.function_of(closure) {
                    return Ok(function.apply(argument)?.clone());
                }
            }
            if !domain.contains(argument)? {
                return Err(EvalError::undefined(format!(
                    "a function with the domain {} is applied to {}",
                    domain.described(),
                    argument.described()
                )));
            }
        }
        let value = self.in_closure(closure, |evaluator, lambda| {
            evaluator.bind_argument(binders, argument, domain.is_none())?;
            evaluator.eval(&lambda.body)
        })?;
        if own.is_some() && closure.known.borrow().len() < MOST_KNOWN {
            closure.known.borrow_mut().entry(hash).or_default().push((argument.clone(), value.clone()));
        }
        Ok(value)
    }

    /// Runs with a new frame in which the closure's captures and its own slot are set.
    fn in_closure<T>(&mut self, closure: &Rc<Closure>, run: impl FnOnce(&mut Self, &Lambda) -> Result<T>) -> Result<T> {
        let outer = self.enter(closure.code.frame)?;
        for (capture, value) in closure.code.captures.iter().zip(&closure.captured) {
            self.set_slot(capture.to, value.clone());
        }
        if let LambdaKind::Function { own: Some(slot), .. } = closure.code.kind {
            self.set_slot(slot, Value::Closure(closure.clone()));
        }
        let result = run(self, &closure.code);
        self.leave(outer);
        result
    }

    fn closure(&mut self, lambda: &Rc<Lambda>) -> Rc<Closure> {
        let captured = lambda.captures.iter().map(|capture| self.captured(capture)).collect();
        Rc::new(Closure::new(lambda.clone(), captured))
    }

    /// A slot's content for another frame. A lazy value that has not been needed yet becomes a closure that both frames
    /// share.
    fn captured(&mut self, capture: &Capture) -> Value {
        let value = self.slot(capture.from).clone();
        let (Value::Unset, Some(lazy)) = (&value, &capture.lazy) else { return value };
        let Some(thunk) = lazy.thunk.get() else { return value };
        let thunk = Value::Closure(self.closure(thunk));
        if lazy.keep.get() == Some(&true) {
            self.set_slot(capture.from, thunk.clone());
        }
        thunk
    }

    pub(super) fn call_closure(&mut self, operator: &Code, arguments: &[Code]) -> Result<Value> {
        let operator = self.lazily(operator)?;
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.lazily(argument)?);
        }
        self.call_operator(&operator, values)
    }

    /// Applies an operator that was passed as an argument.
    pub(super) fn call_operator(&mut self, operator: &Value, arguments: Vec<Value>) -> Result<Value> {
        let Value::Closure(closure) = operator else {
            return Err(EvalError::undefined(format!("{} is used as an operator", operator.described())));
        };
        if closure.code.parameters.len() != arguments.len() {
            return Err(EvalError::undefined(format!(
                "an operator with {} parameters is applied to {} arguments",
                closure.code.parameters.len(),
                arguments.len()
            )));
        }
        self.in_closure(closure, |evaluator, lambda| {
            for (&slot, argument) in lambda.parameters.iter().zip(arguments) {
                evaluator.set_slot(slot, argument);
            }
            evaluator.eval(&lambda.body)
        })
    }

    pub(super) fn call(&mut self, routine: &Routine, arguments: &[Code]) -> Result<Value> {
        let (Some(frame), Some(body)) = (routine.frame.get(), routine.body.get()) else {
            return Err(EvalError::undefined(format!("{} is used before it is defined", routine.name)));
        };
        // Parameters have the first slots of the new frame, which is made around their values.
        let base = self.stack.len();
        for argument in arguments {
            match self.lazily(argument) {
                Ok(value) => self.stack.push(value),
                Err(error) => {
                    self.stack.truncate(base);
                    return Err(error);
                }
            }
        }
        let outer = self.enter_at(base, *frame)?;
        let result = match routine.fold.get() {
            Some(fold) => match self.folded(fold, body) {
                Ok(Some(value)) => Ok(value),
                Ok(None) => self.eval(body),
                Err(error) => Err(error),
            },
            None => self.eval(body),
        };
        self.leave(outer);
        result
    }

    /// A slot may hold an operator that is only passed on.
    fn eval_argument(&mut self, argument: &Code) -> Result<Value> {
        if let Op::Slot(slot) = argument.op {
            if let Value::Closure(closure) = self.slot(slot) {
                if matches!(closure.code.kind, LambdaKind::Operator) {
                    return Ok(self.slot(slot).clone());
                }
            }
        }
        self.eval(argument)
    }

    pub(super) fn native(&mut self, function: Native, arguments: &[Code], span: Span) -> Result<Value> {
        // The usual numbers of arguments need no list.
        match arguments {
            [only] => {
                let values = [self.native_argument(only)?];
                function(&mut super::context::Call { evaluator: self, span }, &values)
            }
            [first, second] => {
                let values = [self.native_argument(first)?, self.native_argument(second)?];
                function(&mut super::context::Call { evaluator: self, span }, &values)
            }
            more => {
                let values = more.iter().map(|each| self.native_argument(each)).collect::<Result<Vec<_>>>()?;
                function(&mut super::context::Call { evaluator: self, span }, &values)
            }
        }
    }

    /// A native takes values; only operators stay closures.
    fn native_argument(&mut self, argument: &Code) -> Result<Value> {
        match argument.op {
            Op::Closure(_) => self.lazily(argument),
            _ => self.eval_argument(argument),
        }
    }
}
