//! `{c \in S : <<v, c>> \in E}` and `{c \in S : \E v \in T : <<v, c>> \in E}` for listed sets: all pairs that begin with
//! `v` stand side by side in `E`, so that few of its pairs and few elements of `S` have to be looked at.

use super::Evaluator;
use crate::code::{Code, Comprehension, Op, Path, SlotIndex};
use crate::value::{mark_seconds, Value};

impl Evaluator {
    /// The set that a filter of this form makes; its body and its set mention nothing but the element that has to be
    /// computed for each. `None` for other filters, and where something is wrong or cannot be compared: testing the
    /// elements one by one says what.
    pub(super) fn neighbours(&mut self, filter: &Comprehension) -> Option<Value> {
        let [binder] = &*filter.binders else { return None };
        let element = binder.slots[0];
        let (inner, from) = match &filter.body.op {
            Op::Exists(exists) => match &*exists.binders {
                [from] if !from.tuple => (&exists.body, Some(from)),
                _ => return None,
            },
            _ => (&filter.body, None),
        };
        let (first, edges) = pair_in(inner, element)?;
        if binder.tuple || mentions(&binder.set, element) || mentions(edges, element) {
            return None;
        }
        let sources = match from {
            None if mentions(first, element) => return None,
            None => None,
            Some(from) => {
                let slot = from.slots[0];
                let bound = matches!(first.op, Op::Slot(first) if first == slot);
                if !bound || mentions(&from.set, element) || mentions(edges, slot) {
                    return None;
                }
                Some(&from.set)
            }
        };
        // What is evaluated is what the first test would, in its order.
        let Value::Set(set) = self.eval(&binder.set).ok()? else { return None };
        let mut chosen = vec![false; set.len()];
        if set.is_empty() {
            return Some(Value::Set(set));
        }
        self.step().ok()?;
        let firsts = match sources {
            None => Value::sorted_set(vec![self.eval(first).ok()?]),
            Some(sources) => self.eval(sources).ok()?,
        };
        let Value::Set(firsts) = firsts else { return None };
        if !firsts.is_empty() {
            let Value::Set(edges) = self.eval(edges).ok()? else { return None };
            for first in firsts.iter() {
                mark_seconds(&edges, first, &set, &mut chosen)?;
            }
        }
        let kept = set.iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(element, _)| element.clone());
        Some(Value::sorted_set(kept.collect()))
    }
}

/// The parts of `<<v, c>> \in E` where `c` is the element.
fn pair_in(code: &Code, element: SlotIndex) -> Option<(&Code, &Code)> {
    let Op::In(pair) = &code.op else { return None };
    let Op::Tuple(items) = &pair.0.op else { return None };
    let [first, second] = &**items else { return None };
    matches!(second.op, Op::Slot(slot) if slot == element).then_some((first, &pair.1))
}

/// Whether the expression may depend on the slot. Only simple ones are known not to: a lazy value that was defined in
/// the scope of the slot would have its LET in between.
fn mentions(code: &Code, slot: SlotIndex) -> bool {
    match &code.op {
        Op::Constant(_) | Op::Variable(_) | Op::Primed(_) | Op::Memo { .. } | Op::Global { .. } | Op::Lazy { .. } => {
            false
        }
        Op::Slot(other) => *other == slot,
        Op::Path(path) => leads_through(&path.0, slot),
        _ => true,
    }
}

fn leads_through(path: &Path, slot: SlotIndex) -> bool {
    match path {
        Path::Slot(other) => *other == slot,
        Path::Apply(pair) => leads_through(&pair.0, slot) || leads_through(&pair.1, slot),
        Path::Field(inner, _) | Path::Head(inner) => leads_through(inner, slot),
        _ => false,
    }
}
