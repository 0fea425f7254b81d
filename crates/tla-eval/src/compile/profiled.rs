//! Expressions whose time is to be known write down that they begin and end.

use tla_syntax::source::Span;

use super::Compiler;
use crate::code::{Code, Op};

/// An expression of the text where it was compiled: one that was inlined several times is several.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    /// The index of the expression around it.
    pub(crate) around: Option<u32>,
}

/// All of them, while code is compiled.
#[derive(Default)]
pub(crate) struct Nodes {
    pub(crate) all: Vec<Node>,
    around: Option<u32>,
}

impl Compiler<'_> {
    /// Begins an expression. Returns its index, and the one around it, for [`Self::timed`].
    pub(super) fn begin_timed(&mut self, span: Span) -> Option<(u32, Option<u32>)> {
        let nodes = self.profiled.as_mut()?;
        let (index, around) = (nodes.all.len() as u32, nodes.around);
        nodes.all.push(Node { span, around });
        nodes.around = Some(index);
        Some((index, around))
    }

    pub(super) fn end_timed(&mut self, begun: Option<(u32, Option<u32>)>) {
        if let (Some((_, around)), Some(nodes)) = (begun, &mut self.profiled) {
            nodes.around = around;
        }
    }

    /// A routine or a constant is used from many places: nothing is around what it consists of.
    pub(super) fn alone<T>(&mut self, build: impl FnOnce(&mut Self) -> T) -> T {
        let around = self.profiled.as_mut().and_then(|nodes| nodes.around.take());
        let built = build(self);
        if let Some(nodes) = &mut self.profiled {
            nodes.around = around;
        }
        built
    }
}

/// The expression as one that writes down where evaluation is, if it is worth it and takes no shortcut away: what only looks
/// something up, and what is evaluated together with what is around it, counts as that.
pub(super) fn timed(code: Code, begun: Option<(u32, Option<u32>)>) -> Code {
    let Some((index, _)) = begun.filter(|_| is_worth_timing(&code.op)) else { return code };
    let span = code.span;
    Code { op: Op::Counted(index as usize, Box::new(code)), span }
}

fn is_worth_timing(op: &Op) -> bool {
    match op {
        Op::ForAll(_)
        | Op::Exists(_)
        | Op::Choose(_)
        | Op::Filter(_)
        | Op::Map(_)
        | Op::Function(_)
        | Op::Beta(_)
        | Op::Recalled(_)
        | Op::If(_)
        | Op::Case { .. }
        | Op::Equal(_)
        | Op::NotEqual(_)
        | Op::In(_)
        | Op::NotIn(_)
        | Op::SubsetEq(_)
        | Op::Union(_)
        | Op::Intersection(_)
        | Op::Difference(_)
        | Op::Powerset(_)
        | Op::BigUnion(_)
        | Op::Except(_)
        | Op::Apply(_)
        | Op::FunctionSet(_)
        | Op::RecordSet { .. }
        | Op::Product(_)
        | Op::Record { .. }
        | Op::Call { .. }
        | Op::CallClosure { .. }
        | Op::Native { .. }
        | Op::Enabled(_) => true,
        Op::Let { body, .. } => is_worth_timing(&body.op),
        _ => false,
    }
}
