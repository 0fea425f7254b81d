//! Frames while they are built: slots, and slots of outer frames that are captured.

use std::collections::HashMap;
use std::rc::Rc;

use super::environment::{Binding, ConstantOp, Env, Key, Place, Source};
use super::{binder_bit, Compiled, Compiler};
use crate::code::{Capture, Code, Lambda, LambdaKind, Lazy, Op, SlotIndex};
use tla_syntax::resolved::Expr;

#[derive(Default)]
pub(super) struct FrameBuilder {
    pub(super) size: u32,
    captures: Vec<Capture>,
    /// Frame and slot captured, and the slot here that holds it.
    captured: HashMap<(usize, SlotIndex), SlotIndex>,
}

impl<'p> Compiler<'p> {
    /// A new slot of the current frame.
    pub(super) fn slot(&mut self) -> Place {
        let frame = self.frames.len() - 1;
        let slot = self.frames[frame].size;
        self.frames[frame].size += 1;
        Place { frame, slot, depth: self.depth }
    }

    /// The slot of the current frame through which a place is read, capturing it through the frames in between.
    pub(super) fn reach(&mut self, place: Place, lazy: Option<(&Rc<Lazy>, &Source<'p>)>) -> Compiled<SlotIndex> {
        self.reads.binders |= binder_bit(place.depth);
        let mut from = place.slot;
        for frame in place.frame + 1..self.frames.len() {
            let id = (place.frame, place.slot);
            if let Some(&slot) = self.frames[frame].captured.get(&id) {
                from = slot;
                continue;
            }
            let mut captured_lazy = None;
            if let (Some((lazy, source)), true) = (lazy, frame == place.frame + 1) {
                self.ensure_thunk(place.frame, lazy, source)?;
                captured_lazy = Some(lazy.clone());
            }
            let builder = &mut self.frames[frame];
            let to = builder.size;
            builder.size += 1;
            builder.captured.insert(id, to);
            builder.captures.push(Capture { from, to, lazy: captured_lazy });
            from = to;
        }
        Ok(from)
    }

    /// Compiles a lazy value a second time as a closure directly above the frame that has its slot.
    pub(super) fn ensure_thunk(&mut self, frame: usize, lazy: &Rc<Lazy>, source: &Source<'p>) -> Compiled<()> {
        if lazy.thunk.get().is_some() {
            return Ok(());
        }
        let above = self.frames.split_off(frame + 1);
        let reads = self.reads;
        let thunk = self.in_mode(source.mode, |compiler| compiler.thunk(source.expr, &source.env));
        self.reads = reads;
        self.frames.extend(above);
        // A thunk that refers to itself cannot arise: definitions without parameters are not recursive.
        let _ = lazy.thunk.set(thunk?);
        Ok(())
    }

    pub(super) fn thunk(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Rc<Lambda>> {
        self.lambda(|compiler| Ok((LambdaKind::Thunk, Box::default(), compiler.lazily(expr, env)?)))
    }

    /// Builds a closure's code in a frame of its own.
    pub(super) fn lambda(
        &mut self,
        build: impl FnOnce(&mut Self) -> Compiled<(LambdaKind, Box<[SlotIndex]>, Code)>,
    ) -> Compiled<Rc<Lambda>> {
        self.frames.push(FrameBuilder::default());
        // Loops outside of the closure run in other frames: nothing can be moved out of them from here.
        let loops = std::mem::take(&mut self.loops);
        let built = build(self);
        self.loops = loops;
        let frame = self.frames.pop().unwrap_or_default();
        let (kind, parameters, body) = built?;
        let captures = frame.captures.into_boxed_slice();
        Ok(Rc::new(Lambda { kind, captures, parameters, frame: frame.size, body }))
    }

    /// Binds a key to an expression that is evaluated when first used. Returns the slot to forget on entry, if one is
    /// needed.
    pub(super) fn bind_lazily(
        &mut self,
        key: Key,
        source: Source<'p>,
        env: &Env<'p>,
    ) -> Compiled<(Env<'p>, Option<SlotIndex>)> {
        let mode = source.mode;
        // One deeper than the slots of the same LET, which it may read: what reads them is not constant.
        self.depth += 1;
        let observed = self.observed(|compiler| compiler.in_mode(mode, |inner| inner.lazily(source.expr, &source.env)));
        self.depth -= 1;
        let (code, reads) = observed?;
        if let Some(constant) = ConstantOp::of(&code.op) {
            return Ok((env.with(key, Binding::Constant(constant)), None));
        }
        let place = self.slot();
        let lazy = Rc::new(Lazy {
            code: code.into(),
            thunk: Default::default(),
            keep: (!(mode.choosing && reads.primed)).into(),
        });
        Ok((env.with(key, Binding::Lazy { place, lazy, source }), Some(place.slot)))
    }

    /// Code for a value that may stay a closure: of a function often only single values are wanted.
    pub(super) fn lazily(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Code> {
        let depth = self.depth;
        let (closure, reads) = self.observed(|compiler| compiler.function_closure(expr, env))?;
        match closure {
            Some(op) if !reads.state && reads.outside(depth) == 0 => Ok(self.memo(Code { op, span: expr.span })),
            Some(op) => Ok(self.moved_out(Code { op, span: expr.span }, reads)),
            None => self.code(expr, env),
        }
    }
}

/// A node that forgets slots on entry, unless there are none.
pub(super) fn forgetting(slots: Vec<SlotIndex>, body: Code) -> Op {
    if slots.is_empty() {
        return body.op;
    }
    Op::Let { slots: slots.into(), body: Box::new(body) }
}
