//! Values of expressions.

use super::Evaluator;
use crate::code::{Arithmetic, Code, Comparison, Measure, Op, Pair, Path, Update};
use crate::error::{EvalError, Result};
use crate::value::{except, position_of_pair, Block, LazyKind, LazySet, Value};

impl Evaluator {
    /// The value of an expression, never a closure.
    #[inline]
    pub(super) fn eval(&mut self, code: &Code) -> Result<Value> {
        match &code.op {
            Op::Constant(value) => Ok(value.clone()),
            Op::Slot(slot) => match self.slot(*slot) {
                Value::Closure(_) => self.force_slot(*slot).map_err(|error| error.at_first(code.span)),
                value => Ok(value.clone()),
            },
            Op::Variable(index) => Ok(self.read_current(*index).clone()),
            Op::Primed(index) => match self.read_next(*index) {
                Value::Unset => Err(self.unassigned(*index).at_first(code.span)),
                value => Ok(value.clone()),
            },
            Op::Lazy { slot, .. } => match known(self.slot(*slot)) {
                Some(value) => Ok(value.clone()),
                None => self.eval_compound(code).map_err(|error| error.at_first(code.span)),
            },
            Op::Memo { index, .. } => match self.memos[*index].as_ref().and_then(known) {
                Some(value) => Ok(value.clone()),
                None => self.eval_compound(code).map_err(|error| error.at_first(code.span)),
            },
            Op::Path(path) => match self.follow(&path.0) {
                Some(value) => Ok(value.clone()),
                None => self.eval_compound(&path.1).map_err(|error| error.at_first(code.span)),
            },
            _ => self.eval_compound(code).map_err(|error| error.at_first(code.span)),
        }
    }

    /// The value where it is, if nothing has to be computed.
    #[inline]
    pub(super) fn peek<'a>(&'a self, code: &'a Code) -> Option<&'a Value> {
        match &code.op {
            Op::Constant(value) => Some(value),
            Op::Path(path) => self.follow(&path.0),
            Op::Slot(slot) | Op::Lazy { slot, .. } => known(self.slot(*slot)),
            Op::Variable(index) => Some(self.read_current(*index)),
            Op::Primed(index) => known(self.read_next(*index)),
            Op::Memo { index, .. } => self.memos[*index].as_ref().and_then(known),
            Op::Global { index, .. } => self.globals[*index].as_ref().and_then(known),
            _ => None,
        }
    }

    /// `None` where something is missing or wrong: then evaluating finds out what.
    pub(super) fn follow<'a>(&'a self, path: &'a Path) -> Option<&'a Value> {
        match path {
            Path::Apply(pair) => self.end_of(&pair.0)?.apply(self.end_of(&pair.1)?).ok(),
            Path::Field(record, field) => self.end_of(record)?.field(*field).ok(),
            Path::Head(sequence) => match self.end_of(sequence)? {
                Value::Tuple(items) => items.first(),
                _ => None,
            },
            end => self.end_of(end),
        }
    }

    /// The same, without a call where the path has one step.
    #[inline(always)]
    fn end_of<'a>(&'a self, path: &'a Path) -> Option<&'a Value> {
        match path {
            Path::Slot(slot) => known(self.slot(*slot)),
            Path::Variable(index) => Some(self.read_current(*index)),
            Path::Primed(index) => known(self.read_next(*index)),
            Path::Constant(value) => Some(value),
            Path::Memo(index) => self.memos[*index].as_ref().and_then(known),
            Path::Global(index) => self.globals[*index].as_ref().and_then(known),
            Path::Apply(_) | Path::Field(..) | Path::Head(_) => self.follow(path),
        }
    }

