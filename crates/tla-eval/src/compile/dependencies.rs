//! What the value of an expression in an action depends on, so that it can be remembered under just that.

use std::rc::Rc;

use super::Compiler;
use crate::code::{Capture, Code, Comprehension, Lambda, LambdaKind, Lazy, Op, Path, Recalled, Routine, SlotIndex};

/// An expression that depends on more slots and parts is evaluated each time: looking at them takes time too.
const MOST_SLOTS: usize = 6;
/// Each of them has a table.
const MOST_RECALLED: usize = 4096;

#[derive(Default)]
struct Dependencies {
    current: u64,
    next: u64,
    slots: Vec<SlotIndex>,
    paths: Vec<Path>,
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
        if self.mode.initial || self.is_general() || matches!(code.op, Op::Recalled(_)) {
            return code;
        }
        if let Op::Counted(index, inner) = code.op {
            return Code { op: Op::Counted(index, Box::new(self.remembered(*inner))), span: code.span };
        }
        let found = Dependencies::of(&code);
        if found.unknown || !found.heavy || found.size() > MOST_SLOTS || self.program.variables.len() > 64 {
            return code;
        }
        self.recall(code, found)
    }

    /// The same for any part of an expression that takes long: it is asked again for other values of names that it does
    /// not mention.
    pub(super) fn remembered_part(&mut self, code: Code) -> Code {
        if self.is_general() || self.recalled >= MOST_RECALLED || !is_worth_remembering(&code.op) {
            return code;
        }
        let found = Dependencies::of(&code);
        let refused =
            found.unknown || (found.is_of_state() && (self.mode.initial || self.program.variables.len() > 64));
        if refused || found.size() > MOST_SLOTS {
            return code;
        }
        self.recall(code, found)
    }

    /// Nothing is to be done but what the text says.
    fn is_general(&self) -> bool {
        self.general || self.counted.is_some()
    }

    fn recall(&mut self, code: Code, found: Dependencies) -> Code {
        let variables = |bits: u64| (0..64).filter(|index| bits >> index & 1 == 1).collect();
        self.recalled += 1;
        let span = code.span;
        let recalled = Recalled {
            index: self.recalled - 1,
            of_state: found.is_of_state(),
            reads: found.current,
            reads_next: found.next,
            current: variables(found.current),
            next: variables(found.next),
            slots: found.slots.into(),
            paths: found.paths.into(),
            code,
        };
        Code { op: Op::Recalled(Box::new(recalled)), span }
    }
}

/// Whether it takes so long that looking it up is faster wherever it stands.
fn is_worth_remembering(op: &Op) -> bool {
    match op {
        // The first element is at hand.
        Op::Choose(choice) => !matches!(choice.body.op, Op::Constant(_)),
        Op::ForAll(_)
        | Op::Exists(_)
        | Op::Filter(_)
        | Op::Map(_)
        | Op::Function(_)
        | Op::BigUnion(_)
        | Op::Powerset(_)
        | Op::Call { .. } => true,
        Op::Let { body, .. } => is_worth_remembering(&body.op),
        _ => false,
    }
}

impl Dependencies {
    fn of(code: &Code) -> Self {
        let mut found = Self::default();
        found.visit(code);
        let bound = std::mem::take(&mut found.bound);
        found.slots.retain(|slot| !bound.contains(slot));
        let paths = std::mem::take(&mut found.paths);
        paths.into_iter().for_each(|path| found.keep(path));
        found
    }

    /// What depends on all of a value depends on its parts, and then only on where to look for them.
    fn keep(&mut self, path: Path) {
        let whole = match path.root() {
            Path::Variable(index) => self.current >> (index & 63) & 1 == 1,
            Path::Primed(index) => self.next >> (index & 63) & 1 == 1,
            Path::Slot(slot) => self.slots.contains(slot),
            _ => false,
        };
        if !whole {
            if !self.paths.iter().any(|known| known.is(&path)) {
                self.paths.push(path);
            }
            return;
        }
        match path {
            Path::Apply(parts) => {
                let (function, argument) = *parts;
                self.keep(function);
                self.keep(argument);
            }
            Path::Field(record, _) | Path::Head(record) => self.keep(*record),
            _ => {}
        }
    }

    fn is_of_state(&self) -> bool {
        self.current | self.next != 0 || self.paths.iter().any(mentions_state)
    }

    fn size(&self) -> usize {
        self.slots.len() + self.paths.len()
    }

    /// A part of a value, where it can be looked up before the expression is evaluated.
    fn path(&mut self, path: &Path) -> bool {
        if self.elsewhere || !self.is_known(path) {
            return false;
        }
        if !self.paths.iter().any(|known| known.is(path)) {
            self.paths.push(path.clone());
        }
        true
    }

    fn is_known(&self, path: &Path) -> bool {
        match path {
            Path::Slot(slot) => !self.bound.contains(slot),
            Path::Apply(parts) => self.is_known(&parts.0) && self.is_known(&parts.1),
            Path::Field(record, _) | Path::Head(record) => self.is_known(record),
            _ => true,
        }
    }

    /// Inside of what is remembered already.
    fn recalled(&mut self, recalled: &Recalled) {
        self.heavy = true;
        self.visit(&recalled.code);
    }

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
            match (lazy.code.get(), lazy.thunk.get()) {
                (Some(code), _) => self.visit(code),
                (None, Some(thunk)) => self.lambda(thunk),
                (None, None) => self.unknown = true,
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
            Op::Path(path) => {
                if has_lazy(&path.1) || !self.path(&path.0) {
                    self.visit(&path.1);
                }
            }
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
            Op::Measure(..) if !has_lazy(code) && Path::of(&code.op).is_some_and(|path| self.path(&path)) => {}
            Op::Measure(_, parts) => self.visit(&parts.1),
            Op::Captured(capture) => self.capture(capture),
            Op::Recalled(recalled) => self.recalled(recalled),
            Op::Enabled(_) => self.unknown = true,
        }
    }
}

/// Whether evaluating the expression may look at a slot of its frame, other than through `known`.
pub(super) fn uses_slot(code: &Code, slot: SlotIndex, known: &Rc<Lazy>) -> bool {
    let mut found = Dependencies { seen: vec![Rc::as_ptr(known).cast()], ..Dependencies::default() };
    found.visit(code);
    found.unknown || found.slots.contains(&slot) || found.paths.iter().any(|path| path_mentions(path, slot))
}

fn path_mentions(path: &Path, slot: SlotIndex) -> bool {
    match path {
        Path::Slot(own) => *own == slot,
        Path::Apply(parts) => path_mentions(&parts.0, slot) || path_mentions(&parts.1, slot),
        Path::Field(record, _) | Path::Head(record) => path_mentions(record, slot),
        _ => false,
    }
}

/// Whether a path begins at, or leads over, a value that may not be evaluated yet.
fn has_lazy(code: &Code) -> bool {
    match &code.op {
        Op::Lazy { .. } => true,
        Op::Path(path) => has_lazy(&path.1),
        Op::Apply(pair) => has_lazy(&pair.0) || has_lazy(&pair.1),
        Op::Field(record, _) => has_lazy(record),
        Op::Measure(_, parts) => has_lazy(&parts.1),
        _ => false,
    }
}

fn mentions_state(path: &Path) -> bool {
    match path {
        Path::Variable(_) | Path::Primed(_) => true,
        Path::Apply(parts) => mentions_state(&parts.0) || mentions_state(&parts.1),
        Path::Field(record, _) | Path::Head(record) => mentions_state(record),
        Path::Constant(_) | Path::Memo(_) | Path::Global(_) | Path::Slot(_) => false,
    }
}
