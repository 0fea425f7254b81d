//! Recursive operators that go through a set: `Sum(f, S) == IF S = {} THEN 0 ELSE LET x == CHOOSE x \in S : TRUE IN
//! f[x] + Sum(f, S \ {x})`.
//!
//! CHOOSE takes the first element, and then the first of the others: such an operator goes through the set in order, and
//! that can be done without making a set for each step.

use std::rc::Rc;

use super::dependencies::uses_slot;
use crate::code::{Arithmetic, Code, Fold, Lazy, Op, Pair, Routine, SlotIndex};
use crate::value::Value;

/// The fold that the routine is, if it is one.
pub(super) fn fold_of(routine: &Rc<Routine>) -> Option<Fold> {
    let (body, parameters) = (routine.body.get()?, routine.parameters.get()?);
    let Op::If(parts) = &body.op else { return None };
    let set = tested_for_empty(&parts.0)?;
    if !parameters.contains(&set) {
        return None;
    }
    let (slots, _, pair) = step(&parts.2)?;
    let (element, recursion) = (&pair.0, &pair.1);
    let (chosen, lazy) = rest_without(routine, recursion, parameters, set)?;
    let is_fold = slots.contains(&chosen) && is_first_of(lazy, set) && !uses_slot(element, set, lazy);
    is_fold.then(|| Fold { set, chosen, slots: slots.into() })
}

/// The last branch of a fold: `LET ... IN element + recursion`.
pub(crate) fn step(code: &Code) -> Option<(&[SlotIndex], Arithmetic, &Pair)> {
    let Op::Let { slots, body } = &plain(code).op else { return None };
    let Op::Arithmetic(operation, pair) = &plain(body).op else { return None };
    Some((slots, *operation, pair))
}

/// The expression itself where its values are remembered.
fn plain(code: &Code) -> &Code {
    match &code.op {
        Op::Recalled(recalled) => plain(&recalled.code),
        _ => code,
    }
}

/// `S = {}`
fn tested_for_empty(code: &Code) -> Option<SlotIndex> {
    let Op::Equal(pair) = &plain(code).op else { return None };
    match (&pair.0.op, &pair.1) {
        (Op::Slot(slot), other) if is_empty_set(other) => Some(*slot),
        _ => None,
    }
}

fn is_empty_set(code: &Code) -> bool {
    match &code.op {
        Op::SetEnumeration(items) => items.is_empty(),
        Op::Memo { code, .. } => is_empty_set(code),
        Op::Constant(Value::Set(elements)) => elements.is_empty(),
        _ => false,
    }
}

/// Of a call of the routine with all parameters as they are but for the set, which lacks one element: that element.
fn rest_without<'c>(
    routine: &Rc<Routine>,
    code: &'c Code,
    parameters: &[SlotIndex],
    set: SlotIndex,
) -> Option<(SlotIndex, &'c Rc<Lazy>)> {
    let Op::Call { routine: called, arguments } = &plain(code).op else { return None };
    if !Rc::ptr_eq(called, routine) || arguments.len() != parameters.len() {
        return None;
    }
    let mut removed = None;
    for (argument, &parameter) in arguments.iter().zip(parameters) {
        if parameter == set {
            removed = Some(removed_from(argument, set)?);
            continue;
        }
        let is_passed_on = match &argument.op {
            Op::Slot(slot) => *slot == parameter,
            Op::Captured(capture) => capture.lazy.is_none() && capture.from == parameter,
            _ => false,
        };
        if !is_passed_on {
            return None;
        }
    }
    removed
}

/// The `x` of `S \ {x}`.
fn removed_from(code: &Code, set: SlotIndex) -> Option<(SlotIndex, &Rc<Lazy>)> {
    let Op::Difference(pair) = &plain(code).op else { return None };
    match (&pair.0.op, &pair.1.op) {
        (Op::Slot(slot), Op::SetEnumeration(items)) if *slot == set => match &**items {
            [Code { op: Op::Lazy { slot, lazy }, .. }] => Some((*slot, lazy)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether it is `CHOOSE x \in S : TRUE`.
fn is_first_of(lazy: &Lazy, set: SlotIndex) -> bool {
    let Some(Op::Choose(choice)) = lazy.code.get().map(|code| &plain(code).op) else { return false };
    let [binder] = &*choice.binders else { return false };
    !binder.tuple
        && matches!(binder.set.op, Op::Slot(from) if from == set)
        && matches!(choice.body.op, Op::Constant(Value::Bool(true)))
}