    fn eval_compound(&mut self, code: &Code) -> Result<Value> {
        match &code.op {
            Op::Constant(_) | Op::Slot(_) | Op::Variable(_) | Op::Primed(_) | Op::Path(_) => self.eval(code),
            Op::Memo { .. } | Op::Global { .. } | Op::Lazy { .. } | Op::Closure(_) | Op::Captured(_) => {
                let value = self.lazily(code)?;
                if let Value::Closure(_) = value {
                    self.forced(value)
                } else {
                    Ok(value)
                }
            }
            Op::Let { slots, body } => {
                slots.iter().for_each(|&slot| self.set_slot(slot, Value::Unset));
                self.eval(body)
            }
            Op::And(_)
            | Op::Or(_)
            | Op::Not(_)
            | Op::Implies(_)
            | Op::Equivalent(_)
            | Op::Equal(_)
            | Op::NotEqual(_)
            | Op::In(_)
            | Op::NotIn(_)
            | Op::SubsetEq(_)
            | Op::Compare(..)
            | Op::ForAll(_)
            | Op::Exists(_)
            | Op::Enabled(_) => self.test(code).map(Value::Bool),
            Op::Recalled(recalled) => self.eval_recalled(recalled),
            Op::Arithmetic(operation, pair) => self.arithmetic(*operation, pair),
            Op::Negate(inner) => {
                let value = self.integer(inner, "what - is applied to")?;
                value.checked_neg().map(Value::Int).ok_or_else(|| EvalError::overflow(format!("-({value})")))
            }
            Op::Interval(pair) => {
                let low = self.integer(&pair.0, "the left side of ..")?;
                let high = self.integer(&pair.1, "the right side of ..")?;
                Value::interval(low, high)
            }
            Op::Union(pair) => match single(&pair.1) {
                Some(item) => self.with_single(&pair.0, item, Value::with, Value::union),
                None => self.both(pair, Value::union),
            },
            Op::Intersection(pair) => self.both(pair, Value::intersection),
            Op::Difference(pair) => match single(&pair.1) {
                Some(item) => self.with_single(&pair.0, item, Value::without, Value::difference),
                None => self.both(pair, Value::difference),
            },
            Op::Powerset(inner) => {
                let of = self.eval_set(inner, "what SUBSET is applied to")?;
                Ok(LazySet::value(LazyKind::Subset(of)))
            }
            Op::BigUnion(inner) => self.eval(inner)?.big_union(),
            Op::Domain(inner) => self.domain(inner),
            Op::If(parts) => {
                if self.test(&parts.0)? {
                    self.eval(&parts.1)
                } else {
                    self.eval(&parts.2)
                }
            }
            Op::Case { arms, other } => {
                for (guard, value) in arms {
                    if self.test(guard)? {
                        return self.eval(value);
                    }
                }
                match other {
                    Some(value) => self.eval(value),
                    None => Err(EvalError::undefined("no guard of this CASE is true, and it has no OTHER")),
                }
            }
            Op::Choose(comprehension) => self.choose(comprehension),
            Op::SetEnumeration(items) if items.len() <= 1 => {
                Ok(Value::Set(Block::build((), items.len(), |index| self.eval(&items[index]))?))
            }
            Op::SetEnumeration(items) => Value::set(self.eval_all(items)?),
            Op::Filter(comprehension) => self.filter(comprehension),
            Op::Map(comprehension) => self.map(comprehension),
            Op::Function(comprehension) => self.function(comprehension),
            Op::Beta(parts) => self.beta(&parts.0, &parts.1),
            Op::Apply(pair) => self.apply(pair),
            Op::FunctionSet(pair) => {
                let domain = self.eval_set(&pair.0, "the domain of a set of functions")?;
                let range = self.eval_set(&pair.1, "the range of a set of functions")?;
                Ok(LazySet::value(LazyKind::Functions { domain, range }))
            }
            Op::Record { shape, order, values } => {
                Ok(Value::Record(Block::from_vec(*shape, self.eval_ordered(order, values)?)))
            }
            Op::RecordSet { shape, order, sets } => {
                let sets = self.eval_ordered(order, sets)?;
                for set in &sets {
                    expect_set(set, "each field of a set of records")?;
                }
                Ok(LazySet::value(LazyKind::Records { shape: *shape, sets }))
            }
            Op::Field(record, field) => Ok(self.eval(record)?.field(*field)?.clone()),
            Op::Except(parts) => self.except(&parts.0, &parts.1),
            Op::Tuple(items) => Ok(Value::Tuple(Block::build((), items.len(), |index| self.eval(&items[index]))?)),
            Op::Product(items) => {
                let sets = self.eval_all(items)?;
                for set in &sets {
                    expect_set(set, "each side of \\X")?;
                }
                Ok(LazySet::value(LazyKind::Product(sets)))
            }
            Op::CallClosure { operator, arguments } => self.call_closure(operator, arguments),
            Op::Call { routine, arguments } => self.call(routine, arguments).map_err(|error| error.at(code.span)),
            Op::Native { function, arguments } => self.native(*function, arguments, code.span),
            Op::Measure(measure, parts) => match self.measured(*measure, &parts.1)? {
                Some(value) => Ok(value),
                None => self.native(parts.0, std::slice::from_ref(&parts.1), code.span),
            },
            Op::Counted(index, inner) => self.eval_counted(*index, inner),
            Op::Refused(reason) => Err(EvalError::undefined(reason.clone())),
        }
    }

