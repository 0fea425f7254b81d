//! The syntax tree of one module: what was written, before any name is looked up.

use crate::source::Span;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Module {
    pub name: Name,
    pub extends: Vec<Name>,
    pub units: Vec<Unit>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum Unit {
    Constants(Vec<OperatorDeclaration>),
    Variables(Vec<Name>),
    Recursive(Vec<OperatorDeclaration>),
    Definition(Definition),
    /// An unnamed `INSTANCE`: its definitions become definitions of this module.
    Instance {
        instance: Instance,
        local: bool,
    },
    Assume {
        name: Option<Name>,
        body: Expr,
    },
    /// A theorem is kept so that its name resolves; its proof is skipped.
    Theorem {
        name: Option<Name>,
        body: Option<Expr>,
        span: Span,
    },
    Module(Module),
}

/// A declared operator: `N`, `Op(_, _)`, `_ \prec _`. Arity 0 is a plain constant.
#[derive(Clone, Debug)]
pub struct OperatorDeclaration {
    pub name: Name,
    pub arity: usize,
}

#[derive(Clone, Debug)]
pub struct Definition {
    pub local: bool,
    pub name: Name,
    pub kind: DefinitionKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum DefinitionKind {
    /// `Op(a, F(_)) == body`; infix, prefix and postfix definitions too, under the operator's symbol.
    Operator { parameters: Vec<OperatorDeclaration>, body: Expr },
    /// `f[x \in S] == body`
    Function { bounds: Vec<Bound>, body: Expr },
    /// `I(a) == INSTANCE M WITH c <- e`
    Instance { parameters: Vec<OperatorDeclaration>, instance: Instance },
}

#[derive(Clone, Debug)]
pub struct Instance {
    pub module: Name,
    pub substitutions: Vec<(Name, Expr)>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

/// `x, y \in S` or `<<x, y>> \in S`
#[derive(Clone, Debug)]
pub struct Bound {
    pub pattern: Pattern,
    pub set: Expr,
}

#[derive(Clone, Debug)]
pub enum Pattern {
    Names(Vec<Name>),
    Tuple(Vec<Name>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    ForAll,
    Exists,
    /// `\AA`
    TemporalForAll,
    /// `\EE`
    TemporalExists,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `x`, `Op(a, b)`, `I(a)!Op(b)`, and also every prefix, infix and postfix operator that a module may define
    /// (`a + b` is the single segment `+` with two arguments; `-a` is named `-.`). A bare operator symbol passed
    /// as an argument has no arguments. Operators of the language itself are [`ExprKind::Builtin`].
    Path(Vec<PathSegment>),
    Builtin(Builtin, Vec<Expr>),
    /// Digits as written in base ten, any length.
    Number(String),
    Decimal(String),
    /// The text between the quotes, escapes replaced.
    String(String),
    Boolean(bool),
    /// `@` inside EXCEPT
    At,
    /// A list of two or more, written as a bulleted list or with infix `/\`.
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
    /// Units allowed: `Definition`, `Recursive`.
    Let {
        units: Vec<Unit>,
        body: Box<Expr>,
    },
    Quantified {
        quantifier: Quantifier,
        bounds: Vec<Bound>,
        body: Box<Expr>,
    },
    /// Without a set: `\E x : P`
    UnboundedQuantified {
        quantifier: Quantifier,
        names: Vec<Name>,
        body: Box<Expr>,
    },
    Choose {
        pattern: Pattern,
        set: Option<Box<Expr>>,
        body: Box<Expr>,
    },
    SetEnumeration(Vec<Expr>),
    /// `{x \in S : P}`
    SetFilter {
        bound: Box<Bound>,
        predicate: Box<Expr>,
    },
    /// `{e : x \in S, y \in T}`
    SetMap {
        body: Box<Expr>,
        bounds: Vec<Bound>,
    },
    /// `[x \in S |-> e]`
    Function {
        bounds: Vec<Bound>,
        body: Box<Expr>,
    },
    /// `f[a, b]`
    FunctionApplication {
        function: Box<Expr>,
        arguments: Vec<Expr>,
    },
    /// `[S -> T]`
    FunctionSet {
        domain: Box<Expr>,
        range: Box<Expr>,
    },
    /// `[a |-> 1]`
    Record(Vec<(Name, Expr)>),
    /// `[a : S]`
    RecordSet(Vec<(Name, Expr)>),
    /// `r.f`
    Field {
        record: Box<Expr>,
        field: Name,
    },
    Except {
        base: Box<Expr>,
        updates: Vec<Update>,
    },
    Tuple(Vec<Expr>),
    /// `S \X T \X U`, flat
    Product(Vec<Expr>),
    /// `[A]_v`
    BoxAction {
        action: Box<Expr>,
        subscript: Box<Expr>,
    },
    /// `<<A>>_v`
    AngleAction {
        action: Box<Expr>,
        subscript: Box<Expr>,
    },
    /// `WF_v(A)`
    WeakFairness {
        subscript: Box<Expr>,
        action: Box<Expr>,
    },
    /// `SF_v(A)`
    StrongFairness {
        subscript: Box<Expr>,
        action: Box<Expr>,
    },
    /// `LAMBDA a, b : e`; only as an argument or in a substitution
    Lambda {
        parameters: Vec<OperatorDeclaration>,
        body: Box<Expr>,
    },
    /// `label(x) :: e`
    Labeled {
        label: Name,
        parameters: Vec<Name>,
        body: Box<Expr>,
    },
}

#[derive(Clone, Debug)]
pub struct PathSegment {
    pub name: SegmentName,
    pub arguments: Vec<Expr>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum SegmentName {
    Name(Name),
    /// `!1`, `!:`, `!<<`, `!>>`, `!@`: a part of a definition.
    Selector(String),
}

#[derive(Clone, Debug)]
pub struct Update {
    pub path: Vec<UpdateStep>,
    pub value: Expr,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum UpdateStep {
    /// `![a, b]`
    Index(Vec<Expr>),
    /// `!.f`
    Field(Name),
}

/// Operators whose meaning belongs to the language: no module defines them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Builtin {
    Equal,
    NotEqual,
    Not,
    Implies,
    Equivalent,
    In,
    NotIn,
    Union,
    Intersection,
    Difference,
    SubsetEq,
    Powerset,
    BigUnion,
    Domain,
    Enabled,
    Unchanged,
    Prime,
    Always,
    Eventually,
    LeadsTo,
    /// `-+->`
    PlusArrow,
    /// `\cdot`
    Composition,
}
