//! Compiled expressions and actions: names are slots, operators are inlined, constants are computed once.
//!
//! A *frame* is a run of slots on the evaluator's stack. Each bound name has its own slot in the frame of the code around
//! it; operators that are not recursive share the frame of their caller because they are inlined.

use std::cell::OnceCell;
use std::rc::Rc;

use tla_syntax::source::Span;

use crate::native::Native;
use crate::value::{Shape, Symbol, Value};

pub(crate) type SlotIndex = u32;
pub(crate) type VariableIndex = u32;

pub(crate) struct Code {
    pub(crate) op: Op,
    pub(crate) span: Span,
}

pub(crate) type Pair = Box<(Code, Code)>;

pub(crate) enum Op {
    Constant(Value),
    /// Computed at its first use, then kept: it depends on no variable and no bound name.
    Memo {
        index: usize,
        code: Rc<Code>,
    },
    /// The same for a definition; its code has a frame of its own.
    Global {
        index: usize,
        routine: Rc<Routine>,
    },
    Slot(SlotIndex),
    /// Reads a part of a value in place; the code is for where that fails.
    Path(Box<(Path, Code)>),
    Lazy {
        slot: SlotIndex,
        lazy: Rc<Lazy>,
    },
    Variable(VariableIndex),
    /// The variable in the next state.
    Primed(VariableIndex),
    /// Forgets the values of lazy slots, then evaluates the body.
    Let {
        slots: Box<[SlotIndex]>,
        body: Box<Code>,
    },
    And(Box<[Code]>),
    Or(Box<[Code]>),
    Not(Box<Code>),
    Implies(Pair),
    Equivalent(Pair),
    Equal(Pair),
    NotEqual(Pair),
    In(Pair),
    NotIn(Pair),
    SubsetEq(Pair),
    Compare(Comparison, Pair),
    Arithmetic(Arithmetic, Pair),
    Negate(Box<Code>),
    Interval(Pair),
    Union(Pair),
    Intersection(Pair),
    Difference(Pair),
    Powerset(Box<Code>),
    BigUnion(Box<Code>),
    Domain(Box<Code>),
    If(Box<(Code, Code, Code)>),
    Case {
        arms: Box<[(Code, Code)]>,
        other: Option<Box<Code>>,
    },
    ForAll(Box<Comprehension>),
    Exists(Box<Comprehension>),
    Choose(Box<Comprehension>),
    SetEnumeration(Box<[Code]>),
    /// One binder; the body is the predicate.
    Filter(Box<Comprehension>),
    Map(Box<Comprehension>),
    Function(Box<Comprehension>),
    /// `[x \in S |-> e][a]` without making the function.
    Beta(Box<(Comprehension, Code)>),
    Apply(Pair),
    FunctionSet(Pair),
    /// Values in the order written; `order[i]` is the position of the i-th in the shape.
    Record {
        shape: Shape,
        order: Box<[usize]>,
        values: Box<[Code]>,
    },
    RecordSet {
        shape: Shape,
        order: Box<[usize]>,
        sets: Box<[Code]>,
    },
    Field(Box<Code>, Symbol),
    Except(Box<(Code, Box<[Update]>)>),
    Tuple(Box<[Code]>),
    Product(Box<[Code]>),
    /// Makes a closure: an operator argument, or a function that is only looked at piecewise.
    Closure(Rc<Lambda>),
    CallClosure {
        operator: Box<Code>,
        arguments: Box<[Code]>,
    },
    Call {
        routine: Rc<Routine>,
        arguments: Box<[Code]>,
    },
    Native {
        function: Native,
        arguments: Box<[Code]>,
    },
    /// Counts evaluations of an expression, for coverage.
    Counted(usize, Box<Code>),
    /// A slot as it is, for a routine: a lazy value stays lazy.
    Captured(Capture),
    /// A native of one argument, and what it is on a value that can be read in place.
    Measure(Measure, Box<(Native, Code)>),
    Enabled(Box<Enabled>),
    /// An expression of an action whose values are remembered.
    Recalled(Box<Recalled>),
    /// Not an expression that a state checker can evaluate; the text says why.
    Refused(String),
}