    pub(super) fn eval_all(&mut self, items: &[Code]) -> Result<Vec<Value>> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            values.push(self.eval(item)?);
        }
        Ok(values)
    }

    /// Evaluates in the order written and puts each value where the shape has it.
    fn eval_ordered(&mut self, order: &[usize], items: &[Code]) -> Result<Vec<Value>> {
        let size = order.iter().max().map_or(0, |&last| last + 1);
        let mut values = vec![Value::Unset; size];
        for (&position, item) in order.iter().zip(items) {
            values[position] = self.eval(item)?;
        }
        Ok(values)
    }

    pub(super) fn eval_set(&mut self, code: &Code, role: &str) -> Result<Value> {
        let value = self.eval(code)?;
        expect_set(&value, role)?;
        Ok(value)
    }

    #[inline]
    pub(super) fn integer(&mut self, code: &Code, role: &str) -> Result<i64> {
        match &code.op {
            Op::Constant(Value::Int(value)) => Ok(*value),
            Op::Measure(Measure::Length, parts) => match self.peek(&parts.1) {
                Some(Value::Tuple(items)) => Ok(items.len() as i64),
                _ => self.eval(code)?.as_int(role),
            },
            Op::Arithmetic(operation, pair) => {
                self.arithmetic_integer(*operation, pair).map_err(|error| error.at_first(code.span))
            }
            _ => {
                if let Some(Value::Int(value)) = self.peek(code) {
                    return Ok(*value);
                }
                self.eval(code)?.as_int(role)
            }
        }
    }

    fn arithmetic(&mut self, operation: Arithmetic, pair: &Pair) -> Result<Value> {
        self.arithmetic_integer(operation, pair).map(Value::Int)
    }

    fn arithmetic_integer(&mut self, operation: Arithmetic, pair: &Pair) -> Result<i64> {
        let (left, right) = operation.roles();
        let a = self.integer(&pair.0, left)?;
        let b = self.integer(&pair.1, right)?;
        operation.apply(a, b)
    }

    pub(super) fn compare(&mut self, comparison: Comparison, pair: &Pair) -> Result<bool> {
        let a = self.integer(&pair.0, "the left side of a comparison")?;
        let b = self.integer(&pair.1, "the right side of a comparison")?;
        Ok(comparison.holds(a, b))
    }

    fn both(&mut self, pair: &Pair, operation: fn(&Value, &Value) -> Result<Value>) -> Result<Value> {
        let first = self.eval(&pair.0)?;
        let second = self.eval(&pair.1)?;
        operation(&first, &second)
    }

    /// `S \cup {e}` and `S \ {e}`, without making the set with one element where the set is listed.
    fn with_single(
        &mut self,
        set: &Code,
        item: &Code,
        change: fn(&Block<()>, &Value) -> Result<Value>,
        general: fn(&Value, &Value) -> Result<Value>,
    ) -> Result<Value> {
        let set = self.eval(set)?;
        let item = self.eval(item)?;
        match &set {
            Value::Set(block) if !block.is_empty() => change(block, &item),
            _ => general(&set, &Value::sorted_set(vec![item])),
        }
    }

    fn domain(&mut self, code: &Code) -> Result<Value> {
        match self.lazily(code)? {
            Value::Closure(closure) => match self.closure_domain(&closure)? {
                Some(domain) => Ok(domain),
                None => self.forced(Value::Closure(closure))?.domain(),
            },
            value => value.domain(),
        }
    }

    fn apply(&mut self, pair: &Pair) -> Result<Value> {
        let argument = match &pair.1.op {
            Op::Tuple(items) => match &**items {
                [first, second] => {
                    let items = [self.eval(first)?, self.eval(second)?];
                    if let Some(value) = self.value_at_pair(&pair.0, &items) {
                        return Ok(value);
                    }
                    Value::tuple(items.into())
                }
                _ => self.eval(&pair.1)?,
            },
            _ => self.eval(&pair.1)?,
        };
        if let Some(function) = self.peek(&pair.0) {
            return Ok(function.apply(&argument)?.clone());
        }
        match self.lazily(&pair.0)? {
            Value::Closure(closure) => self.apply_closure(&closure, &argument),
            function => Ok(function.apply(&argument)?.clone()),
        }
    }

    /// `function[first, second]` without making the pair, where the function is at hand.
    fn value_at_pair(&self, function: &Code, pair: &[Value; 2]) -> Option<Value> {
        let Value::Function(function) = self.peek(function)? else { return None };
        let Value::Set(keys) = function.extra() else { return None };
        let index = position_of_pair(keys, [&pair[0], &pair[1]]).ok()??;
        Some(function[index].clone())
    }

    /// `None` where the native has to look at the argument, if only to say what is wrong with it.
    fn measured(&mut self, measure: Measure, argument: &Code) -> Result<Option<Value>> {
        if let (Measure::Cardinality, Op::Filter(comprehension)) = (measure, &argument.op) {
            return self.count(comprehension).map(|count| Some(Value::Int(count)));
        }
        if let Op::Counted(index, inner) = &argument.op {
            return self.counted(*index, inner, |evaluator, inner| evaluator.measured(measure, inner));
        }
        Ok(match (measure, self.peek(argument)) {
            (Measure::Length, Some(Value::Tuple(items))) => Some(Value::Int(items.len() as i64)),
            (Measure::Head, Some(Value::Tuple(items))) => items.first().cloned(),
            (Measure::Cardinality, Some(Value::Set(elements))) => Some(Value::Int(elements.len() as i64)),
            _ => None,
        })
    }

    fn except(&mut self, base: &Code, updates: &[Update]) -> Result<Value> {
        let mut value = self.eval(base)?;
        for update in updates {
            value = match &*update.path {
                [key] => {
                    let key = self.eval(key)?;
                    except(value, &key, |old| self.updated(update, old))?
                }
                path => {
                    let keys = self.eval_all(path)?;
                    self.except_at(value, &keys, update)?
                }
            };
        }
        Ok(value)
    }

    fn except_at(&mut self, value: Value, keys: &[Value], update: &Update) -> Result<Value> {
        match keys {
            [] => self.updated(update, value),
            [key, rest @ ..] => except(value, key, |old| self.except_at(old, rest, update)),
        }
    }

    fn updated(&mut self, update: &Update, old: Value) -> Result<Value> {
        if let Some(slot) = update.at {
            self.set_slot(slot, old);
        }
        self.eval(&update.value)
    }
}

