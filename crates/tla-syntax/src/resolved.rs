//! A specification with every name resolved: what evaluation works on.
//!
//! Instances are gone. `I(a)!Op(b)` refers to a copy of `Op` in which the constants and variables of the
//! instantiated module are replaced by the expressions of the `WITH`; parameters of the instance come first among the
//! parameters of the copy. `EXTENDS` is gone too: all definitions live in one table.

use std::collections::BTreeMap;
use std::sync::Arc;

mod children;

pub use crate::ast::{Builtin, Quantifier};
use crate::source::Span;

/// The module of what the language itself defines: `BOOLEAN`, whose body is `{FALSE, TRUE}`, and `STRING`, whose body is
/// empty and means nothing: its implementation is native.
pub const LANGUAGE_MODULE: &str = "TLA+";

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
        impl $name {
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(
    /// Index into [`Program::definitions`].
    DefinitionId
);
id!(
    /// Index into [`Program::constants`].
    ConstantId
);
id!(
    /// Index into [`Program::variables`], the order in which they are declared.
    VariableId
);
id!(
    /// A parameter or bound name. Unique within a top-level definition (or assumption), together with all
    /// definitions in its LETs and its lambdas; `Definition::locals` is their number.
    LocalId
);

/// TLA+ level, *Specifying Systems* section 17.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Constant,
    State,
    Action,
    Temporal,
}

#[derive(Clone, Debug)]
pub struct Program {
    /// The root module's name.
    pub name: String,
    /// Names of the modules that were read, the root first.
    pub modules: Vec<ModuleInfo>,
    pub definitions: Vec<Definition>,
    pub constants: Vec<Declaration>,
    pub variables: Vec<Declaration>,
    pub assumptions: Vec<Assumption>,
    /// What a name means at the end of the root module; `I!Op` for definitions of named instances.
    pub scope: BTreeMap<String, Entity>,
}

#[derive(Clone, Debug)]
pub struct ModuleInfo {
    pub name: String,
    /// Text that ships with Assay, and not a file of the user's.
    pub standard: bool,
    /// The modules that it extends, directly or not, as indices into [`Program::modules`].
    pub extends: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    Definition(DefinitionId),
    Constant(ConstantId),
    Variable(VariableId),
}

#[derive(Clone, Debug)]
pub struct Declaration {
    pub name: Arc<str>,
    /// 0 for variables and plain constants.
    pub arity: usize,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Assumption {
    pub name: Option<Arc<str>>,
    pub body: Expr,
    /// Number of distinct [`LocalId`]s in `body`.
    pub locals: u32,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Definition {
    /// The name as written where it is defined: `Op`, `+`, `-.` for unary minus.
    pub name: Arc<str>,
    /// Index into [`Program::modules`] of the module whose text holds the definition. With the name it finds native
    /// implementations and `<- [Module]` overrides, for copies made by INSTANCE as well.
    pub module: u32,
    /// The definition that an instance copied, if this is a copy and the original is in the table too.
    pub copied_from: Option<DefinitionId>,
    /// It holds the `e` of `WITH x <- e` for a variable `x`, and is applied where the instance has `x`.
    pub is_substitute: bool,
    pub parameters: Vec<Parameter>,
    pub body: Expr,
    /// Declared by RECURSIVE.
    pub recursive: bool,
    /// Stands in a LET: its body may use locals of the definition around it.
    pub inner: bool,
    /// Number of distinct [`LocalId`]s; for inner definitions that of the definition around them.
    pub locals: u32,
    /// Level of the body, its parameters taken as constants.
    pub level: Level,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub local: LocalId,
    pub name: Arc<str>,
    pub arity: usize,
}

#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
    pub level: Level,
}

#[derive(Clone, Debug)]
pub struct Bound {
    pub pattern: Pattern,
    pub set: Expr,
}

/// Names of a bound, each with the name as written (for messages and traces).
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Each name ranges over the set.
    Names(Vec<Named>),
    /// `<<a, b>> \in S`
    Tuple(Vec<Named>),
}

