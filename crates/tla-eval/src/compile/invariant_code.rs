//! Moves out of loops what does not change in them.
//!
//! In `\A m \in M : m.clock <= Max({n.clock : n \in M})` the maximum is the same for every `m`. An expression that uses no
//! name bound by the loop around it gets a slot that is forgotten when the loop begins, and is evaluated when it is first
//! needed. Order and errors stay as they are: what would not have been evaluated still is not.

use std::rc::Rc;

use super::{binder_bit, Compiled, Compiler, Reads};
use crate::code::{Code, LambdaKind, Lazy, Measure, Op, SlotIndex};

/// A comprehension while its body is compiled.
pub(super) struct Loop {
    /// Of its binders.
    depth: u32,
    /// The frame that it runs in.
    frame: usize,
    /// Slots to forget when it begins.
    moved: Vec<SlotIndex>,
}

impl Compiler<'_> {
    /// Compiles the body of a comprehension whose binders are at `depth`. Returns the slots to forget when it
    /// begins.
    pub(super) fn in_loop_at<T>(
        &mut self,
        depth: u32,
        build: impl FnOnce(&mut Self) -> Compiled<T>,
    ) -> Compiled<(T, Vec<SlotIndex>)> {
        self.loops.push(Loop { depth, frame: self.frames.len() - 1, moved: Vec::new() });
        let built = build(self);
        let moved = self.loops.pop().map(|done| done.moved).unwrap_or_default();
        Ok((built?, moved))
    }

    /// Moves the code out of the outermost loop that it does not depend on, if it is worth a slot.
    pub(super) fn moved_out(&mut self, code: Code, reads: Reads) -> Code {
        if !is_worth_a_slot(&code.op) {
            return code;
        }
        let Some(slot) = self.slot_outside(reads) else { return code };
        let span = code.span;
        let lazy = Rc::new(Lazy { code: code.into(), thunk: Default::default(), keep: true.into() });
        Code { op: Op::Lazy { slot, lazy }, span }
    }

    /// A slot that is forgotten when the outermost loop begins that does not change what reads this; `None` where each
    /// loop changes it.
    pub(super) fn slot_outside(&mut self, reads: Reads) -> Option<SlotIndex> {
        if self.general || reads.chance || reads.run || (self.mode.choosing && reads.primed) {
            return None;
        }
        let used = reads.outside(self.depth);
        let frame = self.frames.len() - 1;
        let independent = |each: &Loop| each.frame == frame && used < binder_bit(each.depth);
        let index = self.loops.iter().position(independent)?;
        // Everything from that loop inwards is independent too: its binders are deeper.
        let place = self.slot();
        self.loops[index].moved.push(place.slot);
        Some(place.slot)
    }
}

/// Looking into a slot must be cheaper than evaluating again.
fn is_worth_a_slot(op: &Op) -> bool {
    match op {
        Op::ForAll(_)
        | Op::Exists(_)
        | Op::Choose(_)
        | Op::Filter(_)
        | Op::Map(_)
        | Op::Function(_)
        | Op::Beta(_)
        | Op::BigUnion(_)
        | Op::Union(_)
        | Op::Intersection(_)
        | Op::Difference(_)
        | Op::Except(_)
        | Op::Native { .. }
        | Op::Call { .. }
        | Op::CallClosure { .. }
        | Op::Enabled(_) => true,
        // A function that is listed once it was applied often.
        Op::Closure(lambda) => matches!(lambda.kind, LambdaKind::Function { .. }),
        Op::Recalled(recalled) => is_worth_a_slot(&recalled.code.op),
        Op::Let { body, .. } => is_worth_a_slot(&body.op),
        Op::Counted(_, inner) => is_worth_a_slot(&inner.op),
        Op::Measure(measure, parts) => matches!(measure, Measure::Cardinality) && !matches!(parts.1.op, Op::Path(_)),
        _ => false,
    }
}