/// What can be looked up without computing anything: names, and parts of what they name.
#[derive(Clone)]
pub(crate) enum Path {
    Constant(Value),
    Memo(usize),
    Global(usize),
    Slot(SlotIndex),
    Variable(VariableIndex),
    Primed(VariableIndex),
    Apply(Box<(Path, Path)>),
    Field(Box<Path>, Symbol),
    /// The first item of a sequence.
    Head(Box<Path>),
}

impl Path {
    /// Whether both name the same part.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Constant(a), Self::Constant(b)) => a.is_same(b),
            (Self::Memo(a), Self::Memo(b)) | (Self::Global(a), Self::Global(b)) => a == b,
            (Self::Slot(a), Self::Slot(b))
            | (Self::Variable(a), Self::Variable(b))
            | (Self::Primed(a), Self::Primed(b)) => a == b,
            (Self::Apply(a), Self::Apply(b)) => a.0.is(&b.0) && a.1.is(&b.1),
            (Self::Field(a, field), Self::Field(b, other)) => field == other && a.is(b),
            (Self::Head(a), Self::Head(b)) => a.is(b),
            _ => false,
        }
    }

    /// What it begins at: the function or record that it names a part of.
    pub(crate) fn root(&self) -> &Self {
        match self {
            Self::Apply(parts) => parts.0.root(),
            Self::Field(record, _) | Self::Head(record) => record.root(),
            end => end,
        }
    }

    /// The path that the operation is, if it is one.
    pub(crate) fn of(op: &Op) -> Option<Self> {
        Some(match op {
            Op::Constant(value) => Self::Constant(value.clone()),
            Op::Memo { index, .. } => Self::Memo(*index),
            Op::Global { index, .. } => Self::Global(*index),
            Op::Slot(slot) | Op::Lazy { slot, .. } => Self::Slot(*slot),
            Op::Variable(index) => Self::Variable(*index),
            Op::Primed(index) => Self::Primed(*index),
            Op::Apply(pair) => Self::Apply(Box::new((Self::of(&pair.0.op)?, Self::of(&pair.1.op)?))),
            Op::Field(record, field) => Self::Field(Box::new(Self::of(&record.op)?), *field),
            Op::Measure(Measure::Head, parts) => Self::Head(Box::new(Self::of(&parts.1.op)?)),
            Op::Path(path) => return Self::of(&path.1.op),
            _ => return None,
        })
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub(crate) fn holds(self, a: i64, b: i64) -> bool {
        match self {
            Self::Less => a < b,
            Self::LessOrEqual => a <= b,
            Self::Greater => a > b,
            Self::GreaterOrEqual => a >= b,
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
}

/// Natives that are quick where nothing has to be copied.
#[derive(Clone, Copy)]
pub(crate) enum Measure {
    Length,
    Head,
    Cardinality,
}

/// `x \in S` with one slot, or `<<x, y>> \in S` with several.
pub(crate) struct Binder {
    pub(crate) slots: Box<[SlotIndex]>,
    pub(crate) tuple: bool,
    pub(crate) set: Code,
}

pub(crate) struct Comprehension {
    pub(crate) binders: Box<[Binder]>,
    pub(crate) body: Code,
}

pub(crate) struct Update {
    pub(crate) path: Box<[Code]>,
    /// Where `@` is put.
    pub(crate) at: Option<SlotIndex>,
    pub(crate) value: Code,
}

/// A LET definition without parameters, or an operator's argument: evaluated at most once, and only if it is used.
pub(crate) struct Lazy {
    pub(crate) code: OnceCell<Code>,
    /// The same as a closure, for frames that capture the slot before it has a value.
    pub(crate) thunk: OnceCell<Rc<Lambda>>,
    /// Whether the value may be kept: not when it reads next-state variables while those are still being chosen.
    pub(crate) keep: OnceCell<bool>,
}

/// Copies a slot of the frame around into a slot of a new frame.
pub(crate) struct Capture {
    pub(crate) from: SlotIndex,
    pub(crate) to: SlotIndex,
    pub(crate) lazy: Option<Rc<Lazy>>,
}

pub(crate) enum LambdaKind {
    Operator,
    Thunk,
    /// `own` is the slot that holds the function itself while its body runs, if it is recursive.
    Function {
        binders: Box<[Binder]>,
        own: Option<SlotIndex>,
    },
}

pub(crate) struct Lambda {
    pub(crate) kind: LambdaKind,
    pub(crate) captures: Box<[Capture]>,
    pub(crate) parameters: Box<[SlotIndex]>,
    pub(crate) frame: u32,
    pub(crate) body: Code,
}

/// Code with a frame of its own: recursive operators, constant definitions, entry points.
pub(crate) struct Routine {
    pub(crate) name: Rc<str>,
    pub(crate) parameters: OnceCell<Box<[SlotIndex]>>,
    pub(crate) frame: OnceCell<u32>,
    pub(crate) body: OnceCell<Code>,
    /// Where the body goes through a set.
    pub(crate) fold: OnceCell<Fold>,
}

/// A body `IF S = {} THEN end ELSE LET x == CHOOSE x \in S : TRUE IN e + Call(S \ {x})`, where `e` does not mention `S`.
pub(crate) struct Fold {
    /// Of `S`, a parameter.
    pub(crate) set: SlotIndex,
    /// Of `x`.
    pub(crate) chosen: SlotIndex,
    /// Of all definitions of the LET.
    pub(crate) slots: Box<[SlotIndex]>,
}

impl Routine {
    pub(crate) fn named(name: &str) -> Rc<Self> {
        Rc::new(Self {
            name: name.into(),
            parameters: OnceCell::new(),
            frame: OnceCell::new(),
            body: OnceCell::new(),
            fold: OnceCell::new(),
        })
    }
}

/// What an expression depends on, besides constants.
pub(crate) struct Recalled {
    /// Counts such expressions.
    pub(crate) index: usize,
    /// It depends on more than bound names.
    pub(crate) of_state: bool,
    /// Variables of the current and of the next state, as bits.
    pub(crate) reads: u64,
    pub(crate) reads_next: u64,
    /// The same as lists.
    pub(crate) current: Box<[u8]>,
    pub(crate) next: Box<[u8]>,
    /// Bound names.
    pub(crate) slots: Box<[SlotIndex]>,
    /// Parts of values.
    pub(crate) paths: Box<[Path]>,
    pub(crate) code: Code,
}

pub(crate) struct Enabled {
    pub(crate) action: Action,
    /// The states it is asked about: the next one instead of the current one.
    pub(crate) primed: bool,
    /// Of `ENABLED <<A>>_v`: what must change.
    pub(crate) changed: Option<Changed>,
    /// Variables that it chooses besides those of the model, after them.
    pub(crate) stand_ins: usize,
}

/// The `v` of `<<A>>_v` where A chooses next states. A variable that A says nothing of may change.
pub(crate) struct Changed {
    pub(crate) variables: Box<[VariableIndex]>,
    /// Variables of the ENABLED's own, each with its value now.
    pub(crate) stand_ins: Box<[(VariableIndex, Code)]>,
    /// Parts that are not variables: each says `e' = e`.
    pub(crate) unchanged: Box<[Code]>,
}

/// A formula read as instructions that choose the next state.
pub(crate) enum Action {
    And(Box<[Action]>),
    Or(Box<[Rc<Action>]>),
    Exists {
        binders: Rc<[Binder]>,
        body: Rc<Action>,
    },
    ForAll {
        binders: Box<[Binder]>,
        body: Box<Action>,
    },
    If {
        condition: Rc<Code>,
        then: Rc<Action>,
        otherwise: Rc<Action>,
    },
    Case {
        arms: Box<[(Code, Action)]>,
        other: Option<Box<Action>>,
        span: Span,
    },
    Let {
        slots: Box<[SlotIndex]>,
        body: Box<Action>,
    },
    /// `x' = e`: assigns, or tests if `x'` has a value.
    Assign {
        variable: VariableIndex,
        value: Code,
    },
    /// `x' \in S`
    Choose {
        variable: VariableIndex,
        set: Code,
    },
    Unchanged(Box<[VariableIndex]>),
    Test(Code),
    /// From here on the step belongs to this action.
    Named {
        action: u32,
        body: Rc<Action>,
    },
}