#[derive(Clone, Debug)]
pub struct Named {
    pub local: LocalId,
    pub name: Arc<str>,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    Boolean(bool),
    /// A literal that fits; larger ones are reported when resolving.
    Integer(i64),
    String(Arc<str>),
    Constant(ConstantId),
    Variable(VariableId),
    /// A bound name, or a parameter of arity 0.
    Local(LocalId),
    /// A parameter of arity > 0, applied.
    ApplyLocal {
        operator: LocalId,
        arguments: Vec<Argument>,
    },
    /// A constant operator (`CONSTANT Op(_)`), applied.
    ApplyConstant {
        operator: ConstantId,
        arguments: Vec<Argument>,
    },
    /// A definition, applied; no arguments for arity 0.
    Apply {
        definition: DefinitionId,
        arguments: Vec<Argument>,
    },
    Builtin(Builtin, Vec<Expr>),
    Conjunction(Vec<Expr>),
    Disjunction(Vec<Expr>),
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Case {
        arms: Vec<(Expr, Expr)>,
        other: Option<Box<Expr>>,
    },
    /// The definitions are in the program's table, in the order written.
    Let {
        definitions: Vec<DefinitionId>,
        body: Box<Expr>,
    },
    Quantified {
        quantifier: Quantifier,
        bounds: Vec<Bound>,
        body: Box<Expr>,
    },
    UnboundedQuantified {
        quantifier: Quantifier,
        names: Vec<Named>,
        body: Box<Expr>,
    },
    Choose {
        pattern: Pattern,
        set: Option<Box<Expr>>,
        body: Box<Expr>,
    },
    SetEnumeration(Vec<Expr>),
    SetFilter {
        bound: Box<Bound>,
        predicate: Box<Expr>,
    },
    SetMap {
        body: Box<Expr>,
        bounds: Vec<Bound>,
    },
    /// `[x \in S |-> e]`; `recursive` is the function's own name inside `f[x \in S] == e`, if the body uses it.
    Function {
        recursive: Option<Named>,
        bounds: Vec<Bound>,
        body: Box<Expr>,
    },
    FunctionApplication {
        function: Box<Expr>,
        arguments: Vec<Expr>,
    },
    FunctionSet {
        domain: Box<Expr>,
        range: Box<Expr>,
    },
    Record(Vec<(Arc<str>, Expr)>),
    RecordSet(Vec<(Arc<str>, Expr)>),
    Field {
        record: Box<Expr>,
        field: Arc<str>,
    },
    Except {
        base: Box<Expr>,
        updates: Vec<Update>,
    },
    Tuple(Vec<Expr>),
    Product(Vec<Expr>),
    BoxAction {
        action: Box<Expr>,
        subscript: Box<Expr>,
    },
    AngleAction {
        action: Box<Expr>,
        subscript: Box<Expr>,
    },
    WeakFairness {
        subscript: Box<Expr>,
        action: Box<Expr>,
    },
    StrongFairness {
        subscript: Box<Expr>,
        action: Box<Expr>,
    },
    /// `label :: e`; kept because coverage and explanations name it.
    Labeled {
        label: Arc<str>,
        body: Box<Expr>,
    },
}

#[derive(Clone, Debug)]
pub enum Argument {
    Value(Expr),
    Operator(OperatorArgument),
}

/// An operator passed to a parameter of arity > 0.
#[derive(Clone, Debug)]
pub enum OperatorArgument {
    Definition(DefinitionId),
    Constant(ConstantId),
    Local(LocalId),
    /// An operator of the language itself (`\cup`, `=`).
    Builtin(Builtin),
    Lambda {
        parameters: Vec<Parameter>,
        body: Box<Expr>,
    },
}

#[derive(Clone, Debug)]
pub struct Update {
    pub path: Vec<UpdateStep>,
    /// Uses `at` where `@` was written.
    pub value: Expr,
    /// The local that stands for `@`; `None` where the value does not use it.
    pub at: Option<LocalId>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum UpdateStep {
    Index(Vec<Expr>),
    Field(Arc<str>),
}
