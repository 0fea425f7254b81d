//! Model configurations: what a `.cfg` file (or the command line) says, and its meaning for a program.
//!
//! The types are the contract; the reader and the binder are in `config/`.

use std::collections::HashMap;

mod bind;
mod constants;
mod keyword;
mod lexer;
mod reader;
mod specification;
mod values;

pub use bind::bind;
pub use reader::{parse_assignment, parse_config};

use crate::diagnostic::Diagnostic;
use crate::resolved::{ConstantId, DefinitionId, Expr};
use crate::source::Span;

/// A configuration as written. Names are not looked up yet.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub constants: Vec<ConstantAssignment>,
    pub init: Option<ConfigName>,
    pub next: Option<ConfigName>,
    pub specification: Option<ConfigName>,
    pub invariants: Vec<ConfigName>,
    pub properties: Vec<ConfigName>,
    pub constraints: Vec<ConfigName>,
    pub action_constraints: Vec<ConfigName>,
    pub symmetry: Option<ConfigName>,
    pub view: Option<ConfigName>,
    pub alias: Option<ConfigName>,
    pub postcondition: Option<ConfigName>,
    pub check_deadlock: Option<bool>,
    /// What was read but has no effect, or probably another one than meant.
    pub warnings: Vec<Diagnostic>,
}

#[derive(Clone, Debug)]
pub struct ConfigName {
    pub text: String,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct ConstantAssignment {
    pub name: ConfigName,
    pub value: AssignedValue,
}

#[derive(Clone, Debug)]
pub enum AssignedValue {
    /// `N = 3`, `S = {a, b}`
    Value(ConfigValue),
    /// `N <- Other`, `N <- [Module]Other` (replaced only where `Module`'s text uses it)
    Replacement { module: Option<String>, operator: ConfigName },
    /// `Op = [Module]v`: a definition of `Module` replaced by a value.
    ModuleValue { module: String, value: ConfigValue },
}

/// A value of the configuration language. An identifier is a model value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigValue {
    Integer(i64),
    String(String),
    Boolean(bool),
    ModelValue(String),
    Set(Vec<ConfigValue>),
    Tuple(Vec<ConfigValue>),
    Record(Vec<(String, ConfigValue)>),
}

/// A configuration bound to a program: every name found, every constant given a value.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Values of constants of arity 0.
    pub constants: HashMap<ConstantId, ConstantBinding>,
    /// Operators that stand for constant operators of arity > 0 (and of arity 0 by `<-`).
    pub constant_operators: HashMap<ConstantId, DefinitionId>,
    /// Definitions replaced by other definitions, wherever they are used: `Op <- Other` for the definition that the
    /// root module sees, `Op <- [Module]Other` for the one that `Module` sees and for every copy that instances made
    /// of it. What replaces is never replaced itself.
    pub replaced: HashMap<DefinitionId, DefinitionId>,
    /// Definitions replaced by values (`Op = 3`).
    pub replaced_by_value: HashMap<DefinitionId, ConfigValue>,
    pub behaviour: Option<Behaviour>,
    pub invariants: Vec<DefinitionId>,
    pub properties: Vec<DefinitionId>,
    pub constraints: Vec<DefinitionId>,
    pub action_constraints: Vec<DefinitionId>,
    pub symmetry: Option<DefinitionId>,
    pub view: Option<DefinitionId>,
    pub alias: Option<DefinitionId>,
    pub postcondition: Option<DefinitionId>,
    pub check_deadlock: bool,
    /// What the configuration says without effect.
    pub warnings: Vec<Diagnostic>,
}

#[derive(Clone, Debug)]
pub enum ConstantBinding {
    Value(ConfigValue),
    /// `N <- Other` with `Other` of arity 0.
    Definition(DefinitionId),
}

/// How a model says what behaves: `INIT`/`NEXT`, or `SPECIFICATION`, which is split into its parts.
#[derive(Clone, Debug)]
pub enum Behaviour {
    InitNext { init: DefinitionId, next: DefinitionId },
    Specification(Specification),
}

/// `Init /\ [][Next]_vars /\ fairness`, found by looking through definitions and conjunctions.
#[derive(Clone, Debug)]
pub struct Specification {
    pub definition: DefinitionId,
    pub init: Vec<Expr>,
    /// Absent when the formula has no `[][Next]_v`: then only initial states are checked.
    pub next: Option<Expr>,
    pub subscript: Option<Expr>,
    /// Fairness and other temporal conjuncts.
    pub fairness: Vec<Expr>,
    /// Number of locals a frame for these expressions needs.
    pub locals: u32,
}