/// The element of a set that is written with one.
fn single(code: &Code) -> Option<&Code> {
    match &code.op {
        Op::SetEnumeration(items) if items.len() == 1 => items.first(),
        _ => None,
    }
}

/// A value that can be used as it is.
#[inline]
fn known(value: &Value) -> Option<&Value> {
    (!matches!(value, Value::Closure(_) | Value::Unset)).then_some(value)
}

fn expect_set(value: &Value, role: &str) -> Result<()> {
    if value.is_set() {
        return Ok(());
    }
    Err(EvalError::undefined(format!("{role} must be a set, not {}", value.described())))
}

impl Arithmetic {
    pub(super) fn roles(self) -> (&'static str, &'static str) {
        match self {
            Self::Add => ("the left side of +", "the right side of +"),
            Self::Subtract => ("the left side of -", "the right side of -"),
            Self::Multiply => ("the left side of *", "the right side of *"),
            Self::Divide => ("the left side of \\div", "the right side of \\div"),
            Self::Modulo => ("the left side of %", "the right side of %"),
            Self::Power => ("the left side of ^", "the right side of ^"),
        }
    }

    /// # Errors
    /// Overflow; Undefined for division by zero, a modulus that is not positive, a negative exponent.
    pub(crate) fn apply(self, a: i64, b: i64) -> Result<i64> {
        let (result, symbol) = match self {
            Self::Add => (a.checked_add(b), "+"),
            Self::Subtract => (a.checked_sub(b), "-"),
            Self::Multiply => (a.checked_mul(b), "*"),
            Self::Divide if b == 0 => return Err(EvalError::undefined(format!("{a} \\div 0 is a division by zero"))),
            // Towards minus infinity, as TLA+ defines it.
            Self::Divide => {
                (a.checked_div(b).map(|q| if a % b != 0 && ((a < 0) != (b < 0)) { q - 1 } else { q }), "\\div")
            }
            Self::Modulo if b <= 0 => {
                return Err(EvalError::undefined(format!("{a} % {b}: the right side must be positive")));
            }
            Self::Modulo => (Some(a.rem_euclid(b)), "%"),
            Self::Power if b < 0 || (a == 0 && b == 0) => {
                return Err(EvalError::undefined(format!("{a} ^ {b} is not defined")));
            }
            Self::Power => (power(a, b), "^"),
        };
        result.ok_or_else(|| EvalError::overflow(format!("{a} {symbol} {b}")))
    }
}

fn power(a: i64, b: i64) -> Option<i64> {
    match (a, b) {
        (0 | 1, _) => Some(if b == 0 { 1 } else { a }),
        (-1, _) => Some(if b % 2 == 0 { 1 } else { -1 }),
        _ => a.checked_pow(u32::try_from(b).ok()?),
    }
}
