//! The actions of a next-state relation where they stand, with what tells one instance of an action from another.

use std::sync::Arc;

use tla_syntax::resolved::{Bound, Definition, LocalId, Pattern};
use tla_syntax::source::Span;

use super::environment::Env;
use super::Compiler;
use crate::code::Code;

/// How the action around a part of the next-state relation is called, and which names its instances differ in.
#[derive(Clone)]
pub(super) struct Naming {
    pub(super) name: String,
    parameters: Vec<(Arc<str>, LocalId)>,
    /// Names are bound by quantifiers, for lack of parameters.
    bound: bool,
}

/// A place in the next-state relation where steps of an action begin.
pub(crate) struct Leaf {
    /// Index of the action; several leaves may be one action.
    pub(crate) action: usize,
    /// What the action's parameters stand for; to be evaluated in the frame of the next-state relation.
    pub(crate) parameters: Vec<(Arc<str>, Code)>,
    /// The parameters are names bound by `\E`, and not parameters of a definition.
    pub(crate) bound: bool,
}

impl Naming {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), parameters: Vec::new(), bound: true }
    }

    pub(super) fn of(definition: &Definition) -> Self {
        let values = definition.parameters.iter().filter(|parameter| parameter.arity == 0);
        let parameters: Vec<_> = values.map(|parameter| (parameter.name.clone(), parameter.local)).collect();
        Self { name: definition.name.to_string(), bound: parameters.is_empty(), parameters }
    }

    /// The same below `\E`: the bound names tell instances apart where the definition has no parameters.
    pub(super) fn with_bounds(&self, bounds: &[Bound]) -> Self {
        let mut naming = self.clone();
        if naming.bound {
            let names = bounds.iter().flat_map(|bound| match &bound.pattern {
                Pattern::Names(names) | Pattern::Tuple(names) => names,
            });
            naming.parameters.extend(names.map(|name| (name.name.clone(), name.local)));
        }
        naming
    }
}

impl<'p> Compiler<'p> {
    /// The index by which steps know their action: that of the leaf, where leaves are told apart.
    pub(super) fn marked_leaf(&mut self, action: usize, naming: &Naming, env: &Env<'p>, span: Span) -> usize {
        if self.leaves.is_none() {
            return action;
        }
        let mut parameters = Vec::with_capacity(naming.parameters.len());
        for (name, local) in &naming.parameters {
            // An operator that stands for a parameter has no value to show.
            if let Ok(op) = self.local(*local, env, span) {
                parameters.push((name.clone(), Code { op, span }));
            }
        }
        let leaf = Leaf { action, parameters, bound: naming.bound };
        let leaves = self.leaves.get_or_insert_default();
        leaves.push(leaf);
        leaves.len() - 1
    }
}
