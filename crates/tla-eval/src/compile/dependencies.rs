//! What the value of an expression in an action depends on, so that it can be remembered under just that.

use std::rc::Rc;

use super::Compiler;
use crate::code::{Capture, Code, Comprehension, Lambda, LambdaKind, Lazy, Op, Recalled, Routine, SlotIndex};

/// An expression that depends on more slots is evaluated each time: looking at them takes time too.
const MOST_SLOTS: usize = 6;

#[derive(Default)]
struct Dependencies {
    current: u64,
    next: u64,
    slots: Vec<SlotIndex>,
    bound: Vec<SlotIndex>,
    /// Lazy values and routines that were looked at.
    seen: Vec<*const ()>,
    /// Something is used of which it is not known what it depends on.
    unknown: bool,
    /// Whether evaluating it takes longer than looking it up.
    heavy: bool,
    /// The frame looked at is not the one that the expression runs in: its slots are none of ours.
    elsewhere: bool,
}

impl Compiler<'_> {
    /// The expression as one whose values are remembered, if that is worth it. Only for what is evaluated while a next
    /// state is chosen.
    pub(super) fn remembered(&mut self, code: Code) -> Code {
        if self.mode.initial || self.counted.is_some() || matches!(code.op, Op::Recalled(_)) {
            return code;
        }
        let mut found = Dependencies::default();
        found.visit(&code);
        found.slots.retain(|slot| !found.bound.contains(slot));
        if found.unknown || !found.heavy || found.slots.len() > MOST_SLOTS || self.program.variables.len() > 64 {
            return code;
        }
        let variables = |bits: u64| (0..64).filter(|index| bits >> index & 1 == 1).collect();
        self.recalled += 1;
        let span = code.span;
        let recalled = Recalled {
            index: self.recalled - 1,
            reads: found.current,
            reads_next: found.next,
            current: variables(found.current),
            next: variables(found.next),
            slots: found.slots.into(),
            code,
        };
        Code { op: Op::Recalled(Box::new(recalled)), span }
    }
}

impl Dependencies {
    fn slot(&mut self, slot: SlotIndex) {
        if !self.elsewhere && !self.slots.contains(&slot) {
            self.slots.push(slot);
        }
    }

    fn bind(&mut self, slots: &[SlotIndex]) {
        if !self.elsewhere {
            self.bound.extend_from_slice(slots);
        }
    }

    /// Whether this is the first look.
    fn enters<T>(&mut self, what: &Rc<T>) -> bool {
        let address = Rc::as_ptr(what).cast();
        let new = !self.seen.contains(&address);
        if new {
            self.seen.push(address);
        }
        new
    }

    fn lazy(&mut self, lazy: &Rc<Lazy>) {
        if self.enters(lazy) {
            match lazy.code.get() {
                Some(code) => self.visit(code),
                None => self.unknown = true,
            }
        }
    }

    fn all(&mut self, codes: &[Code]) {
        codes.iter().for_each(|code| self.visit(code));
    }

    fn comprehension(&mut self, comprehension: &Comprehension) {
        self.heavy = true;
        for binder in &comprehension.binders {
            self.bind(&binder.slots);
            self.visit(&binder.set);
        }
        self.visit(&comprehension.body);
    }

    fn capture(&mut self, capture: &Capture) {
        match &capture.lazy {
            Some(lazy) => self.lazy(lazy),
            None => self.slot(capture.from),
        }
    }

    fn in_other_frame(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.elsewhere, true);
        visit(self);
        self.elsewhere = outer;
    }

    fn lambda(&mut self, lambda: &Lambda) {
        lambda.captures.iter().for_each(|capture| self.capture(capture));
        self.in_other_frame(|inner| {
            if let LambdaKind::Function { binders, .. } = &lambda.kind {
                binders.iter().for_each(|binder| inner.visit(&binder.set));
            }
            inner.visit(&lambda.body);
        });
    }

    fn routine(&mut self, routine: &Rc<Routine>) {
        if self.enters(routine) {
            match routine.body.get() {
                Some(body) => self.in_other_frame(|inner| inner.visit(body)),
                None => self.unknown = true,
            }
        }
    }

    fn visit(&mut self, code: &Code) {
        match &code.op {
            Op::Constant(_) | Op::Memo { .. } | Op::Global { .. } | Op::Refused(_) => {}
            Op::Slot(slot) => self.slot(*slot),
            Op::Path(path) => self.visit(&path.1),
            Op::Lazy { lazy, .. } => self.lazy(lazy),
            Op::Variable(index) => self.current |= 1_u64.wrapping_shl(*index),
            Op::Primed(index) => self.next |= 1_u64.wrapping_shl(*index),
            Op::Let { body, .. } => self.visit(body),
            Op::And(items) | Op::Or(items) => self.all(items),
            Op::Not(inner) | Op::Negate(inner) | Op::Domain(inner) | Op::Field(inner, _) | Op::Counted(_, inner) => {
                self.visit(inner);
            }
            Op::Powerset(inner) | Op::BigUnion(inner) => {
                self.heavy = true;
                self.visit(inner);
            }
            Op::Implies(pair)
            | Op::Equivalent(pair)
            | Op::Equal(pair)
            | Op::NotEqual(pair)
            | Op::In(pair)
            | Op::NotIn(pair)
            | Op::Compare(_, pair)
            | Op::Arithmetic(_, pair)
            | Op::Interval(pair)
            | Op::Apply(pair) => {
                self.visit(&pair.0);
                self.visit(&pair.1);
            }
            Op::SubsetEq(pair)
            | Op::Union(pair)
            | Op::Intersection(pair)
            | Op::Difference(pair)
            | Op::FunctionSet(pair) => {
                self.heavy = true;
                self.visit(&pair.0);
                self.visit(&pair.1);
            }
            Op::If(parts) => {
                self.visit(&parts.0);
                self.visit(&parts.1);
                self.visit(&parts.2);
            }
            Op::Case { arms, other } => {
                for (guard, value) in arms {
                    self.visit(guard);
                    self.visit(value);
                }
                other.iter().for_each(|value| self.visit(value));
            }
            Op::ForAll(comprehension)
            | Op::Exists(comprehension)
            | Op::Choose(comprehension)
            | Op::Filter(comprehension)
            | Op::Map(comprehension)
            | Op::Function(comprehension) => self.comprehension(comprehension),
            Op::Beta(parts) => {
                self.comprehension(&parts.0);
                self.visit(&parts.1);
            }
            Op::SetEnumeration(items) | Op::Tuple(items) | Op::Product(items) => {
                self.heavy = true;
                self.all(items);
            }
            Op::Record { values, .. } | Op::RecordSet { sets: values, .. } => {
                self.heavy = true;
                self.all(values);
            }
            Op::Except(parts) => {
                self.heavy = true;
                self.visit(&parts.0);
                for update in &parts.1 {
                    self.bind(update.at.as_slice());
                    self.all(&update.path);
                    self.visit(&update.value);
                }
            }
            Op::Closure(lambda) => self.lambda(lambda),
            Op::CallClosure { operator, arguments } => {
                self.heavy = true;
                self.visit(operator);
                self.all(arguments);
            }
            Op::Call { routine, arguments } => {
                self.heavy = true;
                self.all(arguments);
                self.routine(routine);
            }
            Op::Native { arguments, .. } => {
                self.heavy = true;
                self.all(arguments);
            }
            Op::Measure(_, parts) => self.visit(&parts.1),
            Op::Captured(capture) => self.capture(capture),
            Op::Recalled(recalled) => self.visit(&recalled.code),
            Op::Enabled(_) => self.unknown = true,
        }
    }
}
