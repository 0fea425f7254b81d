//! What names mean in a module.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::resolved::{ConstantId, DefinitionId, LocalId, VariableId};
use crate::source::Span;

use super::modules::ModuleId;
use super::tables::InstanceId;

/// The meaning of a name.
#[derive(Clone, Debug)]
pub(super) enum Symbol {
    Constant(ConstantId),
    Variable(VariableId),
    Definition(DefinitionId),
    /// A parameter or bound name, and how many arguments it takes.
    Local(LocalId, usize),
    /// A named instance: `I` of `I!Op`.
    Instance(InstanceId),
    /// A definition or named instance of an instantiated module, seen through the instance. It is copied when used.
    Through(InstanceId, Rc<Symbol>),
    /// A theorem whose statement is not an expression.
    Statement,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visibility {
    Exported,
    /// Declared LOCAL.
    Local,
    /// Belongs to the module around this one.
    Outer,
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) symbol: Symbol,
    pub(super) span: Span,
    pub(super) visibility: Visibility,
}

/// Names of a module, in no order; what is listed to people is sorted first.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    pub(super) names: HashMap<Arc<str>, Entry>,
    pub(super) modules: HashMap<Arc<str>, (ModuleId, Visibility)>,
    /// A module that is used could not be read: names that are missing may well be defined there.
    pub(super) incomplete: bool,
}

impl Context {
    /// What a module inside sees of this one.
    pub(super) fn for_inner_module(&self) -> Self {
        let mut inner = self.clone();
        inner.names.values_mut().for_each(|entry| entry.visibility = Visibility::Outer);
        inner.modules.values_mut().for_each(|(_, visibility)| *visibility = Visibility::Outer);
        inner
    }

    /// Names that an EXTENDS or INSTANCE of the module brings along, sorted.
    pub(super) fn exported(&self) -> Vec<(Arc<str>, Entry)> {
        let exported = self.names.iter().filter(|(_, entry)| entry.visibility == Visibility::Exported);
        let mut names: Vec<_> = exported.map(|(name, entry)| (name.clone(), entry.clone())).collect();
        names.sort_by(|one, other| one.0.cmp(&other.0));
        names
    }
}
