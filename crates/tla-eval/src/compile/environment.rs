//! What names mean at a place: a persistent list, since lazy arguments are compiled later in the environment they had.

use std::rc::Rc;

use tla_syntax::resolved::{DefinitionId, Expr, LocalId, OperatorArgument};

use super::Mode;
use crate::code::{Lazy, Op, Routine, SlotIndex};
use crate::value::Value;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Key {
    Local(LocalId),
    /// A definition in a LET.
    Definition(DefinitionId),
}

/// A slot, seen from anywhere below the frame that has it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Index in the stack of frames being built.
    pub(super) frame: usize,
    pub(super) slot: SlotIndex,
    /// Number of binders around the one that made it.
    pub(super) depth: u32,
}

/// An expression in the environment and mode it was written in.
#[derive(Clone)]
pub(super) struct Source<'p> {
    pub(super) expr: &'p Expr,
    pub(super) env: Env<'p>,
    pub(super) mode: Mode,
}

#[derive(Clone)]
pub(super) enum Binding<'p> {
    Slot(Place),
    Lazy {
        place: Place,
        lazy: Rc<Lazy>,
        source: Source<'p>,
    },
    /// Known now, the same in every state.
    Constant(ConstantOp),
    /// Stands for the expression wherever it is used.
    Substitute(Source<'p>),
    /// An operator that is known statically.
    Operator(OperatorSource<'p>),
    /// An operator in a slot, as a closure.
    Closure(Place),
    /// A LET definition with parameters, to be inlined.
    Inline,
    /// A recursive LET definition, with what it needs of its surroundings.
    Routine {
        routine: Rc<Routine>,
        needs: Rc<[Key]>,
        mode: Mode,
    },
}

#[derive(Clone)]
pub(super) struct OperatorSource<'p> {
    pub(super) argument: &'p OperatorArgument,
    pub(super) env: Env<'p>,
}

/// An operation that may stand in several places.
#[derive(Clone)]
pub(super) enum ConstantOp {
    Value(Value),
    Memo { index: usize, code: Rc<crate::code::Code> },
    Global { index: usize, routine: Rc<Routine> },
}

impl ConstantOp {
    pub(super) fn of(op: &Op) -> Option<Self> {
        match op {
            Op::Constant(value) => Some(Self::Value(value.clone())),
            Op::Memo { index, code } => Some(Self::Memo { index: *index, code: code.clone() }),
            Op::Global { index, routine } => Some(Self::Global { index: *index, routine: routine.clone() }),
            _ => None,
        }
    }

    pub(super) fn op(&self) -> Op {
        match self {
            Self::Value(value) => Op::Constant(value.clone()),
            Self::Memo { index, code } => Op::Memo { index: *index, code: code.clone() },
            Self::Global { index, routine } => Op::Global { index: *index, routine: routine.clone() },
        }
    }
}

#[derive(Clone, Default)]
pub(crate) struct Env<'p>(Option<Rc<Node<'p>>>);

struct Node<'p> {
    key: Key,
    binding: Binding<'p>,
    parent: Env<'p>,
}

impl<'p> Env<'p> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    #[must_use]
    pub(super) fn with(&self, key: Key, binding: Binding<'p>) -> Self {
        Self(Some(Rc::new(Node { key, binding, parent: self.clone() })))
    }

    pub(super) fn get(&self, key: Key) -> Option<&Binding<'p>> {
        let mut current = self.0.as_ref();
        while let Some(node) = current {
            if node.key == key {
                return Some(&node.binding);
            }
            current = node.parent.0.as_ref();
        }
        None
    }
}
